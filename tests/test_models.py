"""The nouns are frozen, know no field by accident, and come back from JSON as they went."""

from __future__ import annotations

import sys

import pytest
from pydantic import ValidationError

from broadsheet.errors import UsageError
from broadsheet.models import REPLACED, ROW_FIELDS, Comparison, Digest, Listing, Paper
from sample_digest import DIGEST, KETTLES, TIDES


def test_a_digest_comes_back_from_its_json_as_it_went() -> None:
    assert Digest.model_validate_json(DIGEST.model_dump_json()) == DIGEST


def test_a_noun_cannot_be_changed_and_an_unknown_field_is_an_error() -> None:
    paper = Paper(key="a", title="Tea")
    with pytest.raises(ValidationError, match="frozen"):
        paper.title = "Coffee"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="tilte"):
        Paper.model_validate({"key": "a", "title": "Tea", "tilte": "Tea"})


@pytest.mark.parametrize("word", sorted(REPLACED))
def test_a_new_version_of_an_arxiv_paper_is_a_replacement(word: str) -> None:
    announced = Paper(
        key="arxiv:2699.00001", title="Tea", identifiers={"arxiv": "2699.00001"}, categories=("cs.TE", word)
    )
    assert announced.is_replacement
    assert not announced.model_copy(update={"categories": ("cs.TE",)}).is_replacement
    assert not announced.model_copy(update={"identifiers": {"doi": "10.5555/tea"}}).is_replacement


def test_a_digest_a_listing_and_a_comparison_are_one_line_each() -> None:
    assert repr(DIGEST) == "<Digest 'The Kitchen Physicist': 4 papers in 3 themes, 2099-11-04, tiny-kettle:1b>"
    assert str(DIGEST) == repr(DIGEST)
    assert repr(Listing(papers=(TIDES,))) == "<Listing: 1 papers, 0 duplicates, 0 fragments>"
    assert (
        repr(Comparison(created=DIGEST.created, papers=(TIDES,), found=1, writers=())) == "<Comparison: 1 papers by >"
    )
    assert "\n" not in repr(DIGEST.model_copy(update={"title": "a\nb"}))


def test_the_papers_of_a_digest_are_the_rows_of_a_data_frame() -> None:
    frame = DIGEST.to_pandas()
    assert tuple(frame.columns) == ROW_FIELDS
    assert list(frame["key"]) == [paper.key for paper in DIGEST.papers]
    assert list(frame["theme"]) == ["Water & its moods", "Water & its moods", "Patient plants", "Water & its moods"]
    row = frame.set_index("key").loc[KETTLES.key]
    assert (row["tldr"], row["method"]) == ("This survey covers 212 kettles from nine factories.", "extracted")
    assert (row["published"].date(), row["doi"], row["venue"]) == (
        KETTLES.published,
        "10.9999/kettle(7)",
        KETTLES.venue,
    )
    assert frame["published"].isna().sum() == 2


def test_a_digest_without_papers_is_a_data_frame_without_rows() -> None:
    frame = DIGEST.model_copy(update={"papers": ()}).to_pandas()
    assert (len(frame), tuple(frame.columns)) == (0, ROW_FIELDS)


def test_without_pandas_a_data_frame_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match="needs pandas, which is not there: `python -m pip install pandas`"):
        DIGEST.to_pandas()
