"""Trees as arrays: each row takes the branch that its numbers choose."""

import numpy as np
import pytest

from broadsheet.text.boosted_trees import Forest, load_forest


def stump_and_leaf() -> Forest:
    """A tree that asks once (x <= 0.5: 1, else 2, and there y <= 3: 10, else 20), and one that is a single leaf."""
    return Forest(
        names=("x", "y"),
        feature=np.array([0, 0, 1, 0, 0, 0]),
        threshold=np.array([0.5, 0.0, 3.0, 0.0, 0.0, 0.0]),
        left=np.array([1, 1, 3, 3, 4, 5]),
        right=np.array([2, 1, 4, 3, 4, 5]),
        value=np.array([0.0, 1.0, 0.0, 10.0, 20.0, 0.25]),
        roots=np.array([0, 5]),
        depth=2,
    )


@pytest.mark.parametrize(
    ("row", "score"), [((0.5, 9.0), 1.25), ((0.51, 3.0), 10.25), ((0.51, 3.01), 20.25), ((-7.0, 0.0), 1.25)]
)
def test_a_row_goes_left_up_to_the_threshold(row: tuple[float, float], score: float) -> None:
    assert stump_and_leaf().score(np.array([row])) == pytest.approx([score])


def test_no_rows_have_no_scores() -> None:
    assert stump_and_leaf().score(np.zeros((0, 2))).shape == (0,)


@pytest.mark.parametrize("name", ["ground", "ground_words"])
def test_shipped_trees_score_a_row_as_a_walk_from_each_root_to_a_leaf_does(name: str) -> None:
    forest = load_forest(name)
    rows = np.random.default_rng(1).choice(forest.threshold, size=(20, len(forest.names)))
    assert forest.score(rows) == pytest.approx([walk(forest, row) for row in rows])


def walk(forest: Forest, row: np.ndarray) -> float:
    total = 0.0
    for root in forest.roots:
        node = root
        while forest.left[node] != node:
            goes_left = row[forest.feature[node]] <= forest.threshold[node]
            node = forest.left[node] if goes_left else forest.right[node]
        total += forest.value[node]
    return total
