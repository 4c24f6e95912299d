"""An edition of before, read back; what is none is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.digests.previous import read_edition
from broadsheet.errors import ReadingError
from sample_digest import DIGEST


def test_a_digest_is_read_back_from_its_file_or_its_folder(tmp_path: Path) -> None:
    made = DIGEST
    (tmp_path / "digest.json").write_text(made.model_dump_json(), encoding="utf-8")
    assert read_edition(tmp_path) == read_edition(tmp_path / "digest.json") == made


@pytest.mark.parametrize("content", ["", "[]", '{"title": "B"}', "# A page", "\x00\xff", '{"title": ' * 5000])
def test_what_is_no_digest_is_refused_by_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "digest.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ReadingError, match=r"digest\.json: is no digest.*; name the digest\.json that a run has"):
        read_edition(file)


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match=r"gone\.json: cannot be read \(No such file.*\); name the digest\.json"):
        read_edition(tmp_path / "gone.json")


@pytest.mark.parametrize("indent", [None, 2, 4])
def test_any_layout_of_the_same_digest_is_read(tmp_path: Path, indent: int | None) -> None:
    made = DIGEST.model_copy(update={"papers": DIGEST.papers[:1], "summaries": ()})
    (tmp_path / "digest.json").write_text(made.model_dump_json(indent=indent), encoding="utf-8")
    assert read_edition(tmp_path) == made


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"key":', '"kee":', r"papers\.0\.key"),
        ('\n    },\n    {\n      "key"', '\n    },\n    {\n    },\n    {\n      "key"', r"papers\.1\.key"),
    ],
)
def test_what_is_wrong_in_a_digest_as_it_is_written_is_named_by_its_place(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    text = DIGEST.model_dump_json(indent=2)
    assert old in text
    (tmp_path / "digest.json").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReadingError, match=rf"is no digest \(at {where}"):
        read_edition(tmp_path)
