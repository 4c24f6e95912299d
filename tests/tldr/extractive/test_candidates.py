"""Candidates are deletions that leave a whole sentence: what restricts, negates or measures a claim stays with it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.text.sentences import Sentence
from broadsheet.tldr.extractive.candidates import Opening, is_well_formed, shorten


def versions(text: str, opening: Opening = "either") -> list[str]:
    sentence = Sentence(0, 0, len(text), text)
    return [one.text for one in shorten(sentence, lambda _: 1.0, opening=opening)]


@pytest.mark.parametrize(
    ("sentence", "shorter"),
    [
        (
            "We propose Knotter, a machine that ties wet knots, which is cheap to build at home.",
            "We propose Knotter, a machine that ties wet knots.",
        ),
        (
            "Inspired by the hands of sailors, we present a machine for tying wet knots.",
            "We present a machine for tying wet knots.",
        ),
        (
            "Experiments on ropes show that our machine ties twelve knots a minute.",
            "Our machine ties twelve knots a minute.",
        ),
        (
            "We study knots tied by machines (three of them) in wet weather.",
            "We study knots tied by machines in wet weather.",
        ),
        (
            "We present a machine for tying wet knots and show that it outperforms sailors.",
            "We present a machine for tying wet knots.",
        ),
        (
            "In wet weather, we show that small knots are rather stable and that large knots are rather loose.",
            "In wet weather, small knots are rather stable, and large knots are rather loose.",
        ),
    ],
)
def test_what_adds_to_a_claim_may_go(sentence: str, shorter: str) -> None:
    assert shorter in versions(sentence)
    assert versions(sentence)[0] == sentence


@pytest.mark.parametrize(
    ("sentence", "stays"),
    [
        ("We show that machine knots never slip when the rope is dry and clean.", "when the rope is dry and clean."),
        ("We prove that the machine ties all knots only if ropes are thin enough.", "only if ropes are thin enough."),
        ("Our machine outperforms the best sailors on short and thin ropes.", "on short and thin ropes."),
        ("We present a machine that ties common sailing knots in 0.5 s.", "in 0.5 s."),
        ("We tie the common sailing knots by machine without any human help.", "without any human help."),
        ("We argue that the need to tie wet knots in rain limits the speed of ships.", "limits"),
        ("Our machine ties more wet knots a minute relative to the best sailors.", "relative to the best sailors."),
        ("We show that long wet ropes do not slip in the hands of sailors.", "not"),
        ("Our machine ties 82% faster knots at sea, with less rope, than sailors do.", "than sailors do."),
        ("On hemp (two vs three strands), our machine ties all of the wet knots.", "(two vs three strands)"),
        ("Computer simulations show that the machine ties all wet knots at sea.", "simulations"),
    ],
)
def test_what_a_claim_rests_on_stays(sentence: str, stays: str) -> None:
    found = versions(sentence)
    assert found
    assert all(stays in one for one in found)


@pytest.mark.parametrize(
    "broken",
    [
        "We tie not only wet knots in a minute.",
        "We tie knots (with a machine in rain.",
        "We tie a great many knots with the.",
        "We compare knots between sailors in the rain.",
        "We tie knots that are both wet, dry, long.",
        'We tie knots with "machines in the rain.',
        "We tie wet knots.",
    ],
)
def test_broken_sentences_are_seen(broken: str) -> None:
    assert not is_well_formed(broken)


def test_a_claim_opens_as_it_is_told_to() -> None:
    sentence = "We propose a new machine that ties wet knots in the rain."
    noun = "A new machine that ties wet knots in the rain."
    assert noun in versions(sentence, "either")
    assert all(one.startswith("We propose") for one in versions(sentence, "we"))
    assert versions(sentence, "noun")[0] == noun
    assert not any(one.startswith("We propose") for one in versions(sentence, "noun"))


def test_a_question_is_not_cut() -> None:
    assert versions("What knots do sailors tie in rain, which is common?") in (
        [],
        ["What knots do sailors tie in rain, which is common?"],
    )


_WORDS = """we propose show that a the machine knots (ROPE) ropes, which is not only but for tying using in 0.5 s
    and reduces    by 12% both; : — while "wet" to improve"""


@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.sampled_from(_WORDS.split()), min_size=1, max_size=40))
def test_every_version_keeps_words_in_their_order(words: list[str]) -> None:
    sentence = " ".join(words) + "."
    for version in versions(sentence):
        source = iter(plain(sentence))
        assert all(word in source for word in plain(version)), version
        assert versions(sentence) == versions(sentence)


def plain(text: str) -> list[str]:
    return [word for word in (one.strip('.,;:()"—').lower() for one in text.split()) if word]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("To this, we answer with a price for each request, set.", False),
        ("Each request of the robots has its own price, set by the sender.", True),
        ("The new method of knots is fast, cheap, robust.", True),
    ],
)
def test_a_word_left_over_after_the_last_comma_is_no_end(text: str, whole: bool) -> None:
    assert is_well_formed(text) is whole


@pytest.mark.parametrize(
    ("sentence", "broken"),
    [
        ("We tie knots whose tension adapts to the slack defined in the table of ropes.", "the slack defined."),
        ("We show how the tension learned by the machine depends on wet ropes.", "the tension learned."),
        ("We study slack in ropes, e.g., the machine ties two knots in one rope.", "ties two knots."),
        ("We anticipate the new machine of ours to be applicable to all ropes.", "machine of ours."),
        (
            "We propose Knotter that ties wet knots for sailors at sea.",
            "Knotter that ties wet knots for sailors at sea.",
        ),
        (
            "We present a machine for wet knots, and we lay the ground for other machines.",
            "A machine for wet knots, and we lay the ground for other machines.",
        ),
        (
            "We prove that wet knots slip and show that they hold on hemp.",
            "Wet knots slip and show that they hold on hemp.",
        ),
        (
            "We find that wet knots slip on hemp, while highlighting that ropes are old.",
            "Wet knots slip on hemp, while highlighting that ropes are old.",
        ),
    ],
)
def test_what_only_begins_something_is_no_version(sentence: str, broken: str) -> None:
    assert not [one for one in versions(sentence) if one.endswith(broken) and one != sentence]
