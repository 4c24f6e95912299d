"""Pasted pages of sites whose layout is known -> records: each entry has a line that no other text has.

A page of another make, or of a site that has changed, is left to `pasted`, which goes by a page's shape alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import find_identifiers
from broadsheet.reading.pasted import parser
from broadsheet.reading.pasted.issues import CITED, FRAME, is_other, read_cited, title_place
from broadsheet.reading.pasted.page_features import title_score
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

_CODES = lazy_regex(r"\(([a-z-]{2,9}(?:\.[A-Za-z-]{2,20})?)\)")
_NUMBER = lazy_regex(r"[\d.,]{1,12}[kKmM]?")
_MOST_LINES = 400
"""Lines of one entry."""
_ABOVE = 50
"""Lines above it that its reader may look at."""

_SHOWN = 2000
_BLANKS = "".join(
    [*"\t\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000", *map(chr, range(0x2000, 0x200B))]
)
"""White space but for spaces and line ends."""
_TWO_SPACES = lazy_regex("  ")

Line = tuple[int, str]
"""A line's number, 1-based, and its words; blank ones are left out."""


class SiteEntry(NamedTuple):
    """A paper, and which of the lines that its reader was given it is made of, by their index."""

    record: Record
    lines: Sequence[int]


@dataclass(frozen=True, slots=True)
class Layout:
    """How one site writes an entry."""

    name: str
    anchor: re.Pattern[str]
    """The line that each entry has."""
    marks: tuple[str, ...]
    """What one of those lines holds: a quick look, as most texts that are looked at are others."""
    title: Callable[[list[Line], int], int]
    """Where the title of the entry with that line stands; -1 where there is none."""
    read: Callable[[list[Line], int, int], SiteEntry | None]
    """The entry whose title and anchor stand there, of lines that end where it does at the latest."""
    frame: re.Pattern[str]
    """The buttons and counts of the site, which are no fragment of anything."""
    least: int = 2
    refuses: Callable[[str], bool] | None = None
    """Whether a page that has those lines is written in another way."""


def recognises(text: str) -> bool:
    """Whether the lines that tell a known site's entries stand in a text."""
    return _layout_of(text) is not None


def parse(text: str) -> Parsed:
    """The entries of a page of a known site; every line that is in none of them, nor a button, is in a gap.

    Where those lines tell of no entry after all, the page's shape decides.
    """
    layout = _layout_of(text)
    if layout is None:
        return Parsed()
    lines = [(number, words) for number, words in enumerate(_spaced_lines(text), 1) if words]
    marks = [index for index, (_, words) in enumerate(lines) if layout.anchor.match(words)]
    heads = [(title, mark) for mark in marks if (title := layout.title(lines, mark)) >= 0]
    records: list[Record] = []
    used = bytearray(len(lines))
    taken = 0
    for place, (title, mark) in enumerate(heads):
        begin = min(title, mark)
        end = min(min(heads[place + 1]) if place + 1 < len(heads) else len(lines), max(title, mark) + _MOST_LINES)
        first = max(0, begin - _ABOVE)
        own = begin >= taken and title < end  # and the title is no line of the next one's
        entry = layout.read(lines[first:end], title - first, mark - first) if own else None
        if entry is None:
            continue
        for index in (title - first, mark - first, *entry.lines):
            used[first + index] = 1
        records.append(entry.record)
        taken = begin + 1
    if not records:
        return parser.parse(text)
    left = [index for index, known in enumerate(used) if not known]
    return Parsed(tuple(records), tuple(_gaps(lines, left, layout.frame)), format=f"{layout.name}, pasted")


def _spaced_lines(text: str) -> Iterator[str]:
    """The lines with single spaces; most have them, and need not be split for it."""
    odd = any(blank in text for blank in _BLANKS)
    for line in split_lines(text):
        yield " ".join(line.split()) if odd or _TWO_SPACES.search(line) else line.strip(" ")


def _layout_of(text: str) -> Layout | None:
    head = text[:200_000]
    for layout in LAYOUTS:
        if not any(mark in head for mark in layout.marks):
            continue
        found = layout.anchor.finditer(head)
        if sum(1 for _, _ in zip(range(layout.least), found, strict=False)) < layout.least:
            continue
        if layout.refuses is None or not layout.refuses(head):
            return layout
    return None


def _gaps(lines: list[Line], left: list[int], frame: re.Pattern[str]) -> Iterator[Gap]:
    """The lines that are left over, by their index, as a gap for each run that is more than buttons."""
    for _, run in itertools.groupby(enumerate(left), key=lambda pair: pair[1] - pair[0]):
        stretch = [lines[index] for _, index in run]
        if all(frame.fullmatch(words) for _, words in stretch):
            continue
        shown = "\n".join(words for _, words in stretch[:50])[:_SHOWN]
        yield Gap(stretch[0][0], stretch[-1][0], shown, "it belongs to no entry")


def _below(lines: list[Line], mark: int) -> int:
    return mark + 1 if mark + 1 < len(lines) else -1


def _above(lines: list[Line], mark: int) -> int:
    return mark - 1


def _first_of(end: re.Pattern[str], lines: list[Line], start: int) -> int:
    """The index of the first line that begins so, else where the lines end."""
    return next((index for index in range(start, len(lines)) if end.match(lines[index][1])), len(lines))


def _text_of(lines: list[Line]) -> str:
    return "\n".join(words for _, words in lines)


# --- arXiv: [1] arXiv:1843.00001 [pdf, html, other]; the results of its search have no number

_ARXIV = lazy_regex(
    r"^[ \t]{0,8}(?:\[\d{1,5}\][ \t]{0,8})?arXiv:(?=[^\n]{9,90}\[(?:pdf|ps|html|other|abs|src|dvi)\b)"
    r"((?:\d{4}\.\d{4,5}|[a-z-]{2,9}(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)(.{0,200})$",
    re.MULTILINE,
)
_ARXIV_FIELD = lazy_regex(
    r"(Title|Authors?|Comments?|Subjects|Journal-ref|DOI|Related DOI|Report-no|Report number|MSC-class|MSC classes"
    r"|ACM-class|ACM classes|Abstract):\s*(.*)"
)
_ARXIV_END = lazy_regex(
    r"(?:New submissions|Cross(?: submissions|-lists?)|Replacements?(?: submissions)?)\b.{0,80}$|\[? ?[Tt]otal of \d"
    r"|\[? ?[Ss]howing (?:up to )?\d|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4}\b.{0,60}$"
    r"|Submitted \d{1,2} [A-Z][a-z]+,? \d{4}|About arXiv|About Help|Links to: arXiv"
)
_ARXIV_ENDS = frozenset("NCRTtSsMWFAL[")
"""What such a line begins with."""
_ARXIV_FRAME = lazy_regex(
    r"(?:New submissions|Cross(?: submissions|-lists?)|Replacements?(?: submissions)?)(?: \(.{1,60}\))?"
    r"|(?:\[ ?)?(?:[Tt]otal of \d|[Ss]howing (?:up to )?\d).{0,80}|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4}.{0,60}"
    r"|Submitted \d{1,2} [A-Z][a-z]+,? \d{4}.{0,80}"
)


def _read_arxiv(lines: list[Line], title: int, mark: int) -> SiteEntry | None:
    """Title, authors and fields one a line; what is left is the abstract."""
    found = _ARXIV.match(lines[mark][1])
    if not found:
        return None
    said: dict[str, str] = {}
    abstract: list[str] = []
    last = ""
    end = len(lines)
    for index in range(title, len(lines)):
        words = lines[index][1]
        if words[0] in _ARXIV_ENDS and _ARXIV_END.match(words):
            end = index
            break
        named = _ARXIV_FIELD.match(words) if not abstract else None
        if named and named[1] == "Abstract":
            abstract += [named[2]] if named[2] else []
        elif named:
            last = named[1].rstrip("s") if named[1].startswith("Author") else named[1]
            said.setdefault(last, named[2])
        elif not said.get("Title"):
            said["Title"] = words
        elif not said.get("Author"):
            said["Author"] = words
        else:
            abstract.append(words)
    if not said.get("Title"):
        return None
    marks = [kind for kind, word in (("replaced", "(replaced)"), ("cross", "(cross-list")) if word in found[2]]
    record = Record(
        title=said["Title"],
        abstract="\n".join(abstract).removesuffix("△ Less").rstrip(),
        authors=split_people(said.get("Author", "")),
        identifiers={**find_identifiers(said.get("DOI", "")), **find_identifiers(f"arXiv:{found[1]}")},
        categories=(*_CODES.findall(said.get("Subjects", "")), *marks),
        venue=said.get("Journal-ref"),
        line=lines[mark][0],
    )
    return SiteEntry(record, range(title, end))


# --- arXiv, a paper's own page: [Submitted on 2 Jan 1843]

_SUBMITTED = lazy_regex(r"^[ \t]{0,8}\[Submitted on \d{1,2} [A-Z][a-z]{2} \d{4}.{0,100}\]?$", re.MULTILINE)
_NOTHING = lazy_regex(r"(?!)")
_OWN_FIELD = lazy_regex(r"(Title|Authors?|Abstract|Comments|Subjects|Cite as|Journal reference|Related DOI):\s*(.*)")


def _read_own(lines: list[Line], title: int, mark: int) -> SiteEntry | None:
    """Labelled lines; an abstract goes on until the next label."""
    said: dict[str, list[str]] = {}
    last = ""
    used: list[int] = []
    for index in range(title, len(lines)):
        words = lines[index][1]
        if field := _OWN_FIELD.match(words):
            last = field[1]
            said.setdefault(last, []).append(field[2])
        elif words == "Submission history":
            last = ""
            continue
        elif last == "Abstract":
            said[last].append(words)
        else:
            continue
        used.append(index)
    if not any(said.get("Title", ())):
        return None
    cited = " ".join(said.get("Cite as", ()))
    record = Record(
        said["Title"][0],
        "\n".join(said.get("Abstract", ())),
        split_people(" ".join(said.get("Authors", said.get("Author", ())))),
        find_date(lines[mark][1]),
        identifiers=find_identifiers(cited),
        categories=tuple(_CODES.findall(" ".join(said.get("Subjects", ())))),
        line=lines[title][0],
    )
    return SiteEntry(record, used)


# --- OpenReview: Published: 16 Jan 1843, Last Modified: …

_OPENREVIEW = lazy_regex(
    r"^[ \t]{0,8}(?:Published: )?\d{1,2} [A-Z][a-z]{2,8} \d{4}"
    r"(?:, Last Modified:| ?\(modified:|.{0,80}Readers:).{0,300}$",
    re.MULTILINE,
)
_LABEL = lazy_regex(r"([A-Z][A-Za-z;' /-]{2,40}):(?:\s|$)")
_OPENREVIEW_END = lazy_regex(r"(?:Show|Hide) details|PDF$|Loading|(?:«|‹|›|»)|\d{1,3}$")


def _openreview_title(lines: list[Line], mark: int) -> int:
    """Names stand above the line of dates, and above them the title, perhaps with a button between."""
    above = [index for index in range(max(0, mark - 4), mark) if lines[index][1].lower() not in {"pdf", "html", "code"}]
    return above[-2] if len(above) > 1 else -1


def _read_openreview(lines: list[Line], title: int, mark: int) -> SiteEntry | None:
    abstract: list[str] = []
    inside = False
    keywords = ""
    used = list(range(title, mark))
    for index in range(mark + 1, len(lines)):
        words = lines[index][1]
        label = _LABEL.match(words)
        if _OPENREVIEW_END.match(words):
            inside = False
            continue
        if label and (label[1] == "Abstract" or not inside or len(label[1]) < 24):
            inside = label[1] == "Abstract"
            abstract += [words[label.end() :]] if inside else []
            keywords = keywords or (words[label.end() :] if label[1] == "Keywords" else "")
        elif inside:
            abstract.append(words)
        else:
            continue
        used.append(index)
    names = next((lines[i][1] for i in range(mark - 1, title, -1) if lines[i][1].lower() not in {"pdf", "html"}), "")
    record = Record(
        title=lines[title][1],
        abstract="\n".join(abstract),
        authors=split_people(names),
        published=find_date(lines[mark][1]),
        categories=tuple(part.strip() for part in keywords.split(",") if part.strip()),
        line=lines[title][0],
    )
    return SiteEntry(record, used)


# --- Google Scholar: A Lovelace, C Babbage - Journal of Goats, 1843 - engines.org

_SCHOLAR = lazy_regex(r"^[ \t]{0,8}\S.{1,300} [-–] (?:.{0,200}, )?(?:1[89]|20)\d\d [-–] [\w .…-]{2,60}$", re.MULTILINE)
_SCHOLAR_END = lazy_regex(r"(?:☆ ?)?Save\b.{0,100}|.{0,40}Cited by \d.*|\[(?:PDF|HTML)\].*|Related articles.*")
_SCHOLAR_MARK = lazy_regex(r"^(?:\[[A-Z]{2,9}\]){0,3}(?:\[[A-Z]{2,9}\])?\s*")


def _read_scholar(lines: list[Line], title: int, mark: int) -> SiteEntry | None:
    words = _SCHOLAR_MARK.sub("", lines[title][1])
    end = _first_of(_SCHOLAR_END, lines, mark + 1)
    people, *rest = re.split(r" [-–] ", lines[mark][1], maxsplit=1)
    names = tuple(name.strip(" …") for name in people.split(",") if name.strip(" …"))
    venue = re.sub(r",? ?\d{4} [-–] .*$", "", rest[0]) if rest else ""
    if not words:
        return None
    text = _text_of(lines[mark + 1 : end])
    record = Record(words, text, names, venue=venue.strip(" ,…") or None, line=lines[title][0])
    return SiteEntry(record, range(title, end))


# --- PMLR and CVF: Ada Lovelace; Proceedings of the First Goats, PMLR 1:1-10

_PMLR = lazy_regex(
    r"^[^\n]{3,5000}(?:, PMLR \d{1,4}:\d{1,6}[\d–-]{0,12}|; Proceedings of [^\n;]{5,200}, \d{4}, pp\. [\d–-]{1,20})"
    r"\.?[ \t]*$",
    re.MULTILINE,
)
_PMLR_LINKS = lazy_regex(r"(?:\[[^\[\]]{1,60}\] ?){1,9}")
_LEAST_TEXT = 60
"""Characters of a line of an abstract; shorter ones are buttons and headings."""


def _read_pmlr(lines: list[Line], title: int, mark: int) -> SiteEntry | None:
    """A short line is part of the abstract only where it ends the sentence above it."""
    people, _, venue = lines[mark][1].rpartition(";")
    used: list[int] = []
    for index in range(mark + 1, len(lines)):
        words = lines[index][1]
        goes_on = bool(used) and used[-1] == index - 1 and lines[index - 1][1][-1] not in ".!?"
        if words[0] != "[" and (len(words) >= _LEAST_TEXT or goes_on):
            used.append(index)
    text = _text_of([lines[index] for index in used])
    return SiteEntry(
        Record(lines[title][1], text, split_people(people), venue=venue.strip(), line=lines[title][0]), used
    )


# --- ACL Anthology: pdf bib abs

_ACL = lazy_regex(r"^[ \t]{0,8}pdf[ \t]{0,4}(?:\(full\)[ \t]{0,4})?bib(?:[ \t]{0,4}abs)?[ \t]*$", re.MULTILINE)
_ACL_END = lazy_regex(r"(?:pdf ?(?:\(full\) ?)?bib|up$|show all abstracts|hide all abstracts)", re.IGNORECASE)


def _read_acl(lines: list[Line], title: int, mark: int) -> SiteEntry | None:
    names = lines[title + 1][1] if title + 1 < len(lines) else ""
    end = _first_of(_ACL_END, lines, title + 2)
    if lines[title][1].startswith("Proceedings of ") and end <= title + 2:
        return None
    end = end if "abs" in lines[mark][1] else min(title + 2, end)
    text = _text_of(lines[title + 2 : end])
    return SiteEntry(
        Record(lines[title][1], text, split_people(names.replace(" | ", ", ")), line=lines[title][0]),
        range(title, end),
    )


# --- PubMed: PMID: 1843

_PUBMED = lazy_regex(r"^[ \t]{0,8}PMID: \d{1,9}\b.{0,120}$", re.MULTILINE)
_PUBMED_BUTTONS = lazy_regex(r"(?:Cite|Share|Item in Clipboard|Save|Email|Send to|\d{1,6}|Select .{1,60})\.?$")


def _pubmed_title(lines: list[Line], mark: int) -> int:
    for index in range(mark - 1, max(-1, mark - 6), -1):
        if _PUBMED_BUTTONS.match(lines[index][1]):
            return index + 1 if index + 1 < mark else -1
    return -1


def _read_pubmed(lines: list[Line], title: int, mark: int) -> SiteEntry | None:
    end = _first_of(_PUBMED_BUTTONS, lines, mark + 1)
    about = " ".join(words for _, words in lines[title + 1 : mark + 1])
    record = Record(
        lines[title][1],
        _text_of(lines[mark + 1 : end]),
        split_people(lines[title + 1][1].rstrip(".")) if mark - title > 2 else (),
        published=find_date(about),
        identifiers=find_identifiers(about),
        line=lines[title][0],
    )
    return SiteEntry(record, range(title, end))


# --- Hugging Face without abstracts: Submitted by

_FACE = lazy_regex(r"^[ \t]{0,8}Submitted by(?:[ \t].{0,60})?$", re.MULTILINE)
_FACE_COUNTS = lazy_regex(r"\d[\d.,]{0,9}[kKmM]?|·|-|[Uu]pvote|\d{1,4} authors?")
_LONG = lazy_regex(r"^.{170}", re.MULTILINE)


def _is_other_face(head: str) -> bool:
    """Whether a page has abstracts, or titles above the names of who submitted them."""
    first = _FACE.search(head)
    above = head[: first.start()].split("\n")[-6:] if first else []
    return bool(_LONG.search(head)) or any(title_score(line) >= 1 for line in above if line.count(" ") > 2)


def _face_title(lines: list[Line], mark: int) -> int:
    first = mark + 1 if lines[mark][1] != "Submitted by" else mark + 2
    for index in range(first, min(len(lines), first + 4)):
        if lines[index][1] == "Submitted by":
            return -1
        if not _NUMBER.fullmatch(lines[index][1]) and lines[index][1].lower() not in {"upvote", "-"}:
            return index
    return -1


def _read_face(lines: list[Line], title: int, mark: int) -> SiteEntry | None:
    words = lines[title][1]
    if " " not in words and len(words) <= len("Llama"):
        return None
    return SiteEntry(Record(words, line=lines[title][0]), range(mark, title))


def _read_issue(lines: list[Line], title: int, mark: int) -> SiteEntry | None:
    found = read_cited(lines, title, mark)
    return SiteEntry(*found) if found else None


LAYOUTS = (
    Layout("an arXiv page", _ARXIV, ("arXiv:",), _below, _read_arxiv, _ARXIV_FRAME, least=1),
    Layout("an arXiv paper's page", _SUBMITTED, ("[Submitted on ",), _below, _read_own, _NOTHING, least=1),
    Layout(
        "OpenReview",
        _OPENREVIEW,
        ("Last Modified:", "(modified:", "Readers:"),
        _openreview_title,
        _read_openreview,
        _OPENREVIEW_END,
    ),
    Layout("Google Scholar", _SCHOLAR, (" - ", " – "), _above, _read_scholar, _SCHOLAR_END),
    Layout("proceedings", _PMLR, (", PMLR ", "; Proceedings of "), _above, _read_pmlr, _PMLR_LINKS),
    Layout("the ACL Anthology", _ACL, ("bib",), _below, _read_acl, _ACL_END),
    Layout("PubMed", _PUBMED, ("PMID: ",), _pubmed_title, _read_pubmed, _PUBMED_BUTTONS),
    Layout("Hugging Face", _FACE, ("Submitted by",), _face_title, _read_face, _FACE_COUNTS, refuses=_is_other_face),
    Layout("contents of an issue", CITED, ("10.", "-", "–", "—"), title_place, _read_issue, FRAME, refuses=is_other),
)
