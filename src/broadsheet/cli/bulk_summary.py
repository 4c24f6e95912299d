"""What a bulk run tells at its end, and of how far it is, as lines of plain aligned text. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.cli.summary import aligned
from broadsheet.rendering.formatting import count, format_money
from broadsheet.rendering.text import plain

if TYPE_CHECKING:  # they need the extra `bulk`
    from broadsheet.bulk.account import BulkAccount
    from broadsheet.bulk.writer import BulkWriter


def bulk_account(folder: Path, writer: BulkWriter | None, account: BulkAccount) -> list[str]:
    """The rows by what became of them, what was taken, and where everything is."""
    waiting = f", {account.waiting:,} waiting" if account.waiting else ""
    if account.answered:
        waiting += f" ({account.answered:,} of them answered already)"
    tokens = count(account.tokens, "token")
    spent = f"{count(account.calls, 'call')}, {tokens}, {format_money(account.dollars)}" if account.calls else "no call"
    rows = [
        ("Received", f"{count(account.received, 'row')}: {account.duplicates:,} met again"),
        ("Digested", f"{account.digested:,}, {account.failed:,} failed{waiting}"),
        ("Shards", f"{account.done:,} of {account.shards:,} done"),
        ("Taken", spent),
        ("Files", str(folder)),
    ]
    if writer is not None:
        rows.insert(0, ("Writer", plain(f"{writer.model} ({writer.backend})")))
    return aligned(rows)
