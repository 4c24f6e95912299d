"""`broadsheet bulk cluster`: a file that makes a cluster for bulk runs."""

from __future__ import annotations

import getpass
from typing import Any

import click

from broadsheet.cli.group import show, verbose_option
from broadsheet.errors import UsageError
from broadsheet.settings.extras import NAME, look_at_installation, remote_requirement
from broadsheet.settings.loading import load_settings


@click.command("cluster")
@click.option(
    "--kind",
    type=click.Choice(["ray", "kubernetes"]),
    default="ray",
    show_default=True,
    help="For the Ray launcher on machines of your own, or for Kubernetes with the KubeRay operator.",
)
@click.option("--model", required=True, metavar="NAME", help="The model that vLLM serves, such as Qwen/Qwen3-8B.")
@click.option("--head", metavar="HOST", help="ray: the machine that the others join.")
@click.option("--worker", "workers", multiple=True, metavar="HOST", help="ray: a machine that works; give each.")
@click.option("--user", metavar="NAME", help="ray: who logs in there by ssh (default: your name here).")
@click.option("--image", metavar="NAME", help="kubernetes: an image that holds Ray and Broadsheet.")
@click.option("--replicas", type=click.IntRange(min=1), default=4, show_default=True, help="kubernetes: workers.")
@click.option("--gpus", type=click.IntRange(min=1), default=1, show_default=True, help="kubernetes: vLLM servers.")
@verbose_option
def bulk_cluster_command(
    kind: str,
    model: str,
    head: str | None,
    workers: tuple[str, ...],
    user: str | None,
    image: str | None,
    replicas: int,
    gpus: int,
) -> None:
    """Prints a cluster for `--on ray`: vLLM where there are GPUs, and workers. Nothing is started.

    \b
    broadsheet bulk cluster --model Qwen/Qwen3-8B --head 10.0.0.1 --worker 10.0.0.2 > cluster.yaml
    broadsheet bulk cluster --kind kubernetes --model Qwen/Qwen3-8B --image registry.example/broadsheet > cluster.yaml
    """
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
