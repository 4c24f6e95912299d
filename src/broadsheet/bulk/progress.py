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
        self.usage = Usage()
        """What all shards have taken so far."""
        self._usage: dict[int, Usage] = {}

    def add(self, papers: int) -> None:
        """So many more papers are done."""
        self.done += papers
        self._tell(Progress(task="TL;DRs", done=self.done, total=self._total, usage=self.usage))

    def of(self, shard: int) -> Callable[[int, Usage], None]:
        """What hears of a shard: how many more of its papers are done, and what it has taken so far."""

        def hear(more: int, usage: Usage) -> None:
            self.usage = _replaced(self.usage, self._usage.get(shard, Usage()), usage)
            self._usage[shard] = usage
            self.add(more)

        return hear

    def wait(self, batches: int, answered: int, lines: int) -> None:
        """So many batches are under way elsewhere, with so many of their lines answered there."""
        task = "1 batch under way, answered" if batches == 1 else f"{batches:,} batches under way, answered"
        self._tell(Progress(task=task, done=answered, total=lines))


def _replaced(whole: Usage, before: Usage, now: Usage) -> Usage:
    """The whole with what a part takes now for what it took before: the sum of thousands of shards at each answer would
    take longer than the answer."""
    known = whole.money is not None and now.money is not None
    return Usage(
        calls=whole.calls + now.calls - before.calls,
        prompt_tokens=whole.prompt_tokens + now.prompt_tokens - before.prompt_tokens,
        completion_tokens=whole.completion_tokens + now.completion_tokens - before.completion_tokens,
        money=(whole.money or 0.0) + (now.money or 0.0) - (before.money or 0.0) if known else None,
    )
