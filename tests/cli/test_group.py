"""What all commands share: they are loaded when they are called, and every error ends in one sentence and a code."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from itertools import chain
from typing import get_args

import click
import pytest

from broadsheet.cli.main import COMMANDS
from broadsheet.editions.rising import MOST_PERIODS
from broadsheet.editions.trends import Every
from broadsheet.settings.loading import Arrangement
from commands import LISTING, command_of, run, write


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_is_found_under_its_name(name):
    assert command_of(name).name == name
    assert len(COMMANDS[name].summary) <= 62
    assert COMMANDS[name].summary.endswith(".")


def each_command(command: click.Command) -> Iterator[click.Command]:
    """A command, or those of a group."""
    below = command.commands.values() if isinstance(command, click.Group) else None
    yield from [command] if below is None else chain.from_iterable(map(each_command, below))


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_work_of_every_command_is_found_and_takes_its_options(name):
    for command in each_command(command_of(name)):
        declared = command.callback
        work = importlib.import_module(declared.__module__.replace("commands", "actions"))
        act = getattr(work, f"do_{declared.__name__.removesuffix('_command')}")
        options = [option.name for option in command.params if option.expose_value]
        context = [None] if "ctx" in inspect.signature(act).parameters else []
        inspect.signature(act).bind(*context, **dict.fromkeys(options))


def test_an_unknown_command_is_named_with_one_that_may_be_meant():
    result = run("degist")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2,
        "Error: No such command 'degist'. (Did you mean one of: 'desk', 'digest'?)",
    )


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


def test_a_mistake_of_ours_is_one_sentence_too(listing, monkeypatch):
    monkeypatch.setattr("broadsheet.api.digest", lambda *args, **kwargs: 1 / 0)
    result = run("digest", listing)
    assert result.exit_code == 1
    assert result.stderr == (
        "broadsheet: something unforeseen happened (ZeroDivisionError: division by zero); "
        "run again with --verbose for the traceback.\n"
    )


def test_what_steers_a_terminal_is_taken_out_of_messages():
    result = run("read", "evil\x1b]0;x\x07\u202e.txt")
    assert result.exit_code == 3
    assert "\x1b" not in result.stderr
    assert "\u202e" not in result.stderr


def choices(command: str, option: str) -> click.ParamType:
    return next(each.type for each in command_of(command).params if each.name == option)


def test_what_an_option_allows_is_what_the_work_takes():
    assert choices("digest", "by").choices == get_args(Arrangement)
    assert choices("trends", "every").choices == get_args(Every)
    assert choices("trends", "last").max == MOST_PERIODS
