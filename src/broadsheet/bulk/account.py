"""The account of a bulk run: every row by what became of it, and what was taken; read from the shards alone."""

from __future__ import annotations

import math
from typing import Any

from filelock import FileLock

from broadsheet.bulk.answers import read_attempts
from broadsheet.bulk.cut import CutRows
from broadsheet.bulk.folder import MODE, BulkFolder, read_state, write_state
from broadsheet.models import Noun


class BulkAccount(Noun):
    """`received == duplicates + excluded + digested + failed + waiting`, always; once all is done, `waiting` is 0.

    A file that cannot be read at all counts as one row that was received and failed.
    """

    received: int
    duplicates: int
    excluded: int
    """By the reader's own rules, `never`."""
    digested: int
    failed: int
    waiting: int
    calls: int
    tokens: int
    dollars: float | None
    """`None` where the price of a call is not known."""
    shards: int
    done: int
    """Shards that are done."""
    answered: int = 0
    """Of those `waiting`, the papers that an attempt has an answer for already."""


def write_account(folder: BulkFolder, cut: CutRows) -> BulkAccount:
    """Sums up the shards and writes `account.json`; of several processes that end together, the last one has it all."""
    folder.home.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.home / "account.lock", mode=MODE):
        made = sum_shards(folder, cut)
        told = made.model_dump(mode="json", exclude={"answered"})
        write_state(folder.account, told)
        if made.done == made.shards:  # nobody is at work any more: what killed runs left half written can go
            for part in folder.home.rglob(".*.part"):
                part.unlink(missing_ok=True)
    return made


def sum_shards(folder: BulkFolder, cut: CutRows) -> BulkAccount:
    """The account as the shards are now; raises `StateError` for a damaged manifest."""
    digested = failed = done = answered = 0
    taken: list[dict[str, Any]] = []
    for number, shard in enumerate(cut.shards):
        manifest = read_state(folder.manifest(number))
        if manifest is not None:
            taken += manifest["attempts"]
        if manifest is not None and manifest["digest"] == shard.digest:
            digested, failed, done = digested + manifest["digested"], failed + manifest["failed"], done + 1
            continue
        for attempt in read_attempts(folder.attempts(number)):
            answered += len(attempt.answers)
            if attempt.spent:
                taken.append(attempt.spent.taken)
    return BulkAccount(
        received=cut.received,
        duplicates=cut.duplicates,
        excluded=cut.excluded,
        digested=digested,
        failed=cut.failed + failed,
        waiting=cut.papers - digested - failed,
        calls=sum(one["calls"] for one in taken),
        tokens=sum(one["tokens"] for one in taken),
        dollars=None
        if any(one["dollars"] is None for one in taken)
        else round(math.fsum(one["dollars"] for one in taken), 9),
        shards=len(cut.shards),
        done=done,
        answered=answered,
    )
