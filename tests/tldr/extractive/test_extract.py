"""Extraction: the TL;DR is the abstract's own best sentence, with its place."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.models import Paper
from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.extract import best_sentences, extract_tldr, score_sentences

BACKGROUND = "Knots have been studied for many centuries."
CLAIM = "In this paper, we propose Knotter, a machine that ties wet knots in 0.5 s."
DETAIL = "It has three arms and a hook."
RESULT = "Experiments on 12 ropes show that it outperforms sailors."
CODE = "Code is available at https://example.org/knotter."
ABSTRACT = " ".join((BACKGROUND, CLAIM, DETAIL, RESULT, CODE))


def paper(abstract: str, title: str = "Knotter: Tying Wet Knots by Machine") -> Paper:
    return Paper(key="hash:knotter", title=title, abstract=abstract)


def test_what_was_made_and_what_it_does_are_told_in_one_sentence() -> None:
    summary = extract_tldr(paper(ABSTRACT))
    assert summary.tldr == "On 12 ropes, Knotter, a machine that ties wet knots in 0.5 s, outperforms sailors."
    assert (summary.method, summary.paper_key) == ("extracted", "hash:knotter")


def test_the_evidence_is_the_sentence_in_its_place() -> None:
    claim, result = extract_tldr(paper(ABSTRACT)).evidence
    assert claim.text == CLAIM == ABSTRACT[claim.start : claim.end]
    assert result.text == RESULT == ABSTRACT[result.start : result.end]
    assert (claim.sentence, result.sentence) == (1, 3)


@pytest.mark.parametrize("abstract", ["", "  \n "])
def test_without_an_abstract_nothing_is_said(abstract: str) -> None:
    summary = extract_tldr(paper(abstract))
    assert (summary.method, summary.tldr, summary.evidence) == ("none", "", ())


@pytest.mark.parametrize("worse", [BACKGROUND, DETAIL, CODE, "This makes it better.", "Do knots slip when wet?"])
def test_a_claim_beats_a_remark_in_either_order(worse: str) -> None:
    for abstract in (f"{worse} {CLAIM}", f"{CLAIM} {worse}"):
        assert best_sentences(paper(abstract), 1)[0].text == CLAIM


@pytest.mark.parametrize(
    ("plain", "marked"),
    [
        ("Wet knots hold when tied by machine.", "However, wet knots hold when tied by machine."),
        ("Wet knots hold when tied by machine.", "This means that wet knots hold when tied by machine."),
        ("Wet knots hold when tied by machine.", "Recent wet knots hold when tied by machine."),
        ("We tie wet knots by machine.", "We also tie wet knots by machine."),
        ("We tie wet knots by machine.", "We tie wet knots by machine: https://example.org."),
        ("We tie wet knots by machine.", "Do we tie wet knots by machine?"),
        ("We tie wet knots by machine.", "We tie wet knots by machine:"),
        ("We tie wet knots by machine.", "We tie these wet knots by machine."),
    ],
)
def test_what_reads_badly_alone_counts_less(plain: str, marked: str) -> None:
    scores = [score_sentences("Wet Knots by Machine", split_sentences(text))[0] for text in (plain, marked)]
    assert scores[0] > scores[1]


def test_words_of_the_title_decide_between_two_claims() -> None:
    other = "We propose to paint boats in bright and cheerful colours."
    assert best_sentences(paper(f"{other} {CLAIM}"), 1)[0].text == CLAIM
    assert best_sentences(paper(f"{other} {CLAIM}", "Painting Boats in Bright Colours"), 1)[0].text == other


def test_best_sentences_are_ranked_and_at_most_as_many_as_asked() -> None:
    ranked = best_sentences(paper(ABSTRACT), 3)
    assert len(ranked) == 3
    assert ranked[0].text == CLAIM
    assert len(best_sentences(paper(ABSTRACT), 99)) == 5


def test_an_abstract_in_another_script_gets_a_sentence_of_its_own() -> None:
    assert extract_tldr(paper("绳结会滑。我们提出一种新方法。")).tldr in ("绳结会滑。", "我们提出一种新方法。")


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_any_abstract_gives_its_own_words_or_none(abstract: str, title: str) -> None:
    summary = extract_tldr(paper(abstract, title))
    assert (summary.method == "none") == (not abstract.strip())
    for evidence in summary.evidence:
        assert abstract[evidence.start : evidence.end] == evidence.text
    assert extract_tldr(paper(abstract, title)) == summary


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                BACKGROUND,
                CLAIM,
                DETAIL,
                RESULT,
                CODE,
                "Inspired by sailors, we present a hook (of steel), which does not bend, for ropes of 12 mm.",
                "We show that wet knots never slip under load; however, dry ones do.",
                "The machine ties knots using only one arm without any help, reducing errors by 12%.",
                "However, such knots slip if they are tied by people who are not sailors.",
            ]
        ),
        min_size=1,
        max_size=7,
    )
)
def test_a_tldr_has_only_words_of_its_evidence(sentences: list[str]) -> None:
    summary = extract_tldr(paper(" ".join(sentences)))
    source = Counter(_words_of(" ".join(evidence.text for evidence in summary.evidence)))
    told = _words_of(summary.tldr)
    # "X, a machine" may be told as "X is a machine".
    assert set(Counter(told) - source) <= {"is"}
    assert 3 <= len(told) <= 60
    assert summary.tldr[0].isupper()
    assert summary.tldr.endswith((".", "?"))


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        ("We show that wet knots never slip under the load of a ship.", "never slip"),
        ("We propose a machine that ties wet knots only if the rope is thin.", "only if the rope is thin"),
        ("We show that the machine does not outperform sailors on wet ropes.", "not outperform sailors on wet ropes"),
    ],
)
def test_a_negation_and_a_condition_stay(claim: str, kept: str) -> None:
    assert kept in extract_tldr(paper(f"{BACKGROUND} {claim} {DETAIL}")).tldr


def _words_of(text: str) -> list[str]:
    return [word for word in (one.strip(".,;:()").lower() for one in text.split()) if word]


def test_a_hostile_abstract_takes_little_time_and_little_room() -> None:
    started = time.process_time()
    for unit in ("we ", "We a. ", "?", "? a", "i) "):
        assert len(extract_tldr(paper(unit * 50_000)).tldr) < 700
    assert time.process_time() - started < 10
