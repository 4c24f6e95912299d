"""The tree of average linkage is scipy's, ties and all; a paper leaves what it is linked to only where it is clear."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from broadsheet.themes.clustering import cluster, expect_count, grow_tree, smallest_group
from broadsheet.themes.vector_space import Space


def partition(labels):
    groups: dict[int, list[int]] = {}
    for item, label in enumerate(labels):
        groups.setdefault(int(label), []).append(item)
    return sorted(map(tuple, groups.values()))


def distances(seed: int, items: int, levels: int | None) -> np.ndarray:
    """Random distances; with `levels` only so many different ones, so that ties abound."""
    chance = np.random.default_rng(seed)
    upper = np.triu(chance.random((items, items)) if levels is None else chance.integers(1, levels, (items, items)), 1)
    return (upper + upper.T).astype(float)


@pytest.mark.parametrize("levels", [None, 4, 12])
@pytest.mark.parametrize("items", [3, 4, 7, 30, 83])
def test_every_cut_is_scipys(items, levels):
    for seed in range(5):
        apart = distances(seed, items, levels)
        theirs, ours = linkage(squareform(apart), "average"), grow_tree(apart)
        assert (ours.heights == theirs[:, 2]).all()
        for count in range(1, items + 1):
            expected = fcluster(theirs, count, "maxclust")
            assert partition(ours.cut_into(count)) == partition(expected), (seed, count)
        for height in (0.3, 0.5, 3.0):
            assert ours.count_at(height) == fcluster(theirs, height, "distance").max()


def test_two_items_are_one_group():
    assert grow_tree(np.array([[0.0, 0.4], [0.4, 0.0]])).cut_into(1) == [0, 0]


def on_a_circle(*degrees: int) -> Space:
    """Papers as directions on a plane."""
    angles = np.radians(degrees)
    return Space.of(np.stack([np.cos(angles), np.sin(angles)], axis=1))


@pytest.mark.parametrize(
    ("degrees", "linked", "settled"),
    [
        ((122, 141, 161, 209, 243, 298, 346), [(0, 1, 2), (3, 4, 5, 6)], [(0, 1, 2, 3), (4, 5, 6)]),
        ((35, 93, 105, 144, 164, 221, 262), [(0, 1, 2), (3, 4, 5, 6)], [(0, 1, 2), (3, 4, 5, 6)]),
    ],
    ids=["0.08 nearer to the other group", "0.02 nearer to the other group"],
)
def test_a_linked_paper_moves_to_another_group_only_where_that_is_clearly_nearer(degrees, linked, settled):
    space = on_a_circle(*degrees)
    tree = grow_tree(1.0 - space.compare(range(len(degrees))))
    assert partition(tree.cut_into(2)) == linked
    assert sorted(tuple(sorted(group)) for group in cluster(space, count=2).groups) == settled


def test_a_cut_for_a_number_counts_groups_of_two_or_more() -> None:
    # Two pairs that are far apart, and a lone item that is nearer to the first.
    places = np.array([0.0, 0.1, 10.0, 10.2, 3.0])
    tree = grow_tree(np.abs(places[:, None] - places[None, :]))
    assert tree.cut_for(2) == [0, 0, 2, 2, 0]
    assert tree.cut_for(1) == [0, 0, 0, 0, 0]
    assert len(set(tree.cut_for(3))) == 3


def test_a_cut_may_ask_for_larger_groups_than_pairs():
    chain = np.array([1.0, 1.1, 1.2, 5.5, 5.6, 9.0, 9.1])  # three, two and two that lie together
    tree = grow_tree(np.abs(chain[:, None] - chain[None, :]))
    assert partition(tree.cut_for(3)) == [(0, 1, 2), (3, 4), (5, 6)]
    assert partition(tree.cut_for(2, least=3)) == [(0, 1, 2), (3, 4, 5, 6)]


@pytest.mark.parametrize(("papers", "most", "least"), [(60, 20, 2), (150, 26, 2), (300, 26, 3), (1000, 47, 6)])
def test_in_a_large_digest_themes_grow_with_it(papers, most, least):
    unlike = np.eye(200)
    assert expect_count(unlike + 1e-6, grow_tree(1.01 - unlike), papers) == most
    assert smallest_group(papers) == least
