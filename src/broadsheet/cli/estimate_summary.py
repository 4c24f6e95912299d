"""What a digest would take, as lines of plain aligned text: for `broadsheet plan`, and before a long run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from broadsheet.cli.summary import aligned, left_out_rows
from broadsheet.models import LeftOut
from broadsheet.rendering.formatting import about_time, count, format_money
from broadsheet.rendering.text import plain

if TYPE_CHECKING:
    from broadsheet.digests.estimate import DigestEstimate

SURE = {
    "calls": "as fast as its calls so far",
    "trial": "timed on this machine",
    "": "a guess: this model has not been timed here",
}
"""What a plan's seconds go by."""
FEWER = 20
"""The papers that a shorter run is said to take."""


def plan_account(plan: DigestEstimate, left_out: Sequence[LeftOut] = (), *, backend: str, model: str) -> list[str]:
    """The lines `broadsheet plan` prints: what a digest would take, before anything is spent."""
    papers = f"{plan.papers:,}"
    if plan.cached:
        papers += f", {plan.cached:,} of them answered before"
    if plan.without_abstract:
        papers += f", {plan.without_abstract:,} without an abstract"
    tokens = plan.prompt_tokens + plan.completion_tokens
    money = "no price configured" if plan.money is None else f"about {format_money(plan.money)}"
    sure = SURE[plan.measured]
    rows = [
        ("Papers", papers),
        *left_out_rows(left_out),
        ("Model", f"{plain(model)} ({plain(backend)})"),
        ("Calls", f"{plan.calls:,}"),
        ("Tokens", f"about {tokens:,} ({plan.prompt_tokens:,} in, {plan.completion_tokens:,} out)"),
        ("Money", money),
        ("Time", f"about {about_time(plan.seconds)} ({sure})"),
    ]
    if plan.thinking:
        rows.append(
            ("Thinking", f"the model thinks before it answers: about {plan.thinking:,} tokens a call, counted in")
        )
    if plan.trimmed:
        rows.append(("Too long", f"{count(plan.trimmed, 'abstract')} would be cut after a sentence to fit the context"))
    return aligned(rows)


def wait_said(plan: DigestEstimate, *, ranked: bool) -> str:
    """What a long run with a model in this process says before it begins; `ranked` where something ranks the papers."""
    new = plan.papers - plan.cached
    said = f"about {about_time(plan.seconds)} for {count(new, 'paper')} on this machine"
    if new <= FEWER:
        return f"{said}."
    way = f"--top {FEWER}" if ranked else f"--interest TEXT --top {FEWER}"
    return f"{said}; `{way}` takes about {about_time(plan.seconds * FEWER / new)}. Ctrl-C keeps what is done."
