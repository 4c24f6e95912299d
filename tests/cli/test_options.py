"""Flags that several commands share become the branch of the settings they stand for, and only where given."""

from __future__ import annotations

from typing import Any

import click
import pytest
from click.testing import CliRunner

from broadsheet.cli.options import llm_tree, spending_flags, writer_flags
from broadsheet.settings.loading import load_settings


def tree_of(*arguments: str) -> dict[str, Any]:
    told: list[dict[str, Any]] = []

    @click.command()
    @writer_flags
    @spending_flags
    def command(**flags: Any) -> None:
        told.append(llm_tree(flags))

    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return told[0]


def test_a_flag_that_was_not_given_says_nothing() -> None:
    assert tree_of() == {}
    assert llm_tree({"themes": "7", "model": None}) == {}


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        (["--backend", "ollama"], "backend", "ollama"),
        (["--model", "big"], "model", "big"),
        (["--batch-size", "4"], "batch_size", 4),
        (["--concurrency", "2"], "concurrency", 2),
        (["--max-cost", "0.5"], "max_cost", 0.5),
        (["--max-calls", "9"], "max_calls", 9),
        (["--max-run-tokens", "900"], "max_run_tokens", 900),
        (["--offline"], "offline", True),
    ],
)
def test_each_flag_reaches_the_setting_of_its_name(arguments: list[str], field: str, value: object) -> None:
    tree = tree_of(*arguments)
    assert set(tree) == {field}
    assert getattr(load_settings(flags={"llm": tree}).llm, field) == value


def test_a_help_lists_the_flags_in_the_order_they_are_written() -> None:
    @click.command()
    @writer_flags
    def command(**_: Any) -> None:
        pass

    assert [option.name for option in command.params] == ["backend", "model", "batch_size", "concurrency"]
