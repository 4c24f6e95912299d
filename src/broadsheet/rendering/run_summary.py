"""The foot of a digest: what came in, what became of it, who wrote it, what it cost, how to do it again."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterable, Iterator

from broadsheet.models import Digest, Engine, Fragment, LeftOut, Source, Usage
from broadsheet.rendering.formatting import count, count_failed, count_unasked, format_money
from broadsheet.rendering.links import safe_url
from broadsheet.rendering.text import plain, truncate

FRAGMENTS_SHOWN = 100
TITLES_SHOWN = 2
CHOSEN = frozenset({"excluded", "capped"})
"""The kinds of papers that were left out by the reader's own exclusions and caps."""
CLIPBOARD = "the clipboard"
"""What the papers of a clipboard come from."""


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One line of the account: what was counted, and whether it is a part of the line above."""

    name: str
    number: int
    part: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Leftover:
    """A fragment of the input that was not understood, by its beginning."""

    source: str
    lines: str
    text: str
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class Absent:
    """Papers that were left out for one reason; `more` of them are not named."""

    why: str
    papers: tuple[Named, ...]
    more: int

    @property
    def counted(self) -> str:
        """How many there are."""
        return count(len(self.papers) + self.more, "paper")

    @property
    def said(self) -> str:
        """How many there are, and the reason."""
        return f"{self.counted} left out: {self.why}"

    @property
    def because(self) -> str:
        """The reason, with the first titles."""
        titles = [f"“{truncate(paper.title, 60)}”" for paper in self.papers[:TITLES_SHOWN]]
        more = len(self.papers) + self.more - len(titles)
        return f"{self.why} ({', '.join(titles)}{f' and {more:,} more' if more else ''})"


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """A paper that was left out."""

    title: str
    url: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Colophon:
    """The account twice, as `figures` for a table and as `sentences`, and all that a page says beside it."""

    figures: tuple[Figure, ...]
    sentences: tuple[str, ...]
    why: tuple[str, ...]
    engine: str
    usage: str
    sources: str
    command: str
    unreadable: str
    fragments: tuple[Leftover, ...]
    more_fragments: int
    left_out: tuple[Absent, ...]


def colophon(digest: Digest) -> Colophon:
    """The colophon of a digest."""
    unreadable = max(len(digest.fragments), digest.account.unreadable)
    return Colophon(
        figures=tuple(figure for figure in _figures(digest) if figure.number),
        sentences=tuple(_sentences(digest)),
        why=tuple(sentence for why in (*digest.account.why, *_missing(digest)) if (sentence := plain(why))),
        engine=_engine(digest.engine),
        usage=_usage(digest.usage),
        sources=", ".join(source_name(source.name) for source in digest.sources),
        command=_command(digest),
        unreadable=f"{count(unreadable, 'fragment')} {'was' if unreadable == 1 else 'were'} not understood",
        fragments=tuple(_leftover(fragment) for fragment in digest.fragments[:FRAGMENTS_SHOWN]),
        more_fragments=max(0, len(digest.fragments) - FRAGMENTS_SHOWN),
        left_out=gather_absent(digest.left_out),
    )


def _missing(digest: Digest) -> Iterator[str]:
    """What sources did not give, each with its reason."""
    for source in digest.sources:
        if source.why:
            name = source_name(source.name)
            yield f"{name}: {plain(source.why).removeprefix(f'{name}: ').rstrip('.')}."


def _figures(digest: Digest) -> Iterator[Figure]:
    account, unasked = digest.account, count_unasked(digest.summaries)
    yield Figure("Papers received", account.received)
    yield Figure("duplicates", account.duplicates, part=True)
    if account.seen:
        yield Figure("in earlier editions", account.seen, part=True)
    if account.replaced:
        yield Figure("replacements left out", account.replaced, part=True)
    if account.excluded:
        yield Figure("never shown here", account.excluded, part=True)
    if account.capped:
        yield Figure("above what a theme or source may have", account.capped, part=True)
    if account.outranked:
        yield Figure("left out for better matches", account.outranked, part=True)
    yield Figure("digested", account.digested, part=True)
    yield Figure("TL;DRs written", account.written)
    yield Figure("asked for again", account.repaired, part=True)
    yield Figure("TL;DRs extracted", account.extracted)
    yield Figure("after the model failed", max(0, account.failed - unasked), part=True)
    if unasked:
        yield Figure("that no model was asked for", unasked, part=True)
    yield Figure("Papers without an abstract", account.without_abstract)
    yield Figure("Fragments not understood", account.unreadable)


def _sentences(digest: Digest) -> Iterator[str]:
    account = digest.account
    replaced = account.replaced
    left = f"{count(replaced, 'replacement')} of earlier versions left out, " if replaced else ""
    left += f"{account.excluded:,} never shown here, " if account.excluded else ""
    left += f"{account.capped:,} above what a theme or source may have, " if account.capped else ""
    left += f"{account.outranked:,} left out for better matches of your interests, " if account.outranked else ""
    seen = f"{account.seen:,} in earlier editions, " if account.seen else ""
    yield (
        f"{count(account.received, 'paper')} received: {count(account.duplicates, 'duplicate')}, "
        f"{seen}{left}{account.digested:,} digested."
    )
    if replaced and digest.number is None:  # an edition is read by others than whoever makes it
        yield "To take the replacements in: --replacements, or `reading: {replacements: true}` in config.yaml."
    written = f"{account.written:,} written"
    written += f" ({account.repaired:,} asked for again)" if account.repaired else ""
    extracted = f"{account.extracted:,} extracted"
    extracted += count_failed(digest.account, digest.summaries)
    yield f"TL;DRs: {written}, {extracted}. {count(account.without_abstract, 'paper')} without an abstract."
    yield f"{count(account.unreadable, 'fragment')} of the input not understood."


def _engine(engine: Engine) -> str:
    version = f"Broadsheet {plain(engine.version)}".strip()
    if engine.backend == "builtin":
        return f"{version}, the built-in engine."
    if engine.model:
        return f"{version}, {plain(engine.model)} through {plain(engine.backend)}."
    return f"{version}, {plain(engine.backend)}."


def _usage(usage: Usage) -> str:
    seconds = f"{usage.seconds:,.1f} seconds"
    if usage.calls == 0:
        return f"No call to a model; {seconds}."
    cached = f" ({usage.cached_tokens:,} of them cached)" if usage.cached_tokens else ""
    tokens = f"{usage.prompt_tokens:,} prompt tokens{cached}, {usage.completion_tokens:,} completion tokens"
    return f"{count(usage.calls, 'call')}, {tokens}; {format_money(usage.money)}; {seconds}."


def _command(digest: Digest) -> str:
    if digest.number is not None:
        return f"broadsheet weekly --again {digest.number}"
    words = ["broadsheet", "digest", *map(_typed, digest.sources)]
    if digest.engine.backend != "builtin":
        words += ["--backend", plain(digest.engine.backend)]
        words += ["--model", plain(digest.engine.model)] if digest.engine.model else []
    words += ["--replacements"] if any(paper.is_replacement for paper in digest.papers) else []
    for interest in digest.interests:
        words += ["--interest", plain(interest)]
    words += ["--top", str(digest.account.digested)] if digest.account.outranked else []
    return shlex.join(words)


def _typed(source: Source) -> str:
    """A source as it is named on a command line."""
    return "--clipboard" if source.name == CLIPBOARD else plain(source.name)


def source_name(name: str) -> str:
    """A source as a page names it."""
    return "standard input" if name == "-" else plain(name)


def _leftover(fragment: Fragment) -> Leftover:
    one = fragment.first_line == fragment.last_line
    lines = f"line {fragment.first_line}" if one else f"lines {fragment.first_line}–{fragment.last_line}"
    return Leftover(source_name(fragment.source), lines, truncate(fragment.text, 80), plain(fragment.why))


def gather_absent(papers: Iterable[LeftOut]) -> tuple[Absent, ...]:
    """The papers that were left out, by reason."""
    reasons: dict[str, list[LeftOut]] = {}
    for paper in papers:
        reasons.setdefault(plain(paper.why).rstrip("."), []).append(paper)
    return tuple(
        Absent(why, tuple(map(_named, own[:FRAGMENTS_SHOWN])), max(0, len(own) - FRAGMENTS_SHOWN))
        for why, own in reasons.items()
    )


def _named(paper: LeftOut) -> Named:
    return Named(truncate(paper.title, 90) or "Untitled", safe_url(paper.url))
