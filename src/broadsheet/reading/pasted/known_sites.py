"""Pasted pages of sites whose layout is known -> records: each entry has a line that no other text has.

A page of another make, or of a site that has changed, is left to `pasted`, which goes by a page's shape alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import find_identifiers
from broadsheet.reading.pasted.page_features import title_score
from broadsheet.reading.record import Gap, Parsed, Record, split_lines

_CODES = re.compile(r"\(([a-z-]{2,9}(?:\.[A-Za-z-]{2,20})?)\)")
_NUMBER = re.compile(r"[\d.,]{1,12}[kKmM]?")
_MOST_LINES = 400
"""Lines of one entry."""
_ABOVE = 50
"""Lines above it that its reader may look at."""

_SHOWN = 2000

Line = tuple[int, str]
"""A line's number, 1-based, and its words; blank ones are left out."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one site writes an entry."""

    name: str
    anchor: re.Pattern[str]
    """The line that each entry has."""
    title: Callable[[list[Line], int], int]
    """Where the title of the entry with that line stands; -1 where there is none."""
    read: Callable[[list[Line], int, int], Record | None]
    """The entry whose title and anchor stand there, of lines that end where it does."""
    least: int = 2
    refuses: Callable[[str], bool] | None = None
    """Whether a page that has those lines is written in another way."""


def recognises(text: str) -> bool:
    """Whether the lines that tell a known site's entries stand in a text."""
    return _layout_of(text) is not None


def parse(text: str) -> Parsed:
    """The entries of a page of a known site; what stands above, between and below them is a gap."""
    layout = _layout_of(text)
    if layout is None:
        return Parsed()
    lines = [(number, words) for number, line in enumerate(split_lines(text), 1) if (words := " ".join(line.split()))]
    marks = [index for index, (_, words) in enumerate(lines) if layout.anchor.match(words)]
    heads = [(title, mark) for mark in marks if (title := layout.title(lines, mark)) >= 0]
    records: list[Record] = []
    taken = 0
    gaps: list[Gap] = []
    for place, (title, mark) in enumerate(heads):
        begin = min(title, mark)
        end = min(min(heads[place + 1]) if place + 1 < len(heads) else len(lines), max(title, mark) + _MOST_LINES)
        first = max(0, begin - _ABOVE)
        record = layout.read(lines[first:end], title - first, mark - first) if begin >= taken else None
        if record is None:
            continue
        gaps += _gap(lines[taken:begin]) if not records else ()
        records.append(record)
        taken = begin + 1
    return Parsed(tuple(records), tuple(gaps), format=f"{layout.name}, pasted" if records else "")


def _layout_of(text: str) -> Layout | None:
    head = text[:200_000]
    for layout in LAYOUTS:
        found = layout.anchor.finditer(head)
        if sum(1 for _, _ in zip(range(layout.least), found, strict=False)) < layout.least:
            continue
        if layout.refuses is None or not layout.refuses(head):
            return layout
    return None


def _gap(lines: list[Line]) -> Iterator[Gap]:
    if lines:
        shown = "\n".join(words for _, words in lines[:50])[:_SHOWN]
        yield Gap(lines[0][0], lines[-1][0], shown, "no title and no abstract")


def _below(lines: list[Line], mark: int) -> int:
    return mark + 1 if mark + 1 < len(lines) else -1


# --- arXiv: [1] arXiv:1843.00001 [pdf, html, other]; the results of its search have no number

_ARXIV = re.compile(
    r"^[ \t]{0,8}(?:\[\d{1,5}\][ \t]{0,8})?arXiv:(?=[^\n]{9,90}\[(?:pdf|ps|html|other|abs|src|dvi)\b)"
    r"((?:\d{4}\.\d{4,5}|[a-z-]{2,9}(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)(.{0,200})$",
    re.MULTILINE,
)
_ARXIV_FIELD = re.compile(
    r"(Title|Authors?|Comments?|Subjects|Journal-ref|DOI|Related DOI|Report-no|Report number|MSC-class|MSC classes"
    r"|ACM-class|ACM classes|Abstract):\s*(.*)"
)
_ARXIV_END = re.compile(
    r"(?:New submissions|Cross(?: submissions|-lists?)|Replacements?(?: submissions)?)\b.{0,80}$|\[? ?[Tt]otal of \d"
    r"|\[? ?[Ss]howing (?:up to )?\d|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4}\b.{0,60}$"
    r"|Submitted \d{1,2} [A-Z][a-z]+,? \d{4}|About arXiv|About Help|Links to: arXiv"
)


def _read_arxiv(lines: list[Line], title: int, mark: int) -> Record | None:
    """Title, authors and fields one a line; what is left is the abstract."""
    found = _ARXIV.match(lines[mark][1])
    if not found:
        return None
    said: dict[str, str] = {}
    abstract: list[str] = []
    last = ""
    for index in range(title, len(lines)):
        words = lines[index][1]
        if _ARXIV_END.match(words):
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
    return Record(
        title=said["Title"],
        abstract="\n".join(abstract).removesuffix("△ Less").rstrip(),
        authors=split_people(said.get("Author", "")),
        identifiers={**find_identifiers(said.get("DOI", "")), **find_identifiers(f"arXiv:{found[1]}")},
        categories=(*_CODES.findall(said.get("Subjects", "")), *marks),
        venue=said.get("Journal-ref"),
        line=lines[mark][0],
    )


# --- arXiv, a paper's own page: [Submitted on 2 Jan 1843]

_SUBMITTED = re.compile(r"^[ \t]{0,8}\[Submitted on \d{1,2} [A-Z][a-z]{2} \d{4}.{0,100}\]?$", re.MULTILINE)
_OWN_FIELD = re.compile(r"(Title|Authors?|Abstract|Comments|Subjects|Cite as|Journal reference|Related DOI):\s*(.*)")


def _read_own(lines: list[Line], title: int, mark: int) -> Record | None:
    """Labelled lines; an abstract goes on until the next label."""
    said: dict[str, list[str]] = {}
    last = ""
    for _, words in lines[title:]:
        if field := _OWN_FIELD.match(words):
            last = field[1]
            said.setdefault(last, []).append(field[2])
        elif last == "Abstract" and words != "Submission history":
            said[last].append(words)
    if not any(said.get("Title", ())):
        return None
    cited = " ".join(said.get("Cite as", ()))
    return Record(
        said["Title"][0],
        "\n".join(said.get("Abstract", ())),
        split_people(" ".join(said.get("Authors", said.get("Author", ())))),
        find_date(lines[mark][1]),
        identifiers=find_identifiers(cited),
        categories=tuple(_CODES.findall(" ".join(said.get("Subjects", ())))),
        line=lines[title][0],
    )


# --- OpenReview: Published: 16 Jan 1843, Last Modified: …

_OPENREVIEW = re.compile(
    r"^[ \t]{0,8}(?:Published: )?\d{1,2} [A-Z][a-z]{2,8} \d{4}"
    r"(?:, Last Modified:| ?\(modified:|.{0,80}Readers:).{0,300}$",
    re.MULTILINE,
)
_LABEL = re.compile(r"([A-Z][A-Za-z;' /-]{2,40}):(?:\s|$)")
_OPENREVIEW_END = re.compile(r"(?:Show|Hide) details|PDF$|Loading|(?:«|‹|›|»)|\d{1,3}$")


def _openreview_title(lines: list[Line], mark: int) -> int:
    """Names stand above the line of dates, and above them the title, perhaps with a button between."""
    above = [index for index in range(max(0, mark - 4), mark) if lines[index][1].lower() not in {"pdf", "html", "code"}]
    return above[-2] if len(above) > 1 else -1


def _read_openreview(lines: list[Line], title: int, mark: int) -> Record | None:
    abstract: list[str] = []
    inside = False
    keywords = ""
    for index in range(mark + 1, len(lines)):
        words = lines[index][1]
        label = _LABEL.match(words)
        if _OPENREVIEW_END.match(words):
            inside = False
        elif label and (label[1] == "Abstract" or not inside or len(label[1]) < 24):
            inside = label[1] == "Abstract"
            abstract += [words[label.end() :]] if inside else []
            keywords = keywords or (words[label.end() :] if label[1] == "Keywords" else "")
        elif inside:
            abstract.append(words)
    names = next((lines[i][1] for i in range(mark - 1, title, -1) if lines[i][1].lower() not in {"pdf", "html"}), "")
    return Record(
        title=lines[title][1],
        abstract="\n".join(abstract),
        authors=split_people(names),
        published=find_date(lines[mark][1]),
        categories=tuple(part.strip() for part in keywords.split(",") if part.strip()),
        line=lines[title][0],
    )


# --- Google Scholar: A Lovelace, C Babbage - Journal of Goats, 1843 - engines.org

_SCHOLAR = re.compile(r"^[ \t]{0,8}\S.{1,300} [-–] (?:.{0,200}, )?(?:1[89]|20)\d\d [-–] [\w .…-]{2,60}$", re.MULTILINE)
_SCHOLAR_END = re.compile(r"(?:☆ ?)?Save\b.{0,100}|.{0,40}Cited by \d.*|\[(?:PDF|HTML)\].*|Related articles.*")
_SCHOLAR_MARK = re.compile(r"^(?:\[[A-Z]{2,9}\]){0,3}(?:\[[A-Z]{2,9}\])?\s*")


def _read_scholar(lines: list[Line], title: int, mark: int) -> Record | None:
    words = _SCHOLAR_MARK.sub("", lines[title][1])
    text: list[str] = []
    for index in range(mark + 1, len(lines)):
        if _SCHOLAR_END.match(lines[index][1]):
            break
        text.append(lines[index][1])
    people, *rest = re.split(r" [-–] ", lines[mark][1], maxsplit=1)
    names = tuple(name.strip(" …") for name in people.split(",") if name.strip(" …"))
    venue = re.sub(r",? ?\d{4} [-–] .*$", "", rest[0]) if rest else ""
    if not words:
        return None
    return Record(words, "\n".join(text), names, venue=venue.strip(" ,…") or None, line=lines[title][0])


# --- PMLR and CVF: Ada Lovelace; Proceedings of the First Goats, PMLR 1:1-10

_PMLR = re.compile(
    r"^[^\n]{3,5000}(?:, PMLR \d{1,4}:\d{1,6}[\d–-]{0,12}|; Proceedings of [^\n;]{5,200}, \d{4}, pp\. [\d–-]{1,20})"
    r"\.?[ \t]*$",
    re.MULTILINE,
)
_LEAST_TEXT = 60
"""Characters of a line of an abstract; shorter ones are buttons and headings."""


def _read_pmlr(lines: list[Line], title: int, mark: int) -> Record | None:
    people, _, venue = lines[mark][1].rpartition(";")
    text = [words for _, words in lines[mark + 1 :] if len(words) >= _LEAST_TEXT and words[0] != "["]
    return Record(lines[title][1], "\n".join(text), split_people(people), venue=venue.strip(), line=lines[title][0])


# --- ACL Anthology: pdf bib abs

_ACL = re.compile(r"^[ \t]{0,8}pdf[ \t]{0,4}(?:\(full\)[ \t]{0,4})?bib(?:[ \t]{0,4}abs)?[ \t]*$", re.MULTILINE)
_ACL_END = re.compile(r"(?:pdf ?(?:\(full\) ?)?bib|up$|show all abstracts|hide all abstracts)", re.IGNORECASE)


def _read_acl(lines: list[Line], title: int, mark: int) -> Record | None:
    names = lines[title + 1][1] if title + 1 < len(lines) else ""
    text: list[str] = []
    for index in range(title + 2, len(lines)):
        if _ACL_END.match(lines[index][1]):
            break
        text.append(lines[index][1])
    if lines[title][1].startswith("Proceedings of ") and not text:
        return None
    has_abstract = "abs" in lines[mark][1]
    return Record(
        lines[title][1],
        "\n".join(text) if has_abstract else "",
        split_people(names.replace(" | ", ", ")),
        line=lines[title][0],
    )


# --- PubMed: PMID: 1843

_PUBMED = re.compile(r"^[ \t]{0,8}PMID: \d{1,9}\b.{0,120}$", re.MULTILINE)
_PUBMED_BUTTONS = re.compile(r"(?:Cite|Share|Item in Clipboard|Save|Email|Send to|\d{1,6}|Select .{1,60})\.?$")


def _pubmed_title(lines: list[Line], mark: int) -> int:
    for index in range(mark - 1, max(-1, mark - 6), -1):
        if _PUBMED_BUTTONS.match(lines[index][1]):
            return index + 1 if index + 1 < mark else -1
    return -1


def _read_pubmed(lines: list[Line], title: int, mark: int) -> Record | None:
    text: list[str] = []
    for index in range(mark + 1, len(lines)):
        if _PUBMED_BUTTONS.match(lines[index][1]):
            break
        text.append(lines[index][1])
    about = " ".join(words for _, words in lines[title + 1 : mark + 1])
    return Record(
        lines[title][1],
        "\n".join(text),
        split_people(lines[title + 1][1].rstrip(".")) if mark - title > 2 else (),
        published=find_date(about),
        identifiers=find_identifiers(about),
        line=lines[title][0],
    )


# --- Hugging Face without abstracts: Submitted by

_FACE = re.compile(r"^[ \t]{0,8}Submitted by(?:[ \t].{0,60})?$", re.MULTILINE)
_LONG = re.compile(r"^.{170}", re.MULTILINE)


def _is_other_face(head: str) -> bool:
    """Whether a page has abstracts, or titles above the names of who submitted them."""
    first = _FACE.search(head)
    above = head[: first.start()].split("\n")[-6:] if first else []
    return bool(_LONG.search(head)) or any(title_score(line) >= 1 for line in above if line.count(" ") > 2)


def _face_title(lines: list[Line], mark: int) -> int:
    first = mark + 1 if lines[mark][1] != "Submitted by" else mark + 2
    for index in range(first, min(len(lines), first + 4)):
        if not _NUMBER.fullmatch(lines[index][1]) and lines[index][1].lower() not in {"upvote", "-"}:
            return index
    return -1


def _read_face(lines: list[Line], title: int, mark: int) -> Record | None:
    words = lines[title][1]
    return Record(words, line=lines[title][0]) if " " in words or len(words) > len("Llama") else None


def _above(lines: list[Line], mark: int) -> int:
    return mark - 1


LAYOUTS = (
    Layout("an arXiv page", _ARXIV, _below, _read_arxiv, least=1),
    Layout("an arXiv paper's page", _SUBMITTED, _below, _read_own, least=1),
    Layout("OpenReview", _OPENREVIEW, _openreview_title, _read_openreview),
    Layout("Google Scholar", _SCHOLAR, _above, _read_scholar),
    Layout("proceedings", _PMLR, _above, _read_pmlr),
    Layout("the ACL Anthology", _ACL, _below, _read_acl),
    Layout("PubMed", _PUBMED, _pubmed_title, _read_pubmed),
    Layout("Hugging Face", _FACE, _face_title, _read_face, refuses=_is_other_face),
)
