"""What all commands share: they are loaded when they are called, and every error ends in one sentence and a code."""

from __future__ import annotations

import pytest

from broadsheet.cli.main import COMMANDS
from commands import LISTING, command_of, run, write


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_is_found_under_its_name(name):
    assert command_of(name).name == name
    assert len(COMMANDS[name].summary) <= 62
    assert COMMANDS[name].summary.endswith(".")


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
