"""Choosing: English abstracts of a usual length get the learned engine, and what points back to nothing loses."""

from __future__ import annotations

import pytest

from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.extract import describe_sentences, rate
from broadsheet.tldr.extractive.preferences import PREFERENCES
from broadsheet.tldr.extractive.ranking import feature_names
from broadsheet.tldr.extractive.selection import OPENING, choose, load_weights, reads_as_english

TITLE = "Knotter: Tying Wet Knots by Machine"
ABSTRACT = (
    "Knots have been studied for many centuries. We propose Knotter, a machine that ties wet knots. "
    "It has three arms and a hook. Experiments on ropes show that Knotter outperforms sailors."
)


def told(abstract: str, title: str = TITLE) -> str | None:
    sentences = split_sentences(abstract)
    cues = list(describe_sentences(title, sentences))
    chosen = choose(title, sentences, cues, [rate(found) for found in cues], opening=OPENING)
    return chosen and chosen.text


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (ABSTRACT, True),
        ("Nous proposons une machine qui noue les cordes mouillées. Elle possède trois bras.", False),
        ("绳结会滑。我们提出一种新方法。", False),
        (" ".join([ABSTRACT] * 20), False),
        ("", False),
    ],
)
def test_only_an_english_abstract_is_weighed(text: str, english: bool) -> None:
    assert reads_as_english(split_sentences(text)) is english


def test_the_claim_is_told_and_not_the_background() -> None:
    assert "Knotter" in str(told(ABSTRACT))
    assert "centuries" not in str(told(ABSTRACT))


def test_shipped_weights_fit_the_features_of_the_code() -> None:
    sentences = split_sentences(ABSTRACT)
    names = feature_names(tuple(next(iter(describe_sentences(TITLE, sentences)))))
    weights, preferences, of_words = load_weights()
    assert (len(weights), len(preferences)) == (len(names), len(PREFERENCES))
    assert of_words["than"] > 0 > of_words["provides"]


def test_a_claim_comes_before_what_nothing_marks_as_the_papers_own() -> None:
    abstract = (
        "Wet ropes hold ships in the harbour at sea by knots of sailors. Sailors tie them by hand. We present a "
        "machine that ties wet knots with two arms. The sea remains calm."
    )
    assert told(abstract, "Knots at sea by machine") == "A machine ties wet knots with two arms."


def test_a_result_of_others_before_the_authors_speak_is_told_only_where_nothing_else_is() -> None:
    others = (
        "Looms that learn from old sailors outperform all other looms by 40% on wet hemp ropes of the northern seas."
    )
    assert told(f"{others} We tie knots and hooks by hand in small harbours.") == (
        "We tie knots and hooks by hand in small harbours."
    )
    assert told(others) == others
