"""What a reader changes in a digest: every paper stays in exactly one theme, and in its place otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import broadsheet
from broadsheet.digests.editing import EDIT, Edit, Merge, Move, Regroup, Rename, Reword, edit_digest
from broadsheet.errors import UsageError
from broadsheet.models import Digest, Listing
from invented_papers import invent

PAPERS = invent(24)
MADE = broadsheet.digest(Listing(papers=tuple(PAPERS)))
KEYS = sorted(paper.key for paper in PAPERS)


def placed(digest: Digest) -> list[str]:
    return sorted(key for theme in digest.themes for key in theme.paper_keys)


NUMBERS = st.integers(0, len(MADE.themes) - 1)
EDITS = st.one_of(
    st.builds(Rename, edit=st.just("rename"), theme=NUMBERS, title=st.text("ab ", min_size=1, max_size=9)),
    st.builds(Merge, edit=st.just("merge"), theme=NUMBERS, into=NUMBERS),
    st.builds(Move, edit=st.just("move"), theme=NUMBERS, paper_key=st.sampled_from(KEYS)),
    st.builds(Reword, edit=st.just("reword"), paper_key=st.sampled_from(KEYS), tldr=st.text("ab ", min_size=1)),
)


@given(st.lists(EDITS, max_size=8))
def test_whatever_is_changed_each_paper_stands_in_one_theme(edits: list[Edit]) -> None:
    digest = MADE
    for edit in edits:
        try:
            digest = edit_digest(digest, edit)
        except UsageError:
            continue
        assert placed(digest) == KEYS
        assert all(theme.paper_keys for theme in digest.themes)
        assert digest.papers == MADE.papers


def test_a_moved_paper_stands_last_in_its_new_theme() -> None:
    key = MADE.themes[1].paper_keys[0]
    moved = edit_digest(MADE, Move(edit="move", paper_key=key, theme=0))
    assert moved.themes[0].paper_keys == (*MADE.themes[0].paper_keys, key)
    assert key not in moved.themes[1].paper_keys


def test_merged_themes_are_one_under_the_title_of_the_second() -> None:
    merged = edit_digest(MADE, Merge(edit="merge", theme=1, into=0))
    assert len(merged.themes) == len(MADE.themes) - 1
    assert merged.themes[0].title == MADE.themes[0].title
    assert merged.themes[0].paper_keys == (*MADE.themes[0].paper_keys, *MADE.themes[1].paper_keys)


def test_a_reworded_tldr_is_marked_and_the_others_are_not() -> None:
    worded = edit_digest(MADE, Reword(edit="reword", paper_key="k3", tldr="Kites  sleep."))
    assert [(one.tldr, one.paper_key, one.evidence) for one in worded.summaries if one.edited] == [
        ("Kites sleep.", "k3", ())
    ]


def test_grouping_again_makes_as_many_themes_as_asked_for() -> None:
    again = edit_digest(MADE, Regroup(edit="regroup", themes=2))
    assert sum(not theme.other for theme in again.themes) == 2
    assert placed(again) == KEYS
    assert {point.paper_key for point in again.map} <= set(KEYS)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"edit": "rename", "theme": 99, "title": "x"}, "there is no theme 99: this digest has"),
        ({"edit": "move", "paper_key": "nobody", "theme": 0}, "nobody: there is no such paper"),
        ({"edit": "reword", "paper_key": "nobody", "tldr": "x"}, "nobody: there is no such paper"),
        ({"edit": "merge", "theme": 0, "into": 0}, "cannot be merged with itself"),
    ],
)
def test_what_is_not_there_cannot_be_changed(edit: dict, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        edit_digest(MADE, EDIT.validate_python(edit))
