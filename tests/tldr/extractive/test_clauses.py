"""Where a sentence may begin and end, by the reason's name; what a claim rests on is never offered."""

from __future__ import annotations

import pytest

from broadsheet.tldr.extractive.clauses import find_clauses, governs, is_scope_of_result, is_verb, lacks_complement


def cuts(sentence: str) -> dict[str, str]:
    """What each cut leaves, by its kind."""
    found = find_clauses(sentence, lambda _: 1.0)
    left = {}
    for one in (*found.beginnings, *found.endings, *found.middles):
        if one.kind:
            left[one.kind] = " ".join((*found.words[: one.start], *found.words[one.end :]))
    return left


@pytest.mark.parametrize(
    ("sentence", "kind", "left"),
    [
        ("Inspired by sailors, we tie wet knots.", "fronted", "we tie wet knots."),
        ("Experiments on ropes show that knots hold.", "frame", "knots hold."),
        ("We propose a machine for knots.", "head", "a machine for knots."),
        ("We developed a machine for knots.", "head", "a machine for knots."),
        ("In wet ropes, we show that knots hold.", "frame", "In wet ropes, knots hold."),
        ("We tie wet knots by machine (three of them) in rain.", "parenthesis", "We tie wet knots by machine in rain."),
        ("Our machine, called Knotter, ties wet knots.", "called", "Our machine, ties wet knots."),
        ("We tie knots quickly and safely in rain.", "adverbs", "We tie knots in rain."),
        ("We tie wet knots by machine, which is cheap.", "which", "We tie wet knots by machine,"),
        ("We tie all the wet knots; ropes are dry.", "semicolon", "We tie all the wet knots;"),
        ("We tie all the wet knots and show that they hold.", "verb phrase", "We tie all the wet knots"),
    ],
)
def test_each_cut_is_named_by_its_reason(sentence: str, kind: str, left: str) -> None:
    assert cuts(sentence)[kind] == left


@pytest.mark.parametrize(
    "sentence",
    [
        "We tie all wet knots of sailors unless ropes are thick.",
        "We tie all wet knots of sailors in 0.5 s.",
        "What knots do the sailors tie in rain, which is common?",
        "We tie more wet knots of all kinds than sailors.",
        "We find all wet knots of sailors to be strong.",
        "We show sailors a rope that holds wet knots.",
    ],
)
def test_what_restricts_measures_or_asks_is_not_cut(sentence: str) -> None:
    assert find_clauses(sentence, lambda _: 1.0).endings[1:] == ()


def test_a_word_that_seldom_ends_a_phrase_ends_no_sentence() -> None:
    sentence = "We tie wet knots in ropes for sailors at sea"
    assert find_clauses(sentence, lambda _: 1.0).endings[1:]
    assert find_clauses(sentence, lambda _: 0.0).endings[1:] == ()


def test_a_verb_asks_for_the_phrase_that_begins_with_its_word() -> None:
    assert governs("allows", "to")
    assert not governs("knot", "to")
    assert not governs("allows", "beside")
    assert is_verb("outperforms")
    assert not is_verb("machine")


@pytest.mark.parametrize(
    ("kept", "lacks"),
    [
        ("we argue that the need to tie knots", True),
        ("we argue that knots are wet", False),
        ("we tie wet knots", False),
    ],
)
def test_a_claim_that_waits_for_its_verb_is_seen(kept: str, lacks: bool) -> None:
    assert lacks_complement(kept) is lacks


def test_where_a_result_was_seen_belongs_to_it() -> None:
    assert is_scope_of_result("on phrase", "Our machine outperforms sailors")
    assert is_scope_of_result("in phrase", "Our machine ties 95 percent of knots")
    assert not is_scope_of_result("on phrase", "We tie wet knots")
    assert not is_scope_of_result("which", "Our machine outperforms sailors")


@pytest.mark.parametrize("text", ["We tie knots of α ∈ (0, 1).", "Knots in (1+1) dimensions hold.", "It is (1) wet."])
def test_a_bracket_that_is_no_aside_stays(text: str) -> None:
    assert not find_clauses(text, lambda _: 1.0).middles
