"""`broadsheet init`: the files to edit are copied, and what is there is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import LISTING, names, run, write


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


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
