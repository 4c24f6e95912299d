"""Named themes by a model: matched by id, asked again where wrong, and never lost."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.digests.builtin_themes import arrange_without_model
from broadsheet.digests.themes_and_overview import arrange_with_model
from broadsheet.errors import BackendRefused
from broadsheet.llm.answer_store import AnswerStore
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.settings.interests import NamedTheme
from broadsheet.settings.loading import load_settings
from broadsheet.themes.assign import assign_papers
from broadsheet.themes.llm_assign import place_papers
from broadsheet.themes.llm_grouping import Proposed
from corpora import corpus_of
from invented_papers import MATTERS, invent
from scripted import ScriptedModel
from summarise_session import session_for
from theme_answers import LINE, is_partition

PAPERS = invent(24)
NAMED = [NamedTheme(name=name.capitalize()) for name in MATTERS]
THEME = re.compile(r"^- (\w{4}): ([^\n(]+?)(?: \(|$)", re.MULTILINE)


def ids_of(prompt: Prompt) -> dict[str, str]:
    """The ids of the themes by their names."""
    return {name.lower(): id for id, name in THEME.findall(prompt.system)}


def right(prompt: Prompt) -> dict[str, str]:
    ids, papers = ids_of(prompt), LINE.findall(prompt.user)
    return {paper: next(id for name, id in ids.items() if name in title.lower()) for paper, title in papers}


def said(places: dict[str, str]) -> str:
    return json.dumps({"papers": [{"id": id, "theme": theme} for id, theme in places.items()]})


def fronting(model: ScriptedModel, **flags) -> Session:
    asked = load_settings(flags={"themes": NAMED, "overview": False, **flags})
    return dataclasses.replace(session_for(model), settings=asked)


def place(model: ScriptedModel, papers=PAPERS, named=NAMED, **backend):
    return asyncio.run(place_papers(corpus_of(papers), named, session_for(model, **backend)))


def test_a_good_model_is_believed_against_the_built_in_engine():
    def turned(prompt: Prompt) -> str:
        ids = list(ids_of(prompt).values())
        return said({paper: ids[(ids.index(theme) + 1) % 4] for paper, theme in right(prompt).items()})

    made = place(ScriptedModel(then=turned))
    assert [theme.title for theme in made.themes] == [theme.name for theme in NAMED]
    assert [{int(key[1:]) % 4 for key in theme.paper_keys} for theme in made.themes] == [{3}, {0}, {1}, {2}]
    assert {value for theme in made.themes for value in theme.confidence.values()} == {0.9}
    assert (made.why, made.unnamed) == ("", frozenset())


def test_a_question_mark_makes_a_place_less_sure_and_none_goes_to_the_last_theme():
    def doubts(prompt: Prompt) -> str:
        places = right(prompt)
        first, second = list(places)[:2]
        wrong = next(id for id in ids_of(prompt).values() if id != places[first])
        return said(places | {first: f"{wrong}?", second: "none"})

    made = place(ScriptedModel(then=doubts))
    assert sorted({value for theme in made.themes for value in theme.confidence.values()})[0] == 0.5
    assert (made.themes[-1].title, len(made.themes[-1].paper_keys)) == ("Other papers", 2)  # one a prompt
    assert is_partition(made.themes, PAPERS)


def test_what_is_wrong_or_missing_is_asked_for_again_and_only_that():
    def slips(prompt: Prompt) -> str:
        places = right(prompt)
        first, second, *_ = places
        del places[first]
        return said(places | {second: "Kitchens"})

    model = ScriptedModel([slips], then=lambda prompt: said(right(prompt)))
    made = place(model)
    assert [len(LINE.findall(prompt.user)) for prompt in model.prompts] == [12, 12, 1, 1]
    assert "a theme is one of the ids above, or none" in "".join(prompt.user for prompt in model.prompts[1:])
    assert made.why == ""
    assert [{int(key[1:]) % 4 for key in theme.paper_keys} for theme in made.themes] == [{0}, {1}, {2}, {3}]


def test_a_theme_may_be_named_by_its_name():
    def by_name(prompt: Prompt) -> str:
        names = {id: name for name, id in ids_of(prompt).items()}
        return said({paper: names[id].upper() for paper, id in right(prompt).items()})

    assert place(ScriptedModel(then=by_name)).why == ""


def test_a_model_that_makes_no_sense_leaves_the_built_in_places_and_the_account_says_so():
    model = ScriptedModel(then=lambda prompt: "Kettles, all of them.")
    front = asyncio.run(arrange_with_model(corpus_of(PAPERS), fronting(model)))
    assert (
        front.themes
        == assign_papers(corpus_of(PAPERS), NAMED)
        == arrange_without_model(corpus_of(PAPERS), named=NAMED).themes
    )
    assert front.why == ("The built-in engine placed 24 of 24 papers: the model left it out.",)


def test_a_server_that_refuses_leaves_the_built_in_places():
    made = place(ScriptedModel(then=lambda prompt: BackendRefused("no such model")))
    assert made.themes == assign_papers(corpus_of(PAPERS), NAMED)
    assert made.why.startswith("24 of 24 papers: ")


def test_the_built_in_grouping_asks_nobody():
    model = ScriptedModel(then=lambda prompt: said(right(prompt)))
    front = asyncio.run(arrange_with_model(corpus_of(PAPERS), fronting(model, grouping="builtin")))
    assert (front.themes, front.why, model.prompts) == (assign_papers(corpus_of(PAPERS), NAMED), (), [])


def test_a_second_run_asks_for_nothing(tmp_path):
    store = AnswerStore(tmp_path / "answers.sqlite3", now=lambda: 0.0)

    async def run(model: ScriptedModel) -> Proposed:
        dispatcher = Dispatcher(model, at_once=1, memory=store)
        return await place_papers(
            corpus_of(PAPERS), NAMED, dataclasses.replace(session_for(model), dispatcher=dispatcher)
        )

    first, second = (ScriptedModel(then=lambda prompt: said(right(prompt))) for _ in range(2))
    assert asyncio.run(run(first)).themes == asyncio.run(run(second)).themes
    assert (len(first.prompts), len(second.prompts)) == (2, 0)
    store.close()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from(["none", "?", "", "moss clocks", "x" * 50, "3"])), max_size=9
    )
)
def test_whatever_is_said_each_paper_stands_once(answers: list[tuple[int, str]]):
    def says(prompt: Prompt) -> str:
        ids = [id for id, _ in LINE.findall(prompt.user)]
        return json.dumps({"papers": [{"id": ids[at % len(ids)], "theme": theme} for at, theme in answers]})

    assert is_partition(place(ScriptedModel(then=says), papers=PAPERS[:6]).themes, PAPERS[:6])
