"""A written TL;DR begins with what was found: other openings are deleted where the rest stands, else found."""

from __future__ import annotations

import asyncio

import pytest

from broadsheet.models import Paper
from broadsheet.tldr.opening import find_opening, mend_opening
from broadsheet.tldr.summarise import TldrQuestion, summarise, to_items
from corpora import sanitised
from scripted import ScriptedModel, answer, papers_in
from summarise_session import PAPERS, session_for


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("We show that gulls forget faces within 14 months.", "Gulls forget faces within 14 months."),
        ("In this paper, we prove that every such graph has a cycle.", "Every such graph has a cycle."),
        ("The authors find that, under fog, radar beats lidar by 12%.", "Under fog, radar beats lidar by 12%."),
        ("We also demonstrate that mRNA outlives its cap by 3 hours.", "mRNA outlives its cap by 3 hours."),
        ("This paper presents SconeNet, which halves the counting error.", "SconeNet halves the counting error."),
        ("We propose a lazy parser that reads 40% fewer pages.", "A lazy parser reads 40% fewer pages."),
        (
            "We introduce SconeNet, a counter of baked goods that halves the error on crowded trays.",
            "SconeNet, a counter of baked goods, halves the error on crowded trays.",
        ),
        ("We present push0, a prover, which parts proofs quickly.", "push0, a prover, parts proofs quickly."),
        (
            "We find that lids rattle at 3 Hz, and that kettles sing in thirds.",
            "Lids rattle at 3 Hz, and kettles sing in thirds.",
        ),
        (
            "We prove that every such graph has a cycle, and we give an algorithm that finds it.",
            "Every such graph has a cycle.",
        ),
        ("We empirically and theoretically show that lids rattle at 3 Hz.", "Lids rattle at 3 Hz."),
        ("We find and confirm, for the first time, that lids rattle at 3 Hz.", "Lids rattle at 3 Hz."),
    ],
)
def test_what_stands_without_its_opening_loses_it(written: str, mended: str):
    assert mend_opening(written) == mended
    assert find_opening(mended) is None


@pytest.mark.parametrize(
    "written",
    [
        "We propose SconeNet, a counter for baked goods in cluttered kitchens.",  # the rest has no verb
        "We argue that robots should be allowed to ask for help.",  # would claim what is only argued
        "We suggest that gulls forget faces within 14 months.",
        "We show that lids rattle and propose a damper for them.",  # a second verb of the deleted subject
        "We show that the damper, that the lid and that all of the kettle sing.",  # clauses without a verb
        "We show that lids rattle less than forks and that of kettles is low.",  # "that" stands for a noun
        "We prove it, and we show that lids and kettles rattle.",
        "We find that it depends on the material of the lid.",  # what is "it"?
        "We show that our counter beats all others on trays.",
        "The authors show that lids rattle, and that their damper helps.",
        "We introduce a parser for a problem that lacks a grammar.",  # who lacks it?
        "We present a kettle that developers like to hear.",  # it does nothing itself
        "We present SconeNet, a counter that engineers have tried for months.",
        "We present SconeNet, a counter that addresses these limitations of cameras.",  # which?
        "We introduce SconeNet, a counter, and a tray that holds twelve scones.",  # the tray does
        "We present a task in which pairs of kettles sing in thirds.",
        "We find that (1) lids rattle, and (2) kettles sing.",
        "We count 12 notes in 40 kettles of copper.",
        "This survey covers 212 kettles from nine factories.",
    ],
)
def test_what_does_not_stand_alone_is_left_and_found(written: str):
    assert mend_opening(written) == written
    found = find_opening(written)
    assert found is not None
    assert (found.kind, written.startswith(found.span)) == ("form", True)


@pytest.mark.parametrize(
    "written", ["Wearables measure sleep to the minute.", "West winds carry dust.", "A survey of 212 kettles by us."]
)
def test_other_sentences_are_left_alone(written: str):
    assert mend_opening(written) == written
    assert find_opening(written) is None


def test_an_opening_that_cannot_go_is_asked_for_again_with_the_reason():
    stiff = lambda prompt: answer(dict.fromkeys(papers_in(prompt), "We measured the kettle for 20 days in Nowhere."))  # noqa: E731
    model = ScriptedModel([stiff])
    made = asyncio.run(summarise(sanitised(PAPERS[:1]), session_for(model)))
    assert (made[0].method, made[0].asked) == ("written", 2)
    assert "it begins with 'We' and not with what was found" in model.prompts[1].user


def test_a_model_that_cannot_do_without_is_asked_twice_and_its_true_sentence_stands():
    stiff = lambda prompt: answer(dict.fromkeys(papers_in(prompt), "We measured the kettle for 20 days in Nowhere."))  # noqa: E731
    made = asyncio.run(summarise(sanitised(PAPERS[:1]), session_for(ScriptedModel(then=stiff))))
    assert (made[0].method, made[0].asked) == ("written", 2)
    once = asyncio.run(summarise(sanitised(PAPERS[:1]), session_for(ScriptedModel(then=stiff), {"repairs": 0})))
    assert (once[0].method, once[0].asked) == ("written", 1)
    assert made[0].tldr == "We measured the kettle for 20 days in Nowhere."


def test_an_opening_that_an_earlier_run_kept_is_not_paid_for_again():
    question = TldrQuestion(sanitised(PAPERS[:1]), session_for(ScriptedModel()))
    [item] = to_items(sanitised(PAPERS[:1]), session_for(ScriptedModel()))
    said = {item.key: "We measured the kettle for 20 days in Nowhere."}
    assert list(question.judge([item], said)) == [(item.key, None)]


def test_an_opening_that_can_go_costs_no_second_call():
    says = lambda prompt: answer(dict.fromkeys(papers_in(prompt), "We find that the kettle was measured for 20 days."))  # noqa: E731
    made = asyncio.run(summarise(sanitised(PAPERS[:1]), session_for(ScriptedModel([says]))))
    assert (made[0].tldr, made[0].asked) == ("The kettle was measured for 20 days.", 1)


def test_in_another_language_no_opening_is_looked_for():
    says = lambda prompt: answer(dict.fromkeys(papers_in(prompt), "We meten de kettle 20 days in Nowhere, en verder."))  # noqa: E731
    session = session_for(ScriptedModel(then=says))
    dutch = session.settings.model_copy(update={"language": "Dutch"})
    session = type(session)(**{**vars(session), "settings": dutch})
    made = asyncio.run(summarise(sanitised(PAPERS[:1]), session))
    assert made[0].method == "written", made[0].why


def test_what_shows_by_the_deleted_words_alone_is_found_too():
    abstract = (
        "Counting scones on crowded trays is slow. We introduce SconeNet, a method that counts scones with few "
        "data. Its images come from TrayBank, which holds photographs of bakeries in twelve towns."
    )
    paper = Paper(key="hash:scones", title="How to count scones", abstract=abstract)
    question = TldrQuestion(sanitised([paper]), session_for(ScriptedModel()))
    [item] = to_items(sanitised([paper]), session_for(ScriptedModel()))
    right = "We introduce SconeNet, a method that counts scones with few data."
    for said, kind in ((right, None), (right.replace("SconeNet", "TrayBank"), "slot")):
        [(_, finding)] = question.judge([item], {item.key: said})
        assert (finding and finding.kind) == kind
