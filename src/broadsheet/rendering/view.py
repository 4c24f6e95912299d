"""What a template sees of a digest: papers and summaries joined by key, anchors, counts, dates, safe links.

All text in a view is on one line and free of control characters, but as it was: escaping is the template's
engine's work. Every paper of the digest stands in exactly one section, whatever its themes say.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from broadsheet.locale.labels import PageLabels
from broadsheet.locale.language_codes import language_code
from broadsheet.locale.reasons import say_reason
from broadsheet.models import Cited, Digest, Highlight, Theme
from broadsheet.rendering.chart import OTHER, Chart, draw_chart
from broadsheet.rendering.entries import Entries, Entry, SomeEntries, partition
from broadsheet.rendering.links import safe_url
from broadsheet.rendering.regrouping import regroup
from broadsheet.rendering.run_summary import Colophon, colophon
from broadsheet.rendering.text import Slugs, heading, plain, truncate
from broadsheet.settings.loading import Arrangement
from broadsheet.text.lazy_regex import lazy_regex

WORDS_A_MINUTE = 230
_WORD = lazy_regex(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\s\u3000-\u30ff\u3400-\u9fff]+")
LEAST_ON_MAP = 15
"""The fewest papers of a map; fewer are seen at a glance in the contents."""
HUES, SHAPES = 6, 4
"""The colours and shapes that tell themes apart; of more themes than both give, some share theirs."""


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """A paper that is spoken of elsewhere on the page: by a number in the overview, with TL;DR, theme and reason where
    it is to be read first.
    """

    anchor: str
    title: str
    url: str | None
    number: int = 0
    reason: str = ""
    bare_reason: str = ""
    """The reason without the theme that it speaks of, for where that stands beside it."""
    tldr: str = ""
    theme: str = ""
    theme_anchor: str = ""
    dot: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of the overview with the papers it rests on."""

    text: str
    citations: tuple[Mention, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A theme with its papers; `heading_anchor` is the one that forges give its heading in Markdown.

    `share` is its size in per cent of the largest; `status` the word for it against the edition before; `dot` the
    classes of its colour and shape, empty where there is no other theme to tell it from.
    """

    number: int
    anchor: str
    heading_anchor: str
    title: str
    blurb: str
    status: str
    other: bool
    paper_count: str
    share: int
    dot: str
    papers: SomeEntries
    see_also: tuple[Mention, ...]

    @property
    def bare(self) -> list[Entry]:
        """Its papers that are a title and no more."""
        return [paper for paper in self.papers if paper.bare]


@dataclasses.dataclass(frozen=True, slots=True)
class Division:
    """The themes under the heading of one section of the digest; without a title, those that stand in none."""

    title: str
    anchor: str
    heading_anchor: str
    size: int
    paper_count: str
    sections: tuple[Section, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Neighbours:
    """Where the page of an edition leads in its archive: to all of them, and to those beside it; empty for none.

    The names are such as "No. 6, 13 November 2026".
    """

    archive: str
    earlier: str = ""
    earlier_name: str = ""
    later: str = ""
    later_name: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A whole digest as the templates see it, under the name `page`."""

    title: str
    number: str
    editor: str
    language: str
    created: dt.datetime
    date: str
    paper_count: str
    theme_count: str
    reading_time: str
    note: str
    overview: tuple[CitedSentence, ...]
    citations: tuple[Mention, ...]
    highlights: tuple[Mention, ...]
    interests: str
    arrangement: str
    """How the papers are arranged, where they stand under something else than themes."""
    column: str
    """What they stand under."""
    vanished: str
    returned: tuple[Mention, ...]
    chart: Chart | None
    divisions: tuple[Division, ...]
    sections: tuple[Section, ...]
    """The themes of all divisions."""
    has_authors: bool
    has_dates: bool
    has_scores: bool
    built_in: bool
    extracted: bool
    written: bool
    marked: bool
    """Whether some TL;DRs are extracted and others not, so that a mark tells them apart."""
    model: str
    colophon: Colophon


def view(
    digest: Digest,
    labels: PageLabels,
    *,
    with_map: bool = True,
    by: Arrangement = "theme",
    search: str | None = None,
) -> Page:
    """A digest laid out for the templates; the map takes longest, and a form of text needs none.

    `by` says what the papers stand under; groups of another kind stand in the place of the themes. `search` is the
    address of an index with `{title}` in it, at which titles without an address are looked for.
    """
    reasons = {one.paper_key: _say_reason(one, digest, labels) for one in digest.highlights}
    digest = regroup(digest, by, labels)
    slugs = Slugs()
    entries = Entries(digest, slugs, labels, search=search)
    divisions = tuple(_divisions(digest, entries, slugs, labels))
    sections = tuple(section for division in divisions for section in division.sections)
    citations = _citations(digest, entries)
    having = Counter[str]()  # in one go: of a large digest each is laid out anew
    for entry in entries.values():
        having[entry.method] += bool(entry.tldr)
        having["authors"] += bool(entry.first_author)
        having["dates"] += entry.published is not None
        having["scores"] += bool(entry.score)
        having["words"] += len(_WORD.findall(f"{entry.title} {entry.tldr}"))
    dated = digest.period if digest.number is None else None  # late arrivals would stretch an edition's over years
    date = labels.format_period(dated.first, dated.last) if dated else labels.format_date(digest.created.date())
    return Page(
        title=heading(digest.title) or "Broadsheet",
        number=labels.number.format(number=digest.number) if digest.number is not None else "",
        editor=plain(digest.editor),
        language=language_code(digest.language),
        created=digest.created,
        date=date,
        paper_count=labels.papers.format(number=len(entries)),
        theme_count=(labels.themes if by == "theme" else labels.groups).format(number=len(sections)),
        reading_time=labels.minutes.format(number=labels.format_number(_reading_minutes(digest, having["words"]))),
        note=digest.note.strip(),
        overview=tuple(_sentences(digest, citations)),
        citations=tuple(citations.values()),
        highlights=tuple(_highlights(digest, entries, sections, reasons, by)),
        interests=labels.semicolon.join(text for interest in digest.interests if (text := truncate(interest, 80))),
        arrangement=labels.arrangements.get(by, ""),
        column=labels.columns[by],
        vanished=labels.semicolon.join(text for title in digest.vanished if (text := plain(title))),
        returned=tuple(_returned(digest, labels)),
        chart=_chart(sections, digest, entries) if with_map and len(entries) >= LEAST_ON_MAP else None,
        divisions=divisions,
        sections=sections,
        has_authors=having["authors"] > 0,
        has_dates=having["dates"] > 0,
        has_scores=having["scores"] > 0,
        built_in=digest.engine.backend == "builtin",
        extracted=having["extracted"] > 0,
        written=having["written"] > 0,
        marked=min(having["extracted"], having["written"]) > 0,
        model=plain(digest.engine.model or digest.engine.backend),
        colophon=colophon(digest, labels),
    )


# Themes.


def _divisions(digest: Digest, entries: Entries, slugs: Slugs, labels: PageLabels) -> Iterator[Division]:
    headings = Slugs()
    above = [labels.highlights] if digest.highlights else []
    for title in (digest.title, labels.contents, *above, *_note_headings(digest.note)):
        headings.take_heading(heading(title))
    shares = list(partition(digest, dict.fromkeys(entries), labels))
    largest = max((len(papers) for _, papers in shares), default=1)
    numbers = itertools.count(1)

    def lay_out(theme: Theme, papers: Mapping[str, None]) -> Section:
        title = _say_title(theme, labels)
        number = next(numbers)
        return Section(
            number=number,
            anchor=slugs.take(title, prefix="theme"),
            heading_anchor=headings.take_heading(title),
            title=title,
            blurb=plain(theme.blurb),
            status=labels.statuses.get(theme.status, ""),
            other=theme.other,
            paper_count=labels.papers.format(number=len(papers)),
            share=max(1, round(100 * len(papers) / largest)),
            dot=_dot(number, other=theme.other) if len(shares) > 1 else "",
            papers=entries.only(papers),
            see_also=tuple(_mentions((key for key in theme.see_also if key not in papers), entries)),
        )

    for title, group in itertools.groupby(shares, key=lambda share: heading(share[0].section)):
        parts = list(group)
        size = sum(len(papers) for _, papers in parts)
        yield Division(
            title=title,
            anchor=slugs.take(title, prefix="section") if title else "",
            heading_anchor=headings.take_heading(title) if title else "",  # before those of its themes, as on the page
            size=size,
            paper_count=labels.papers.format(number=size),
            sections=tuple(lay_out(*part) for part in parts),
        )


def _say_title(theme: Theme, labels: PageLabels) -> str:
    """The title of a theme; that of the papers that fit none is the program's own, and in the page's language."""
    ours = theme.other and theme.title in (labels.others.message.one, labels.others.message.more)
    return labels.others.format(number=len(theme.paper_keys)) if ours else heading(theme.title) or labels.untitled


def _dot(number: int, *, other: bool) -> str:
    """The classes of a theme's colour and, once the colours are used up, its shape; of other papers the grey one."""
    turn, hue = divmod(number - 1, HUES)
    return OTHER if other else f"h{hue + 1} s{turn % SHAPES}" if turn % SHAPES else f"h{hue + 1}"


def _note_headings(note: str) -> list[str]:
    return re.findall(r"^ {0,3}#{1,6}[ \t]+(\S[^\n]*?)[ \t#]*$", note, re.MULTILINE)


# The overview, the highlights, the map.


def _citations(digest: Digest, entries: Mapping[str, Entry]) -> Mapping[str, Mention]:
    """The papers the overview speaks of by key, numbered in the order in which it does."""
    if digest.overview is None:
        return {}
    keys = [key for sentence in digest.overview.sentences for key in sentence.paper_keys] + [
        *digest.overview.paper_keys
    ]
    known = [key for key in dict.fromkeys(keys) if key in entries]
    return {
        key: dataclasses.replace(mention, number=number)
        for number, (key, mention) in enumerate(zip(known, _mentions(known, entries), strict=True), start=1)
    }


def _sentences(digest: Digest, citations: Mapping[str, Mention]) -> Iterator[CitedSentence]:
    if digest.overview is None:
        return
    whole = Cited(text=digest.overview.text, paper_keys=digest.overview.paper_keys)
    for sentence in digest.overview.sentences or (whole,):
        if text := plain(sentence.text):
            keys = dict.fromkeys(sentence.paper_keys)
            yield CitedSentence(text, tuple(citations[key] for key in keys if key in citations))


def _say_reason(highlight: Highlight, digest: Digest, labels: PageLabels) -> tuple[str, str]:
    """Why a paper leads: the clause with the theme that it speaks of, under its title of today, and the bare one."""
    clause = plain(highlight.reason).rstrip(".")
    home = next((theme for theme in digest.themes if highlight.paper_key in theme.paper_keys), None)
    bare = clause.removesuffix(f", {plain(home.title)}") if home else clause  # older digests name it at the end
    said = say_reason(bare, labels)
    if home and (highlight.theme or bare != clause):
        return labels.reason_of_theme.format(reason=said, theme=_say_title(home, labels)), said
    return said, said


def _highlights(
    digest: Digest,
    entries: Mapping[str, Entry],
    sections: Iterable[Section],
    reasons: Mapping[str, tuple[str, str]],
    by: Arrangement,
) -> Iterator[Mention]:
    homes = {anchor: section for section in sections for anchor in section.papers.anchors}
    for highlight in digest.highlights:
        reason, bare = reasons[highlight.paper_key]
        for mention in _mentions([highlight.paper_key], entries, width=200):
            home = homes[mention.anchor]
            yield dataclasses.replace(
                mention,
                reason=reason,
                bare_reason=bare if by == "theme" else reason,
                tldr=entries[highlight.paper_key].tldr,
                theme=home.title,
                theme_anchor=home.anchor,
                dot=home.dot,
            )


def _returned(digest: Digest, labels: PageLabels) -> Iterator[Mention]:
    for paper in digest.returned:
        said = labels.new_version if paper.version is None else labels.version.format(version=paper.version)
        reason = f"{said}, {labels.stood_in.format(number=paper.edition)}"
        title = truncate(paper.title, 200) or labels.untitled
        yield Mention("", title, safe_url(paper.url), reason=reason)


def _mentions(keys: Iterable[str], entries: Mapping[str, Entry], width: int = 90) -> Iterator[Mention]:
    for key in dict.fromkeys(keys):
        if entry := entries.get(key):
            yield Mention(entry.anchor, truncate(entry.title, width), entry.url)


def _chart(sections: Iterable[Section], digest: Digest, entries: Mapping[str, Entry]) -> Chart | None:
    places = {entries[point.paper_key].anchor: (point.x, point.y) for point in digest.map if point.paper_key in entries}
    return draw_chart([(section.title, section.dot, section.papers) for section in sections], places)


# Figures.


def _reading_minutes(digest: Digest, words: int) -> int:
    """How long the papers' `words` and those of the whole take; two letters of a script without spaces are a word."""
    texts = [digest.note, digest.overview.text if digest.overview else ""]
    texts += [theme.blurb for theme in digest.themes]
    words += sum(len(_WORD.findall(text)) for text in texts)
    return max(1, math.ceil(words / WORDS_A_MINUTE))
