"""See also: what stands in one theme and is nearly as like another, and nothing else."""

from __future__ import annotations

import random

from scipy import sparse

from broadsheet.models import Paper
from broadsheet.themes.group import MOST, find_besides, group_papers
from broadsheet.themes.vector_space import Space
from corpora import corpus_of

KNOTS, BREAD, KITES, BOTH = (1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0), (0.7, 0.7, 0)
VOCABULARIES = [[f"{start}{vowel}{end}" for vowel in "aeiou" for end in ("bli", "dro")] for start in ("zw", "xr", "qv")]
"""Words that no background knows, ten of each of three matters."""


def space_of(*rows: tuple[float, ...]) -> Space:
    return Space.of(sparse.csr_matrix(list(rows)))


def test_a_paper_of_two_matters_is_named_with_the_one_in_which_it_does_not_stand():
    space = space_of(*[KNOTS] * 3, BOTH, *[BREAD] * 3, *[KITES] * 3)
    assert find_besides(space, [(0, 1, 2, 3), (4, 5, 6), (7, 8, 9)]) == [(), (3,), ()]


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


def invent(key: str, *words: str) -> Paper:
    return Paper(key=key, title=" ".join(words[:2]), abstract=" ".join(words))


def test_the_built_in_themes_refer_to_papers_of_other_themes_that_share_their_words():
    chance = random.Random(3)
    papers = [invent(f"{at % 3}.{at}", *chance.sample(VOCABULARIES[at % 3], 6)) for at in range(36)]
    mixed = invent("mixed", VOCABULARIES[0][0], VOCABULARIES[1][0], *VOCABULARIES[0], *VOCABULARIES[1])
    themes = group_papers(corpus_of([*papers, mixed]), count=3)
    home = next(theme for theme in themes if "mixed" in theme.paper_keys)
    (refers,) = (theme for theme in themes if theme.see_also)
    assert refers.see_also == ("mixed",)
    assert {theme.paper_keys[-2][0] for theme in (home, refers)} == {"0", "1"}
    assert [theme.see_also for theme in group_papers(corpus_of(papers), count=3)] == [()] * 3
