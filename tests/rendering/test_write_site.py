"""The files of an archive: whole or not there, in their order, and nothing that is none of its."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.errors import OutputError
from broadsheet.rendering.write_site import clear_site, write_site


def test_files_are_written_to_their_folders_in_order(tmp_path: Path) -> None:
    files = {"editions/001/index.html": "one", "editions/001/digest.md": "md", "index.html": "front"}
    written = write_site(files, tmp_path / "site")
    assert [path.relative_to(tmp_path / "site").as_posix() for path in written] == list(files)
    assert (tmp_path / "site/editions/001/digest.md").read_text() == "md"


def test_a_file_in_the_way_of_a_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "editions").write_text("in the way")
    with pytest.raises(OutputError, match=r"choose another under `edition\.archive`"):
        write_site({"editions/001/index.html": "one"}, tmp_path)


def test_leftovers_go_and_what_others_put_there_stays(tmp_path: Path) -> None:
    write_site({"editions/001/index.html": "one", "editions/002/index.html": "two", "index.html": "front"}, tmp_path)
    (tmp_path / "editions/001/.index.html.abcd.part").write_text("half")
    (tmp_path / "CNAME").write_text("theirs")
    (tmp_path / "editions/notes").mkdir()
    clear_site(tmp_path, {"editions/001"})
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["CNAME", "editions/001/index.html", "index.html"]
    assert (tmp_path / "editions/notes").is_dir()


def test_a_site_that_is_not_there_has_no_leftovers(tmp_path: Path) -> None:
    clear_site(tmp_path / "nowhere", set())
    assert not (tmp_path / "nowhere").exists()
