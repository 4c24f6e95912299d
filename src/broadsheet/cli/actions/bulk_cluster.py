"""What `broadsheet bulk cluster` does."""

from __future__ import annotations

import getpass
from typing import Any

from broadsheet.cli.group import show
from broadsheet.errors import UsageError
from broadsheet.settings.extras import NAME, look_at_installation, remote_requirement
from broadsheet.settings.loading import load_settings


def do_bulk_cluster(
    kind: str,
    model: str,
    head: str | None,
    workers: tuple[str, ...],
    user: str | None,
    image: str | None,
    replicas: int,
    gpus: int,
) -> None:
    """Prints a cluster for `--on ray`: vLLM where there are GPUs, and workers. Nothing is started."""
    if kind == "ray" and not (head and workers):
        raise UsageError("a cluster of your own machines needs --head HOST and at least one --worker HOST.")
    if kind == "kubernetes" and not image:
        raise UsageError("Kubernetes needs --image NAME, one that holds Ray and Broadsheet; docs/bulk.md says how.")
    values: dict[str, Any] = {
        "file": "cluster.yaml",
        "model": model,
        "head": head,
        "workers": workers,
        "user": user or getpass.getuser(),
        "image": image,
        "replicas": replicas,
        "gpus": gpus,
        "requirement": _requirement(),
    }
    show([load_settings(None).resources.render("templates", f"cluster/{kind}.yaml", **values).rstrip()])


def _requirement() -> str:
    """What pip installs on the machines of a cluster, quoted."""
    found = remote_requirement(look_at_installation())
    if found is None:
        # The folder that it was installed from is on this machine alone.
        return f"'{NAME}[bulk,ray] @ git+https://REPOSITORY'  # put its address here"
    return f"'{found.replace(NAME, f'{NAME}[bulk,ray]', 1)}'"
