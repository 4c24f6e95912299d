"""How far a bulk run is: papers done of all, and what they have taken."""

from __future__ import annotations

from collections.abc import Callable

from broadsheet.models import Progress, Usage


class BulkReport:
    """Adds up what shards report, wherever they are worked on, and tells it as progress of the run."""

    def __init__(self, total: int, tell: Callable[[Progress], None]) -> None:
        self._total, self._tell = total, tell
        self.done = 0
        """Papers."""
        self._usage: dict[int, Usage] = {}

    def add(self, papers: int) -> None:
        """So many more papers are done."""
        self.done += papers
        self._tell(Progress(task="TL;DRs", done=self.done, total=self._total, usage=self.usage))

    def of(self, shard: int) -> Callable[[int, Usage], None]:
        """What hears of a shard: how many more of its papers are done, and what it has taken so far."""

        def hear(more: int, usage: Usage) -> None:
            self._usage[shard] = usage
            self.add(more)

        return hear

    def wait(self, batches: int, answered: int, lines: int) -> None:
        """So many batches are under way elsewhere, with so many of their lines answered there."""
        task = "1 batch under way, answered" if batches == 1 else f"{batches:,} batches under way, answered"
        self._tell(Progress(task=task, done=answered, total=lines))

    @property
    def usage(self) -> Usage:
        """What all shards have taken so far."""
        parts = self._usage.values()
        money = [part.money for part in parts]
        return Usage(
            calls=sum(part.calls for part in parts),
            prompt_tokens=sum(part.prompt_tokens for part in parts),
            completion_tokens=sum(part.completion_tokens for part in parts),
            money=None if None in money else sum(one for one in money if one is not None),
        )
