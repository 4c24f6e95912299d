"""Themes without a model: a partition, always; headings that could be printed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from unicodedata import category

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.models import Paper, Theme
from broadsheet.themes.clustering import choose_counts, cluster
from broadsheet.themes.group import MOST, find_besides, group_papers
from broadsheet.themes.labels import MOST_WORDS
from broadsheet.themes.vector_space import Space, weigh_terms
from corpora import corpus_of
from invented_papers import MATTERS, invent, paper


def keys(themes: Sequence[Theme]) -> list[str]:
    return [key for theme in themes for key in theme.paper_keys]


def test_papers_of_one_matter_stand_together() -> None:
    themes = group_papers(corpus_of(invent(40)), count=4)
    assert [{int(key[1:]) % 4 for key in theme.paper_keys} for theme in themes] in [
        [{a}, {b}, {c}, {d}] for a in range(4) for b in range(4) for c in range(4) for d in range(4)
    ]
    assert sorted(theme.title for theme in themes) == ["Moss clocks", "Paper kites", "Tidal bread", "Wet knots"]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_papers_stand_under_one_heading(count: int) -> None:
    (theme,) = group_papers(corpus_of(invent(count)))
    assert (theme.title, theme.paper_keys) == ("All papers", tuple(f"k{number}" for number in range(count)))


def test_no_papers_make_no_theme() -> None:
    assert group_papers(corpus_of([])) == ()


def test_the_number_of_themes_follows_the_papers() -> None:
    assert 4 <= len(group_papers(corpus_of(invent(40)))) <= 8
    assert 6 <= len(group_papers(corpus_of(invent(109)))) <= 14
    assert max(len(theme.paper_keys) for theme in group_papers(corpus_of(invent(109)))) <= 21


@pytest.mark.parametrize(("papers", "low", "high"), [(40, 4, 13), (109, 6, 22), (1000, 19, 66)])
def test_between_bounds_near_the_square_root_the_papers_decide(papers: int, low: int, high: int) -> None:
    assert choose_counts(papers) == (low, high)


def test_a_count_that_is_asked_for_is_kept() -> None:
    for count in (1, 2, 3, 6):
        assert len(group_papers(corpus_of(invent(40)), count=count)) == count


def muddle(count: int) -> list[Paper]:
    """Papers of mixed words, where any grouping is a close call."""
    chance = random.Random(5)
    vocabulary = " ".join(MATTERS.values()).split()
    return [
        paper(f"m{n}", " ".join(chance.sample(vocabulary, 4)), " ".join(chance.sample(vocabulary, 9)))
        for n in range(count)
    ]


RING = [paper(f"r{n}", f"knot{'abcdefgh'[n % 8]} rope{'abcdefgh'[(n + 1) % 8]}", "Ropes.") for n in range(32)]


@pytest.mark.parametrize("papers", [invent(60), muddle(60), RING], ids=["clear", "muddled", "all alike"])
def test_the_order_of_the_input_does_not_matter(papers: list[Paper]) -> None:
    shuffled = random.Random(3).sample(papers, len(papers))
    sets = [{(t.title, frozenset(t.paper_keys)) for t in group_papers(corpus_of(some))} for some in (papers, shuffled)]
    assert sets[0] == sets[1]
    assert group_papers(corpus_of(papers)) == group_papers(corpus_of(papers))


def test_large_themes_come_first() -> None:
    papers = [one for number, one in enumerate(invent(40)) if number % 4 or number < 12]
    sizes = [len(theme.paper_keys) for theme in group_papers(corpus_of(papers), count=4)]
    assert sizes == [10, 10, 10, 3]


def test_what_fits_nowhere_comes_last_in_the_order_of_the_input() -> None:
    strange = [paper("s3", "§§"), paper("s2", "", ""), paper("s1", "Zwabli", "Xrodro qvebli zwadro.")]
    themes = group_papers(corpus_of([*strange, *invent(30)]))
    assert (themes[-1].title, themes[-1].paper_keys) == ("Other papers", ("s3", "s2", "s1"))


def test_with_a_count_every_paper_with_words_finds_a_home() -> None:
    space = Space.of(weigh_terms(muddle(60)))
    assert all(cluster(space, count=count).unassigned == () for count in range(2, 40))


def test_a_lone_paper_joins_the_theme_it_is_like() -> None:
    lone = paper(
        "lone", "Harbour lighthouses", "Lamps, lenses and keepers of the harbour, its rope, its knots and its twine."
    )
    themes = group_papers(corpus_of([*invent(40), lone]))
    (home,) = [theme for theme in themes if "lone" in theme.paper_keys]
    assert {int(key[1:]) % 4 for key in home.paper_keys if key != "lone"} == {0}


def test_one_unlike_paper_is_called_so() -> None:
    themes = group_papers(corpus_of([*invent(30), paper("s", "")]))
    assert (themes[-1].title, themes[-1].paper_keys) == ("One other paper", ("s",))


def test_papers_without_abstracts_are_grouped_by_title() -> None:
    titles = ["Wet knots at sea", "Wet knots in rope", "Paper kites by day", "Paper kites by night"]
    themes = group_papers(corpus_of([paper(title, title) for title in titles]), count=2)
    assert {frozenset(theme.paper_keys) for theme in themes} == {frozenset(titles[:2]), frozenset(titles[2:])}


_TITLES = st.one_of(
    st.sampled_from(["Knots", "Wet Knots", "机器打结的新方法", "Узлы и верёвки", "Learning", "", "ABC", "العقد"]),
    st.text(max_size=30),
)
_PAPERS = st.lists(
    st.tuples(_TITLES, st.sampled_from(["", "We tie wet knots.", "Bread rises. Knots slip."])), max_size=40
)


@settings(derandomize=True, max_examples=120, deadline=None)
@given(_PAPERS, st.one_of(st.none(), st.integers(1, 50)))
def test_themes_partition_whatever_papers(rows: list[tuple[str, str]], count: int | None) -> None:
    papers = [paper(f"k{number}", *row) for number, row in enumerate(rows)]
    themes = group_papers(corpus_of(papers), count=count)
    assert sorted(keys(themes)) == sorted(one.key for one in papers)
    titles = [theme.title for theme in themes]
    assert len({title.lower() for title in titles}) == len(titles)
    assert all(1 <= len(title.split()) <= MOST_WORDS for title in titles)
    assert not any(category(char) in ("Cc", "Cn") for title in titles for char in title)


def test_thousands_of_papers_stay_whole() -> None:
    papers = invent(3000)
    themes = group_papers(corpus_of(papers))
    assert sorted(keys(themes)) == sorted(one.key for one in papers)


KNOTS, BREAD, KITES, BOTH = (1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0), (0.7, 0.7, 0)


VOCABULARIES = [[f"{start}{vowel}{end}" for vowel in "aeiou" for end in ("bli", "dro")] for start in ("zw", "xr", "qv")]
"""Words that no background knows, ten of each of three matters."""


def space_of(*rows: tuple[float, ...]) -> Space:
    return Space.of(np.array(list(rows)))


def test_a_paper_of_two_matters_is_named_with_the_one_in_which_it_does_not_stand():
    space = space_of(*[KNOTS] * 3, BOTH, *[BREAD] * 3, *[KITES] * 3)
    assert find_besides(space, [(0, 1, 2, 3), (4, 5, 6), (7, 8, 9)]) == [(), (3,), ()]


@pytest.mark.parametrize(("bread", "named"), [(0.95, True), (0.9, True), (0.85, False), (0.5, False)])
def test_a_paper_is_named_with_another_theme_where_it_is_about_as_near_to_it_as_to_its_own(bread, named):
    space = space_of(*[KNOTS] * 3, (1.0, bread, 0), *[BREAD] * 3, *[KITES] * 3)
    assert find_besides(space, [(0, 1, 2, 3), (4, 5, 6), (7, 8, 9)])[1] == ((3,) if named else ())


def test_a_clear_paper_is_named_nowhere_else():
    space = space_of(*[KNOTS] * 3, *[BREAD] * 3, *[KITES] * 3)
    assert find_besides(space, [(0, 1, 2), (3, 4, 5), (6, 7, 8)]) == [(), (), ()]


def test_at_most_a_few_are_named_and_none_of_no_group():
    space = space_of(*[KNOTS] * 6, *[(0.6, 0.8, 0)] * 6, *[BREAD] * 6, *[KITES] * 6)
    groups = [(*range(6), 7, 8, 9, 10, 11), tuple(range(12, 18)), tuple(range(18, 24))]
    named = find_besides(space, groups)[1]
    assert len(named) == MOST
    assert set(named) <= {7, 8, 9, 10, 11}
    assert find_besides(space, groups[:1]) == [()]


def paper_of(key: str, *words: str) -> Paper:
    return Paper(key=key, title=" ".join(words[:2]), abstract=" ".join(words))


def test_the_built_in_themes_refer_to_papers_of_other_themes_that_share_their_words():
    chance = random.Random(3)
    papers = [paper_of(f"{at % 3}.{at}", *chance.sample(VOCABULARIES[at % 3], 6)) for at in range(36)]
    mixed = paper_of("mixed", VOCABULARIES[0][0], VOCABULARIES[1][0], *VOCABULARIES[0], *VOCABULARIES[1])
    themes = group_papers(corpus_of([*papers, mixed]), count=3)
    home = next(theme for theme in themes if "mixed" in theme.paper_keys)
    (refers,) = (theme for theme in themes if theme.see_also)
    assert refers.see_also == ("mixed",)
    assert {theme.paper_keys[-2][0] for theme in (home, refers)} == {"0", "1"}
    assert [theme.see_also for theme in group_papers(corpus_of(papers), count=3)] == [()] * 3


def test_papers_of_which_no_theme_can_be_named_are_other_papers() -> None:
    known = invent(40)
    same = [Paper(key=f"s{at}", title="Quasars", abstract="Quasars.") for at in range(6)]
    themes = group_papers(corpus_of([*known, *same]))
    assert all("unnamed" not in theme.title.lower() and theme.title for theme in themes)
    last = next(theme for theme in themes if theme.other)
    assert {f"s{at}" for at in range(6)} <= set(last.paper_keys)
    assert sorted(keys(themes)) == sorted(paper.key for paper in [*known, *same])


def test_where_no_theme_at_all_can_be_named_all_papers_stand_together() -> None:
    same = [Paper(key=f"s{at}", title="Quasars", abstract="Quasars.") for at in range(12)]
    (theme,) = group_papers(corpus_of(same))
    assert (theme.title, len(theme.paper_keys)) == ("All papers", 12)
