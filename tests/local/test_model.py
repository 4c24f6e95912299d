"""A model in this process as a run has it: loaded with its first prompt, held to a form, cancelled, unloaded."""

from __future__ import annotations

from pathlib import Path

from broadsheet.local.model import find_in_process_model
from broadsheet.settings.loading import load_settings
from small_model import NAME, PATH, needs_model


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
