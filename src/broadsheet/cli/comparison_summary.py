"""What a comparison would take and what it took, as lines of plain aligned text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from broadsheet.cli.estimate_summary import SURE
from broadsheet.cli.summary import aligned, file_rows, tldr_counts, usage_said
from broadsheet.digests.estimate import DigestEstimate
from broadsheet.models import Comparison, WriterRun
from broadsheet.rendering.comparison import mean_words, recalled
from broadsheet.rendering.formatting import about_time, count, format_money
from broadsheet.rendering.text import plain
from broadsheet.settings.model import LLM

Plans = Mapping[str, DigestEstimate | None]


def comparison_plan(plans: Plans, llm: LLM) -> list[str]:
    """The lines of `--dry-run`: what each writer would take, all together, and the caps on the whole."""
    papers = max((plan.papers for plan in plans.values() if plan), default=0)
    rows = [("Papers", f"{papers:,}")] if papers else []
    for name, plan in plans.items():
        rows += [("Writer", plain(name)), ("", _planned(plan))]
    rows.append(("Together", together(plans)))
    if caps := _caps(llm):
        rows.append(("Caps", f"{caps}, for the whole"))
    return aligned(rows)


def together(plans: Plans) -> str:
    """What all writers would take, in one line."""
    asked = [plan for plan in plans.values() if plan is not None]
    tokens = sum(plan.prompt_tokens + plan.completion_tokens for plan in asked)
    known = [plan.money for plan in asked if plan.money is not None]
    money = f"about {format_money(sum(known))}" if len(known) == len(asked) else "not all prices are configured"
    calls = count(sum(plan.calls for plan in asked), "call")
    return f"{calls}, about {tokens:,} tokens, {money}, about {about_time(sum(plan.seconds for plan in asked))}"


def comparison_account(comparison: Comparison, files: Sequence[Path]) -> list[str]:
    """The lines printed after a comparison: what each writer made, what it took, where the page is."""
    rows = [("Papers", _papers(comparison))]
    for run in comparison.writers:
        rows += [("Writer", plain(run.name)), ("", _made(run)), ("", usage_said(run.usage))]
        rows += [("", plain(why)) for why in run.account.why]
    return aligned([*rows, *file_rows(files)])


def _papers(comparison: Comparison) -> str:
    said = f"{len(comparison.papers):,} compared"
    if len(comparison.papers) < comparison.found:
        said += f" of {comparison.found:,}, drawn with seed {comparison.seed}"
    if bare := comparison.without_abstract:
        said += f"; {count(bare, 'paper')} without an abstract left out"
    if comparison.excluded:
        said += f"; {comparison.excluded:,} never shown"
    return said


def _made(run: WriterRun) -> str:
    known = f", {recalled(run):,} of them answered in earlier runs" if recalled(run) else ""
    found = f"the check objects to {len(run.findings):,}" if run.findings else "the check objects to none"
    return f"{tldr_counts(run.account, run.summaries)}{known}; {mean_words(run):.1f} words on average; {found}"


def _planned(plan: DigestEstimate | None) -> str:
    if plan is None:
        return "asks nobody and costs nothing"
    tokens = f"about {plan.prompt_tokens + plan.completion_tokens:,} tokens"
    money = "no price configured" if plan.money is None else f"about {format_money(plan.money)}"
    known = f"{plan.cached:,} papers answered before, " if plan.cached else ""
    time = f"about {about_time(plan.seconds)} ({SURE[plan.measured]})"
    return f"{known}{count(plan.calls, 'call')}, {tokens}, {money}, {time}"


def _caps(llm: LLM) -> str:
    caps = [
        None if llm.max_cost is None else f"${llm.max_cost:g}",
        None if llm.max_calls is None else count(llm.max_calls, "call"),
        None if llm.max_run_tokens is None else count(llm.max_run_tokens, "token"),
    ]
    return ", ".join(cap for cap in caps if cap is not None)
