"""What `broadsheet trends` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from broadsheet.cli.console import guard
from broadsheet.cli.edition_state import open_standing
from broadsheet.cli.group import show
from broadsheet.cli.summary import aligned, file_rows
from broadsheet.digests.exclusions import exclude, hidden_keys, hide, say_all_excluded
from broadsheet.editions.rising import MOST_PERIODS
from broadsheet.editions.trends import Every, Trends, edition_trends, listing_trends, read_digests
from broadsheet.errors import NoPapers, UsageError
from broadsheet.locale.language_codes import language_code
from broadsheet.reading.listing import read_inputs
from broadsheet.rendering.pages import labels_of
from broadsheet.rendering.text import truncate
from broadsheet.rendering.trend import draw_picture, spark, write_table
from broadsheet.rendering.write_files import write_files
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.store.editions import published_numbers

_WIDTH = 60
_SHOWN, _PAPERS = 20, 3
"""The most subjects and themes printed, and the most papers below a subject."""


def do_trends(
    inputs: tuple[str, ...],
    last: int | None,
    first: int | None,
    last_one: int | None,
    every: Every | None,
    out: Path | None,
    config: Path | None,
) -> None:
    """Shows what rises over editions, or over the dates of a listing."""
    if inputs:
        if first or last_one or last:
            raise UsageError("--from, --to and --last choose editions: leave them out with a listing.")
        settings = load_settings(config)
        guard(settings.fetch.key_names())
        listing = read_inputs(list(inputs), fetch=settings.fetch, language=settings.language)
        papers, excluded = exclude(listing.papers, settings)
        if excluded and not papers:
            raise NoPapers(say_all_excluded(excluded))
        undated, hidden = sum(paper.published is None for paper in papers), len(excluded)
        if undated == len(papers):
            raise NoPapers("no paper of the listing has a date, and trends need dates: try a source that has them.")
        every = every or "week"
        trends = listing_trends(papers, every)
        if len(trends.periods) < 2:
            shorter = {"month": " Try --every week.", "week": " Try --every day.", "day": ""}[every]
            raise NoPapers(
                f"trends need two {every}s, and all papers with a date are of the {every} of {trends.days[0]}.{shorter}"
            )
    else:
        if every:
            raise UsageError("--every is for a listing: editions are periods of their own.")
        with open_standing(config) as (settings, _, db):
            numbers = [
                number
                for number in published_numbers(db)
                if (first is None or number >= first) and (last_one is None or number <= last_one)
            ]
            # A range that is named is taken whole, as far as can be compared.
            most = last or (MOST_PERIODS if first is not None else 12)
            digests = read_digests(db, numbers[-most:])
        if len(digests) < 2:
            raise NoPapers(f"trends need two editions, and there are {len(digests)} in this range: name another.")
        keys = [hidden_keys(digest.papers, [settings]) for digest in digests]
        undated, hidden = 0, sum(map(len, keys))
        trends = edition_trends([hide(digest, own) for digest, own in zip(digests, keys, strict=True)])
    files = _write(trends, settings, out) if out else []
    show(aligned([*_head(trends, undated, hidden), *file_rows(files)]))
    show(_tell(trends))


def _head(trends: Trends, undated: int, hidden: int) -> Iterator[tuple[str, str]]:
    yield "Periods", f"{len(trends.periods)}: {trends.periods[0]} to {trends.periods[-1]}"
    papers = f"{sum(trends.sizes):,}" + (f", and {undated:,} without a date left out" if undated else "")
    yield "Papers", papers + (f"; {hidden:,} never shown" if hidden else "")


def _tell(trends: Trends) -> Iterator[str]:
    yield from ("", "Subjects that rise")
    if not trends.subjects:
        yield "  none more than chance explains"
    for subject in trends.subjects[:_SHOWN]:
        yield f"  {truncate(subject.title, _WIDTH - 2)}"
        growth = f"about {subject.growth:.1f} times as frequent"
        yield f"    {spark(subject.counts)}  {sum(subject.counts)} papers, {growth}"
        yield from (f"    - {truncate(trends.papers[key].title, _WIDTH - 6)}" for key in subject.paper_keys[:_PAPERS])
    if trends.strands:
        yield from ("", "Themes, by papers in each edition")
    for strand in trends.strands[:_SHOWN]:
        status = f"  {strand.status}" if strand.status in ("new", "grown", "gone") else ""
        yield f"  {truncate(strand.title, _WIDTH - 2)}"
        yield f"    {spark(strand.sizes)}  {sum(strand.sizes)} papers{status}"
    if (more := len(trends.strands) - _SHOWN) > 0:
        yield f"  and {more} more that stood earlier; --out writes all"


def _write(trends: Trends, settings: Settings, folder: Path) -> Sequence[Path]:
    groups: Mapping[str, Sequence[tuple[str, Sequence[int]]]] = {
        "Subjects that rise": [(subject.title, subject.counts) for subject in trends.subjects],
        "Themes": [(strand.title, strand.sizes) for strand in trends.strands],
    }
    labels = labels_of(settings.language)
    title = labels.papers_over.format(period=labels.format_period(trends.days[0], trends.days[-1]))
    said = {"Subjects that rise": labels.rising, "Themes": labels.trend}
    return write_files(
        {
            "trends.svg": draw_picture(
                title,
                {said[name]: rows for name, rows in groups.items()},
                settings.resources,
                language=language_code(settings.language),
            ),
            "trends.csv": write_table(trends.periods, trends.sizes, groups),
        },
        folder,
    )
