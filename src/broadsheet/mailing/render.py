"""Renders a digest as a mail, HTML and text, below the size at which mail clients cut a mail off.

Papers that do not fit are left out evenly over the themes, and their number is shown. Personal links are placeholders,
`LEAVE`, `PREFERENCES` and `STAR`, so that one rendered mail serves all subscribers with the same language and
interests. Pure.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import css_inline
from markupsafe import Markup

from broadsheet.locale.labels import MailLabels
from broadsheet.locale.language_codes import language_code
from broadsheet.locale.translations import load_complete
from broadsheet.models import Digest
from broadsheet.rendering.entries import Entry
from broadsheet.rendering.markdown_note import note_html
from broadsheet.rendering.published import publish_digest
from broadsheet.rendering.run_summary import CHOSEN, colophon, gather_absent
from broadsheet.rendering.text import Slugs, plain, truncate, wrap, wrap_prose
from broadsheet.rendering.view import WORDS_A_MINUTE, Page, Section, view
from broadsheet.settings.resources import Resources

LEAVE = "urn:broadsheet:leave"
"""The placeholder for a subscriber's unsubscribe link."""
STAR = "urn:broadsheet:star:"
"""How the placeholder for a link to star a paper begins; what names the paper follows."""
PREFERENCES = "urn:broadsheet:preferences"


@dataclasses.dataclass(frozen=True, slots=True)
class RenderedMail:
    """A rendered mail with `shown` of `papers` papers, without personal links."""

    subject: str
    html: str
    text: str
    shown: int = 0
    papers: int = 0


LIMIT = 95_000
"""The most bytes of an encoded mail, HTML and text together: Gmail clips mails at 102 kB."""
RESERVE = 5_000
"""Bytes reserved for the headers, and for personal links, which are longer than their placeholders."""
STAR_BYTES = 220
"""The most bytes by which a link to star a paper is longer than its placeholder."""
COLUMNS = 72
LONGEST_NOTE = 4_000
FIRST = 3
"""The papers to read first that a mail begins with: so many fit on a first screen."""
MOST_BARE = 20
"""The most themes that are named where no paper fits."""


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """The context of a digest in a mail: its number, the subscriber's language, the address in the archive.

    `can_leave` and `can_choose` tell whether there are links to unsubscribe and to the preferences.
    """

    number: int | None = None
    language: str = ""
    archive: str | None = None
    can_leave: bool = True
    can_choose: bool = False
    earlier: bool = False
    """Whether it contains papers of earlier editions."""
    named: bool = False
    """Whether it goes to an address that the configuration names, and that has not subscribed."""
    star_words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What names a paper in a link to star it, by the paper's key; empty where there are no such links."""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A theme in a mail: the papers shown, and the number of the others.

    `section` is the section that begins with it, if one does; `inside` tells whether it stands in one.
    """

    section: str
    section_size: int
    inside: bool
    title: str
    blurb: str
    status: str
    count: str
    size: int
    papers: tuple[PaperInMail, ...]
    more: str


@dataclasses.dataclass(frozen=True, slots=True)
class PaperInMail:
    """A paper in a mail."""

    title: str
    url: str | None
    code_url: str | None
    tldr: str
    absence: str
    extracted: bool
    edited: bool
    match: str
    details: str
    star: str
    """The placeholder of the link to star it, where there is one."""


@dataclasses.dataclass(frozen=True, slots=True)
class FirstRead:
    """A paper to read first, with its theme and why."""

    title: str
    url: str | None
    tldr: str
    theme: str
    reason: str
    star: str


@dataclasses.dataclass(frozen=True, slots=True)
class Shortening:
    """How a mail is shortened: the number of papers kept of each theme, and which texts around them are kept."""

    papers: tuple[int, ...]
    blurbs: bool = True
    note: bool = True
    lead: bool = True
    stars: bool = False
    """Whether each paper has a link to star it, and not only those to read first."""


def render_letter(digest: Digest, frame: Frame, *, resources: Resources, limit: int = LIMIT) -> RenderedMail:
    """Renders the mail of a digest with at most `limit` bytes as sent, headers and signature included."""
    labels = MailLabels(load_complete(frame.language or language_code(digest.language)))
    edition = {} if frame.number is None else {"number": frame.number}  # which also says which date it has
    digest = publish_digest(digest.model_copy(update=edition))
    page = view(digest, labels.page, with_map=False)
    writer = _Writer(digest, page, frame, labels, resources)
    sizes = [len(section.papers) for section in page.sections]
    html, text, cut = _fit(writer, sizes, limit - RESERVE)
    return RenderedMail(
        subject=truncate(labels.dated.format(title=page.title, date=page.date), 150),
        html=html,
        text=text,
        shown=sum(cut.papers),
        papers=sum(sizes),
    )


def shares(sizes: Sequence[int], total: int) -> tuple[int, ...]:
    """The number of papers kept of each theme if `total` are: equal shares, limited by the themes' sizes."""
    kept = [0] * len(sizes)
    left = min(total, sum(sizes))
    while left:
        open_ones = [place for place, size in enumerate(sizes) if kept[place] < size]
        # Equal shares among the themes with papers left; the next round distributes what small themes could not use.
        each = max(1, left // len(open_ones))
        for place in open_ones:
            more = min(each, sizes[place] - kept[place], left)
            kept[place] += more
            left -= more
    return tuple(kept)


def _fit(writer: _Writer, sizes: Sequence[int], limit: int) -> tuple[str, str, Shortening]:
    """HTML and text with the most papers that fit; where none fits, without blurbs and note, then without overview."""
    whole = Shortening(shares(sizes, sum(sizes)))
    for cut in (dataclasses.replace(whole, stars=True), whole):
        html, text = writer.both(cut)
        # A link is longer than its placeholder; those of the papers to read first are in `RESERVE`.
        if encoded_size(html) + encoded_size(text) + cut.stars * sum(sizes) * STAR_BYTES <= limit:
            return html, text, cut
    for base in (whole, Shortening(whole.papers, blurbs=False, note=False)):
        # Binary search for the largest number of papers that fits: about log2(n) renderings, as the size grows with the
        # number.
        best: tuple[str, str, Shortening] | None = None
        low, high = 0, sum(sizes) - 1
        while low <= high:
            middle = (low + high) // 2
            cut = dataclasses.replace(base, papers=shares(sizes, middle))
            html, text = writer.both(cut)
            if encoded_size(html) + encoded_size(text) <= limit:
                best, low = (html, text, cut), middle + 1
            else:
                high = middle - 1
        if best and (sum(best[2].papers) or not base.blurbs):
            return best
    bare = Shortening((0,) * len(sizes), blurbs=False, note=False, lead=False)
    return *writer.both(bare), bare


def encoded_size(text: str) -> int:
    """The size in bytes of a text as quoted-printable, estimated from above without encoding it."""
    data = text.encode()
    # Three bytes for each byte that must be escaped, three for each soft line break, and two for each line end.
    plain_bytes = sum(data.count(byte) for byte in _PLAIN)
    size = plain_bytes + 3 * (len(data) - plain_bytes)
    return size + 3 * (size // 72) + 2 * data.count(b"\n")


_PLAIN = bytes(byte for byte in range(32, 127) if byte != 61) + b"\n"


class _Writer:
    """Renders one digest with different shortenings."""

    def __init__(self, digest: Digest, page: Page, frame: Frame, labels: MailLabels, resources: Resources) -> None:
        self._digest, self._page, self._frame, self._labels = digest, page, frame, labels
        self._resources = resources
        self._css = resources.find("templates", "email.css").read_text(encoding="utf-8")
        keys = _keys_by_anchor(digest)
        self._orders = _orders(digest, page, keys)
        self._stars = {anchor: f"{STAR}{word}" for anchor, key in keys.items() if (word := frame.star_words.get(key))}

    def both(self, cut: Shortening) -> tuple[str, str]:
        """The HTML and the text, with the same papers."""
        return self.html(cut), self.text(cut)

    def html(self, cut: Shortening) -> str:
        """The HTML with inlined styles, since some mail clients ignore style sheets."""
        # nh3 has sanitised the note, so it is not escaped again.
        note = Markup(note_html(self._note(cut)))  # noqa: S704
        values = self._values(cut) | {"note": note}
        html = self._resources.render("templates", "email.html", **values)
        inliner = css_inline.CSSInliner(load_remote_stylesheets=False, extra_css=self._css, keep_style_tags=True)
        return inliner.inline(html)

    def text(self, cut: Shortening) -> str:
        """The text version, with the same papers."""
        values = self._values(cut) | {"note": wrap_prose(self._note(cut)), "wrap": wrap, "rule": _rule}
        return self._resources.render("templates", "email.txt", **values)

    def _note(self, cut: Shortening) -> str:
        note = self._page.note
        return note if cut.note and len(note) <= LONGEST_NOTE else ""

    def _values(self, cut: Shortening) -> dict[str, Any]:
        page, labels, frame, digest = self._page, self._labels, self._frame, self._digest
        parts = tuple(self._parts(cut))[: None if cut.lead else MOST_BARE]
        shown, papers = sum(cut.papers), sum(len(section.papers) for section in page.sections)
        size = [
            labels.notify.format(
                papers=labels.papers.format(number=papers), themes=labels.themes.format(number=len(page.sections))
            ),
            labels.reading_time.format(minutes=_minutes(digest, parts)),
        ]
        dateline = [
            labels.number.format(number=frame.number) if frame.number is not None else "",
            page.date,
            *(size if papers else ()),
        ]
        return {
            "labels": labels,
            "frame": frame,
            "language": labels.code,
            "content_language": page.language,
            "title": truncate(page.title, 120),
            "dateline": [item for item in dateline if item],
            "preheader": self._preheader(),
            "overview": page.overview if cut.lead else (),
            "highlights": tuple(_leads(page, self._stars))[:FIRST] if cut.lead else (),
            "interests": page.interests if cut.lead else "",
            "vanished": page.vanished if cut.lead else "",
            "parts": parts,
            "extracted": page.extracted,
            "marked": page.marked,
            "rest": labels.shown.format(shown=labels.format_number(shown), all=labels.format_number(papers))
            if shown < papers
            else "",
            "account": self._account(),
            "whys": [truncate(why, 300) for why in (*_absences(digest, labels), *colophon(digest, labels.page).why[:5])]
            if cut.lead
            else [],
            "leave": LEAVE,
            "preferences": PREFERENCES,
        }

    def _parts(self, cut: Shortening) -> Iterator[Part]:
        labels = self._labels
        places = [(division, at) for division in self._page.divisions for at in range(len(division.sections))]
        for (division, at), kept, order in zip(places, cut.papers, self._orders, strict=True):
            section = division.sections[at]
            staying = set(order[:kept])
            stars = self._stars if cut.stars else {}
            papers = tuple(
                _line(entry, labels, stars.get(entry.anchor, ""))
                for place, entry in enumerate(section.papers)
                if place in staying
            )
            left = len(section.papers) - len(papers)
            yield Part(
                section=truncate(division.title, 120 if cut.lead else 60) if at == 0 else "",
                section_size=division.size,
                inside=bool(division.title),
                title=truncate(section.title, 120 if cut.lead else 60),
                blurb=truncate(section.blurb, 500) if cut.blurbs else "",
                status=section.status,
                count=labels.papers.format(number=len(section.papers)),
                size=len(section.papers),
                papers=papers,
                more=labels.more.format(number=left) if left else "",
            )

    def _preheader(self) -> str:
        """The preview line beside the subject: the overview, the papers to read first, or the titles of the themes."""
        if self._digest.overview and (lead := plain(self._digest.overview.text)):
            return truncate(lead, 140)
        return truncate(" · ".join(one.title for one in self._page.highlights or self._page.sections), 140)

    def _account(self) -> str:
        account, labels = self._digest.account, self._labels
        counted = {
            labels.page.received: account.received - account.seen,  # what earlier editions had is no news to a reader
            labels.page.duplicates: account.duplicates,
            labels.page.tldrs_written: account.written,
            labels.page.tldrs_extracted: account.extracted,
        }
        said = (f"{name}{labels.colon}{labels.format_number(number)}" for name, number in counted.items() if number)
        return (
            f"{labels.semicolon.join(said)}{labels.stop}{labels.gap}{labels.made.format(engine=_engine(self._digest))}"
        )


def _keys_by_anchor(digest: Digest) -> dict[str, str]:
    slugs = Slugs()
    return {slugs.take(paper.key, prefix="paper"): paper.key for paper in digest.papers}


def _orders(digest: Digest, page: Page, keys: Mapping[str, str]) -> list[list[int]]:
    """The order in which each theme's papers are kept, as positions, the most important first."""
    scores = {match.paper_key: match.score for match in digest.matches}
    named = {mention.anchor for mention in (*page.highlights, *page.citations)}

    def weight(section: Section, place: int) -> tuple[bool, float, int]:
        anchor = section.papers[place].anchor
        return anchor not in named, -scores.get(keys.get(anchor, ""), 0.0), place

    return [
        sorted(range(len(section.papers)), key=lambda place, section=section: weight(section, place))  # type: ignore[misc]
        for section in page.sections
    ]


def _leads(page: Page, stars: Mapping[str, str]) -> Iterator[FirstRead]:
    places = {paper.anchor: (section, paper) for section in page.sections for paper in section.papers}
    for highlight in page.highlights:
        section, paper = places[highlight.anchor]
        yield FirstRead(
            title=highlight.title,
            url=highlight.url,
            tldr=truncate(paper.tldr, 300),
            theme=truncate(section.title, 80),
            reason=truncate(highlight.bare_reason, 160),
            star=stars.get(highlight.anchor, ""),
        )


def _line(entry: Entry, labels: MailLabels, star: str) -> PaperInMail:
    date = labels.format_date(entry.published) if entry.published else ""
    details = [truncate(entry.authors, 120), truncate(entry.venue, 80), date, truncate(entry.categories, 60)]
    return PaperInMail(
        title=truncate(entry.title, 300),
        url=entry.url,
        code_url=entry.code_url,
        tldr=truncate(entry.tldr, 600),
        absence=entry.absence,
        extracted=entry.method == "extracted" and not entry.edited,
        edited=entry.edited,
        match=truncate(entry.match, 160),
        details=" · ".join(detail for detail in details if detail),
        star=star,
    )


def _minutes(digest: Digest, parts: Sequence[Part]) -> int:
    texts = [digest.overview.text if digest.overview else "", *(part.blurb for part in parts)]
    texts += [f"{line.title} {line.tldr}" for part in parts for line in part.papers]
    return max(1, math.ceil(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))


def _absences(digest: Digest, labels: MailLabels) -> list[str]:
    """What exclusions and caps left out, a sentence a reason with the first titles."""
    absent = gather_absent((one for one in digest.left_out if one.kind in CHOSEN), labels)
    return [f"{labels.left_out.format(papers=one.counted, why=one.because)}{labels.stop}" for one in absent[:5]]


def _engine(digest: Digest) -> str:
    version = f"Broadsheet {plain(digest.engine.version)}".strip()
    return f"{version}, {plain(digest.engine.model)}" if digest.engine.model else version


def _rule(mark: str, width: int = COLUMNS) -> str:
    return mark * width
