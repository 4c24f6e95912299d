"""From a verdict to a finding: which words of a TL;DR are why, and a sentence that helps to set them right."""

from __future__ import annotations

import re

from broadsheet.models import Finding
from broadsheet.writing.judging import Verdict, find_run
from broadsheet.writing.words import split_words

_MOST_OF_IT = 0.7
"""From this share of its words on a TL;DR is told to be about something else."""


def explain(tldr: str, verdict: Verdict) -> Finding:
    """What a TL;DR says that its abstract does not, in a sentence for whoever writes it anew."""
    import numpy as np

    words = np.array(verdict.words)
    turns = {turn.at: turn for turn in verdict.seen.turns}
    top = int(words.argmax())
    near = [at for at in (top - 1, top, top + 1) if at in turns]
    if near and words[top] > 0:
        at = max(near, key=lambda one: words[one])
        span = words_between(tldr, at - 1, at + 3)
        word = verdict.seen.text.spoken[at]
        return Finding(
            kind="polarity",
            span=span,
            detail=f"the abstract does not say '{span}' with '{word}': check which way it goes",
        )
    start, end, _ = find_run(words - min(0.0, float(words.max()) - 1.0))
    if end - start >= _MOST_OF_IT * len(words):
        return Finding(kind="unsupported", detail="most of it says something else than the abstract")
    span = words_between(tldr, start, max(end, start + 1))
    return Finding(kind="unsupported", span=span, detail=f"the abstract does not say '{span}'")


def words_between(text: str, start: int, end: int) -> str:
    """The part of a text that holds its words `start` to `end`, as `split_words` counts them."""
    at = 0
    pieces = []
    for piece in re.findall(r"\S+", text):
        count = len(split_words(piece))
        if at < end and at + count > start:
            pieces.append(piece)
        at += count
    return " ".join(pieces).strip(" .,;:")
