"""Rows of any number -> shards: repetitions merged, each paper in the shard that a hash of its key names.

What `never` excludes is in no shard.

By the key's hash and not by place: files that are listed in another order, split or joined give the same shards, long
abstracts that stand together are spread, and each shard is a fair sample of the whole. All on disk, in bounded memory.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import math
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pydantic

from broadsheet.bulk.folder import BulkFolder, read_state, whole_file, write_state, writing
from broadsheet.bulk.inputs import InputFile
from broadsheet.bulk.links import RowGroups, RowLinks, links_of
from broadsheet.bulk.rows import Failure, stream_rows
from broadsheet.bulk.tables import FailureTable
from broadsheet.digests.exclusions import hidden_keys
from broadsheet.errors import NoPapers, StateError
from broadsheet.models import Noun, Paper
from broadsheet.reading.deduplication import merge_duplicates
from broadsheet.reading.record import plural
from broadsheet.settings.interests import Always, Never
from broadsheet.settings.loading import Settings

ROWS = 1500
"""Papers of a shard on average: some 15 seconds of the built-in engine, a few seconds of a quick model."""
_HELD = 2**25
"""Bytes of papers that are held before they are written."""
_TOGETHER = 20_000
"""Rows with company that are held at once, where no single group is larger."""


class ShardPapers(Noun):
    """How many papers a shard has, and the SHA-256 of their lines."""

    papers: int
    digest: str


class CutRows(Noun):
    """How the rows of the inputs became shards; `received == duplicates + excluded + failed + papers of all shards`."""

    form: int = 1
    inputs: tuple[InputFile, ...]
    language: str
    never: Never = Never()
    always: Always = Always()
    """The rules by which papers were excluded."""
    rows: int
    """Papers of a shard on average that were asked for."""
    received: int
    duplicates: int
    excluded: int = 0
    failed: int
    shards: tuple[ShardPapers, ...]

    @property
    def papers(self) -> int:
        """The papers of all shards."""
        return sum(shard.papers for shard in self.shards)


def shard_of(key: str, shards: int) -> int:
    """The shard of a paper, by its key alone."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()) % shards


def read_cut(folder: BulkFolder) -> CutRows | None:
    """How the papers of a folder were cut, `None` before the first run; raises `StateError` for a damaged file."""
    told = read_state(folder.cut)
    try:
        return CutRows.model_validate(told) if told is not None else None
    except pydantic.ValidationError as error:
        raise StateError(f"{folder.cut}: is no cut of this version; choose another folder with --out.") from error


def read_shard(folder: BulkFolder, shard: int) -> list[Paper]:
    """The papers of a shard, by key; raises `StateError` where they cannot be read."""
    path = folder.papers(shard)
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [Paper.model_validate_json(line) for line in lines]
    except (OSError, EOFError, ValueError) as error:
        raise StateError(f"{path}: cannot be read ({error}); delete {folder.cut}, and run it again.") from error


def cut_inputs(
    inputs: tuple[InputFile, ...], folder: BulkFolder, settings: Settings, *, rows: int, report: Callable[[int], None]
) -> CutRows:
    """Cuts the rows of the inputs into shards below the folder; the same rows are cut alike in every run.

    Of the settings the language and the exclusions count. A folder that was cut before keeps its number of shards.
    `report` hears how many rows were read. Raises `NoPapers` where there is none, `OutputError` where the disk is full.
    """
    before = read_cut(folder)
    with writing(folder.root):
        folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.root.glob(".cutting-*"):  # by a run that was killed: only one cuts at a time
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=".cutting-", dir=folder.root) as scratch:
            return _cut_in(Path(scratch), inputs, folder, before, settings, rows=rows, report=report)


def _cut_in(  # noqa: PLR0913 - as `cut_inputs`
    place: Path,
    inputs: tuple[InputFile, ...],
    folder: BulkFolder,
    before: CutRows | None,
    settings: Settings,
    *,
    rows: int,
    report: Callable[[int], None],
) -> CutRows:
    with whole_file(folder.unread) as waiting, FailureTable(waiting) as failures, writing(folder.root):
        received, groups, unread = _spill(inputs, place, failures, settings.language, report)
    papers = received - failures.rows
    if not papers:
        raise NoPapers(f"no paper was found in {plural(len(inputs), 'input')}: {failures.first}.")
    count = len(before.shards) if before else math.ceil(papers / rows)
    duplicates = _spread(place, groups, count)
    shards = tuple(_finish(place / _shard(number), folder.papers(number), settings) for number in range(count))
    made = CutRows(
        inputs=tuple(one.unread() if one.name in unread else one for one in inputs),
        language=settings.language,
        never=settings.never,
        always=settings.always,
        rows=rows,
        received=received,
        duplicates=duplicates,
        excluded=papers - duplicates - sum(shard.papers for shard in shards),
        failed=failures.rows,
        shards=shards,
    )
    write_state(folder.cut, made.model_dump(mode="json"))
    return made


def _spill(
    inputs: Iterable[InputFile], place: Path, failures: FailureTable, language: str, report: Callable[[int], None]
) -> tuple[int, RowGroups, set[str]]:
    """Writes each paper as a line of its key, a tab and its JSON; returns the number of all rows, the groups, and the
    files that could not be read."""
    links, papers, received, unread = RowLinks(place), 0, 0, set[str]()
    with (place / "papers").open("wb") as file:
        for source in inputs:
            for row in stream_rows(source.name, language=language):
                received += 1
                if isinstance(row, Failure):
                    failures.add(row)
                    if row.kind == "file":
                        unread.add(source.name)
                else:
                    links.add(papers, links_of(row))
                    file.write(_line(row))
                    papers += 1
                if received % 1000 == 0:
                    report(received)
    report(received)
    return received, links.join(papers), unread


def _line(paper: Paper) -> bytes:
    told = paper.model_copy(update={"raw_title": "", "raw_abstract": ""})  # half of the disk, and nobody looks at them
    body = told.model_dump_json(exclude_defaults=True)
    return f"{json.dumps(paper.key)}\t{body}\n".encode("utf-8", "surrogatepass")


def _spread(place: Path, groups: RowGroups, shards: int) -> int:
    """Puts every paper into the file of its shard, once; returns how many were repetitions."""
    files = 1 + groups.members // _TOGETHER
    alone, together = _Files(place), _Files(place)
    with (place / "papers").open("rb") as lines:
        for row, line in enumerate(lines):
            if groups.is_alone(row):
                alone.add(_shard(shard_of(json.loads(line.partition(b"\t")[0]), shards)), line)
            else:
                first = groups.first_of(row)
                together.add(f"group-{first % files:05d}", b"%d\t%s" % (first, line))
    together.write()
    (place / "papers").unlink()
    duplicates = 0
    for number in range(files):
        for kept, merged in _merge(place / f"group-{number:05d}"):
            duplicates += merged
            for paper in kept:
                alone.add(_shard(shard_of(paper.key, shards)), _line(paper))
    alone.write()
    return duplicates


def _merge(path: Path) -> Iterator[tuple[tuple[Paper, ...], int]]:
    """The papers that stay of each group of a file, in input order, and how many were merged into them."""
    if not path.exists():
        return
    groups: dict[bytes, list[bytes]] = defaultdict(list)
    with path.open("rb") as lines:
        for line in lines:
            first, _, rest = line.partition(b"\t")
            groups[first].append(rest.partition(b"\t")[2])
    path.unlink()
    for bodies in groups.values():
        kept, duplicates = merge_duplicates(map(Paper.model_validate_json, bodies))
        yield kept, len(duplicates)


def _finish(unsorted: Path, path: Path, settings: Settings) -> ShardPapers:
    """Sorts the papers of a shard by their keys, and packs those that are not excluded."""
    lines = unsorted.read_bytes().split(b"\n")[:-1] if unsorted.exists() else []
    keyed = sorted((json.loads(line.partition(b"\t")[0]), line.partition(b"\t")[2]) for line in lines)
    if settings.never != Never():
        hidden = hidden_keys([Paper.model_validate_json(body) for _, body in keyed], [settings])
        keyed = [(key, body) for key, body in keyed if key not in hidden]
    data = b"".join(body + b"\n" for _, body in keyed)
    digest = hashlib.sha256(data).hexdigest()
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=4, mtime=0) as file:
        file.write(data)
    with whole_file(path) as waiting:
        waiting.write_bytes(packed.getvalue())
    unsorted.unlink(missing_ok=True)
    return ShardPapers(papers=len(keyed), digest=digest)


def _shard(number: int) -> str:
    return f"shard-{number:05d}"


class _Files:
    """Many files that grow at once: lines are held until there are enough, for no process has thousands open."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._held: dict[str, list[bytes]] = defaultdict(list)
        self._size = 0

    def add(self, name: str, line: bytes) -> None:
        self._held[name].append(line)
        self._size += len(line) + 100
        if self._size > _HELD:
            self.write()

    def write(self) -> None:
        for name, lines in self._held.items():
            with (self._place / name).open("ab") as file:
                file.writelines(lines)
        self._held.clear()
        self._size = 0


def same_inputs(cut: CutRows, inputs: tuple[InputFile, ...], settings: Settings, *, try_again: bool) -> bool:
    """Whether these inputs, unchanged since, are those that were cut by the same language and exclusions.

    To `try_again`, not where one was `unread`.
    """
    if (cut.language, cut.never, cut.always) != (settings.language, settings.never, settings.always):
        return False
    if [one.name for one in cut.inputs] != [one.name for one in inputs]:
        return False
    return all(
        before.stamp == now.stamp if before.stamp else not try_again
        for before, now in zip(cut.inputs, inputs, strict=True)
    )
