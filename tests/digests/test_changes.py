"""What changed between two digests: each paper is new, gone, moved or stayed, once."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digests.changes import find_changes
from broadsheet.models import Account, Digest, Paper, Theme


def paper(number: int) -> Paper:
    return Paper(key=f"hash:{number}", title=f"Kettle number {number} sings", authors=(f"Ada Ash{number}",))


def digest(**themes: list[int]) -> Digest:
    return Digest(
        title="Week",
        created=dt.datetime(2026, 3, 13, tzinfo=dt.UTC),
        themes=tuple(
            Theme(title=title, paper_keys=tuple(paper(number).key for number in own)) for title, own in themes.items()
        ),
        summaries=(),
        papers=tuple(paper(number) for own in themes.values() for number in own),
        account=Account(),
    )


def test_papers_are_new_gone_or_in_another_theme() -> None:
    found = find_changes(digest(Spouts=[1, 2, 3], Lids=[4, 5], Old=[6]), digest(Spouts=[1, 2, 5], Lids=[4, 7], New=[8]))
    assert [(one.paper_key, one.theme) for one in found.new] == [("hash:7", "Lids"), ("hash:8", "New")]
    assert [(one.paper_key, one.theme) for one in found.gone] == [("hash:3", "Spouts"), ("hash:6", "Old")]
    assert [(one.paper_key, one.before, one.after) for one in found.moved] == [("hash:5", "Lids", "Spouts")]
    assert (found.stayed, found.new_themes, found.gone_themes) == (3, ("New",), ("Old",))


def test_a_theme_that_was_renamed_or_merged_has_moved_nothing() -> None:
    found = find_changes(digest(Spouts=[1, 2], Lids=[3]), digest(Everything=[1, 2, 3]))
    assert (found.moved, found.stayed, found.new_themes, found.gone_themes) == ((), 3, (), ())


def test_of_a_theme_that_was_split_the_smaller_part_has_moved() -> None:
    found = find_changes(digest(All=[1, 2, 3]), digest(Most=[1, 2], Rest=[3]))
    assert [(one.paper_key, one.after) for one in found.moved] == [("hash:3", "Rest")]


def test_a_preprint_that_comes_back_under_its_doi_is_the_same_paper() -> None:
    before, after = digest(Spouts=[1]), digest(Spouts=[1])
    ids = {"arxiv": "2611.00001"}
    old = before.papers[0].model_copy(update={"key": "arxiv:2611.00001", "identifiers": ids})
    new = after.papers[0].model_copy(update={"key": "doi:10.5555/x", "identifiers": {**ids, "doi": "10.5555/x"}})
    before, after = (
        made.model_copy(update={"papers": (one,), "themes": (Theme(title="Spouts", paper_keys=(one.key,)),)})
        for made, one in ((before, old), (after, new))
    )
    found = find_changes(before, after)
    assert (found.new, found.gone, found.moved, found.stayed) == ((), (), (), 1)


groups = st.lists(st.lists(st.integers(0, 20), max_size=6), max_size=5)


def parted(lists: list[list[int]]) -> Digest:
    seen: set[int] = set()
    own: dict[str, list[int]] = {}
    for at, numbers in enumerate(lists):
        mine = [number for number in dict.fromkeys(numbers) if number not in seen]
        seen.update(mine)
        if mine:
            own[f"T{at}"] = mine
    return digest(**own)


@given(groups, groups)
def test_no_paper_is_lost_or_told_of_twice(before, after) -> None:
    first, second = parted(before), parted(after)
    found = find_changes(first, second)
    assert len(found.new) + len(found.moved) + found.stayed == len(second.papers)
    assert len(found.gone) + len(found.moved) + found.stayed == len(first.papers)
    same = find_changes(first, first)
    assert (same.new, same.gone, same.moved, same.stayed) == ((), (), (), len(first.papers))
