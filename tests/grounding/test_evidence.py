"""The evidence marked on a page: for each clause of a TL;DR the sentence that says it, in its place."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.grounding.evidence import find_evidence

SENTENCES = (
    "Kettles are loud.",
    "We propose Steamer, a lid that muffles kettles.",
    "On 40 kettles it cuts the noise by 12.5 decibels.",
    "It leaks in winter.",
    "Copper lids leak less than tin lids.",
)
ABSTRACT = " ".join(SENTENCES)


def evidence_of(tldr: str) -> list[int]:
    return [one.sentence for one in find_evidence(ABSTRACT, tldr)]


def test_each_clause_has_the_sentence_that_says_it_in_the_abstracts_order() -> None:
    assert evidence_of("Copper lids leak less than tin, and Steamer muffles kettles.") == [1, 4]
    assert evidence_of("Lids muffle loud kettles by 12.5.") == [1, 2]
    assert evidence_of("Steamer muffles kettles.") == [1]


def test_of_sentences_in_the_same_words_the_one_with_the_number_counts() -> None:
    abstract = "It cuts the noise of 40 kettles. It cuts the noise of 30 kettles. It cuts the noise of all kettles."
    (one,) = find_evidence(abstract, "It cuts the noise of 30 kettles.")
    assert one.sentence == 1


def test_three_sentences_are_marked_at_most() -> None:
    abstract = "Kettles hum. Lids rattle. Spouts whistle. Handles burn."
    assert len(find_evidence(abstract, "Kettles hum, lids rattle, spouts whistle, and handles burn.")) == 3


def test_where_no_word_is_shared_nothing_is_marked() -> None:
    assert evidence_of("Volcanoes erupt seldom.") == []
    assert find_evidence("", "Kettles are loud.") == ()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ABSTRACT.split()), min_size=1, max_size=12).map(" ".join))
def test_what_is_marked_stands_where_it_says(tldr: str) -> None:
    for one in find_evidence(ABSTRACT, tldr):
        assert ABSTRACT[one.start : one.end] == one.text == SENTENCES[one.sentence]
