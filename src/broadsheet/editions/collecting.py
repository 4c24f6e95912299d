"""Reads all sources of an edition into one listing, which also reports the sources that failed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import glob
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from broadsheet.editions.date_ranges import questions
from broadsheet.errors import ConfigError, EmptyInput, NoPapers, NothingListed, ReadingError, SourceError
from broadsheet.models import Listing, Paper, Progress, Source
from broadsheet.reading.deduplication import merge_duplicates
from broadsheet.reading.listing import named_paper, read_inputs, rename_sources
from broadsheet.reading.sources.query import is_live, shown_name
from broadsheet.settings.loading import Fetch

_NOTHING = Listing()

log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """The days that live sources are queried for; with `strict` (days named by the user) files are filtered too."""

    since: dt.date
    until: dt.date
    at: dt.datetime
    """The current time of the run, in UTC."""
    strict: bool = False

    def holds(self, paper: Paper) -> bool:
        """Whether a paper's date allows it in the edition; a paper without a date is always allowed."""
        return not self.strict or paper.published is None or self.since <= paper.published <= self.until


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """The result of one query to a source: a listing, or the reason why there is none."""

    listing: Listing = _NOTHING
    why: str = ""
    failed: bool = False
    name: str = ""
    """The file, where the source is a folder or a pattern."""
    blank: bool = False
    """Whether it was there, and no paper was found in it, though it does not say itself that it is empty."""


@dataclasses.dataclass(frozen=True, slots=True)
class Collected:
    """The papers of all sources, and why some of these gave none and should have."""

    listing: Listing
    failures: tuple[str, ...] = ()


def collect(  # noqa: PLR0913 - what is asked, for when, and for whom
    sources: Sequence[str],
    *,
    home: Path,
    fetch: Fetch,
    span: Span,
    gave: Callable[[], Collection[str]] = frozenset,
    language: str = "English",
    report: Callable[[Progress], None] | None = None,
) -> Collected:
    """The papers of all sources, new or not, without duplicates; `home` is the folder that paths are relative to.

    `gave` names the sources, and the files in them, that gave papers to earlier editions: one that is read as nothing
    now has failed. `report` is told whom a live source waits for. Raises `ConfigError` without sources, `UsageError`
    for an invalid source name, `SourceError` if all sources failed, and `NoPapers` if nothing was read in any.
    """
    if not sources:
        raise ConfigError("`sources` is empty: name files, folders or live sources in your configuration.")
    read = functools.partial(_read_one, fetch=fetch, span=span, language=language, report=report)
    asked = [(name, questions(name, span.since, span.until)) for name in sources]
    told = [(name, list(_read(name, names, home, read))) for name, names in asked]
    if any(part.blank for _, parts in told for part in parts):
        before = gave()
        told = [(name, [_judged(part, name, parts, before) for part in parts]) for name, parts in told]
    if all(_failed(parts) for _, parts in told):
        first = next(part.why for _, parts in told for part in parts if part.failed)
        raise SourceError(f"no source could be read, and no edition was made; the first: {first}")
    if all(parts and all(part.blank or part.failed for part in parts) for _, parts in told):
        first = next(part.why for _, parts in told for part in parts)
        raise NoPapers(f"nothing was read in any source, and no edition was made; the first: {first}")
    listings = [part.listing for _, parts in told for part in parts]
    papers, duplicates = merge_duplicates(paper for listing in listings for paper in _all_papers(listing))
    return Collected(
        Listing(
            papers=papers,
            duplicates=duplicates,
            fragments=tuple(fragment for listing in listings for fragment in listing.fragments),
            sources=tuple(_summed_up(name, parts) for name, parts in told),
        ),
        tuple(part.why for _, parts in told for part in parts if part.failed),
    )


def _read(name: str, names: Sequence[str], home: Path, read: Callable[[str], _Part]) -> Iterator[_Part]:
    if is_live(name) or (named_paper(name) and not (home / name).exists()):
        for question in names:
            yield _renamed(read(question), question, shown_name(name))
        return
    files = list(_files(name, home))
    if not files:
        yield _without_files(name, home)
    for file in files:
        yield _renamed(read(str(home / file)), str(home / file), file)


def _without_files(name: str, home: Path) -> _Part:
    if (home / name).is_dir():
        return _Part(why=f"there is no file in {name}: check the folder in `sources`", blank=True)
    if glob.has_magic(name):
        return _Part(why=f"no file matches {name}: check the pattern in `sources`", blank=True)
    return _Part(why=f"there is no file {name}: check the path in `sources`", failed=True)


def _judged(part: _Part, name: str, parts: Sequence[_Part], gave: Collection[str]) -> _Part:
    """A part with nothing in it: it failed where it, or the whole source, gave papers before.

    Beside parts that were read, a file in which nobody ever found a paper is not worth a word.
    """
    if not part.blank:
        return part
    alone = all(other.blank or other.failed for other in parts)
    if part.name in gave or (alone and shown_name(name) in gave):
        why = f"it gave papers before, and gives none now: {part.why}"
        log.warning("%s: %s", shown_name(name), why)
        return dataclasses.replace(part, why=why, failed=True)
    return part if alone else _Part()


def _read_one(
    name: str, *, fetch: Fetch, span: Span, language: str, report: Callable[[Progress], None] | None
) -> _Part:
    try:
        return _Part(read_inputs([name], fetch=fetch, at=span.at, language=language, report=report))
    except NothingListed as error:
        log.debug("%s: %s", shown_name(name), error)
        return _Part()
    except (NoPapers, EmptyInput) as error:
        log.debug("%s: %s", shown_name(name), error)
        return _Part(why=str(error), blank=True)
    except ReadingError as error:
        log.warning("%s", error)
        return _Part(why=str(error), failed=True)


def _files(name: str, home: Path) -> list[str]:
    """The files of a path, a folder or a glob pattern, as paths relative to `home`, without hidden files."""
    path = home / Path(name).expanduser()
    if path.is_dir():
        return sorted(str(Path(name) / file.name) for file in path.iterdir() if file.is_file() and file.name[0] != ".")
    if path.is_file():
        return [name]
    pattern = str(Path(name).expanduser())
    found = glob.glob(pattern, root_dir=home, recursive=True)  # noqa: PTH207 - Path's own takes no whole path
    return sorted(file for file in found if (home / file).is_file())


def _renamed(part: _Part, asked: str, name: str) -> _Part:
    """The part with the source's name as in the configuration, so that no absolute path is published."""
    why = part.why.replace(shown_name(asked), name) if part.why else ""
    return dataclasses.replace(part, listing=rename_sources(part.listing, lambda _: name), why=why, name=name)


def _all_papers(listing: Listing) -> Iterator[Paper]:
    """The papers of a listing and its duplicates again, so that all sources' duplicates are counted together."""
    papers = {paper.key: paper for paper in listing.papers}
    yield from listing.papers
    for duplicate in listing.duplicates:
        yield papers[duplicate.kept].model_copy(update={"source": duplicate.source, "line": duplicate.line})


def _failed(parts: Sequence[_Part]) -> bool:
    return any(part.failed for part in parts) and not any(part.listing.sources for part in parts)


def _summed_up(name: str, parts: Sequence[_Part]) -> Source:
    """One source record for all files or queries of a source of the configuration."""
    read = [source for part in parts for source in part.listing.sources]
    formats = dict.fromkeys(source.format for source in read)
    whys = dict.fromkeys([*(part.why for part in parts), *(source.why for source in read)])
    return Source(
        name=shown_name(name),
        format=" and ".join(formats) or "nothing",
        papers=sum(source.papers for source in read),
        why="; ".join(why.rstrip(".") for why in whys if why),
    )
