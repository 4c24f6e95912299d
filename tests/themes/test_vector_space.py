"""Similarity: papers on the same matter are alike, whatever else they say."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from broadsheet.models import Paper
from broadsheet.themes.background import TermCounts, shipped
from broadsheet.themes.vector_space import Space, count_terms, dense, describe_papers, weigh_terms


def paper(title: str, abstract: str = "") -> Paper:
    return Paper(key=title, title=title, abstract=abstract)


def test_the_title_counts_twice() -> None:
    assert count_terms(paper("Wet knots", "A knot slips.")) == {"wet": 2, "knot": 3, "slip": 1}


def test_term_counts_are_those_of_each_paper_however_often_they_are_read() -> None:
    papers = [paper("Wet knots", "A knot slips."), paper("", ""), paper("Boats slip")]
    counted = TermCounts(map(count_terms, papers))
    assert len(counted) == 3
    assert list(counted) == list(counted) == [count_terms(one) for one in papers]


def test_rows_have_length_one_or_none() -> None:
    rows = weigh_terms([paper("Wet knots", "hold"), paper("", ""), paper("Boats")])
    assert np.sqrt((rows * rows).sum(axis=1)) == pytest.approx([1, 0, 1])


def test_a_background_decides_what_is_rare() -> None:
    papers = [paper("Wet knots"), paper("Wet boats")]
    plain, backed = weigh_terms(papers), weigh_terms(papers, background={"wet": 9.0})
    assert (backed @ backed.T)[0, 1] > (plain @ plain.T)[0, 1]


def test_the_same_matter_is_nearer_than_another() -> None:
    space = Space.of(weigh_terms([paper("Wet knots in rope"), paper("Rope knots"), paper("Painting boats red")]))
    similarity = space.compare([0, 1, 2])
    assert similarity[0, 1] > 0 > similarity[0, 2]
    assert similarity == pytest.approx(similarity.T)


def test_sums_say_the_same_as_pairs() -> None:
    papers = [paper(title) for title in ("Wet knots", "Dry knots", "Red boats", "Wet boats", "Rope")]
    space = Space.of(weigh_terms(papers))
    pairs = space.compare(range(5))
    sums = space.project([(0, 1), (2, 3, 4)])
    assert sums[:, 0] == pytest.approx(pairs[:, [0, 1]].sum(axis=1))
    assert sums[:, 1] == pytest.approx(pairs[:, [2, 3, 4]].sum(axis=1))
    assert space.project_own((2, 3, 4)) == pytest.approx(sums[[2, 3, 4], 1])


def test_many_papers_are_compared_as_sparse_rows_and_no_otherwise_than_as_dense_ones() -> None:
    words = map("".join, itertools.islice(itertools.product("bdfgkmnprtvz", repeat=4), 1500))
    many = weigh_terms([paper(f"{word} in rope{at % 7}") for at, word in enumerate(words)])
    sparse, full = Space.of(many), Space.of(dense(many))
    assert not isinstance(many, np.ndarray)
    assert sparse.compare(range(100)) == pytest.approx(full.compare(range(100)))
    groups = [range(0, 1500, 7), range(3)]
    assert sparse.project(groups) == pytest.approx(full.project(groups))


def test_papers_with_dense_kernels_are_compared_as_the_sparse_product_of_their_rows_has_it() -> None:
    words = map("".join, itertools.islice(itertools.product("bdfgkmnprtvz", repeat=4), 1500))
    papers = [paper(f"{word} by neural networks{at % 7} of galaxies") for at, word in enumerate(words)]
    space = Space(describe_papers(papers, shipped()), np.zeros(1), np.ones(len(papers)))
    rows = space.rows[:150]
    space = dataclasses.replace(space, mean=np.zeros(rows.shape[1]))
    assert np.array_equal(space.compare(range(150)), dense(rows @ rows.T).clip(-1, 1))


def test_sums_of_many_groups_are_those_of_each_alone() -> None:
    space = Space.of(weigh_terms([paper(f"Knot{at} in rope{at % 7}") for at in range(200)]))
    groups = [(at, 199 - at) for at in range(100)]
    alone = np.hstack([space.project([group]) for group in groups])
    assert space.project(groups) == pytest.approx(alone)
