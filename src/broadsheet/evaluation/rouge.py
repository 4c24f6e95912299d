"""ROUGE-1, ROUGE-2 and ROUGE-L as F-measures with Porter stemming (Lin 2004), by the package `rouge-score`."""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Iterable
from typing import Any

from broadsheet.errors import UsageError
from broadsheet.settings.extras import missing_extra


@dataclasses.dataclass(frozen=True)
class Rouge:
    """The three F-measures, 0 to 1."""

    r1: float
    r2: float
    rl: float


@functools.cache
def load_scorer() -> Any:
    """The scorer of `rouge-score`; raises `UsageError` where that is not installed.

    The tokens of each text are cached, since a reference is compared with every sentence and every writer.
    """
    try:
        from rouge_score import rouge_scorer, tokenizers  # an extra, and a second or two of nltk
    except ImportError as error:
        raise UsageError(missing_extra("eval", error)) from error
    # The scorer only calls `tokenize`, so that a namespace with that function serves as its tokenizer.
    tokenize = functools.lru_cache(maxsize=8192)(tokenizers.DefaultTokenizer(use_stemmer=True).tokenize)
    return rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=types.SimpleNamespace(tokenize=tokenize))


def rouge(reference: str, text: str) -> Rouge:
    """ROUGE-1, -2 and -L of a text: shared words, shared pairs of neighbours, longest common subsequence.

    Each is F = 2PR / (P + R), where P is the share of the text and R the share of the reference that is shared.
    """
    scores = load_scorer().score(reference, text)
    return Rouge(*(float(scores[name].fmeasure) for name in ("rouge1", "rouge2", "rougeL")))


def best_rouge(references: Iterable[str], text: str) -> Rouge:
    """The scores against the reference with the highest ROUGE-1: the best of several, as for SciTLDR (Cachola 2020)."""
    return max((rouge(reference, text) for reference in references), key=lambda scores: scores.r1)
