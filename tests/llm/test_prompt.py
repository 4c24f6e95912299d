"""What goes to a model and comes back: a prompt without its seal, and how long a server wants to be left alone."""

from __future__ import annotations

import pytest

from broadsheet.llm.prompt import Allowance, Prompt


def test_without_their_seals_the_prompts_of_two_installations_are_one():
    here, there = (
        Prompt("s", f"<paper-{seal}>x</paper-{seal}>", {"a": 1}, 9, seal=seal) for seal in ("bcdfghjk", "zxwvtsrq")
    )
    assert here.unsealed() == there.unsealed()
    assert "bcdfghjk" not in here.unsealed().user


def test_a_prompt_without_a_seal_is_itself():
    prompt = Prompt("s", "u", {}, 9)
    assert prompt.unsealed() is prompt


@pytest.mark.parametrize(
    ("allowance", "seconds"),
    [
        (Allowance(requests=5, tokens=1000, reset=30.0), 0.0),
        (Allowance(requests=0, tokens=1000, reset=30.0), 30.0),
        (Allowance(requests=5, tokens=100, reset=30.0), 30.0),
        (Allowance(requests=5, tokens=100, reset=30.0, limit=1000), 15.0),  # 450 of the missing 900
        (Allowance(requests=None, tokens=None, reset=30.0), 0.0),
    ],
)
def test_a_call_waits_until_a_server_that_counts_has_room_for_it(allowance, seconds):
    assert allowance.wait_for(550) == pytest.approx(seconds)
