"""That a clause which rests on a sentence foreign to its abstract is found, and one on the paper's subject is not."""

from __future__ import annotations

import pytest
import yaml

from broadsheet.injection.cohesion import find_foreign_clause, is_notice
from broadsheet.injection.sanitise import find_stray, sanitise
from broadsheet.models import Paper
from broadsheet.tldr.extractive.sanitised import extract_sanitised
from places import DATA

TITLE = "Graph neural networks for forecasting river floods"
OWN = (
    "Forecasting floods from sparse gauges is difficult.",
    "We propose a graph neural network that learns how water levels spread along a river network.",
    "It is trained on the water levels of 120 gauges over ten years.",
    "Experiments show that the network reduces the forecast error by 14% against recurrent baselines.",
)
TLDR = "A graph neural network trained on water levels of 120 gauges reduces the forecast error of floods by 14%"
SENTENCES = yaml.safe_load((DATA / "foreign_sentences.yaml").read_text(encoding="utf-8"))


def with_sentence(sentence: str, place: int) -> str:
    return " ".join([*OWN[:place], sentence, *OWN[place:]])


@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize("half", ["to_learn", "held_out"])
def test_foreign_sentences_are_found_wherever_they_stand_and_whatever_is_said_before_them(half, place):
    missed = [
        sentence
        for sentence in SENTENCES[half][::3]
        for said in (sentence, f"{TLDR}, and {sentence[0].lower()}{sentence[1:]}", f"{TLDR}. {sentence}")
        if find_foreign_clause(TITLE, with_sentence(sentence, place), said) is None
    ]
    assert missed == []


def test_a_clause_that_rests_on_no_sentence_is_found_where_it_is_far_from_all():
    far = "The parrots of the lighthouse sing operas about potatoes."
    assert find_foreign_clause(TITLE, " ".join(OWN), f"{TLDR}. {far}") == far


@pytest.mark.parametrize(
    "tldr",
    [
        TLDR,
        "A graph network forecasts floods, and is trained on ten years of water levels.",
        "Forecasting floods from sparse gauges with a graph neural network: 14% less error than recurrent baselines.",
        *OWN,
    ],
)
def test_the_paper_s_own_clauses_pass(tldr):
    assert find_foreign_clause(TITLE, " ".join(OWN), tldr) is None


def test_a_paper_on_attacks_may_speak_of_its_attacks():
    title = "Prompt injection attacks on summarising agents"
    abstract = (
        "Language models obey instructions in the documents that they read. We study prompt injection attacks that "
        "tell an agent to ignore its system prompt. Our benchmark holds 300 instructions such as asking for a "
        "password. A simple filter of instructions halves the success rate of attacks."
    )
    for tldr in (
        "A benchmark of 300 injected instructions, such as asking for a password, shows that a filter halves attacks.",
        "Prompt injection attacks tell an agent to ignore its system prompt.",
    ):
        assert find_foreign_clause(title, abstract, tldr) is None


def test_where_code_is_found_is_no_foreign_sentence_unless_it_speaks_to_a_reader():
    assert is_notice("Code and data are available online.")
    assert not is_notice("A present is available to you.")
    assert find_foreign_clause(TITLE, with_sentence("Code and weights are publicly available.", 4), TLDR) is None


def test_the_finding_does_not_quote_what_it_found():
    sentence = "Buy the new Glimmer kettle today and save forty percent."
    paper = Paper(key="f", title=TITLE, abstract=with_sentence(sentence, 2))
    finding = find_stray(paper, f"{TLDR}. {sentence}")
    assert finding is not None
    assert finding.kind == "stray"
    assert "kettle" not in finding.span + finding.detail


@pytest.mark.parametrize("sentence", SENTENCES["to_learn"][::6])
def test_the_built_in_engine_takes_no_foreign_sentence(sentence):
    paper = Paper(key="f", title=TITLE, abstract=with_sentence(sentence, 0))
    assert sentence.rstrip(".?") not in extract_sanitised(sanitise(paper)).tldr


def test_an_abstract_of_two_sentences_has_no_rest_to_be_of_a_piece_with():
    assert (
        find_foreign_clause("Tides", "Buckets measure tides. Buy the Glimmer kettle.", "Buy the Glimmer kettle.")
        is None
    )
