"""No surprise bill: what a call may cost is reserved before it, and no cap is ever passed."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import (
    BackendBusy,
    Stopped,
)
from broadsheet.llm.budget import Amount, Budget, Caps, cost
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.settings.model import Price
from scripted import ScriptedModel

PRICE = Price(prompt=1.0, completion=4.0)
PROMPT = Prompt(system="s" * 600, user="u" * 400, schema={}, max_tokens=100)
WELL = Completion("fine", prompt_tokens=1000, completion_tokens=20)


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


def run_calls(caps: Caps, *, calls: int = 20, script=(), answer: Completion = WELL, price: Price | None = PRICE):
    model = ScriptedModel(script, then=lambda prompt: answer)

    async def run():
        dispatcher = Dispatcher(model, at_once=8, price=price, caps=caps, sleep=no_sleep)
        ends = await asyncio.gather(*(dispatcher.call(PROMPT) for _ in range(calls)), return_exceptions=True)
        return dispatcher, ends

    dispatcher, ends = asyncio.run(run())
    return dispatcher, model, ends


ONE = Amount(calls=1)


def test_what_fits_no_more_is_refused_and_what_may_fit_later_only_waits():
    budget = Budget(Caps(calls=2), None)
    assert [budget.reserve(ONE) for _ in range(3)] == [True, True, False]
    budget.settle(ONE, Amount())
    assert budget.reserve(ONE)
    for _ in range(2):
        budget.settle(ONE, ONE)
    with pytest.raises(Stopped, match="the run stopped at the cap of 2 calls"):
        budget.reserve(ONE)


def test_what_a_call_did_not_take_is_there_for_the_next():
    budget = Budget(Caps(money=1.0), PRICE)
    budget.reserve(Amount(money=0.9))
    assert not budget.reserve(Amount(money=0.8))
    budget.settle(Amount(money=0.9), Amount(money=0.1))
    assert budget.reserve(Amount(money=0.8))


def test_a_call_that_could_pass_the_cap_is_not_made():
    dispatcher, model, ends = run_calls(Caps(money=0.001))
    assert model.prompts == []
    assert all(isinstance(end, Stopped) for end in ends)
    assert "$0.001" in str(dispatcher.stopped)


def test_calls_under_way_settle_before_the_cap_is_judged():
    """Eight reservations of $0.0014 pass $0.006 at once; what calls really cost, $0.00108, leaves room for five."""
    dispatcher, _, ends = run_calls(Caps(money=0.006))
    assert sum(end is WELL for end in ends) == 5
    assert dispatcher.usage.money == pytest.approx(5 * cost(PRICE, 1000, 20))


@pytest.mark.parametrize(
    ("caps", "made"), [(Caps(calls=7), 7), (Caps(tokens=3500), 3), (Caps(calls=0), 0), (Caps(), 20)]
)
def test_calls_and_tokens_are_capped_too(caps, made):
    _, model, ends = run_calls(caps)
    assert len(model.prompts) == made == sum(end is WELL for end in ends)


def test_every_try_counts_as_a_call():
    _, model, _ = run_calls(Caps(calls=4), calls=1, script=[BackendBusy("busy", status=429)] * 9)
    assert len(model.prompts) == 4


def test_a_call_that_broke_off_is_taken_as_paid():
    _, model, ends = run_calls(Caps(money=0.0029), calls=3, script=[BackendBusy("broke off")] * 2)
    assert len(model.prompts) == 2
    assert not any(end is WELL for end in ends)


answers = st.builds(Completion, st.just("x"), prompt_tokens=st.integers(1, 1000), completion_tokens=st.integers(1, 100))


@settings(max_examples=60, deadline=None)
@given(st.lists(answers, max_size=30), st.floats(0, 0.02), st.integers(0, 30), st.integers(0, 20_000))
def test_no_cap_is_ever_passed(script, money, calls, tokens):
    dispatcher, model, _ = run_calls(Caps(money=money, calls=calls, tokens=tokens), calls=30, script=script)
    assert (dispatcher.usage.money or 0) <= money + 1e-9
    assert len(model.prompts) <= calls
    assert dispatcher.usage.prompt_tokens + dispatcher.usage.completion_tokens <= tokens


def test_reservations_come_back_whole():
    budget = Budget(Caps(money=1.0), PRICE)
    most = budget.may_take(1000, 100)
    assert budget.reserve(most)
    budget.settle(most, Amount(money=0.001, calls=1, tokens=1020))
    assert budget.reserved == Amount()
    assert budget.spent.money == pytest.approx(0.001)


def test_cost_never_charges_less_than_nothing():
    assert cost(Price(prompt=1.0, completion=2.0, cached=0.5), prompt=10, completion=0, cached=50) == pytest.approx(
        5e-6
    )
