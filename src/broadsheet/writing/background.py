"""What is known of a field before a listing is read: how rare words are, which go together, and where papers lie.

The shipped background was learned by benchmarks/train_background.py from 14,005 papers of computer science. Terms
it does not know are left to the papers at hand.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

NEIGHBOURS = 10
"""How many papers of the background stand by a paper, so that two that share no word can still be near."""
PULL = 1.5
"""How far the neighbours draw a paper, beside its own place."""
_BLOCK = 1024


@dataclasses.dataclass(frozen=True)
class Background:
    """Directions of terms and places of papers in one space of `words.shape[1]` dimensions."""

    columns: Mapping[str, int]
    rarity: Matrix
    """The inverse document frequency of each term."""
    words: Matrix
    """The direction of each term, a row a term."""
    places: Matrix
    """Papers seen before, rows of length 1."""

    def rarities(self) -> dict[str, float]:
        """The inverse document frequency by term."""
        return dict(zip(self.columns, self.rarity.tolist(), strict=True))

    def place(self, papers: Sequence[Counter[str]]) -> Matrix:
        """Each paper's place by its own terms, a row of length 1, or 0 where none of its terms is known."""
        import numpy as np
        from scipy import sparse

        at: list[int] = []
        values: list[float] = []
        ends = [0]
        for terms in papers:
            known = [(self.columns[term], 1 + math.log(count)) for term, count in terms.items() if term in self.columns]
            at.extend(column for column, _ in sorted(known))
            values.extend(weight for _, weight in sorted(known))
            ends.append(len(at))
        counted = np.array(values, dtype=np.float32) * self.rarity[at]
        parts = (counted, np.array(at, dtype=np.int32), np.array(ends))
        placed: Matrix = sparse.csr_matrix(parts, shape=(len(papers), len(self.columns))) @ self.words
        return _unit(placed)

    def familiarity(self, papers: Sequence[Counter[str]]) -> Matrix:
        """Of each paper's terms, the share that is known here: 1 in its own field, less the farther away."""
        import numpy as np

        shares = [sum(term in self.columns for term in terms) / max(1, len(terms)) for terms in papers]
        return np.array(shares, dtype=np.float32)

    def place_among(self, papers: Sequence[Counter[str]]) -> Matrix:
        """Each paper's place drawn towards the mean of its nearest neighbours in the background, rows of length 1."""
        import numpy as np

        own = self.place(papers)
        if len(self.places) == 0:
            return own
        near = min(NEIGHBOURS, len(self.places))
        drawn = np.empty_like(own)
        for begin in range(0, len(own), _BLOCK):
            block = own[begin : begin + _BLOCK]
            scores = block @ self.places.T
            nearest = np.argpartition(-scores, near - 1, axis=1)[:, :near]
            drawn[begin : begin + _BLOCK] = block + PULL * self.places[np.sort(nearest, axis=1)].mean(axis=1)
        drawn[~own.any(axis=1)] = 0.0
        return _unit(drawn)


@functools.cache
def shipped() -> Background:
    """The background that comes with Broadsheet."""
    return load((files("broadsheet") / "writing" / "weights" / "background.npz").read_bytes())


def load(content: bytes) -> Background:
    """A background from the bytes of its file."""
    import numpy as np

    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        terms = arrays["terms"].item().decode().split("\n")
        return Background(
            columns={term: at for at, term in enumerate(terms)},
            rarity=arrays["rarity"].astype(np.float32),
            words=arrays["words"].astype(np.float32),
            places=_unit(arrays["places"].astype(np.float32)),
        )


def _unit(rows: Matrix) -> Matrix:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Matrix = (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return scaled
