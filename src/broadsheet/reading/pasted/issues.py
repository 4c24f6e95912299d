"""Contents of a journal's issue and alerts of preprint servers, as text: a title, its authors, a line with the DOI.

The line with the DOI tells the entries; what has none (adverts, calls, the editors' names, the foot of a mail) is none.
"""

from __future__ import annotations

import re

from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import find_identifiers
from broadsheet.reading.pasted.bylines import names_in
from broadsheet.reading.pasted.lines import is_name_list, is_person_name, read_line
from broadsheet.reading.pasted.page_features import is_page_talk
from broadsheet.reading.pasted.parser import find_links, split_names
from broadsheet.reading.record import Record
from broadsheet.text.lazy_regex import lazy_regex

Line = tuple[int, str]
"""A line's number, 1-based, and its words; blank ones are left out."""

CITED = lazy_regex(
    r"^(?:[^\n]{0,160}?\b10\.\d{4,9}/[^\s]{1,200}[^\n]{0,80}"
    r"|[ \t]{0,8}(?:Pages?|pp?\.?):?[ \t]?[A-Za-z]?\d{1,6}[ \t]?[-–—][ \t]?[A-Za-z]?\d{1,6}\.?[ \t]{0,8}"
    r"|[^\n]{3,100}\b(?:19|20)\d\d\b[^\n]{0,30}:[ \t]?[A-Za-z]?\d{1,6}[-–]\d{1,6}[^\n]{0,60})$",
    re.MULTILINE,
)
"""A line with a DOI, with pages and nothing else, or with a citation by year, volume and pages."""
FRAME = lazy_regex(
    r"(?:\[?(?:abstract|full[- ]text|pdf|html|references|supplementary material|request permissions|first page|preview"
    r"|view article|read more|\||·|\s)++\]?|[-=_*~]{4,}+){1,20}",
    re.IGNORECASE,
)
_ID = lazy_regex(r"\S*\b(?:10\.\d{4,9}/\S+|\d{4}\.\d\d\.\d\d\.\d{5,9}\S*)")
_MOST_ABOVE = 7
_PAGED = lazy_regex(r"(?:Pages?|pp?\.?):? ?\w{1,8} ?[-–—] ?\w{1,8}\.?")
_PAGES = lazy_regex(r"\s*\((?:pages?|pp?\.?)\s*[\w–—-]{1,20}\)\s*$", re.IGNORECASE)
_ABOUT = lazy_regex(
    r"(?:pages?|pp?\.|vol(?:ume)?|issue|first published|published|version of record|available online|posted|accepted"
    r"|received|article (?:number|no)|open access|free access|research article|review|original (?:article|research)"
    r"|short communication|letter|e-?pub|online)\b.{0,120}",
    re.IGNORECASE,
)
"""Lines between an entry's title and its DOI that are neither."""
_MARKED = lazy_regex(r"^#{1,6}\s+")
_KIND = lazy_regex(
    r"(?:open access|free(?: access)?|full access|reviews?|letters?|articles?|free to read|featured|no access"
    r"|(?:research|original|review|short|featured) (?:article|communication|paper)s?|editor[’']?s? choice)\W{0,3}",
    re.IGNORECASE,
)
"""What sort of article it is, or who may read it, between title and names."""
_HEADING = lazy_regex(r"[A-Z][A-Z &/:'-]{3,60}")
_LEAST_ABSTRACT = 100


def title_place(lines: list[Line], mark: int) -> int:
    """Where the title stands above the names that stand above a DOI; -1 where there are none."""
    names = -1
    for index in range(mark - 1, max(-1, mark - _MOST_ABOVE), -1):
        words = lines[index][1]
        if names < 0 and _names(words):
            names = index
        elif names >= 0:
            if _KIND.fullmatch(words):
                continue
            above = lines[index - 1] if index else (0, "")
            return index - 1 if above[0] == lines[index][0] - 1 and _is_wrapped(above[1], words) else index
        elif not (_ABOUT.fullmatch(words) or FRAME.fullmatch(words)) or CITED.match(words):
            break
    below = lines[mark + 1][1] if mark + 1 < len(lines) else ""
    return mark - 1 if mark and names < 0 and _PAGED.fullmatch(lines[mark][1]) and _names(below) else -1


def _is_wrapped(above: str, words: str) -> bool:
    """Whether a title goes on in a second line."""
    return len(above) > 40 and words[:1].islower() and not above.endswith((".", "!", "?"))


def _is_of_title(words: str) -> bool:
    return not _KIND.fullmatch(words) and not _PAGED.fullmatch(words)


def _names(words: str) -> str:
    if not words or len(words) > 3000 or _PAGES.search(words):
        return ""
    if names := names_in(words):
        return names
    known = is_name_list(words) or is_person_name(words) or read_line(1, words).kind == "authors"
    return words if known else ""


def read_cited(lines: list[Line], title: int, mark: int) -> tuple[Record, list[int]] | None:
    """The entry with that title and DOI: its names, its date, its link and the abstract below it."""
    last = mark + 1 if mark == title + 1 else mark - 1
    place = next((index for index in range(title + 1, min(last + 1, len(lines))) if _names(lines[index][1])), -1)
    if place < 0:
        return None
    mark = max(mark, place)
    used = list(range(title, mark + 1))
    # An id of bioRxiv holds the day on which a paper was submitted, which is not the one it was posted.
    dated = [_ID.sub(" ", words) for _, words in lines[place + 1 : mark + 1]]
    cited = " ".join(words for _, words in lines[place + 1 : mark + 1])
    links = find_links(cited)
    identifiers = find_identifiers(cited)
    text: list[str] = []
    for index in range(mark + 1, len(lines)):
        number, words = lines[index]
        if is_page_talk(words) or _HEADING.fullmatch(words):
            break
        if len(words) >= _LEAST_ABSTRACT or (text and number == lines[index - 1][0] + 1):
            text.append(words.removeprefix("Abstract: "))
        elif not text and (words.startswith(("http://", "https://")) or CITED.match(words)):
            links += find_links(words)
            identifiers = {**find_identifiers(words), **identifiers}
            dated.append(_ID.sub(" ", words))
        elif not text and _ABOUT.fullmatch(words):
            dated.append(words)
        elif not text and words.lower().rstrip(":") in {"abstract", "summary"}:
            pass
        else:
            break
        used.append(index)
    return (
        Record(
            title=_PAGES.sub(
                "", " ".join(_MARKED.sub("", words) for _, words in lines[title:place] if _is_of_title(words))
            ),
            abstract="\n".join(text),
            authors=split_names(_names(lines[place][1])),
            published=next((date for words in dated if (date := find_date(words.title()))), None),
            links=tuple(links),
            identifiers=identifiers,
            line=lines[title][0],
        ),
        used,
    )


def is_other(head: str) -> bool:
    """Whether DOIs stand elsewhere on a page than below titles and names, or names without DOIs too."""
    lines = [(number, words) for number, line in enumerate(head.split("\n"), 1) if (words := " ".join(line.split()))]
    marks = [index for index, (_, words) in enumerate(lines) if CITED.match(words)]
    titles = [(title, mark) for mark in marks if (title := title_place(lines, mark)) >= 0]
    if len(titles) < 0.6 * len(marks):
        return True
    # Papers without a DOI would be lost: names that stand in no entry, with a paragraph below them or as a list.
    known = {index for title, mark in titles for index in range(title, mark + 2)}
    others = [index for index, (_, words) in enumerate(lines) if index not in known and _names(words)]
    below = [lines[index + 1][1] for index in others if index + 1 < len(lines)]
    paragraphs = sum(len(words) >= _LEAST_ABSTRACT and not is_page_talk(words) for words in below)
    return paragraphs > 0 or sum(is_name_list(lines[index][1]) for index in others) > 0.2 * len(titles)
