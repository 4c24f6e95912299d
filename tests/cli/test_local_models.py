"""A model in this process, as its user meets it: a digest, a plan, and what is said where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.local.model import find_in_process_model
from broadsheet.settings.loading import load_settings
from commands import LISTING, digest_json, run, write
from small_model import NAME, PATH, needs_model

CONFIG = """
local: {threads: 1, slots: 2, context: 2048}
writing: {repairs: 0}
grouping: builtin
overview: false
"""


@pytest.fixture(autouse=True)
def listing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(LISTING, "listing.txt")
    write(CONFIG, "config.yaml")


@needs_model
def test_a_digest_is_written_without_a_server_or_a_key():
    made = run("digest", "listing.txt", "--backend", "local", "--model", NAME)
    assert made.exit_code == 0, made.output
    digest = digest_json()
    assert digest["engine"]["backend"] == "local"
    assert len(digest["summaries"]) == len(digest["papers"]) == 3
    assert digest["usage"]["calls"] == 3
    assert digest["usage"]["completion_tokens"] > 0
    # So small a model often says what its abstract does not: then the abstract's own sentence stands there.
    assert digest["account"]["written"] + digest["account"]["failed"] == 3


@needs_model
def test_a_model_is_known_by_its_file_wherever_that_lies(tmp_path: Path):
    (tmp_path / "copy").mkdir()
    moved = tmp_path / "copy" / PATH.name
    moved.symlink_to(PATH)
    here, there = (
        find_in_process_model(load_settings(flags={"llm": {"backend": "local", "model": name}})).address
        for name in (NAME, str(moved))
    )
    assert here == there
    assert str(tmp_path) not in there.who


def test_a_page_names_a_models_file_and_not_where_it_lies(tmp_path: Path):
    flags = {"llm": {"backend": "local", "model": str(tmp_path / "private" / "kettle.gguf")}}
    assert load_settings(flags=flags).model_shown == "kettle.gguf"
    assert (
        load_settings(flags={"llm": {"backend": "openrouter", "model": "maker/kettle"}}).model_shown == "maker/kettle"
    )
    assert load_settings().model_shown is None


@needs_model
def test_a_plan_knows_how_quick_the_model_is_here():
    planned = run("plan", "listing.txt", "--backend", "local", "--model", NAME)
    assert planned.exit_code == 0, planned.output
    assert "as fast as its calls so far" not in planned.output
    assert "timed on this machine" in planned.output


@needs_model
def test_a_model_that_is_not_there_is_named_with_what_to_do():
    missing = run("digest", "listing.txt", "--backend", "local", "--model", "nosuchmodel")
    assert missing.exit_code == 5
    assert "nosuchmodel" in missing.output
    assert "--model PATH.gguf" in missing.output


@needs_model
def test_a_backend_without_a_model_asks_for_one():
    unnamed = run("digest", "listing.txt", "--backend", "local")
    assert unnamed.exit_code == 5
    assert "names no model" in unnamed.output


@needs_model
def test_a_file_that_is_no_model_is_refused_before_anything_is_read():
    write("GIF89a", "picture.gguf")
    refused = run("digest", "nowhere.txt", "--backend", "local", "--model", "picture.gguf")
    assert refused.exit_code == 5
    assert "picture.gguf: is no GGUF file" in refused.output
