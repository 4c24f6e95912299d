"""Inference for gradient-boosted decision trees with numpy; scripts in benchmarks/ train them with LightGBM."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from broadsheet.text.weights import load_arrays


@dataclasses.dataclass(frozen=True)
class Forest:
    """The nodes of all trees in flat arrays of one length; a leaf is its own child on both sides.

    At node `n`, a row of features goes left where `features[feature[n]] <= threshold[n]`. The score is the sum of the
    reached leaves' `value`, as LightGBM (Ke et al. 2017) defines it for numerical splits without missing values.
    `roots` has the root node of each tree, `depth` the depth of the deepest one.
    """

    names: tuple[str, ...]
    """The names of the features, in the order of the columns."""
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    depth: int

    def score(self, rows: np.ndarray) -> np.ndarray:
        """The scores of the rows, shape (rows,); `rows` is rows x names, without NaN. Rows x trees x depth steps."""

        columns = np.asarray(rows, dtype=np.float64)
        flat = columns.ravel()
        begins = np.arange(0, columns.size, columns.shape[1])[:, None]  # take() on one axis is the quick way
        # `at` (rows x trees) holds twice the node number, the place of a node in the doubled arrays of `_pairs`.
        at = np.broadcast_to(2 * self.roots, (len(columns), len(self.roots)))
        feature, threshold, children = self._pairs
        # All rows go down all trees in step; a row at a leaf stays there, since a leaf is its own child.
        for _ in range(self.depth):
            goes_left = flat.take(begins + feature.take(at)) <= threshold.take(at)
            at = children.take(at + goes_left)
        scores: np.ndarray = self.value.take(at >> 1).sum(axis=1)
        return scores

    @functools.cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Features, thresholds and children with two entries a node: the right child first, then the left one.

        Adding the truth value of "goes left" to a node's place then selects the child in one look-up.
        """

        children = 2 * np.stack([self.right, self.left], axis=1).ravel()
        return self.feature.repeat(2), self.threshold.repeat(2), children


@functools.cache
def load_forest(name: str) -> Forest:
    """Loads the forest shipped as `text/data/<name>.npz`; cached."""

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
