"""Gradient-boosted trees as plain arrays: what a script in benchmarks/ learned, summed up here with numpy alone."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from broadsheet.text.weights import load_arrays


@dataclasses.dataclass(frozen=True)
class Forest:
    """Binary trees side by side: row `n` of the arrays is node `n`; a leaf is its own child on both sides.

    A row of features goes left where `features[feature] <= threshold`. A model's score is the sum of its trees'
    leaves, as LightGBM defines it (numerical splits, no missing values).
    """

    names: tuple[str, ...]
    """The features, in the order of the columns."""
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    depth: int

    def score(self, rows: np.ndarray) -> np.ndarray:
        """One score a row; `rows` has a column for each of `names`, without NaN."""

        columns = np.asarray(rows, dtype=np.float64)
        flat = columns.ravel()
        begins = np.arange(0, columns.size, columns.shape[1])[:, None]  # take() on one axis is the quick way
        at = np.broadcast_to(2 * self.roots, (len(columns), len(self.roots)))
        feature, threshold, children = self._pairs
        for _ in range(self.depth):
            goes_left = flat.take(begins + feature.take(at)) <= threshold.take(at)
            at = children.take(at + goes_left)
        scores: np.ndarray = self.value.take(at >> 1).sum(axis=1)
        return scores

    @functools.cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Features, thresholds and children with two places a node, the right child in the first: one look-up less."""

        children = 2 * np.stack([self.right, self.left], axis=1).ravel()
        return self.feature.repeat(2), self.threshold.repeat(2), children


@functools.cache
def load_forest(name: str) -> Forest:
    """A forest shipped as `text/data/<name>.npz`."""

    arrays = load_arrays(name)
    return Forest(
        names=tuple(str(one) for one in arrays["names"]),
        feature=arrays["feature"].astype(np.intp),
        threshold=arrays["threshold"].astype(np.float64),
        left=arrays["left"].astype(np.intp),
        right=arrays["right"].astype(np.intp),
        value=arrays["value"].astype(np.float64),
        roots=arrays["roots"].astype(np.intp),
        depth=int(arrays["depth"]),
    )
