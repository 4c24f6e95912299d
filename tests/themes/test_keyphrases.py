"""The noun phrases of titles: whole ones are known, halves and fragments are refused."""

from __future__ import annotations

import pytest

from broadsheet.themes.keyphrases import reads_as_noun_phrase


@pytest.mark.parametrize("phrase", ["wet knots", "semi-supervised learning", "information retrieval", "laws of knots"])
def test_noun_phrases_are_known(phrase: str) -> None:
    assert reads_as_noun_phrase(phrase.split())


FRAGMENTS = (
    "improving knots",
    "knots using",
    "self-supervised",
    "the knots",
    "knots of",
    "large-scale",
    "knots slowly",
)


@pytest.mark.parametrize("phrase", [*FRAGMENTS, "x" * 99])
def test_fragments_are_refused(phrase: str) -> None:
    assert not reads_as_noun_phrase(phrase.split())
