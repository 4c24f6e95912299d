"""What is shipped is copied to be edited; what is there is never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.errors import OutputError
from broadsheet.settings.resources import Resources, shipped_root
from broadsheet.settings.starter_files import copy_starter

CONFIG = Path("config.yaml")


def test_every_shipped_file_is_copied_as_it_is_and_found_there(tmp_path: Path) -> None:
    started = copy_starter(tmp_path)
    assert started.left == ()
    assert {path.parts[0] for path in started.wrote} == {"config.yaml", "prompts", "templates"}
    assert all((tmp_path / name).read_bytes() == (shipped_root() / name).read_bytes() for name in started.wrote)
    assert Resources((tmp_path,)).find("templates", "digest.md") == tmp_path / "templates" / "digest.md"


def test_a_file_that_is_there_is_left_and_told_unless_forced(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text("title: mine\n", encoding="utf-8")
    started = copy_starter(tmp_path)
    assert started.left == (CONFIG,)
    assert CONFIG not in started.wrote
    assert (tmp_path / CONFIG).read_text(encoding="utf-8") == "title: mine\n"
    assert CONFIG in copy_starter(tmp_path, force=True).wrote
    assert (tmp_path / CONFIG).read_bytes() == (shipped_root() / CONFIG).read_bytes()


def test_a_folder_that_cannot_be_made_is_named_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "prompts").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(OutputError, match=r"prompts.* cannot be written"):
        copy_starter(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
