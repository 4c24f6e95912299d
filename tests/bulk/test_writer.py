"""A writer is everything that its answers depend on, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from broadsheet.bulk.folder import BulkFolder
from broadsheet.bulk.writer import BulkWriter, identify_writer, read_writer, settle_writer
from broadsheet.errors import BackendRefused, StateError
from broadsheet.settings.loading import load_settings

BACKEND = {"base_url": "http://127.0.0.1:1/v1", "model": "plain-8b", "context": 8192}
ROOT = BulkFolder(Path("out"))


def writer(backend: dict[str, Any] | None = None, **flags: Any) -> BulkWriter:
    tree = {"llm": {"backend": "near"}, "backends": {"near": BACKEND | (backend or {})}}
    return identify_writer(load_settings(flags=tree | flags))


@pytest.mark.parametrize(
    "same",
    [{"base_url": "http://127.0.0.1:2/v1"}, {"batch_size": 3}, {"concurrency": 9}],
    ids=lambda same: next(iter(same)),
)
def test_the_address_and_the_pace_are_no_part_of_a_writer(same):
    assert writer(same).fingerprint == writer().fingerprint


def test_the_model_the_prompt_and_the_language_are():
    Path("prompts").mkdir()
    before = writer()
    others = [
        writer({"model": "plain-70b"}),
        writer({"extra": {"top_p": 0.5}}),
        writer(writing={"length": 40}),
        writer(language="German"),
        writer(llm={"backend": "near", "temperature": 0.7}),
    ]
    assert len({one.fingerprint for one in (before, *others)}) == 6
    assert identify_writer(load_settings()).backend == "builtin"


def test_the_first_that_answered_has_the_folder_and_others_one_below_it():
    first, second = (BulkWriter(backend="near", model=name, fingerprint=name * 4) for name in ("ab", "cd"))
    assert settle_writer(ROOT, first) == ROOT
    assert settle_writer(ROOT, second) == ROOT
    Path("out/shards").mkdir()
    Path("out/shards/00000.json").write_text("{}")
    assert settle_writer(ROOT, first) == BulkFolder(Path("out"), "by-abababab")
    assert settle_writer(ROOT, second) == ROOT
    assert read_writer(BulkFolder(Path("out"), "by-abababab")) == first


def test_a_missing_key_is_told_before_anything_is_read():
    with pytest.raises(BackendRefused, match="needs a key: set the environment variable KETTLE_KEY"):
        writer({"key_env": "KETTLE_KEY"})


def test_a_damaged_name_is_told():
    Path("out").mkdir()
    Path("out/writer.json").write_text("{}")
    with pytest.raises(StateError, match=r"writer\.json: names no writer"):
        read_writer(ROOT)
