"""That a turned claim is seen beside the place in the abstract that says it the other way round."""

from __future__ import annotations

from broadsheet.grounding.polarity import Turn, find_turns
from broadsheet.grounding.rivals import index_sentences

ABSTRACT = index_sentences(
    ["Buckets forecast tides without costly gauges.", "The net is trained once and does not help in storms."]
)


def turns_of(tldr: str) -> list[Turn]:
    return find_turns(index_sentences([tldr]), ABSTRACT, lambda root: 1.0)


def test_a_denial_that_the_abstract_makes_is_alike():
    turn = turns_of("The net does not help in storms.")[0]
    assert (turn.kind, turn.alike, turn.verbatim, turn.bridged) == ("denies", 1.0, True, False)


def test_a_denial_put_into_a_plain_claim_is_bridged_and_its_words_stand_plain():
    plain = index_sentences(["The net is trained once."])
    (turn,) = find_turns(index_sentences(["The net is not trained once."]), plain, lambda root: 1.0)
    assert (turn.alike, turn.plain, turn.bridged) == (0.0, 1.0, True)


def test_a_denial_taken_away_stands_against_the_abstract():
    (turn,) = turns_of("Buckets forecast tides with costly gauges.")
    assert turn.kind == "paired"
    assert turn.against > turn.alike


def test_the_other_direction_stands_against_the_abstract():
    abstract = index_sentences(["The method improves recall on tides."])
    (turn,) = find_turns(index_sentences(["The method degrades recall on tides."]), abstract, lambda root: 1.0)
    assert (turn.kind, turn.alike, turn.against, turn.same_word) == ("worse", 0.0, 1.0, False)
