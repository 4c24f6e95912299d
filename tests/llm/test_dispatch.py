"""The dispatcher: how many calls at once, how often again, what they cost, and when it is over."""

from __future__ import annotations

import asyncio

import pytest

from broadsheet.errors import (
    BackendBusy,
    BackendError,
    BackendRefused,
    BackendUnreachable,
    BadAnswer,
    ContextTooLong,
    OutputError,
    Stopped,
)
from broadsheet.llm.budget import Caps
from broadsheet.llm.dispatch import Dispatcher, Patience
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.llm.rate_limit import CallRateLimit
from broadsheet.llm.thinking import Thinking
from broadsheet.settings.model import Price
from scripted import ScriptedModel

PROMPT = Prompt(system="s", user="u", schema={}, max_tokens=10)
WELL = Completion("fine", prompt_tokens=1000, completion_tokens=100, cached_tokens=400)
PRICE = Price(prompt=1.0, completion=2.0, cached=0.5)


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def dispatch(script, *, calls: int = 1, at_once: int = 10, attempts: int = 5, price: Price | None = None):
    """Makes the calls side by side; gives the dispatcher, the model, the clock and what each call came to."""
    model, clock = ScriptedModel(script, then=lambda prompt: WELL), Clock()

    async def run():
        dispatcher = Dispatcher(
            model,
            at_once=at_once,
            patience=Patience(attempts=attempts),
            price=price,
            clock=clock,
            sleep=clock.sleep,
        )
        ends = await asyncio.gather(*(dispatcher.call(PROMPT) for _ in range(calls)), return_exceptions=True)
        return dispatcher, ends

    dispatcher, ends = asyncio.run(run())
    return dispatcher, model, clock, ends


def test_a_busy_server_is_asked_again_when_it_said():
    _, model, clock, ends = dispatch([BackendBusy("busy", retry_after=7), WELL])
    assert ends == [WELL]
    assert len(model.prompts) == 2
    assert 7 <= sum(clock.slept) < 15


@pytest.mark.parametrize(("asked", "waited"), [(75, 75), (299, 299), (600, 300), (1e9, 300)])
def test_a_server_is_asked_again_after_the_whole_wait_it_wants_within_patience(asked, waited):
    _, _, clock, ends = dispatch([BackendBusy("busy", retry_after=asked), WELL])
    assert ends == [WELL]
    assert waited <= sum(clock.slept) < waited * 1.05 + 1


def test_waits_grow_when_the_server_says_nothing():
    _, _, clock, _ = dispatch([BackendBusy("busy")] * 4, attempts=5)
    assert len(clock.slept) == 4
    assert clock.slept[3] > clock.slept[0]


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (BackendBusy("busy"), 5),
        (BadAnswer("html"), 2),
        (BackendUnreachable("nobody"), 2),
        (BackendRefused("key", status=401), 1),
        (ContextTooLong("long"), 1),
    ],
)
def test_only_what_a_retry_can_cure_is_tried_again(error, tries):
    _, model, _, ends = dispatch([error] * 9)
    assert ends == [error]
    assert len(model.prompts) == tries


def test_a_refused_key_stops_the_run_and_nothing_more_is_sent():
    dispatcher, model, _, ends = dispatch([BackendRefused("key", status=401)] * 3, calls=9, at_once=1)
    assert isinstance(dispatcher.stopped, BackendRefused)
    assert all(isinstance(end, BackendRefused) for end in ends)
    assert len(model.prompts) == 1


def test_a_server_that_stays_away_ends_the_run():
    dispatcher, model, _, ends = dispatch([BackendBusy("down")] * 500, calls=40, at_once=4)
    assert all(isinstance(end, BackendError) for end in ends)
    assert dispatcher.stopped is not None
    assert len(model.prompts) < 40 * 5


def test_papers_that_are_too_long_do_not_end_the_run():
    dispatcher, *_ = dispatch([ContextTooLong("long")] * 20, calls=20)
    assert dispatcher.stopped is None


def test_what_a_content_filter_refuses_says_nothing_about_the_server():
    refused = BackendRefused("The prompt was filtered by the content policy.", status=400)
    dispatcher, _, _, ends = dispatch([refused] * 12, calls=13, at_once=1)
    assert dispatcher.stopped is None
    assert ends[-1] == WELL
    dispatcher, *_ = dispatch([BackendRefused("no", status=400)] * 12, calls=13, at_once=1)
    assert dispatcher.stopped is not None


def test_calls_at_once_stay_under_the_ceiling():
    _, model, _, ends = dispatch([], calls=50, at_once=7)
    assert model.most_at_once == 7
    assert ends == [WELL] * 50


def test_the_bill_counts_cached_tokens_at_their_price():
    dispatcher, *_ = dispatch([], calls=2, price=PRICE)
    usage = dispatcher.usage
    assert (usage.calls, usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens) == (2, 2000, 200, 800)
    assert usage.money == pytest.approx(2 * (600 * 1.0 + 400 * 0.5 + 100 * 2.0) / 1e6)


def test_without_a_price_there_is_no_money_and_uncounted_tokens_are_counted():
    dispatcher, *_ = dispatch([Completion("four")])
    assert dispatcher.usage.money is None
    assert dispatcher.usage.completion_tokens == 4


def test_waiting_for_a_turn_takes_no_patience():
    """Forty calls of ten seconds, one after another, and the first try of the last ones fails: they get another."""
    clock = Clock()

    async def slowly(prompt: Prompt) -> Completion:
        await clock.sleep(10)
        tries.append(prompt)
        if len(tries) > 35 and len(tries) % 2:
            raise BackendBusy("busy", status=503)
        return WELL

    async def run():
        model = ScriptedModel()
        model.complete = slowly
        patience = Patience(attempts=5, seconds=60)
        dispatcher = Dispatcher(model, at_once=1, patience=patience, clock=clock, sleep=clock.sleep)
        return await asyncio.gather(*(dispatcher.call(PROMPT) for _ in range(40)), return_exceptions=True)

    tries: list[Prompt] = []
    assert asyncio.run(run()) == [WELL] * 40


def test_tries_and_pauses_take_patience():
    model, clock = ScriptedModel([BackendBusy("busy", status=503, retry_after=50)] * 9), Clock()

    async def run():
        patience = Patience(attempts=9, seconds=120)
        await Dispatcher(model, at_once=1, patience=patience, clock=clock, sleep=clock.sleep).call(PROMPT)

    with pytest.raises(BackendBusy):
        asyncio.run(run())
    assert len(model.prompts) == 4


def cut(text: str = "", **fields) -> Completion:
    return Completion(text, finish="length", prompt_tokens=1000, completion_tokens=10, **fields)


def test_a_model_that_is_cut_off_while_it_thinks_is_asked_again_with_room_and_so_are_all_after_it():
    found = []

    def thinks(prompt: Prompt) -> Completion:
        if prompt.max_tokens < 700:
            return cut(thought=True)
        return Completion("fine", prompt_tokens=1000, completion_tokens=600, thinking_tokens=590)

    async def run():
        model = ScriptedModel(then=thinks)
        dispatcher = Dispatcher(model, at_once=1, learned=found.append, price=PRICE)
        said = [await dispatcher.call(PROMPT) for _ in range(3)]
        return model, dispatcher, said

    model, dispatcher, said = asyncio.run(run())
    assert [completion.text for completion in said] == ["fine"] * 3
    assert [prompt.max_tokens for prompt in model.prompts] == [10, 2058, 2058, 2058]
    assert found == [Thinking(room=2048, tokens=590)]
    assert dispatcher.usage.completion_tokens == 10 + 3 * 600  # thoughts are paid for


@pytest.mark.parametrize(
    "completion", [cut(), cut("<think>Hm, "), cut("  ", thought=True), cut('{"tldr": "It wa', thought=True)]
)
def test_room_grows_until_it_is_the_most_there_is_and_then_the_answer_is_given_up(completion):
    async def run(context: int | None):
        model = ScriptedModel(then=lambda prompt: completion)
        dispatcher = Dispatcher(model, at_once=1, context=context)
        with pytest.raises(BadAnswer, match="cut off"):
            await dispatcher.call(PROMPT)
        assert dispatcher.stopped is None
        return [prompt.max_tokens for prompt in model.prompts]

    assert asyncio.run(run(None)) == [10, 2058, 8202, 16394]
    assert asyncio.run(run(5000)) == [10, 2058, 4998]


def test_a_text_that_is_cut_off_is_asked_again_with_twice_the_room_or_taken_where_a_part_will_do():
    async def run(*, partial: bool):
        model = ScriptedModel([cut('{"tldr": "It wa')] * 2, then=lambda prompt: WELL)
        said = await Dispatcher(model, at_once=1).call(PROMPT, partial=partial)
        return said.text, [prompt.max_tokens for prompt in model.prompts]

    assert asyncio.run(run(partial=False)) == ("fine", [10, 20, 40])
    assert asyncio.run(run(partial=True)) == ('{"tldr": "It wa', [10])


def test_an_error_of_ours_within_a_group_of_calls_keeps_its_sentence():
    async def fails(error: Exception) -> None:
        raise error

    async def run(*errors: Exception) -> None:
        dispatcher = Dispatcher(ScriptedModel(), at_once=1)
        await dispatcher.run_all([dispatcher.run_all([fails(error)]) for error in errors])

    with pytest.raises(OutputError, match="free some space"):
        asyncio.run(run(ValueError("x"), OutputError("free some space")))
    with pytest.raises(ValueError, match="x"):
        asyncio.run(run(ValueError("x")))


def test_what_one_dispatcher_finds_out_about_thinking_those_beside_it_know():
    async def run() -> list[int]:
        model = ScriptedModel([cut(thought=True)], then=lambda prompt: WELL)
        whole = Dispatcher(model, at_once=1, context=8192)
        for one in (whole.beside(), whole.beside()):
            await one.call(PROMPT)
        return [prompt.max_tokens for prompt in model.prompts]

    assert asyncio.run(run()) == [10, 2058, 2058]


def test_a_dispatcher_beside_counts_alone_and_shares_caps_and_the_end():
    async def run() -> tuple[Dispatcher, Dispatcher]:
        whole = Dispatcher(ScriptedModel([WELL, WELL]), at_once=1, price=PRICE, caps=Caps(calls=2))
        one, other = whole.beside(), whole.beside()
        await one.call(PROMPT)
        await other.call(PROMPT)
        with pytest.raises(Stopped):
            await one.call(PROMPT)
        return one, other

    one, other = asyncio.run(run())
    assert one.usage.calls == other.usage.calls == 1
    assert one.usage.money == pytest.approx(0.001)
    assert other.stopped is one.stopped is not None


@pytest.mark.parametrize(
    ("limits", "counted"),
    [
        ({}, []),
        ({"caps": Caps(calls=9)}, []),
        ({"price": PRICE}, ["s", "u"]),
        ({"caps": Caps(tokens=9000)}, ["s", "u"]),
        ({"pace": CallRateLimit(requests=600)}, []),
        ({"pace": CallRateLimit(tokens=600_000)}, ["s", "u"]),
    ],
)
def test_the_tokens_of_a_prompt_are_counted_only_where_something_hangs_on_them(limits, counted):
    asked: list[str] = []

    def count(text: str) -> int:
        asked.append(text)
        return 1

    async def run() -> Dispatcher:
        dispatcher = Dispatcher(ScriptedModel(then=lambda prompt: WELL), at_once=1, count=count, **limits)
        await dispatcher.call(PROMPT)
        return dispatcher

    assert asyncio.run(run()).usage.prompt_tokens == 1000
    assert asked == counted


def test_tokens_that_the_server_does_not_report_are_counted():
    async def run() -> Dispatcher:
        silent = ScriptedModel(then=lambda prompt: Completion("four", prompt_tokens=0, completion_tokens=0))
        dispatcher = Dispatcher(silent, at_once=1, count=len)
        await dispatcher.call(PROMPT)
        return dispatcher

    usage = asyncio.run(run()).usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (2, 4)
