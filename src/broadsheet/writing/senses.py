"""Papers -> where a sentence encoder puts them, drawn towards papers of the background that it puts nearby."""

from __future__ import annotations

import dataclasses
import functools
import io
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from broadsheet.models import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

PROBE = "Each model of this kind puts this sentence in a place of its own."
_SAME = 0.97
"""The cosine above which an encoder puts the probe where ours did: quantised or not, it is the same one."""


@dataclasses.dataclass(frozen=True)
class Senses:
    """An encoder, and the places of papers that it has seen: none where the shipped ones are another encoder's."""

    encode: Callable[[Sequence[str]], Matrix]
    seen: Matrix
    _known: dict[str, Matrix] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, encode: Callable[[Sequence[str]], Matrix]) -> Senses:
        """The encoder with the shipped places (all-MiniLM-L6-v2's), if they are its own."""
        own, (probe, places) = encode([PROBE]), shipped_places()
        same = own.shape[1] == len(probe) and float(own[0] @ probe) > _SAME
        return cls(encode, places if same else places[:0, :0])

    def place(self, papers: Sequence[Paper]) -> Matrix:
        """Where the papers are, drawn towards those seen that are near, a row of length 1 each."""
        from broadsheet.writing.background import draw_near

        own = self.encode_papers(papers)
        return draw_near(own, self.seen) if len(self.seen) else own

    def encode_papers(self, papers: Sequence[Paper]) -> Matrix:
        """Where the encoder itself puts the papers; each text is encoded once."""
        import numpy as np

        texts = [f"{paper.title}. {paper.abstract}" for paper in papers]
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


@functools.cache
def shipped_places() -> tuple[Matrix, Matrix]:
    """Where all-MiniLM-L6-v2 puts the probe, and 6,000 papers of the background (benchmarks/train_senses.py)."""
    import numpy as np

    content = (files("broadsheet") / "writing" / "weights" / "senses.npz").read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        places = arrays["places"].astype(np.float32)
        return arrays["probe"].astype(np.float32), places / np.linalg.norm(places, axis=1, keepdims=True)
