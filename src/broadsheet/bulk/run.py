"""A bulk run from inputs to account: cut, work on what is not done, sum up; run again, it goes on where it was."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

from filelock import FileLock

from broadsheet.bulk.account import BulkAccount, write_account
from broadsheet.bulk.batch_ledger import refuse_while_sent, refuse_while_under_way, sent_shards
from broadsheet.bulk.cut import ROWS, CutRows, cut_inputs, read_cut, same_inputs
from broadsheet.bulk.folder import MODE, BulkFolder, only_here, whole_file, writing
from broadsheet.bulk.inputs import find_inputs
from broadsheet.bulk.progress import BulkReport
from broadsheet.bulk.shard import ShardTask, open_shards
from broadsheet.bulk.writer import find_writers, identify_writer, settle_writer
from broadsheet.digests.exclusions import check_exclusions
from broadsheet.errors import NoPapers, StateError, UsageError
from broadsheet.models import Progress
from broadsheet.rendering.formatting import count
from broadsheet.settings.extras import Extra, import_extra
from broadsheet.settings.loading import Settings

EVERY = 60.0
Place = Literal["local", "ray", "batch"]
"""Where shards are worked on."""
PLACES: dict[Place, tuple[Extra, str]] = {
    "local": ("bulk", "broadsheet.bulk.on_local"),
    "ray": ("ray", "broadsheet.bulk.on_ray"),
    "batch": ("bulk", "broadsheet.bulk.on_batch"),
}
"""By place, the extra that it needs and the module that works there."""


@dataclasses.dataclass(frozen=True)
class BulkRequest:
    """What is to be done in which folder; a `part` is the i-th of n, from 1."""

    root: Path
    on: Place = "local"
    workers: int | None = None
    part: tuple[int, int] = (1, 1)
    retry: bool = False
    rows: int = ROWS
    address: str = ""
    """Of a Ray cluster."""
    servers: tuple[str, ...] = ()
    """The addresses of several model servers that hold the same model."""
    every: float = EVERY
    """Seconds between two looks at the batches under way."""
    once: bool = False
    """Batches are looked at once: what has ended is taken, what follows is sent."""
    cancel: bool = False
    """Batches under way are cancelled and what they answered is taken; nothing is sent."""
    delete_files: bool = False
    """Of batches that are taken, the files at the endpoint are deleted."""

    @property
    def part_named(self) -> str:
        """The part as its lock is named, empty for the whole."""
        return "" if self.part == (1, 1) else f"{self.part[0]}-of-{self.part[1]}"


class Work(Protocol):
    """What does tasks somewhere: `work_on_PLACE` of its module."""

    def __call__(
        self, tasks: Sequence[ShardTask], settings: Settings, *, request: BulkRequest, report: BulkReport
    ) -> None:
        """Does the tasks; raises the first error, with everything on the disk that was answered until then."""
        ...


def run_bulk(
    names: Sequence[str],
    request: BulkRequest,
    settings: Settings,
    *,
    now: dt.datetime,
    tell: Callable[[Progress], None],
) -> tuple[BulkFolder, BulkAccount]:
    """Digests the rows of all inputs, as far as they are not; returns where the writer's files are, and the account.

    Without inputs, those that were cut before are gone on with. Raises `RunningAlready` where another run is at work
    there, `StateError` where batches are under way there and the work is not `on` batch, and what reading, the model
    and the disk raise; what was answered until then is kept.
    """
    writer = identify_writer(settings)
    root, cut = settle_cut(names, request, settings, tell=tell)
    known = [other for _, other in find_writers(request.root)]
    if request.retry and writer.fingerprint not in {other.fingerprint for other in known}:
        there = ", ".join(f"{other.model} ({other.backend})" for other in known) or "nobody"
        raise UsageError(
            f"{request.root}: {writer.model} ({writer.backend}) has written nothing there, but {there}: name the "
            "backend, the model and the settings of that run."
        )
    folder = settle_writer(root, writer)
    with only_here(folder, request.part_named, now=now):
        if request.on != "batch":  # it would ask, and pay, for what is asked already
            refuse_while_under_way(folder, request.root, "these papers")
        _copy_failures_of_reading(folder)
        tasks = open_shards(folder, cut, model=writer.model, retry=request.retry, part=request.part)
        if request.on == "batch":  # of shards that are done, papers may be asked for again
            opened = {task.shard for task in tasks}
            sent = [one for one in sent_shards(folder) if one.shard not in opened]
            tasks += [
                ShardTask(folder, one.shard, cut.shards[one.shard].digest, writer.model, one.retry) for one in sent
            ]
        total = sum(cut.shards[task.shard].papers for task in tasks)
        report = BulkReport(total, tell)
        extra, module = PLACES[request.on]
        work: Work = getattr(import_extra(extra, module), f"work_on_{request.on}")
        try:
            if tasks:
                work(tasks, settings, request=request, report=report)
        finally:
            account = write_account(folder, cut)
    return folder, account


def settle_cut(
    names: Sequence[str], request: BulkRequest, settings: Settings, *, tell: Callable[[Progress], None]
) -> tuple[BulkFolder, CutRows]:
    """The cut of the inputs in the folder of a request, made now where there is none of them as they are.

    Of processes that begin together the first one cuts, and the others wait for it. Raises `NoPapers` where there is
    none that is not excluded, `ConfigError` for exclusions that contradict each other.
    """
    check_exclusions(settings)
    root = BulkFolder(request.root)
    with writing(root.root):
        root.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(root.root / "cut.lock", mode=MODE).acquire()
    with lock:
        cut = _cut(names, root, request, settings, tell)
    if not cut.papers:
        raise NoPapers(
            f"`never` leaves out all {count(cut.excluded, 'paper')}: nothing is left to digest; correct `never` in "
            "config.yaml."
        )
    return root, cut


def _cut(
    names: Sequence[str], root: BulkFolder, request: BulkRequest, settings: Settings, tell: Callable[[Progress], None]
) -> CutRows:
    """The cut there is, or a new one where the inputs are others by now."""
    made = read_cut(root)
    if not names:
        if made is None:
            raise StateError(f"{root.root}: holds no bulk run; begin one with `broadsheet bulk run INPUT --out DIR`.")
        return made
    inputs = find_inputs(names)
    # Parts that begin after the first do not cut anew what others are at work on.
    if made is not None and same_inputs(made, inputs, settings, try_again=request.part == (1, 1)):
        return made
    refuse_while_sent(root)
    with only_here(root, "", now=dt.datetime.now(dt.UTC)):
        return cut_inputs(
            inputs,
            root,
            settings,
            rows=request.rows,
            report=lambda rows: tell(Progress(task="rows read", done=rows, total=0)),
        )


def _copy_failures_of_reading(folder: BulkFolder) -> None:
    with whole_file(folder.home / "failures" / folder.unread.name) as waiting:
        shutil.copyfile(folder.unread, waiting)
