"""The noun phrases of titles, whole; a word bag or half a phrase is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.models import Paper
from broadsheet.themes.labels import LONGEST, find_subjects, rank_subjects, spread_of


@pytest.mark.parametrize(
    ("title", "subjects"),
    [
        ("Paper kites for harbour mapping", ["Paper kites", "harbour mapping"]),
        ("KNOTTER: Measuring wet knots with slow cameras", ["wet knots", "slow cameras"]),
        ("Can moss clocks improve tidal bread?", ["moss clocks", "tidal bread"]),
        ("Knots", []),
        ("", []),
    ],
)
def test_a_phrase_reaches_from_one_preposition_verb_or_mark_to_the_next(title: str, subjects: list[str]) -> None:
    assert [" ".join(subject) for subject in find_subjects(title)] == subjects


def test_what_papers_share_comes_first_and_what_is_one_papers_own_is_left_out() -> None:
    titles = ("Orange harbour mooring", "Mooring by day", "A harbour at night", "Tidal bread", "Rye bread", "Crusts")
    papers = [Paper(key=title, title=title) for title in titles]
    assert rank_subjects(papers, (0, 1, 2), spread_of(papers)) == [["harbour", "mooring"]]


@given(st.text(max_size=80))
def test_any_title_gives_phrases_of_its_own_words(title: str) -> None:
    for subject in find_subjects(title):
        assert 2 <= len(subject) <= LONGEST
        assert all(word in title for word in subject)
