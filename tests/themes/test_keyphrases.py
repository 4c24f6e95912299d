"""The noun phrases of titles: whole ones are known, halves and fragments are refused."""

from __future__ import annotations

import pytest

from broadsheet.models import Paper
from broadsheet.themes.keyphrases import find_phrases, reads_as_noun_phrase


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


def test_a_phrase_that_always_follows_one_word_is_the_tail_of_a_longer_one() -> None:
    titles = ("Markov chain Monte Carlo at sea", "On Markov chain Monte Carlo")
    found = {phrase.key: phrase for phrase in find_phrases([Paper(key=title, title=title) for title in titles])}
    assert found["chainmontecarlo"].is_tail()
    assert not found["markovchainmontecarlo"].is_tail()


def test_a_subject_with_a_place_is_found_in_a_single_abstract_and_no_other_phrase_is() -> None:
    papers = [Paper(key="a", title="Kites", abstract="It uses spiking neural networks and wet knots.")]
    assert [phrase.key for phrase in find_phrases(papers) if "spiking" in phrase.key] == ["spikingneuralnetwork"]
    assert "wetknot" not in {phrase.key for phrase in find_phrases(papers)}


def test_a_framework_heads_no_theme() -> None:
    titles = ("A knot framework at sea", "The knot framework again")
    assert not find_phrases([Paper(key=title, title=title) for title in titles])
