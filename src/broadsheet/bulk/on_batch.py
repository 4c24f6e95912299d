"""`--on batch`: papers in files for a hosted batch endpoint in OpenAI's form, at a part of the price of live calls.

Nothing waits here for an answer. What a shard's question lacks becomes lines of the next file (`batch_questions.py`),
and the shard is looked at again when they are back (`batch_outcomes.py`). So whoever goes on after a kill does the
same again.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from broadsheet.bulk.answers import Spent, read_attempts, write_answers
from broadsheet.bulk.batch_ledger import BatchLedger, BatchLine, LineOutcome, SentBatch
from broadsheet.bulk.batch_outcomes import add_up, read_outcomes
from broadsheet.bulk.batch_questions import AnsweredCalls, RequestLine, settle_papers
from broadsheet.bulk.cut import read_shard
from broadsheet.bulk.folder import read_state, whole_file
from broadsheet.bulk.progress import BulkReport
from broadsheet.bulk.run import BulkRequest
from broadsheet.bulk.shard import ShardTask, finish_shard, known_answers
from broadsheet.digests.open_session import open_session
from broadsheet.errors import (
    BackendBusy,
    BackendError,
    BackendRefused,
    BackendUnreachable,
    ConfigError,
    Stopped,
    UsageError,
)
from broadsheet.llm.budget import Amount, Budget, Caps
from broadsheet.llm.client import find_endpoint
from broadsheet.llm.dispatch import FAILURES_IN_A_ROW
from broadsheet.llm.openai_batches import ENDED, MOST_BYTES, MOST_LINES, BatchEndpoint, RemoteBatch
from broadsheet.llm.session import Session
from broadsheet.models import Usage
from broadsheet.reading.record import plural
from broadsheet.settings.loading import Settings

log = logging.getLogger(__name__)

_LEFT_OUT = LineOutcome("", "again", why="the endpoint left it out of its files")
_GONE = 404
"""The status of what is not there."""
_QUEUE_FULL = "token_limit_exceeded"
_ASKED_FOR = "uploaded"
"""The state, in the ledger, of a batch that may be in the making."""


def work_on_batch(tasks: Sequence[ShardTask], settings: Settings, *, request: BulkRequest, report: BulkReport) -> None:
    """Does the tasks; raises the first error, with everything in the ledger that was sent, made and taken until then.

    Caps hold for all batches of the folder together, however often the work is taken up.
    """
    if settings.backend is None or settings.backend.in_process:
        raise UsageError("--on batch needs a hosted endpoint: name it with --backend, such as openai.")
    if request.part != (1, 1):
        raise UsageError("--shard is not for --on batch: one process sends all shards, and needs little of a machine.")
    if settings.writing.judge:
        raise ConfigError("`writing.judge` asks about answers as they come, which a batch does not: set it to false.")
    asyncio.run(_work(tasks, settings, request, report))


async def _work(tasks: Sequence[ShardTask], settings: Settings, request: BulkRequest, report: BulkReport) -> None:
    # One paper a prompt: what one of them lacks is asked again without the others. Answers are kept in the ledger.
    alone = settings.model_copy(
        update={
            "llm": settings.llm.model_copy(update={"batch_size": 1}),
            "cache": settings.cache.model_copy(update={"use": False}),
        }
    )
    address = find_endpoint(alone)
    async with open_session(alone) as session:
        if session is None or address is None:
            return
        with BatchLedger(tasks[0].folder) as ledger:
            async with BatchEndpoint(address, timeout=alone.llm.timeout) as endpoint:
                await _BatchRun(tasks, session, ledger, endpoint, request, report).work()


class _BatchRun:
    """The work on the tasks until nothing is under way and nothing is left to send."""

    def __init__(  # noqa: PLR0913, PLR0917 - what is done, and all that it takes
        self,
        tasks: Sequence[ShardTask],
        session: Session,
        ledger: BatchLedger,
        endpoint: BatchEndpoint,
        request: BulkRequest,
        report: BulkReport,
    ) -> None:
        self._tasks = {task.shard: task for task in tasks}
        self._folder = tasks[0].folder
        self._session, self._ledger, self._endpoint = session, ledger, endpoint
        self._request, self._report = request, report
        live = session.dispatcher.price
        self._price = live.at_batch() if live else None
        self._queue = session.backend.enqueued_tokens
        self._todo: deque[int] = deque()
        self._lines: deque[RequestLine] = deque()
        self._told: dict[int, int] = {}
        self._stopped: BackendError | None = None
        self._first = True
        self._failed = 0
        self._full = 0
        """With so many batches under way, there was no room in the endpoint's queue."""

    async def work(self) -> None:
        """Does the tasks, and waits for what is under way unless that is to be looked at once."""
        self._recover()
        failures = 0
        while True:
            try:
                await self._look()
                await self._prepare_and_send()
                if all(batch.remote for batch in self._ledger.under_way()):
                    failures = 0
            except (BackendBusy, BackendUnreachable):
                failures += 1
                if failures >= self._session.settings.llm.attempts:
                    raise
            else:
                if not (self._ledger.under_way() or self._lines or self._todo):
                    break
            if self._request.once:
                break
            await asyncio.sleep(self._request.every)
        if self._stopped is not None:
            raise self._stopped

    def _recover(self) -> None:
        """Ends what a killed run had begun on this machine: files that no batch was made of, shards that are finished.

        Then all shards that no batch is under way for are looked at.
        """
        noted = {batch.own for batch in self._ledger.batches() if not batch.taken}
        for path in self._place.glob("*"):
            if path.stem not in noted:
                path.unlink()
        for shard in self._ledger.shards():
            manifest = read_state(self._folder.manifest(shard.shard)) or {"attempts": []}
            if any(one["by"] == shard.attempt for one in manifest["attempts"]):
                self._answers_of(shard.shard, shard.attempt).unlink(missing_ok=True)
                self._ledger.close_shard(shard.shard)
                if not self._request.retry:
                    self._tasks.pop(shard.shard, None)
        busy = self._ledger.busy()
        known = {shard.shard for shard in self._ledger.shards()}
        self._todo.extend(
            shard for shard in self._tasks if shard not in busy and (shard in known or not self._request.cancel)
        )

    @property
    def _place(self) -> Path:
        return self._folder.home / "batches"

    # ---- What is under way

    async def _look(self) -> None:
        """Looks at every batch under way, makes those that were not made yet, and takes what has ended."""
        for batch in self._ledger.under_way():
            if batch.remote is None:
                await self._make_again(batch)
                continue
            now = await self._endpoint.retrieve(batch.remote)
            if self._request.cancel and now.state in ("validating", "in_progress"):
                now = await self._endpoint.cancel(batch.remote)
            noted = self._note(batch, now)
            if now.state in ENDED:
                await self._take(noted, now, last=batch.state in ENDED)
        under_way = self._ledger.under_way()
        if under_way:
            self._report.wait(
                len(under_way), sum(one.answered for one in under_way), sum(one.lines for one in under_way)
            )
        for batch in self._ledger.batches() if self._request.delete_files else ():
            if batch.taken and not batch.cleared:
                for file in filter(None, (batch.input_file, batch.output_file, batch.error_file)):
                    await self._endpoint.delete(file)
                self._ledger.note(dataclasses.replace(batch, cleared=True))

    def _note(self, batch: SentBatch, now: RemoteBatch) -> SentBatch:
        return self._ledger.note(
            dataclasses.replace(
                batch,
                remote=now.id,
                state=now.state,
                answered=now.answered,
                output_file=now.output_file,
                error_file=now.error_file,
            )
        )

    async def _take(self, batch: SentBatch, now: RemoteBatch, *, last: bool) -> None:
        """Takes what came of a batch that has ended, in one step of the ledger; then its shards are looked at.

        Where its files hold less than it counts, they may not have come whole: unless this is the `last` look, they
        are fetched once more before anything is asked again.
        """
        lines = self._ledger.lines(batch)
        if now.state == "failed":
            refused = self._judge_failure(batch, now, lines)
            self._ledger.take(dataclasses.replace(batch, money=0.0, calls=0, tokens=0), refused, {})
        else:
            self._failed = 0
            found, gone = await self._fetch(batch, now)
            told = len({outcome.id for outcome, _ in found})
            if told < now.answered and not (gone or last):
                log.warning(
                    "%s counts %s of a batch, and its files hold %d: they are fetched once more.",
                    self._where,
                    plural(now.answered, "line"),
                    told,
                )
                return
            absent = _LEFT_OUT if now.state == "completed" else None
            if gone:
                absent = LineOutcome("", "refused", why=gone)
            outcomes, used, charged = add_up(
                lines.values(), found, self._price, absent=absent, count=self._session.count
            )
            done = dataclasses.replace(batch, money=charged.money, calls=charged.calls, tokens=charged.tokens)
            self._ledger.take(done, outcomes, used)
        for path in self._place.glob(f"{batch.own}.*"):
            path.unlink()
        self._free({line.shard for line in lines.values()})

    def _free(self, shards: set[int]) -> None:
        """Notes for a look the shards of which nothing is under way any more, and nothing waits to be."""
        busy = self._ledger.busy() | {line.noted.shard for line in self._lines} | set(self._todo)
        self._todo.extend(sorted(shard for shard in shards - busy if shard in self._tasks))

    def _judge_failure(self, batch: SentBatch, now: RemoteBatch, lines: Mapping[int, BatchLine]) -> list[LineOutcome]:
        """Which lines a file was refused for: they are failures, and the others are sent again.

        A file that found no room in the endpoint's queue is sent again as well, later or in smaller ones. Notes the
        end of the run where a file is refused as a whole, or one after the other is.
        """
        first = now.mistakes[0] if now.mistakes else None
        if first is not None and first.code == _QUEUE_FULL:
            self._full = len(self._ledger.under_way()) - 1
            if not self._full:
                self._queue = max(1, batch.queued // 2)
                if batch.lines == 1:
                    self._stopped = BackendRefused(f"{self._where} has no room for a single line: {first.message}")
            return []
        named = {mistake.line: mistake for mistake in now.mistakes if mistake.line in lines}
        self._failed += 1
        if 1 < batch.lines == len(named):
            named = {}  # what is wrong with every line is wrong with what they share: no paper fails for it
        if not named or self._failed >= FAILURES_IN_A_ROW:
            said = f"line {first.line}: " if first and first.line else ""
            why = f"{said}{first.code}: {first.message}" if first else "it says no reason"
            self._stopped = BackendRefused(f"{self._where} refuses a file of requests ({why}); run it again to go on.")
        return [
            LineOutcome(
                lines[number].id,
                "refused",
                why=f"{self._where} refused line {number} of its file ({mistake.code}: {mistake.message})",
            )
            for number, mistake in named.items()
            if number is not None
        ]

    @property
    def _where(self) -> str:
        return self._endpoint.address.name

    async def _fetch(self, batch: SentBatch, now: RemoteBatch) -> tuple[list[tuple[LineOutcome, bool]], str]:
        """The outcomes in the files of a batch, in whatever order; and what to say where one of these is gone."""
        found, gone = list[tuple[LineOutcome, bool]](), ""
        for kind, file in (("answers", now.output_file), ("errors", now.error_file)):
            if file is None:
                continue
            path = self._place / f"{batch.own}.{kind}"
            try:
                await self._endpoint.download(file, path)
            except BackendRefused as refusal:
                if refusal.status != _GONE:
                    raise
                gone = f"{self._where} has no file {file} any more, in which a batch left its {kind}"
                log.warning("%s: its papers fail, and `broadsheet bulk retry --on batch` asks for them again.", gone)
            else:
                found += read_outcomes(path, self._endpoint.address)
        return found, gone

    # ---- What is to be sent

    async def _prepare_and_send(self) -> None:
        """Looks at shards as long as a file has room for their lines, and sends each file that is full."""
        if self._stopped is not None:
            opened = {shard.shard for shard in self._ledger.shards()}
            self._todo = deque(shard for shard in self._todo if shard in opened)
        while self._todo:
            while self._todo and len(self._lines) < MOST_LINES:
                await self._prepare(self._todo.popleft())
            await self._send()
            if len(self._lines) >= MOST_LINES:
                return  # there is no room at the endpoint now
        await self._send()
        self._first = False

    async def _prepare(self, shard: int) -> None:
        """Puts a shard's question to what is known, keeps what is settled, and finishes the shard or adds its lines."""
        task = self._tasks[shard]
        papers = read_shard(self._folder, shard)
        known = known_answers(task, papers)
        left = [paper for paper in papers if paper.key not in known]
        attempt = self._ledger.open_shard(shard, retry=task.retry)
        calls = AnsweredCalls(shard, self._ledger.outcomes(shard), self._session, self._endpoint.address.model)
        settled = await settle_papers(papers, left, calls, model=task.model, price=self._price)
        path = self._answers_of(shard, attempt.attempt)
        kept = {
            answer.key: answer for one in read_attempts(path.parent) if one.name == path.name for answer in one.answers
        }
        answers = kept | {answer.key: answer for answer in settled}
        if answers or attempt.usage.calls:
            write_answers(path, answers.values(), Spent(by=attempt.attempt, usage=attempt.usage))
        self._hear(shard, len(papers) - len(left) + len(settled), attempt.usage)
        if not calls.wanted:
            finish_shard(task, papers)
            self._ledger.close_shard(shard)
        elif self._stopped is None and not self._request.cancel:
            self._lines.extend(calls.wanted.values())

    def _hear(self, shard: int, done: int, usage: Usage) -> None:
        self._report.of(shard)(done - self._told.get(shard, 0), usage)
        self._told[shard] = done

    def _answers_of(self, shard: int, attempt: str) -> Path:
        return self._folder.attempts(shard) / f"{attempt.replace(' ', '-')}.jsonl"

    async def _send(self) -> None:
        """Sends files of what waits: full ones, and a last one where nothing comes that could go with it."""
        while self._lines and self._stopped is None:
            under_way = len(self._ledger.under_way())
            if under_way >= self._full > 0:
                return
            self._full = 0
            count, amount, held = self._fitting()
            if held and under_way and 2 * count < len(self._lines):
                return  # most of it would wait: rather one large file later
            whole = count == len(self._lines) and not self._todo and (self._first or not under_way)
            if not count or not (held or whole or count < len(self._lines) or count == MOST_LINES):
                return
            await self._begin([self._lines.popleft() for _ in range(count)], amount)
        if self._stopped is not None:
            self._lines.clear()

    def _fitting(self) -> tuple[int, Amount, bool]:
        """How many of the lines may be sent in one file now, what it may take, and whether more must wait.

        For a file that caps leave no room for even by itself, notes the end of the run.
        """
        llm, under_way = self._session.settings.llm, self._ledger.under_way()
        budget = Budget(Caps(llm.max_cost, llm.max_calls, llm.max_run_tokens), self._price)
        for batch in self._ledger.batches():
            if batch.taken:
                budget.spent += batch.takes
            else:
                budget.reserved += batch.takes
        before = budget.reserved
        queued, size = sum(batch.queued for batch in under_way), 0
        for count, line in enumerate(self._lines):
            size += len(line.text)
            queued += line.noted.prompt
            if count == MOST_LINES or size > MOST_BYTES:
                return count, budget.reserved - before, False
            if self._queue is not None and queued > self._queue and (count or under_way):
                return count, budget.reserved - before, True
            try:
                if not budget.reserve(budget.may_take(line.noted.prompt, line.noted.room)):
                    return count, budget.reserved - before, True
            except Stopped as stop:
                if not count and not under_way:
                    self._stopped = Stopped(f"{stop}, which holds for all batches of this folder; give it more room.")
                return count, budget.reserved - before, True
        return len(self._lines), budget.reserved - before, False

    async def _begin(self, lines: Sequence[RequestLine], most: Amount) -> None:
        """Writes a file of requests, notes the batch that is to be made of it, and makes it."""
        number = 1 + max((batch.number for batch in self._ledger.batches()), default=0)
        batch = SentBatch(
            own=secrets.token_hex(8),
            number=number,
            lines=len(lines),
            queued=sum(line.noted.prompt for line in lines),
            money=most.money,
            calls=most.calls,
            tokens=most.tokens,
        )
        with whole_file(self._requests_of(batch)) as waiting, waiting.open("wb") as file:
            file.writelines(line.text for line in lines)
        self._ledger.begin(batch, [line.noted for line in lines])
        await self._upload(batch, None)

    def _requests_of(self, batch: SentBatch) -> Path:
        return self._place / f"{batch.own}.jsonl"

    async def _make_again(self, batch: SentBatch) -> None:
        """Makes a batch whose making may have been cut off: what is at the endpoint already is found by its name.

        It is looked for twice: what was asked for a moment ago may be made after the first look.
        """
        found = await self._endpoint.find(batch.own, batch.input_file)
        if found is not None:
            self._note(batch, found)
        elif batch.state == _ASKED_FOR:
            self._ledger.note(dataclasses.replace(batch, state="not found yet"))
        elif self._request.cancel:
            self._requests_of(batch).unlink(missing_ok=True)
            self._free(self._ledger.drop(batch))
        else:
            await self._upload(batch, batch.input_file or await self._endpoint.find_file(_name(batch)))

    async def _upload(self, batch: SentBatch, known: str | None) -> None:
        file = known or await self._endpoint.upload(self._requests_of(batch), _name(batch))
        batch = self._ledger.note(dataclasses.replace(batch, input_file=file, state=_ASKED_FOR))
        try:
            made = await self._endpoint.create(file, batch.own)
        except BackendRefused as refusal:
            if known is None or refusal.status not in (400, _GONE):
                raise
            await self._upload(batch, None)  # the file that an earlier run left there is gone
            return
        self._note(batch, made)
        self._requests_of(batch).unlink(missing_ok=True)


def _name(batch: SentBatch) -> str:
    return f"broadsheet-{batch.own}.jsonl"
