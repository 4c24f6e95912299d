"""What a command tells at its end, as lines of plain aligned text: the account of a digest, the reading of a listing.

Pure: the commands print what is made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from broadsheet.locale.labels import DigestLabels
from broadsheet.models import Account, Digest, Fragment, LeftOut, Listing, Source, Summary, Usage
from broadsheet.rendering.formatting import count, count_failed, format_money
from broadsheet.rendering.run_summary import CHOSEN, gather_absent
from broadsheet.rendering.text import plain, truncate

LINES_SHOWN = 12
WHYS_SHOWN = 8
FRAGMENTS_SHOWN = 20
LABEL = 11
"""Columns of the left margin."""

Row = tuple[str, str]

PLUG_IN = (
    "The built-in engine made this digest, without a model. To have a model write it, add",
    "`--backend ollama --model NAME`, or another backend: `broadsheet doctor` names them.",
)


def digest_account(digest: Digest, files: Sequence[Path]) -> list[str]:
    """The lines printed after a digest: what came in, what became of it, what it took, where it is."""
    names = [path.name for path in files]
    rows = [
        ("Papers", _papers(digest.account)),
        *left_out_rows(digest.left_out),
        *optional_row(
            "Not read", _not_understood(digest, "digest.json" if "digest.json" in names else "`broadsheet read`")
        ),
        *rows_missing(digest.sources),
        ("TL;DRs", tldr_counts(digest.account, digest.summaries)),
        *(("", plain(why)) for why in digest.account.why[:WHYS_SHOWN]),
        *optional_row("", _more(len(digest.account.why) - WHYS_SHOWN, "reason")),
        ("Themes", f"{len(digest.themes):,}"),
        ("Model", _model(digest)),
        ("Usage", usage_said(digest.usage)),
        *file_rows(files),
    ]
    lines = aligned(rows)
    return [*lines, "", *PLUG_IN] if digest.engine.backend == "builtin" else lines


def listing_account(listing: Listing) -> list[str]:
    """The lines `broadsheet read` prints: each source and its papers, duplicates, what was not understood and why."""
    lines: list[str] = []
    for source in listing.sources:
        lines += [_named(source.name), *aligned(_source_rows(source, listing)), ""]
    rows: list[Row] = [("Papers", _listed(listing))]
    for number, duplicate in enumerate(listing.duplicates[:FRAGMENTS_SHOWN]):
        where = _named(duplicate.source) + (f", line {duplicate.line}" if duplicate.line else "")
        as_kept = duplicate.kept_title in ("", duplicate.title)
        taken = "" if as_kept else f", taken for {truncate(duplicate.kept_title, 60)}"
        rows.append(("Twice" if number == 0 else "", f"{truncate(duplicate.title, 60)} ({where}){taken}"))
    rows += optional_row("", _more(len(listing.duplicates) - FRAGMENTS_SHOWN, "duplicate"))
    return lines + aligned(rows)


def spans(fragments: Iterable[Fragment]) -> str:
    """`lines 1–9, 112, 340`, cut after a dozen."""
    said = [_span(fragment) for fragment in fragments]
    shown = said if len(said) <= LINES_SHOWN else said[: LINES_SHOWN - 2]
    more = f" and {len(said) - len(shown):,} more" if len(said) > len(shown) else ""
    one = len(said) == 1 and "–" not in said[0]
    return f"{'line' if one else 'lines'} {', '.join(shown)}{more}"


def _span(fragment: Fragment) -> str:
    first, last = fragment.first_line, fragment.last_line
    return str(first) if first == last else f"{first}–{last}"


def _papers(account: Account) -> str:
    replaced, outranked = account.replaced, account.outranked
    left = f"{count(replaced, 'replacement')} left out (--replacements takes them in), " if replaced else ""
    left += f"{account.excluded:,} never shown, " if account.excluded else ""
    left += f"{account.capped:,} above a cap, " if account.capped else ""
    left += f"{outranked:,} that --top left out, " if outranked else ""
    twice = _counted(account.duplicates, "duplicate")
    seen = f"{account.seen:,} seen in earlier editions, " if account.seen else ""
    return f"{account.received:,} found, {twice}, {seen}{left}{account.digested:,} digested"


def left_out_rows(left_out: Sequence[LeftOut]) -> list[Row]:
    """The papers that exclusions and caps left out, by the reason, with the first titles."""
    absent = gather_absent((one for one in left_out if one.kind in CHOSEN), DigestLabels())
    said = [f"{one.counted}: {one.because}" for one in absent[:WHYS_SHOWN]]
    rows = [("Left out" if number == 0 else "", row) for number, row in enumerate(said)]
    return rows + optional_row("", _more(len(absent) - WHYS_SHOWN, "reason"))


def _counted(number: int, noun: str) -> str:
    return count(number, noun) if number else f"no {noun}s"


def _not_understood(digest: Digest, where: str) -> str:
    """`5 fragments were not understood (lines 1, 3, 5–9); see digest.json`, by source where there are several."""
    fragments = digest.fragments
    if not fragments:
        return ""
    by_source: dict[str, list[Fragment]] = {}
    for fragment in fragments:
        by_source.setdefault(fragment.source, []).append(fragment)
    several = len(by_source) > 1 or len(digest.sources) > 1
    places = "; ".join((f"{_named(name)}: " if several else "") + spans(part) for name, part in by_source.items())
    verb = "was" if len(fragments) == 1 else "were"
    return f"{count(len(fragments), 'fragment')} {verb} not understood ({places}); see {where}"


def rows_missing(sources: Sequence[Source]) -> list[Row]:
    """What live sources did not give, each with its reason."""
    short = [source for source in sources if source.why]
    said = (f"{_named(source.name)}: {plain(source.why).removeprefix(f'{source.name}: ')}" for source in short)
    return [("Missing" if number == 0 else "", row) for number, row in enumerate(said)]


def tldr_counts(account: Account, summaries: Sequence[Summary]) -> str:
    """How many TL;DRs were written and how many extracted."""
    written = f"{account.written:,} written" + (f" ({account.repaired:,} repaired)" if account.repaired else "")
    extracted = f"{account.extracted:,} extracted from the abstracts{count_failed(account, summaries)}"
    parts = [written] if account.written else []
    parts += [extracted] if account.extracted or not account.written else []
    if account.without_abstract:
        has = "paper has" if account.without_abstract == 1 else "papers have"
        parts.append(f"{account.without_abstract:,} {has} no abstract")
    return ", ".join(parts)


def _model(digest: Digest) -> str:
    engine = digest.engine
    if engine.backend == "builtin":
        return "none (the built-in engine)"
    return f"{plain(engine.model or 'unnamed')} ({plain(engine.backend)})"


def usage_said(usage: Usage) -> str:
    """`12 calls, 20,016 tokens (16,766 in, 3,250 out), $0.0107, 5.2 s`."""
    money = "no price configured" if usage.money is None else format_money(usage.money)
    tokens = count(usage.prompt_tokens + usage.completion_tokens, "token")
    if usage.calls:
        tokens += f" ({usage.prompt_tokens:,} in, {usage.completion_tokens:,} out)"
    return f"{count(usage.calls, 'call')}, {tokens}, {money}, {_seconds(usage.seconds)}"


def _seconds(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def file_rows(files: Sequence[Path]) -> list[Row]:
    """The files that were written."""
    return [("Files" if number == 0 else "", str(path)) for number, path in enumerate(files)]


def _source_rows(source: Source, listing: Listing) -> list[Row]:
    papers = [paper for paper in listing.papers if paper.source == source.name]
    rows = [("Format", source.format), ("Papers", f"{source.papers:,}")]
    rows += optional_row("Missing", plain(source.why))
    if papers:
        rows.append(("First", truncate(papers[0].title, 66)))
    if len(papers) > 1:
        rows.append(("Last", truncate(papers[-1].title, 66)))
    fragments = [fragment for fragment in listing.fragments if fragment.source == source.name]
    for number, fragment in enumerate(fragments[:FRAGMENTS_SHOWN]):
        said = f"{spans([fragment])}: “{truncate(fragment.text, 40)}” ({plain(fragment.why)})"
        rows.append(("Not read" if number == 0 else "", said))
    return rows + optional_row("", _more(len(fragments) - FRAGMENTS_SHOWN, "fragment"))


def _listed(listing: Listing) -> str:
    found, twice = len(listing.papers) + len(listing.duplicates), len(listing.duplicates)
    bare = sum(not paper.abstract for paper in listing.papers)
    replaced = sum(paper.is_replacement for paper in listing.papers)
    left = f", {count(replaced, 'replacement')} that a digest takes only with --replacements" if replaced else ""
    said = f"{found:,} found, {_counted(twice, 'duplicate')}{left}, {len(listing.papers) - replaced:,} to digest"
    return said + (f" ({bare:,} without an abstract)" if bare else "")


def _named(source: str) -> str:
    return "standard input" if source == "-" else plain(source)


def _more(number: int, noun: str) -> str:
    return f"and {count(number, f'more {noun}')}" if number > 0 else ""


def optional_row(label: str, text: str) -> list[Row]:
    """The row, or none where there is no text."""
    return [(label, text)] if text else []


def aligned(rows: Iterable[Row]) -> list[str]:
    """Rows of a label and a text, the texts below one another."""
    return [f"{label:<{LABEL}}{text}" for label, text in rows]
