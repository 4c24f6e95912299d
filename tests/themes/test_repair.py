"""Groups that a model made become groups one can print: every paper in one, none alone, none too large."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.themes.answers import Group
from broadsheet.themes.clustering import largest_group
from broadsheet.themes.repair import RepairedGroups, repair_groups
from corpora import corpus_of
from invented_papers import invent, paper

PAPERS = invent(24)
KEYS = [one.key for one in PAPERS]
CORPUS = corpus_of(PAPERS)
MATTERS = ("Knots", "Bread", "Kites", "Moss")


def by_matter(*, without: int = 0) -> list[Group]:
    """The papers sorted rightly, the last few of each matter left out."""
    most = len(KEYS) // 4 - without
    return [Group(keys=tuple(KEYS[at::4][:most]), title=title) for at, title in enumerate(MATTERS)]


def matters_of(made: RepairedGroups) -> dict[str, set[int]]:
    return {group.title: {int(key[1:]) % 4 for key in group.keys} for group in made.groups}


def test_a_group_without_company_is_no_group():
    repaired = repair_groups(CORPUS, [Group(keys=(PAPERS[0].key,), title="Alone")])
    assert (repaired.groups, len(repaired.unassigned)) == ((), 24)


def test_what_no_group_names_joins_the_nearest_and_a_paper_alone_too():
    alone = Group(keys=tuple(KEYS[3::4][-1:]), title="Alone")
    made = repair_groups(CORPUS, [*by_matter(without=2), alone])
    assert matters_of(made) == {title: {at} for at, title in enumerate(MATTERS)}
    assert sorted(key for group in made.groups for key in group.keys) == sorted(KEYS)


def test_a_group_goes_from_its_most_to_its_least_typical_paper():
    mixed = paper("mixed", "Yeast, flour and dough in hemp", "Crust and loaf of rye with one splice of twine.")
    corpus = corpus_of([mixed, *PAPERS])
    groups = [Group(keys=("mixed", *KEYS[0::4]), title="Knots"), *by_matter()[1:]]
    (knots,) = [group for group in repair_groups(corpus, groups).groups if group.title == "Knots"]
    assert set(knots.keys) == {"mixed", *KEYS[0::4]}
    assert knots.keys[-1] == "mixed"


def test_a_count_that_is_asked_for_is_kept_by_joining_the_smallest_group():
    groups = by_matter()
    parts = [Group(keys=groups[0].keys[:2], title="Few knots"), Group(keys=groups[0].keys[2:], title="Knots")]
    made = repair_groups(CORPUS, [*parts, *groups[1:]], count=4)
    assert matters_of(made) == {title: {at} for at, title in enumerate(MATTERS)}
    assert sum(len(group.keys) for group in made.groups) == 24


def test_a_group_too_large_is_taken_apart_and_its_largest_part_keeps_the_heading():
    papers = invent(60)
    made = repair_groups(corpus_of(papers), [Group(keys=tuple(one.key for one in papers), title="Everything")])
    assert max(len(group.keys) for group in made.groups) <= largest_group(60)
    assert [group.title for group in made.groups].count("Everything") == 1
    assert sum(len(group.keys) for group in made.groups) == 60


def test_the_rest_stays_homeless_unless_a_count_was_asked_for():
    rest = Group(keys=tuple(KEYS[3::4]), title="Other papers")
    assert repair_groups(CORPUS, [*by_matter()[:3], rest]).unassigned == tuple(KEYS[3::4])
    assert repair_groups(CORPUS, [*by_matter()[:3], rest], count=3).unassigned == ()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.integers(-1, 5), min_size=24, max_size=24), st.sampled_from([None, 1, 2, 5]))
def test_whatever_was_grouped_each_paper_stands_once(places: list[int], count: int | None):
    titles = [*MATTERS, "Other papers", "Further ones"]
    groups = [
        Group(keys=tuple(key for key, place in zip(KEYS, places, strict=True) if place == at), title=title)
        for at, title in enumerate(titles)
    ]
    made = repair_groups(CORPUS, [group for group in groups if group.keys], count=count)
    assert sorted([*made.unassigned, *(key for group in made.groups for key in group.keys)]) == sorted(KEYS)
