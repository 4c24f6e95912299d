"""Runs `broadsheet doctor`, and reads its checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from commands import run, write
from loopback import ModelServer
from near_servers import serving

Checks = dict[str, tuple[str, str]]
"""The verdict and the sentence of each check, by its subject."""


def lines(output: str) -> Checks:
    """What was checked."""
    checks = (line.split(maxsplit=2) for line in output.splitlines())
    return {subject: (verdict, said) for verdict, subject, said in checks}


def examine(server: ModelServer, *flags: str, **backend: Any) -> tuple[int, Checks]:
    """The exit code and the checks with a server as the backend."""
    with server:
        server.write_config(Path("config.yaml"), **backend)
        result = run("doctor", *flags)
    return result.exit_code, lines(result.stdout)


def context_said(answers: dict[str, Any], backend: str, model: str, **fields: Any) -> tuple[str, str]:
    """The check of a model's context, by what its server answers."""
    with serving(answers) as url:
        write(json.dumps({"backends": {backend: {"base_url": url, **fields}}}), "config.yaml")
        return lines(run("doctor", "--backend", backend, "--model", model).stdout)["Context"]
