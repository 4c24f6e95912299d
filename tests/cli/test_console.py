"""What is said on stderr: no secrets, and nothing that steers a terminal."""

from __future__ import annotations

import io
import logging
import sys

from broadsheet.cli.console import guard, open_log, redact, say


def test_secrets_are_replaced_by_their_names(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", " sk-invented-1 ")
    monkeypatch.setenv("OUR_WORD", "open-sesame")
    guard(iter(["OUR_WORD"]))
    assert redact("sk-invented-1 and open-sesame") == "<SOME_API_KEY> and <OUR_WORD>"


def test_a_short_value_is_no_secret(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "none")
    assert redact("none of it") == "none of it"


def test_what_steers_a_terminal_is_left_out(capsys):
    say("a\x1b[2Jb\u202ec\nd")
    assert capsys.readouterr().err == "a [2Jb c\nd\n"


def test_a_warning_is_told_as_an_error_is_without_a_clock(capsys):
    close = open_log(verbose=False)
    logging.getLogger("broadsheet.reading").warning("one source is down")
    close()
    assert capsys.readouterr().err == "broadsheet: one source is down\n"


def test_a_terminal_gets_lines_that_break_between_words(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "50")
    text = f"{'interminable sentences ' * 9}/a/path{'/that/is/long' * 9}"
    say(text)
    lines = terminal.getvalue().splitlines()
    assert " ".join(lines).split() == text.split()
    assert max(len(line) for line in lines if "/" not in line) < 50
