"""The measures of a run: what a batch may hold, and what a model in this process is spared."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.settings.model import IN_PROCESS
from notes import Notes
from scripted import ScriptedModel
from summarise_session import session_for


def test_a_batch_leaves_room_for_the_instructions_and_the_answer():
    session = session_for(ScriptedModel(), context=4000, batch_size=5)
    room = session.limits.tokens + session.count(session.instructions()) + session.answer_room(5)
    assert room == 4000
    assert (session.limits.items, session.limits.at_once) == (5, 2)


def test_more_papers_and_longer_answers_take_more_room_and_thinking_takes_its_own():
    session = session_for(ScriptedModel())
    assert session.answer_room(2) - session.answer_room(1) == session.answer_room(9) - session.answer_room(8) > 0
    assert session_for(ScriptedModel(), thinking=500).answer_room(1) == session.answer_room(1) + 500
    assert session_for(ScriptedModel(), {"length": 40}).answer_room(1) > session.answer_room(1)


@pytest.mark.parametrize(("size", "alone"), [(1, True), (2, False)])
def test_one_paper_in_a_prompt_is_asked_about_in_other_words(size, alone):
    session = session_for(ScriptedModel(), batch_size=size)
    assert session.alone is alone
    assert session.instructions() == session.instructions(alone=alone) != session.instructions(alone=not alone)


def test_a_model_in_this_process_reads_less_and_writes_no_blurb_or_overview():
    near, far = session_for(ScriptedModel(), base_url=IN_PROCESS), session_for(ScriptedModel())
    assert (near.hints, near.blurbs, near.overview) == ("only", False, False)
    assert (far.hints, far.blurbs, far.overview) == ("none", True, True)


def test_what_the_configuration_says_counts_over_what_a_model_in_this_process_is_spared():
    session = session_for(ScriptedModel(), {"hints": "first", "blurbs": True}, base_url=IN_PROCESS)
    assert (session.hints, session.blurbs) == ("first", True)


def session_with(memory: Notes) -> Session:
    session = session_for(ScriptedModel())
    session.dispatcher.memory = memory
    return session


def test_what_is_remembered_is_made_once_and_looked_up_in_the_next_run():
    memory, made = Notes(), []

    def make() -> str:
        made.append("made")
        return f"made {len(made)} times"

    session = session_with(memory)
    assert [session.remember(make, "a", "b"), session.remember(make, "a", "b")] == ["made 1 times"] * 2
    assert session_with(memory).remember(make, "a", "b") == "made 1 times"
    assert session_with(memory).remember(make, "ab") == "made 2 times"


def test_the_next_run_knows_the_tokens_of_a_text_without_counting_it():
    memory = Notes()
    assert session_with(memory).tokens("eight of its letters") == len("eight of its letters") // 4

    def count(text: str) -> int:
        raise AssertionError(f"counted {text}")

    assert dataclasses.replace(session_with(memory), count=count).tokens("eight of its letters") == 5


def test_a_session_beside_another_leaves_nothing_in_its_memory():
    session = session_for(ScriptedModel())
    made: list[str] = []

    def make() -> str:
        made.append("once")
        return "a note"

    other = session.beside(session.dispatcher.beside())
    assert [other.remember(make, "a paper") for _ in range(2)] == ["a note", "a note"]
    assert session.remember(make, "a paper") == "a note"
    assert made == ["once", "once"]


def test_an_answer_is_there_for_the_next_run_before_its_caller_has_checked_it():
    memory = Notes()
    session = session_with(memory)
    prompt = Prompt(system="", user="Name it.", schema={}, max_tokens=9)
    assert asyncio.run(session.ask("key", prompt)) == session.recall("key")
    session.keep("key", "Better.", good=True)
    assert session_with(memory).recall("key") == "Better."
