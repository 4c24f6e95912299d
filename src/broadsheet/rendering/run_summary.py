"""The foot of a digest: what came in, what became of it, who wrote it, what it cost, how to do it again."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterable, Iterator, Sequence

from broadsheet.locale.labels import DigestLabels, PageLabels
from broadsheet.locale.reasons import say_account
from broadsheet.models import Digest, Engine, Fragment, LeftOut, Source, Usage
from broadsheet.rendering.formatting import count_unasked
from broadsheet.rendering.links import safe_url
from broadsheet.rendering.text import plain, truncate

FRAGMENTS_SHOWN = 100
TITLES_SHOWN = 2
LEAST_MONEY = 0.0001
"""In dollars, what is still told as it is."""
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
    counted: str
    """How many there are."""
    said: str
    """How many there are, and the reason."""
    because: str
    """The reason, with the first titles."""
    papers: tuple[Named, ...]
    more: int


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """A paper that was left out."""

    title: str
    url: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Colophon:
    """The account, and all that a page says beside it."""

    figures: tuple[Figure, ...]
    why: tuple[str, ...]
    engine: str
    usage: str
    sources: str
    command: str
    unreadable: str
    fragments: tuple[Leftover, ...]
    more_fragments: int
    left_out: tuple[Absent, ...]


def colophon(digest: Digest, labels: PageLabels) -> Colophon:
    """The colophon of a digest; what an error or a check said stays English."""
    unreadable = max(len(digest.fragments), digest.account.unreadable)
    return Colophon(
        figures=tuple(figure for figure in _figures(digest, labels) if figure.number),
        why=tuple(
            sentence for why in (*digest.account.why, *_missing(digest, labels)) if (sentence := _say(why, labels))
        ),
        engine=_engine(digest.engine, labels),
        usage=_usage(digest.usage, labels),
        sources=", ".join(source_name(source.name, labels) for source in digest.sources),
        command=_command(digest),
        unreadable=labels.not_understood.format(number=unreadable),
        fragments=tuple(_leftover(fragment, labels) for fragment in digest.fragments[:FRAGMENTS_SHOWN]),
        more_fragments=max(0, len(digest.fragments) - FRAGMENTS_SHOWN),
        left_out=gather_absent(digest.left_out, labels),
    )


def _say(sentence: str, labels: PageLabels) -> str:
    """A sentence of the account in the language of the page, where it is one of the program's own messages."""
    sentence = plain(sentence)
    said = say_account(clause := sentence.removesuffix("."), labels)
    return sentence if said == clause else f"{said}{labels.stop}"


def _missing(digest: Digest, labels: PageLabels) -> Iterator[str]:
    """What sources did not give, each with its reason."""
    for source in digest.sources:
        if source.why:
            name = source_name(source.name, labels)
            yield f"{name}: {plain(source.why).removeprefix(f'{name}: ').rstrip('.')}."


def _figures(digest: Digest, labels: PageLabels) -> Iterator[Figure]:
    account, unasked = digest.account, count_unasked(digest.summaries)
    yield Figure(labels.received, account.received)
    yield Figure(labels.duplicates, account.duplicates, part=True)
    yield Figure(labels.seen, account.seen, part=True)
    yield Figure(labels.replaced, account.replaced, part=True)
    yield Figure(labels.excluded, account.excluded, part=True)
    yield Figure(labels.capped, account.capped, part=True)
    yield Figure(labels.outranked, account.outranked, part=True)
    yield Figure(labels.digested, account.digested, part=True)
    yield Figure(labels.tldrs_written, account.written)
    yield Figure(labels.repaired, account.repaired, part=True)
    yield Figure(labels.tldrs_extracted, account.extracted)
    yield Figure(labels.failed, max(0, account.failed - unasked), part=True)
    yield Figure(labels.unasked, unasked, part=True)
    yield Figure(labels.without_abstract, account.without_abstract)
    yield Figure(labels.unreadable, account.unreadable)


def _engine(engine: Engine, labels: PageLabels) -> str:
    version = f"Broadsheet {plain(engine.version)}".strip()
    if engine.backend == "builtin":
        return labels.built_in.format(engine=version)
    backend = plain(engine.backend)
    if engine.model:
        return labels.with_model.format(engine=version, model=plain(engine.model), backend=backend)
    return labels.with_backend.format(engine=version, backend=backend)


def _usage(usage: Usage, labels: PageLabels) -> str:
    say = labels.format_number
    if usage.calls == 0:
        return labels.no_call.format(seconds=say(usage.seconds))
    return labels.usage.format(
        calls=labels.call_count.format(number=usage.calls),
        asked=say(usage.prompt_tokens),
        cached=labels.cached.format(number=say(usage.cached_tokens)) if usage.cached_tokens else "",
        said=say(usage.completion_tokens),
        money=_money(usage.money, labels),
        seconds=say(usage.seconds),
    )


def _money(money: float | None, labels: PageLabels) -> str:
    if money is None:
        return labels.no_price
    if 0 < money < LEAST_MONEY:
        return labels.less_than.format(money=labels.format_dollars(LEAST_MONEY))
    return labels.format_dollars(money)


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


def source_name(name: str, labels: PageLabels) -> str:
    """A source as a page names it."""
    return labels.standard_input if name == "-" else plain(name)


def _leftover(fragment: Fragment, labels: PageLabels) -> Leftover:
    lines = labels.line if fragment.first_line == fragment.last_line else labels.lines
    said = lines.format(first=fragment.first_line, last=fragment.last_line)
    return Leftover(source_name(fragment.source, labels), said, truncate(fragment.text, 80), plain(fragment.why))


def gather_absent(papers: Iterable[LeftOut], labels: DigestLabels) -> tuple[Absent, ...]:
    """The papers that were left out, by reason."""
    reasons: dict[str, list[LeftOut]] = {}
    for paper in papers:
        why = say_account(plain(paper.why).rstrip("."), labels)
        reasons.setdefault(why, []).append(paper)
    return tuple(_absent(why, own, labels) for why, own in reasons.items())


def _absent(why: str, papers: Sequence[LeftOut], labels: DigestLabels) -> Absent:
    counted = labels.papers.format(number=len(papers))
    named = tuple(
        Named(truncate(paper.title, 90) or labels.untitled, safe_url(paper.url)) for paper in papers[:FRAGMENTS_SHOWN]
    )
    titles = ", ".join(f"“{truncate(paper.title, 60)}”" for paper in named[:TITLES_SHOWN])
    more = f" {labels.more.format(number=further)}" if (further := len(papers) - TITLES_SHOWN) > 0 else ""
    return Absent(
        why=why,
        counted=counted,
        said=labels.left_out.format(papers=counted, why=why),
        because=f"{why} ({titles}{more})",
        papers=named,
        more=len(papers) - len(named),
    )
