"""What stands round the TL;DRs: two rounds of calls more at most, and an account of what is missing."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from broadsheet.digests.builtin_themes import arrange_without_model
from broadsheet.digests.themes_and_overview import MOST_ROUNDS, arrange_with_model
from broadsheet.errors import Stopped
from broadsheet.llm.budget import Caps
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.settings.model import IN_PROCESS
from broadsheet.themes.group import group_papers
from broadsheet.themes.tracking import PreviousEdition
from corpora import corpus_of
from front_session import PAPERS, front_session_for, says_all
from invented_papers import MATTERS, invent
from scripted import ScriptedModel
from theme_answers import LINE, is_partition, sorts, theme
from theme_edition import edition


class InRounds:
    """A model that answers only once nobody asks any more, and counts how often that came about."""

    def __init__(self, then=says_all) -> None:
        self._then = then
        self._waiting: list[asyncio.Future[None]] = []
        self.rounds = 0
        self.prompts: list[Prompt] = []

    async def complete(self, prompt: Prompt) -> Completion:
        self.prompts.append(prompt)
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn
        return Completion(text=self._then(prompt))

    async def serve(self, front: asyncio.Task) -> None:
        """Answers a round's calls together, once nothing moves any more without an answer."""
        while not front.done():
            for _ in range(100):
                await asyncio.sleep(0)
            waiting, self._waiting = self._waiting, []
            self.rounds += bool(waiting)
            for turn in waiting:
                turn.set_result(None)


class AtOnce(ThreadPoolExecutor):
    """Runs what is meant for a thread on the spot."""

    def submit(self, work, /, *args, **kwargs):
        done = Future()
        done.set_result(work(*args, **kwargs))
        return done


def front_by(model, papers=PAPERS, **flags):
    return asyncio.run(arrange_with_model(corpus_of(papers), front_session_for(model, **flags)))


def in_rounds(papers, **flags):
    async def run():
        asyncio.get_running_loop().set_default_executor(AtOnce())
        model = InRounds(flags.pop("then", says_all))
        front = asyncio.ensure_future(arrange_with_model(corpus_of(papers), front_session_for(model, **flags)))
        await model.serve(front)
        return model, await front

    return asyncio.run(run())


def test_by_default_the_built_in_themes_are_named_and_an_overview_is_written_beside():
    model, made = in_rounds(PAPERS)
    builtin = group_papers(corpus_of(PAPERS))
    assert [one.paper_keys for one in made.themes] == [one.paper_keys for one in builtin]
    assert all(one.title.startswith("Studies of") for one in made.themes)
    assert made.overview is not None
    assert len(made.overview.sentences) == 4
    assert (model.rounds, len(model.prompts), made.why) == (1, len(builtin) + 1, ())


def test_without_an_overview_nothing_is_asked_that_was_not_asked_before():
    model = ScriptedModel(then=says_all)
    made = front_by(model, overview=False)
    assert made.overview is None
    assert all("title" in prompt.schema["properties"] for prompt in model.prompts)
    assert (len(model.prompts), made.why) == (len(made.themes), ())


def test_a_model_in_this_process_reads_titles_and_writes_headings_alone():
    model = ScriptedModel(then=says_all)
    made = front_by(model, where=IN_PROCESS)
    assert (made.overview, made.why) == (None, ())
    assert len(model.prompts) == len(made.themes)
    assert all(list(prompt.schema["properties"]) == ["title"] for prompt in model.prompts)
    assert all("blurb" not in prompt.system and " | " not in prompt.user for prompt in model.prompts)
    assert all(one.title.startswith("Studies of") for one in made.themes)


def test_a_model_in_this_process_writes_blurbs_and_an_overview_where_it_is_told_to():
    model = ScriptedModel(then=says_all)
    made = front_by(model, where=IN_PROCESS, overview=True, writing={"blurbs": True})
    assert made.overview is not None
    assert any("blurb" in prompt.schema["properties"] for prompt in model.prompts)


def test_where_fewer_themes_are_made_than_asked_for_it_is_said_why():
    assert arrange_without_model(corpus_of(invent(40)), count=4).why == ()
    (why,) = arrange_without_model(corpus_of(invent(8)), count=21).why
    assert why.startswith("21 themes were asked for and ")


def test_a_few_papers_get_no_overview_and_nobody_says_that_one_is_missing():
    made = front_by(ScriptedModel(then=says_all), PAPERS[:7])
    assert (made.overview, made.why, made.highlights) == (None, (), ())


def test_with_the_built_in_grouping_nobody_is_asked_about_themes():
    model = ScriptedModel(then=says_all)
    made = front_by(model, grouping="builtin", overview=False)
    assert made.themes == group_papers(corpus_of(PAPERS))
    assert model.prompts == []


def test_a_model_may_group_as_well():
    model, made = in_rounds(PAPERS, grouping="model")
    assert {one.title.lower() for one in made.themes} == set(MATTERS)
    assert is_partition(made.themes, PAPERS)
    assert (model.rounds, len(model.prompts)) == (1, 2)


def test_a_copied_title_is_asked_again_once_and_then_the_built_in_one_stays():
    def copies(prompt: Prompt) -> str:
        if "themes" not in prompt.schema["properties"]:
            return json.dumps({"title": PAPERS[0].title, "blurb": ""})
        return json.dumps({"themes": [theme(PAPERS[0].title, [id for id, _ in LINE.findall(prompt.user)][:20])]})

    made = front_by(ScriptedModel(then=copies), grouping="model", overview=False)
    assert PAPERS[0].title not in {one.title for one in made.themes}
    assert is_partition(made.themes, PAPERS)


def garbage(prompt: Prompt) -> str:
    return "no"


def half(prompt: Prompt) -> str:
    """Sorts well, but names every theme alike, and never writes an overview or a heading."""
    if "themes" not in prompt.schema["properties"]:
        return "no"
    found = json.loads(sorts(prompt))["themes"]
    return json.dumps({"themes": [one | {"title": "All alike"} for one in found]})


@pytest.mark.parametrize("then", [says_all, garbage, half])
@pytest.mark.parametrize("grouping", ["auto", "model"])
@pytest.mark.parametrize("context", [1700, 8192])
def test_calls_wait_for_one_another_twice_at_most(grouping, context, then):
    model, made = in_rounds(PAPERS, grouping=grouping, context=context, then=then)
    assert is_partition(made.themes, PAPERS)
    assert 1 <= model.rounds <= MOST_ROUNDS


@pytest.mark.parametrize("calls", [0, 1, 2])
@pytest.mark.parametrize("grouping", ["auto", "model"])
def test_at_the_cap_the_built_in_engine_takes_over_and_says_so(calls, grouping):
    model = ScriptedModel(then=says_all)
    made = front_by(model, caps=Caps(calls=calls), grouping=grouping, context=1700)
    assert is_partition(made.themes, PAPERS)
    assert len(model.prompts) <= calls
    assert made.overview is None
    assert any(why.startswith("There is no overview: ") for why in made.why)
    assert any("built-in" in why for why in made.why)


def test_after_the_end_of_the_asking_the_front_is_the_built_in_one():
    session = front_session_for(model := ScriptedModel(then=says_all), grouping="model")
    session.dispatcher.stop(Stopped("it was interrupted"))
    made = asyncio.run(arrange_with_model(corpus_of(PAPERS), session))
    assert (made.themes, model.prompts) == (group_papers(corpus_of(PAPERS)), [])
    assert "The built-in engine grouped the papers: it was interrupted." in made.why


def test_without_a_model_and_interests_there_is_no_overview_and_no_highlight():
    made = arrange_without_model(corpus_of(PAPERS))
    assert (made.overview, made.highlights, made.why) == (None, (), ())


def test_beside_an_edition_before_its_names_are_offered_and_kept():
    before = [one.model_copy(update={"key": f"old {one.key}"}) for one in invent(40, seed=9)]
    themes = [
        one.model_copy(update={"title": f"Old {one.title.lower()}"}) for one in group_papers(corpus_of(before), count=4)
    ]
    last = edition(before, themes)
    model = ScriptedModel(then=says_all)
    session = front_session_for(model, grouping="model", overview=False)
    made = asyncio.run(arrange_with_model(corpus_of(PAPERS), session, last=PreviousEdition.of(last)))
    offered = [prompt.user for prompt in model.prompts if "<papers-before-" in prompt.user]
    assert offered
    assert all(theme.title in offered[0] for theme in themes)
    assert {one.title for one in made.themes if one.status == "continued"} == {one.title for one in themes}
    builtin = arrange_without_model(corpus_of(PAPERS), last=PreviousEdition.of(last)).themes
    assert {one.title for one in builtin if one.status != "new"} == {one.title for one in themes}


def test_without_an_edition_before_a_model_is_told_of_none():
    model = ScriptedModel(then=says_all)
    made = front_by(model, grouping="model", overview=False)
    assert not any("before" in prompt.user.lower() for prompt in model.prompts)
    assert {one.status for one in made.themes} == {""}
