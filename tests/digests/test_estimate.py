"""A plan counts what a digest then takes."""

from __future__ import annotations

import asyncio

import pytest

from broadsheet.cli.estimate_summary import plan_account
from broadsheet.digests.estimate import AGAIN, TOKENS_A_TITLE, TOKENS_ALONE, estimate_calls, estimate_digest
from broadsheet.digests.themes_and_overview import arrange_with_model
from broadsheet.llm.answer_store import Speed
from broadsheet.models import Paper
from broadsheet.settings.model import IN_PROCESS, Price
from broadsheet.themes.group import group_papers
from broadsheet.tldr.summarise import summarise
from corpora import corpus_of, sanitised
from faulty import settings_for
from front_session import PAPERS as INVENTED
from front_session import front_session_for, says_all
from near_servers import VLLM, serving
from notes import Notes
from scripted import ScriptedModel
from summarise_session import PAPERS, session_for


def plan(papers=PAPERS, speed=None, **backend):
    return estimate_calls(corpus_of(papers), session_for(ScriptedModel(), **backend), themes=2, speed=speed)


@pytest.mark.parametrize("grouping", ["auto", "builtin", "model"])
@pytest.mark.parametrize("overview", [True, False])
@pytest.mark.parametrize("context", [1700, 8192])
def test_a_faithful_model_is_asked_as_often_as_planned(grouping, overview, context):
    model = ScriptedModel(then=says_all)
    session = front_session_for(model, grouping=grouping, overview=overview, context=context)
    made = estimate_calls(corpus_of(INVENTED), session, themes=None, speed=None)
    batches = estimate_calls(
        corpus_of(INVENTED), front_session_for(model, grouping="builtin", overview=False), themes=None, speed=None
    )
    asyncio.run(arrange_with_model(corpus_of(INVENTED), session))
    assert made.calls - batches.calls == len(model.prompts)
    asked = sum(len(prompt.system) + len(prompt.user) for prompt in model.prompts) // 4
    assert asked / 2 <= made.prompt_tokens - batches.prompt_tokens <= 3 * asked


def test_batches_and_headings_are_counted():
    made = plan()
    assert (made.papers, made.cached, made.trimmed) == (10, 0, 0)
    assert made.calls == 2 + len(group_papers(corpus_of(PAPERS), count=2)) + 1  # and the overview
    assert made.prompt_tokens > 10 * 30
    assert made.money is None


def test_papers_without_abstract_are_named_and_not_asked_about():
    bare = Paper(key="hash:bare", title="Only a Title")
    made = plan((*PAPERS, bare))
    assert (made.papers, made.without_abstract) == (11, 1)
    assert "1 without an abstract" in "\n".join(plan_account(made, backend="b", model="m"))


def test_an_abstract_above_the_context_is_said():
    long = PAPERS[0].model_copy(update={"key": "hash:long", "abstract": "It rains in Nowhere. " * 2000})
    made = plan((long,), context=1500)
    assert made.trimmed == 1
    assert "1 abstract would be cut" in "\n".join(plan_account(made, backend="b", model="m"))


def test_a_timed_model_in_this_process_takes_what_it_reads_and_writes_and_a_quarter_for_repairs():
    def made(**flags):
        session = front_session_for(ScriptedModel(), where=IN_PROCESS, llm={"batch_size": 1}, **flags)
        return estimate_calls(
            corpus_of(INVENTED), session, themes=None, speed=None, seconds_for=lambda read, written: float(written)
        )

    plain, whole = made(), made(overview=True, writing={"blurbs": True})
    headings = plain.calls - len(INVENTED)
    assert plain.measured == "trial"
    assert plain.completion_tokens == len(INVENTED) * TOKENS_ALONE + headings * TOKENS_A_TITLE
    assert plain.seconds == pytest.approx(AGAIN * plain.completion_tokens)
    assert whole.calls == plain.calls + 1
    assert whole.completion_tokens > plain.completion_tokens + headings * TOKENS_A_TITLE


def test_time_follows_the_speed_a_model_has_had():
    slow = plan(speed=Speed(calls=10, prompt_tokens=1000, completion_tokens=1000, seconds=100.0))
    slower = plan(speed=Speed(calls=10, prompt_tokens=1000, completion_tokens=1000, seconds=200.0))
    assert slower.seconds == pytest.approx(2 * slow.seconds)
    assert slow.measured
    assert not plan().measured
    assert not plan(speed=Speed(0, 0, 0, 0.0)).measured


def test_a_plan_goes_by_what_the_run_will_go_by():
    text = "The kettle sang. " * 300
    papers = [Paper(key=f"hash:{n}", title=f"On kettle {n}", abstract=text) for n in range(8)]
    with serving(
        VLLM | {"/v1/models": {"data": [{"id": "plain-8b", "owned_by": "vllm", "max_model_len": 3000}]}}
    ) as url:
        settings = settings_for(url, backend={"base_url": url})
        narrow = asyncio.run(estimate_digest(corpus_of(papers), settings))
        wide = asyncio.run(estimate_digest(corpus_of(papers), settings_for("http://127.0.0.1:9/v1")))
    assert narrow.calls > wide.calls


def test_what_is_answered_already_is_not_counted_again_and_takes_no_call():
    session = session_for(ScriptedModel())
    session.dispatcher.memory = Notes()
    asyncio.run(summarise(sanitised(PAPERS[:4]), session))
    some = estimate_calls(corpus_of(PAPERS), session, themes=2, speed=None)
    assert (some.papers, some.cached) == (10, 4)
    assert some.prompt_tokens < plan().prompt_tokens
    every = estimate_calls(corpus_of(PAPERS[:4]), session, themes=2, speed=None)
    assert (every.cached, every.calls, every.prompt_tokens) == (4, 0, 0)


def test_a_priced_model_has_its_price_and_a_judge_takes_a_call_a_batch():
    session = session_for(ScriptedModel())
    session.dispatcher.price = Price(prompt=1.0, completion=4.0)
    made = estimate_calls(corpus_of(PAPERS), session, themes=2, speed=None)
    assert made.money == pytest.approx((made.prompt_tokens + 4 * made.completion_tokens) / 1e6)
    judged = estimate_calls(corpus_of(PAPERS), session_for(ScriptedModel(), {"judge": True}), themes=2, speed=None)
    assert judged.calls == made.calls + 2
    assert judged.prompt_tokens > made.prompt_tokens
