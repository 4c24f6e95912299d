"""What a bulk run tells at its end, and of how far it is, as lines of plain aligned text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.cli.estimate_summary import SURE
from broadsheet.cli.summary import aligned
from broadsheet.rendering.formatting import about_time, count, format_money
from broadsheet.rendering.text import plain

if TYPE_CHECKING:  # they need the extra `bulk`
    from broadsheet.bulk.account import BulkAccount
    from broadsheet.bulk.batch_ledger import SentBatch
    from broadsheet.bulk.estimate import BulkEstimate
    from broadsheet.bulk.rows import Failure
    from broadsheet.bulk.writer import BulkWriter


def bulk_account(
    folder: Path,
    writer: BulkWriter | None,
    account: BulkAccount,
    failures: Sequence[Failure],
    batches: Sequence[SentBatch] = (),
) -> list[str]:
    """The rows by what became of them, the first failures, what was taken, and the batches that are elsewhere."""
    waiting = f", {account.waiting:,} waiting" if account.waiting else ""
    if account.answered:
        waiting += f" ({account.answered:,} of them answered already)"
    tokens = count(account.tokens, "token")
    spent = f"{count(account.calls, 'call')}, {tokens}, {format_money(account.dollars)}" if account.calls else "no call"
    rows = [
        ("Received", f"{count(account.received, 'row')}: {account.duplicates:,} met again{_hidden(account.excluded)}"),
        ("Digested", f"{account.digested:,}, {account.failed:,} failed{waiting}"),
        ("Shards", f"{account.done:,} of {account.shards:,} done"),
        ("Taken", spent),
        ("Files", str(folder)),
    ]
    if batches:
        under_way = [batch for batch in batches if not batch.taken]
        rows.append(("Batches", f"{len(under_way):,} under way, {len(batches) - len(under_way):,} taken"))
        rows += [
            ("", f"{plain(one.remote or one.own)}  {plain(one.state)}, {one.answered:,} of {count(one.lines, 'line')}")
            for one in under_way
        ]
    if failures:
        told = [f"{_place(one)}: {one.why}" for one in failures]
        more = f"and {account.failed - len(told):,} more: " if account.failed > len(told) else ""
        rows += zip(("Failed", *[""] * len(told)), map(plain, (*told, f"{more}{folder / 'failures'}")), strict=True)
    if writer is not None:
        rows.insert(0, ("Writer", plain(f"{writer.model} ({writer.backend})")))
    return aligned(rows)


def _hidden(excluded: int) -> str:
    """What `never` left out, where that is anything."""
    return f", {excluded:,} never shown" if excluded else ""


def _place(failure: Failure) -> str:
    """Where a failure stood, and whose it is where it is a paper's."""
    line = f", line {failure.line}" if failure.line else ""
    return f"{failure.source}{line}" + (f" ({failure.title})" if failure.title else "")


def bulk_plan(plan: BulkEstimate, *, backend: str, model: str) -> list[str]:
    """What a run would take, by a sample of its papers."""
    gone = f"{plan.duplicates:,} met again{_hidden(plan.excluded)}, {plan.failed:,} unreadable"
    rows = [
        ("Rows", f"{plan.rows:,}: {plan.papers:,} papers, {gone}"),
        ("Shards", f"{plan.shards:,}"),
    ]
    sure = f"timed on this machine, on {count(plan.cores, 'core')}" if plan.measured == "cores" else SURE[plan.measured]
    if plan.calls:
        tokens = plan.prompt_tokens + plan.completion_tokens
        live, batch = (format_money(money) for money in (plan.money, plan.batch_money))
        rows += [
            ("Model", f"{plain(model)} ({plain(backend)})"),
            ("Calls", f"about {plan.calls:,}"),
            ("Tokens", f"about {tokens:,} ({plan.prompt_tokens:,} in, {plan.completion_tokens:,} out)"),
            ("Money", live if plan.money is None else f"about {live}; {batch} at a batch endpoint's half price"),
        ]
    rows += [
        ("Time", f"about {about_time(plan.seconds)} ({sure})"),
        ("Disk", f"about {max(1, plan.disk / 1e6):,.0f} MB in the end, three times that while it is cut"),
        ("Judged by", f"{count(plan.sample, 'paper')}"),
    ]
    return aligned(rows)
