"""PubMed's "Abstract (text)" -> records: numbered citations, each with paragraphs of a fixed order.

The citation comes first, then title, authors, their institutions, notes on other articles, the abstract, the copyright,
and a last paragraph with the ids; only the citation, the title and the PMID are always there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.identifiers import find_identifiers
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

_CITATION = lazy_regex(r"\d{1,5}\. (?=[^\n]{0,300}?\b(?:1[89]|20)\d\d\b)(.*)", re.DOTALL)
_OPENS = lazy_regex(r"^\d{1,5}\. [^\n]{2,300}(?:\n[^\n]{1,300}){0,4}\n[ \t]*\n", re.MULTILINE)
_PMID = lazy_regex(r"^PMID: (\d{1,9})\b", re.MULTILINE)
_IDS = lazy_regex(r"(?:DOI|PMCID|PMID): \S")
_PMCID = lazy_regex(r"^PMCID: (PMC\d{1,9})\b", re.MULTILINE)
_DOI = lazy_regex(r"^DOI: (.{4,300})$", re.MULTILINE)
_VENUE = lazy_regex(r"([^.]{1,200}(?:\. [^.\d]{1,100}){0,2})\. (?:1[89]|20)\d\d\b")
_PERSON = r"[^\W\d_][\w'’ .-]{0,60} [^\W\d_]{1,5}(?: (?:Jr|Sr|\d(?:nd|rd|th)))?(?:\(\d{1,3}\)(?:\(#\))?){0,40}"
_AUTHORS = lazy_regex(rf"{_PERSON}(?:[,;] {_PERSON}){{0,3000}}(?:; [^.]{{3,500}})?\.")
_MARKS = lazy_regex(r"\((?:\d{1,3}|#)\)")
_NOTE = lazy_regex(
    r"\[(?:Article in|Indexed for|No authors listed)|Author information:|Collaborators?:|Comment (?:in|on)\b"
    r"|(?:Erratum|Update|Retraction) (?:in|of|for|on)\b|Republished (?:in|from)\b|Summary for patients in\b"
    r"|Original report in\b|Expression of concern|Publisher:|Contributed equally"
    r"|Conflict of interest statement:|Plain language summary|#?\(#\)"
)
"""How paragraphs begin that are neither title, authors nor abstract."""
_RIGHTS = lazy_regex(r"(?:Copyright\b|©|\(c\) (?:19|20)\d\d|Published by\b|This article is protected by copyright)")
_LONGEST_RIGHTS = 400
_SHOWN = 2000

_Paragraph = tuple[int, list[str]]
"""The number of its first line, and its lines."""


def find_citation(text: str) -> int | None:
    """Where a numbered citation opens a record that ends with a PMID."""
    head = text[:50_000]
    found = _OPENS.search(head)
    if found and _CITATION.match(found[0]) and _PMID.search(head, found.end()):
        return found.start()
    return None


def parse(text: str) -> Parsed:
    """The citations with their abstracts; a record that has no title, and what stands above the first, are gaps."""
    records: list[Record] = []
    gaps: list[Gap] = []
    for paragraphs in _split(text):
        if record := _record(paragraphs):
            records.append(record)
        else:
            last, lines = paragraphs[-1]
            shown = "\n\n".join("\n".join(words) for _, words in paragraphs)[:_SHOWN]
            gaps.append(Gap(paragraphs[0][0], last + len(lines) - 1, shown, "it is no citation with a title"))
    return Parsed(tuple(records), tuple(gaps))


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    held: list[str] = []
    first = 1
    for number, line in enumerate(split_lines(text), start=1):
        if not line.strip():
            if held:
                yield first, held
            held = []
        else:
            first = first if held else number
            held.append(line.strip())
    if held:
        yield first, held


def _split(text: str) -> Iterator[list[_Paragraph]]:
    """The paragraphs of each record: a citation opens the next one once the ids of the one before have been seen."""
    held: list[_Paragraph] = []
    ended, number = True, 0
    for first, lines in _paragraphs(text):
        told = lines[0].partition(".")[0]
        if _CITATION.match(" ".join(lines)) and (ended or int(told) == number + 1):
            if held:
                yield held
            held, ended, number = [], False, int(told)
        held.append((first, lines))
        ended = ended or any(_PMID.match(line) for line in lines)
    if held:
        yield held


def _record(paragraphs: list[_Paragraph]) -> Record | None:
    citation = _CITATION.match(" ".join(paragraphs[0][1]))
    if not citation or len(paragraphs) < 2 or _IDS.match(paragraphs[1][1][0]):
        return None
    title = " ".join(paragraphs[1][1])
    authors: tuple[str, ...] = ()
    abstract: list[str] = []
    ids = ""
    for _, lines in paragraphs[2:]:
        words = " ".join(lines)
        if _IDS.match(words):
            ids = "\n".join([ids, *lines])
        elif not authors and not abstract and _AUTHORS.fullmatch(words):
            listed = _MARKS.sub("", words).rstrip(".").split(";")
            authors = tuple(name for part in listed for name in split_people(part))
        elif not ids and not _NOTE.match(words) and not (_RIGHTS.match(words) and len(words) < _LONGEST_RIGHTS):
            abstract.append(words)
    venue = _VENUE.match(citation[1])
    return Record(
        title=without_stop(title.removeprefix("[").removesuffix("].") if title.endswith("].") else title),
        abstract="\n".join(abstract),
        authors=authors,
        published=find_date(citation[1]),
        identifiers=_identifiers(ids, citation[1]),
        venue=venue[1] if venue else None,
        line=paragraphs[0][0],
    )


def _identifiers(ids: str, citation: str) -> dict[str, str]:
    doi = _DOI.search(ids)
    found = find_identifiers(doi[1] if doi else citation)
    if pmid := _PMID.search(ids):
        found["pmid"] = pmid[1].lstrip("0")
    if pmcid := _PMCID.search(ids):
        found["pmcid"] = pmcid[1]
    return found


def without_stop(title: str) -> str:
    """A title without the full stop that catalogues put behind it; an abbreviation's and an ellipsis stay.

    >>> without_stop("Kettles on ridges."), without_stop("Kettles of the U.S.")
    ('Kettles on ridges', 'Kettles of the U.S.')
    """
    bare = title.rstrip()
    last = bare[:-1].rpartition(" ")[2]
    return bare[:-1] if bare.endswith(".") and "." not in last and len(last) > 1 else bare
