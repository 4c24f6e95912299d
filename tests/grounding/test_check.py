"""What the check lets pass and what it stops, and that a TL;DR is never credited with another paper's facts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.grounding.check import Checker, check_tldr, find_evidence, find_swapped, judge_tldr, tidy_tldr
from broadsheet.models import Paper
from broadsheet.tldr.extractive.extract import extract_tldr

PAPER = Paper(
    key="a",
    title="TideNet: Forecasting Tides With Buckets",
    abstract="Tide gauges are costly. We propose TideNet, a network of 1,200 buckets read by three volunteers. On the "
    "BucketBench data set it cuts the error of DNNs by 12.5% (from 0.80 m to 0.70 m). It does not help in storms.",
)
OTHER = Paper(
    key="b",
    title="Knitting With Two Robots",
    abstract="Scarves take patience. Two robot arms knit a scarf of 90 rows in 41 minutes without dropping a stitch.",
)


def kind_of(tldr: str, **options) -> str | None:
    finding = check_tldr(PAPER, tldr, max_words=25, **options)
    return finding and finding.kind


@pytest.mark.parametrize(
    "tldr",
    [
        "TideNet, a network of 1200 buckets, cuts the forecasting error of DNNs by 12.5% on BucketBench.",
        "A network of buckets read by 3 volunteers forecasts tides, but does not help in storms.",
        "Forecasting tides with 1,200 buckets cuts the error of a DNN from 0.8 m to 0.7 m.",
    ],
)
def test_what_the_abstract_bears_out_passes(tldr):
    assert kind_of(tldr) is None


@pytest.mark.parametrize(
    ("tldr", "kind"),
    [
        ("TideNet cuts the error of DNNs by 21.5% on the BucketBench data set.", "number"),
        ("TideNet cuts the error of DNNs by 12.5% on the PailBench data set.", "name"),
        ("TideNet cuts the error of LSTMs by 12.5% on the BucketBench data set.", "name"),
        ("Quantum annealers solve spin glasses faster than classical heuristics on average.", "unsupported"),
        ("TideNet: Forecasting Tides With Buckets.", "echo"),
        ("TideNet is a forecast of the tides with the buckets.", "echo"),
        ("I'm sorry, but I cannot summarise this abstract for you.", "empty"),
        ("Tides.", "empty"),
        ("– – – – –.", "empty"),
        ("TideNet forecasts tides with buckets; see https://example.org for the code.", "markup"),
        ("TideNet forecasts <b>tides</b> with a network of buckets.", "markup"),
        ("A network of buckets " + "that forecasts tides " * 12, "length"),
    ],
)
def test_what_the_abstract_does_not_say_is_stopped(tldr, kind):
    assert kind_of(tldr) == kind


def test_another_language_is_checked_for_numbers_and_names_alone():
    german = "TideNet senkt mit 1200 Eimern den Fehler von DNNs auf BucketBench um {} %."
    assert kind_of(german.format("12.5"), english=False) is None
    assert kind_of(german.format("30"), english=False) == "number"
    assert kind_of("用水桶 预测 潮汐 并 减少 误差", english=False) is None


def test_swapped_tldrs_are_found_both_and_faithful_ones_are_not():
    tide, scarf = "Buckets forecast tides with less error.", "Two robot arms knit a scarf in 41 minutes."
    assert find_swapped([PAPER, OTHER], {"a": tide, "b": scarf}) == {}
    assert {finding.kind for finding in find_swapped([PAPER, OTHER], {"a": scarf, "b": tide}).values()} == {"swapped"}
    assert set(find_swapped([PAPER, OTHER], {"a": tide, "b": tide})) == {"a", "b"}


def test_evidence_is_the_sentence_that_says_it_at_its_place():
    evidence = find_evidence(PAPER.abstract, "TideNet cuts the error of DNNs by 12.5% on BucketBench.")
    assert [mark.sentence for mark in evidence] == [2]
    assert all(PAPER.abstract[mark.start : mark.end] == mark.text for mark in evidence)
    both = find_evidence(PAPER.abstract, "A network of buckets read by volunteers does not help in storms.")
    assert [mark.sentence for mark in both] == [1, 3]


@pytest.mark.parametrize(
    ("said", "tidy"),
    [
        ('  "buckets forecast\n tides" ', "Buckets forecast tides."),
        ("mBERT reads tides.", "mBERT reads tides."),
        ("Is it true?", "Is it true?"),
        (
            "Buckets forecast tides better than all gauges do. " + "More words " * 20,
            "Buckets forecast tides better than all gauges do.",
        ),
    ],
)
def test_a_tldr_is_made_one_line_and_one_sentence(said, tidy):
    assert tidy_tldr(said, max_words=25) == tidy


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_can_be_checked(text):
    check_tldr(PAPER, text, max_words=25)
    find_evidence(text, text)
    assert "\n" not in tidy_tldr(text, max_words=25)


WORDS = (
    "We propose TideNet a 1,200-bucket net that cuts error by 12.5% (from 0.80 to 0.70) on CIFAR-10, not without 3x "
    "more cost; e.g. DNNs (deep nets) fail in storms while two-fold gains hold: about half, 10^6 steps GPT-4 A3C+ "
    "$\\sim$98 AUC/F1 i.i.d. data & 5–10 ms; thus, however, it generalizes"
)
ABSTRACTS = st.lists(st.lists(st.sampled_from(WORDS.split()), min_size=3, max_size=30), min_size=1, max_size=5)


@settings(deadline=None)
@given(ABSTRACTS)
def test_what_is_extracted_is_stopped_by_no_hard_rule(sentences):
    abstract = " ".join(" ".join(words).capitalize() + "." for words in sentences)
    paper = Paper(key="p", title="Tides", abstract=abstract)
    _, findings = judge_tldr(Checker([paper]), paper, extract_tldr(paper).tldr)
    assert not {finding.kind for finding in findings} & {"number", "name"}


def test_a_verdict_hangs_on_the_papers_of_the_run_alone():
    tldrs = ["Two robot arms knit a scarf of 90 rows in 41 minutes.", "A network of buckets forecasts tides."]
    alone = [judge_tldr(Checker([PAPER, OTHER]), PAPER, tldr) for tldr in tldrs]
    checker = Checker([PAPER, OTHER])
    judge_tldr(checker, OTHER, tldrs[0])
    assert [judge_tldr(checker, PAPER, tldr) for tldr in reversed(tldrs)] == alone[::-1]


def test_a_finding_tells_a_writer_what_to_set_right():
    _, findings = judge_tldr(Checker([PAPER]), PAPER, "TideNet cuts the error of LSTMs by 98.4% on BucketBench.")
    assert [(finding.kind, finding.span) for finding in findings[:2]] == [("number", "98.4%"), ("name", "LSTMs")]
    assert findings[0].detail == "'98.4%' does not stand in the abstract"
