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


def test_each_paper_with_a_phrase_is_found_in_a_list_that_is_read_in_several_blocks() -> None:
    # Nine tokens a paper with the ends of its texts: the first block ends inside "wet knots".
    papers = [Paper(key=f"{at}", title="Wet knots sink", abstract="Wet knots float.") for at in range(14_600)]
    (phrase,) = (one for one in find_phrases(papers) if one.key == "wetknot")
    assert phrase.titled == phrase.mentioned == set(range(len(papers)))
    assert phrase.spellings == {"Wet knots": 2 * len(papers)}


def test_a_phrase_goes_on_from_no_text_to_the_next_and_is_one_with_and_without_a_hyphen() -> None:
    told = (("Kites fly wet", "Knots at sea."), ("Wet knots", "Tying wet-knots."))
    papers = [Paper(key=title, title=title, abstract=abstract) for title, abstract in told]
    found = {phrase.key: phrase for phrase in find_phrases([*papers, papers[1]])}
    assert (found["wetknot"].titled, found["wetknot"].mentioned) == ({1, 2}, {1, 2})
    assert not found["wetknot"].followers
    assert found["wetknot"].before == {"tying": 2}
