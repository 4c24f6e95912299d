"""Conference contents whose papers have codes (`TuAT1.1`, `P1-02`) -> records, in columns or a line for each part."""

from __future__ import annotations

import collections
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from broadsheet.reading.pasted.bylines import is_one_person, names_in
from broadsheet.reading.pasted.lines import is_name_list, is_person_name, read_line
from broadsheet.reading.pasted.parser import split_names
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

_TIME = r"\d{1,2}[:.]\d\d ?[-–] ?\d{1,2}[:.]\d\d"
_CODED = lazy_regex(
    rf"[ \t]{{0,12}}(?:{_TIME},?[ \t]+)?(?:(?:Paper|Abstract|ID)[ #:]{{1,3}})?\[?"
    r"(?P<code>[A-Z][A-Za-z]{0,6}\d{0,5}(?:[.-](?:[A-Za-z]{0,3}\d{1,5}|[A-Za-z]{1,4})){1,5}|[A-Z][A-Za-z]{0,4}\d{1,5})\]?"
    r"(?:[:.][ \t]+|[ \t]+|[:.]?$)(?P<rest>.*)"
)
_HINT = lazy_regex(r"^[ \t\d:.,–-]{0,24}(?:(?:Paper|Abstract|ID)[ #:]{1,3})?\[?[A-Z][A-Za-z]{0,6}[\d.-]", re.MULTILINE)
_COLUMNS = lazy_regex(r"\t+| {2,}| \| ")
_IDLE = lazy_regex(rf"(?:{_TIME}|Add to My Program|(?:pp?\.? ?)?\d{{1,5}}(?: ?[-–] ?\d{{1,5}})?|PDF|Abstract)?")
"""A column that is neither a title nor a name."""
_GOES_ON = lazy_regex(r"(?:[,:-]| (?:and|of|the|in|for|with|a|an|to|on|by|from))$")
_LEAST = 2
_NAMED = 0.6
"""The least share of coded papers with authors: headings of an article have codes too, but no names."""
_LEAST_BARE = 3
"""Papers of contents without any authors."""
_LEAST_TEXT = 120
_LONG = 200
"""Characters of a line that is a paragraph."""
_OF_PAPERS = frozenset({"authors", "identifier"})
_SHOWN = 2000
_SAMPLE = 100_000


@dataclass(slots=True)
class _Talk:
    first: int
    code: str
    title: str = ""
    authors: list[str] = field(default_factory=list)
    abstract: list[str] = field(default_factory=list)
    keywords: str = ""
    label: str = ""
    in_columns: bool = False
    used: list[int] = field(default_factory=list)


def recognises(text: str) -> bool:
    """Whether the lines that begin with codes of one make are papers, and hardly anything else is one.

    Titles may begin with what looks like a code (`GPT-4 in kettles`), so that other papers on the page tell against it.
    """
    head = text[:_SAMPLE]
    if len(list(itertools.islice(_HINT.finditer(head), _LEAST))) < _LEAST:
        return False
    talks, lines = _read(head)
    if len(talks) < _LEAST or len({talk.code for talk in talks}) < 0.9 * len(talks):
        return False
    used = {number for talk in talks for number in talk.used}
    left = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and number not in used]
    others = sum(len(line) > _LONG or read_line(number, line).kind in _OF_PAPERS for number, line in left)
    if others > max(1, 0.25 * len(talks)):
        return False
    named = sum(bool(talk.authors) for talk in talks)
    in_columns = sum(talk.in_columns and talk.title.count(" ") >= 2 for talk in talks)
    return named >= _NAMED * len(talks) or (in_columns >= 0.8 * len(talks) >= len(left) and len(talks) >= _LEAST_BARE)


def parse(text: str) -> Parsed:
    """The papers of a programme; rooms, sessions, chairs and whatever else is in none of them are gaps."""
    talks, lines = _read(text)
    records = [_record(talk) for talk in talks if talk.title]
    used = {number for talk in talks if talk.title for number in talk.used}
    left = [number for number, line in enumerate(lines, 1) if line.strip() and number not in used]
    return Parsed(tuple(records), tuple(_gaps(left, lines)))


def _read(text: str) -> tuple[list[_Talk], list[str]]:
    """The papers, and the lines of the text."""
    lines = list(split_lines(text))
    shapes = collections.Counter(_shape(found["code"]) for line in lines if (found := _coded(line)))
    if not shapes or shapes.most_common(1)[0][1] < _LEAST:
        return [], lines
    shape = shapes.most_common(1)[0][0]
    talks: list[_Talk] = []
    talk: _Talk | None = None
    blank = False
    for number, line in _one_column(lines, shape):
        found = _coded(line)
        if found and _shape(found["code"]) == shape:
            talk = _opened(number, found)
            talks.append(talk)
        elif talk and line.strip():
            ends = found is not None and not talk.label
            talk = talk if not ends and _take(talk, number, line, blank=blank) else None
        blank = not line.strip()
    return talks, lines


def _one_column(lines: list[str], shape: tuple[int, str]) -> Iterator[tuple[int, str]]:
    """The lines with their numbers; where a second code stands in one, what is below it comes after the left side."""
    right: list[tuple[int, str]] = []
    place = -1
    for number, line in enumerate(lines, 1):
        found = _coded(line)
        if found and _shape(found["code"]) == shape:
            yield from right
            right, place = [], _second(line, shape)
        if place < 0 or not line.strip():
            yield number, line
            continue
        cut = line.find("\t") + 1 if "\t" in line else place
        yield number, line[:cut].rstrip()
        right.append((number, line[cut:].strip()))
    yield from right


def _second(line: str, shape: tuple[int, str]) -> int:
    """Where in a line the code of a second paper stands; -1 where there is none."""
    for gap in _COLUMNS.finditer(line.rstrip()):
        found = _coded(line[gap.end() :]) if gap.start() > 0 else None
        if found and _shape(found["code"]) == shape and found["rest"].strip():
            return gap.end()
    return -1


def _coded(line: str) -> re.Match[str] | None:
    found = _CODED.fullmatch(line.rstrip()) if len(line) < _SHOWN else None
    return found if found and any(map(str.isdigit, found["code"])) else None


def _shape(code: str) -> tuple[int, str]:
    """How a code is made: how many parts with which marks between them, whatever their letters and numbers."""
    marks = re.sub(r"[A-Za-z0-9]+", "", code)
    return len(marks), marks


def _columns(text: str) -> list[str]:
    return [part for column in _COLUMNS.split(text) if not _IDLE.fullmatch(part := column.strip())]


def _opened(number: int, found: re.Match[str]) -> _Talk:
    talk = _Talk(number, found["code"], used=[number])
    columns = _columns(found["rest"])
    talk.in_columns = bool(columns) and _COLUMNS.search(found[0].strip()) is not None
    if columns:
        talk.title = columns[0]
        talk.authors = [names for column in columns[1:] if (names := _names(column))][:1]
    return talk


def _take(talk: _Talk, number: int, line: str, *, blank: bool) -> bool:
    """Whether a line is part of a paper, and which."""
    words = line.strip()
    columns = _columns(line.strip())
    read = read_line(number, line)
    if talk.title and read.label in {"abstract", "category"}:
        talk.label = read.label
        _label(talk, read.text)
    elif not talk.title:
        talk.title = columns[0] if columns else words
        talk.authors += [names for column in columns[1:] if (names := _names(column))][:1]
    elif talk.label and not blank:
        _label(talk, words)
    elif not talk.abstract and columns and (names := _names(columns[0])):
        talk.authors.append(names)
    elif not talk.authors and not blank and (words[0].islower() or _GOES_ON.search(talk.title)):
        talk.title += f" {words}"
    elif len(words) >= _LEAST_TEXT and (talk.authors or talk.abstract):
        talk.abstract.append(words)
    else:
        return bool(talk.abstract) and not blank and _label(talk, words)
    talk.used.append(number)
    return True


def _label(talk: _Talk, words: str) -> bool:
    if talk.label == "category":
        talk.keywords = f"{talk.keywords} {words}".strip()
    else:
        talk.abstract.append(words)
    return True


def _names(text: str) -> str:
    """The names in a column or a line, empty where it holds something else."""
    if names := names_in(text):
        return names
    return text if is_name_list(text) or is_person_name(text) or is_one_person(text) else ""


def _record(talk: _Talk) -> Record:
    return Record(
        title=" ".join(talk.title.split()),
        abstract="\n".join(talk.abstract).strip(),
        authors=tuple(name for names in talk.authors for name in split_names(names)),
        categories=tuple(word for part in re.split(r"[,;]", talk.keywords) if (word := part.strip())),
        line=talk.first,
    )


def _gaps(left: Sequence[int], lines: list[str]) -> Iterator[Gap]:
    for _, run in itertools.groupby(enumerate(left), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        shown = "\n".join(lines[number - 1] for number in numbers)[:_SHOWN]
        yield Gap(numbers[0], numbers[-1], shown, "it belongs to no entry")
