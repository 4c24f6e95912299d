"""What a digest would take, told before it is begun: every number in its place, and honest about what it goes by."""

from __future__ import annotations

import dataclasses

import pytest

from broadsheet.cli.estimate_summary import FEWER, plan_account, wait_said
from broadsheet.digests.estimate import DigestEstimate

PLAN = DigestEstimate(
    papers=1200, cached=0, without_abstract=0, trimmed=0, calls=101, prompt_tokens=90_000, completion_tokens=6_000,
    money=0.25, seconds=240.0, measured="calls",
)  # fmt: skip


def told(**changes: object) -> dict[str, str]:
    lines = plan_account(dataclasses.replace(PLAN, **changes), backend="near", model="plain-8b\x1b[31m")
    return {line[:10].strip(): line[10:].strip() for line in lines}


def test_the_plan_line_by_line():
    assert told() == {
        "Papers": "1,200",
        "Model": "plain-8b[31m (near)",  # what steers a terminal is taken out
        "Calls": "101",
        "Tokens": "about 96,000 (90,000 in, 6,000 out)",
        "Money": "about $0.2500",
        "Time": "about 4 min (as fast as its calls so far)",
    }


def test_what_is_answered_already_has_no_abstract_or_is_too_long_is_said():
    assert told(cached=7, without_abstract=2)["Papers"] == "1,200, 7 of them answered before, 2 without an abstract"
    assert told(trimmed=1)["Too long"].startswith("1 abstract would be cut")
    assert told(money=None)["Money"] == "no price configured"


@pytest.mark.parametrize(
    ("measured", "seconds", "said"),
    [
        ("trial", 0.2, "about 1 s (timed on this machine)"),
        ("", 89, "about 89 s (a guess: this model has not been timed here)"),
        ("calls", 5399, "about 90 min (as fast as its calls so far)"),
        ("calls", 5400, "about 1.5 h (as fast as its calls so far)"),
    ],
)
def test_time_is_told_in_the_unit_that_fits_with_what_it_goes_by(measured: str, seconds: float, said: str):
    assert told(measured=measured, seconds=seconds)["Time"] == said


def test_a_long_wait_says_what_a_shorter_run_would_take():
    plan = dataclasses.replace(PLAN, papers=120, cached=20, seconds=6000.0)
    assert wait_said(plan, ranked=False) == (
        "about 1.7 h for 100 papers on this machine; `--interest TEXT --top 20` takes about 20 min. "
        "Ctrl-C keeps what is done."
    )
    assert "`--top 20`" in wait_said(plan, ranked=True)


def test_a_short_run_is_offered_no_shorter_one():
    plan = dataclasses.replace(PLAN, papers=FEWER, seconds=60.0)
    assert wait_said(plan, ranked=True) == "about 60 s for 20 papers on this machine."
