"""`read`, `init` and the help: the small commands around the main one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from broadsheet import __version__, errors
from broadsheet.cli.main import COMMANDS, EXIT_CODES, main
from commands import LISTING, names, run, write


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


def test_read_tells_what_was_understood_and_what_was_not(listing):
    result = run("read", listing)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:5] == [
        "listing.txt",
        "Format     pasted text",
        "Papers     3",
        "First      Notes of a Kettle That Sings Before It Boils",
        "Last       A Survey of Spouts and of the Puddles Below Them",
    ]
    assert "Not read   line 1: “Kettle Weekly” (" in result.stdout
    assert "Papers     3 found, no duplicates, 3 to digest\n" in result.stdout


def test_read_names_papers_that_came_twice(listing):
    again = write(LISTING, "again.txt")
    result = run("read", listing, again)
    assert "Papers     6 found, 3 duplicates, 3 to digest\n" in result.stdout
    assert "Twice      Notes of a Kettle That Sings Before It Boils (again.txt, line 3)\n" in result.stdout


def test_read_json_is_one_document_and_nothing_else(listing):
    result = run("read", listing, "--json")
    document = json.loads(result.stdout)
    assert result.stderr == ""
    assert [paper["line"] for paper in document["papers"]] == [3, 7, 11]
    assert [fragment["first_line"] for fragment in document["fragments"]] == [1]


def test_init_copies_everything_to_edit_and_leaves_what_is_there():
    write("title: Mine\n", "mine/config.yaml")
    first = run("init", "mine")
    assert first.exit_code == 0
    assert "Left       mine/config.yaml\n" in first.stdout
    assert "mine/prompts/summarise.txt\n" in first.stdout
    assert Path("mine/config.yaml").read_text() == "title: Mine\n"
    assert names("mine") == ["config.yaml", "prompts", "templates"]
    assert "Wrote" not in run("init", "mine").stdout


def test_init_with_force_replaces_what_is_there():
    write("title: Mine\n", "mine/config.yaml")
    assert run("init", "mine", "--force").exit_code == 0
    assert "every setting with its default" in Path("mine/config.yaml").read_text()


def test_what_init_copies_runs_as_it_is(listing):
    assert run("init").exit_code == 0
    result = run("digest", listing)
    assert (result.exit_code, result.stderr) == (0, "")


def test_init_into_a_file_is_an_output_error():
    write("x", "taken")
    result = run("init", "taken")
    assert result.exit_code == 9
    assert result.stderr.startswith("broadsheet: taken/config.yaml cannot be written (")


def test_the_help_tells_every_exit_code_there_is():
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type)} | {0, 130}
    told = [int(line.split()[0]) for line in EXIT_CODES.splitlines() if line.strip()[:1].isdigit()]
    assert told == sorted(codes)
    assert all(f"  {code} " in run("--help").stdout for code in told)


def command_of(name):
    found = main.get_command(click.Context(main), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_is_found_under_its_name(name):
    assert command_of(name).name == name
    assert len(COMMANDS[name].summary) <= 62
    assert COMMANDS[name].summary.endswith(".")


def test_an_unknown_command_is_named_with_one_that_may_be_meant():
    result = run("degist")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2,
        "Error: No such command 'degist'. Did you mean 'digest'?",
    )


@pytest.mark.parametrize("command", ["digest", "read", "init", "doctor"])
def test_every_command_has_an_example_and_a_sentence_for_each_option(command):
    shown = run(command, "--help").stdout
    assert f"\n  broadsheet {command}" in shown
    options = [option for option in command_of(command).params if isinstance(option, click.Option)]
    assert [option.name for option in options if not re.search(r"\.$|\)\.$", option.help or "")] == []


def test_an_unknown_flag_ends_with_two():
    result = run("digest", "--outt", "x")
    assert result.exit_code == 2
    assert "--out" in result.stderr


def test_the_version_is_told():
    assert run("--version").stdout == f"broadsheet {__version__}\n"
