"""What is said on stderr: no secrets, and nothing that steers a terminal."""

from __future__ import annotations

from broadsheet.cli.console import guard, redact, say


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
