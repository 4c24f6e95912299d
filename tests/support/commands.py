"""Runs the commands in this process, and finds the small listing they are tried on."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result

from broadsheet.cli.main import main
from places import DATA

LISTING = (DATA / "kettles.txt").read_text(encoding="utf-8")
"""Three invented papers below one line that is no paper."""

PROCESS = [
    sys.executable,
    "-c",
    # A shell may have told its background jobs to ignore an interrupt, and children inherit that.
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from broadsheet.cli.main import main; main()",
]
"""The command as a process of its own."""


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin)


def write(text: str, name: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def digest_json(folder: str = "digest") -> dict[str, Any]:
    return json.loads(Path(folder, "digest.json").read_text(encoding="utf-8"))


def command_of(name: str) -> click.Command:
    """The command of that name, loaded."""
    found = main.get_command(click.Context(main), name)
    assert found is not None
    return found
