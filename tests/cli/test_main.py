"""The program's help: its exit codes, its version, an example of each command."""

from __future__ import annotations

import re

import click
import pytest

from broadsheet import __version__, errors
from broadsheet.cli.main import EXIT_CODES
from commands import command_of, run


def test_the_help_tells_every_exit_code_there_is():
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type)} | {0, 130}
    told = [int(line.split()[0]) for line in EXIT_CODES.splitlines() if line.strip()[:1].isdigit()]
    assert told == sorted(codes)
    assert all(f"  {code} " in run("--help").stdout for code in told)


@pytest.mark.parametrize("command", ["digest", "compare", "read", "init", "doctor"])
def test_every_command_has_an_example_and_a_sentence_for_each_option(command):
    shown = run(command, "--help").stdout
    assert f"\n  broadsheet {command}" in shown
    options = [option for option in command_of(command).params if isinstance(option, click.Option)]
    assert [option.name for option in options if not re.search(r"\.$|\)\.$", option.help or "")] == []


def test_the_version_is_told():
    assert run("--version").stdout == f"broadsheet {__version__}\n"
