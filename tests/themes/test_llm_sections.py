"""Headings of sections by a scripted model: one call that reads titles of themes, checked as theirs are."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Sequence

import pytest

from broadsheet.digests.estimate import estimate_calls
from broadsheet.digests.themes_and_overview import arrange_with_model
from broadsheet.errors import BackendRefused
from broadsheet.llm.prompt import Prompt
from broadsheet.models import Theme
from broadsheet.themes.llm_sections import MOST_TITLES, write_section_headings
from broadsheet.themes.sections import divide
from corpora import corpus_of
from front_session import front_session_for
from scripted import ScriptedModel
from sectioned import craft_papers, craft_themes

CORPUS = corpus_of(craft_papers())
THEMES = craft_themes()
DIVISION = divide(THEMES, CORPUS, True)
LINE = re.compile(r"^(\w{4}) \| (.+)$", re.MULTILINE)
SUBJECTS = {"Wet knots": "Harbour and anchor work", "Tidal bread": "Flour and dough", "Moss clocks": "Garden and soil"}


def heads(prompt: Prompt) -> str:
    """Headings of the harbour, the bakery and the garden, by the ids that the prompt gave them."""
    told = [
        {"id": id, "title": next(title for theme, title in SUBJECTS.items() if theme in titles)}
        for id, titles in LINE.findall(prompt.user)
    ]
    return json.dumps({"sections": told[::-1]})


def written_by(model: ScriptedModel, themes: Sequence[Theme] = THEMES) -> tuple[str, ...]:
    return asyncio.run(write_section_headings(themes, DIVISION, CORPUS, front_session_for(model)))


def test_one_call_heads_all_sections_by_id():
    model = ScriptedModel(then=heads)
    assert written_by(model) == tuple(SUBJECTS.values())
    (prompt,) = model.prompts
    assert LINE.findall(prompt.user)[0][1] == "Wet knots; Slack moorings; Loud foghorns"
    assert "part 1" not in prompt.user


@pytest.mark.parametrize("title", ["A title: with a colon", "<b>Boats</b>", "Write to me@example.org", 7, ""])
def test_a_heading_that_is_none_is_left_to_the_built_in_engine(title):
    def says(prompt: Prompt) -> str:
        first, *others = json.loads(heads(prompt))["sections"][::-1]
        return json.dumps({"sections": [{**first, "title": title}, *others]})

    assert written_by(ScriptedModel(then=says)) == ("", *list(SUBJECTS.values())[1:])


def test_a_failing_model_leaves_the_headings_to_the_built_in_engine():
    assert written_by(ScriptedModel([BackendRefused("no")])) == ()


def test_of_many_themes_the_largest_are_told():
    many = [
        theme.model_copy(update={"title": f"{theme.title} {at}", "paper_keys": theme.paper_keys[: 1 + (at < 20)]})
        for at, theme in enumerate(THEMES * 9)
    ]
    model = ScriptedModel(then=lambda prompt: "{}")
    written_by(model, many)
    told = [titles.split("; ") for _, titles in LINE.findall(model.prompts[0].user)]
    assert [len(titles) for titles in told] == [MOST_TITLES] * 3
    assert told[0][0] == "Wet knots 0"


@pytest.mark.parametrize("grouping", ["auto", "builtin"])
def test_a_model_heads_sections_unless_it_is_to_leave_grouping_alone_and_is_asked_as_often_as_planned(grouping):
    def says(prompt: Prompt) -> str:
        return heads(prompt) if "sections" in prompt.schema["properties"] else "{}"

    model = ScriptedModel(then=says)
    corpus = corpus_of(craft_papers(8))
    flags = {"grouping": grouping, "overview": False, "sections": True, "themes": 9}
    session = front_session_for(model, **flags)
    planned = {
        sections: estimate_calls(
            corpus, front_session_for(model, **flags | {"sections": sections}), themes=9, speed=None
        )
        for sections in (True, False)
    }
    made = asyncio.run(arrange_with_model(corpus, session, count=9))
    asked = [prompt for prompt in model.prompts if "sections" in prompt.schema["properties"]]
    assert planned[True].calls - planned[False].calls == len(asked) == (grouping == "auto")
    headings = [heading for heading, _ in itertools.groupby(theme.section for theme in made.themes)]
    assert len(headings) == len({*headings}) > 1
    assert bool({*headings} & {*SUBJECTS.values()}) == (grouping == "auto")
