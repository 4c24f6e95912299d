"""JSON and JSON Lines -> records: objects that have a title, under the names such files plainly use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from broadsheet.errors import ReadingError
from broadsheet.reading.dates import find_date
from broadsheet.reading.identity import arxiv_identifiers, find_identifiers, is_web_address, normal_doi
from broadsheet.reading.parsed import Gap, Parsed, Record, split_lines

_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("rawtitle", "title", "papertitle", "displayname"),
    "abstract": ("rawabstract", "abstract", "abstracttext", "paperabstract", "summary"),
    "authors": ("authors", "author", "authornames", "creators"),
    "date": ("published", "date", "publisheddate", "publicationdate", "publishedat", "created", "updated"),
    "links": ("url", "link", "links", "paperurl", "urlabs", "absurl", "htmlurl", "pdfurl", "urlpdf", "pdf"),
    "code": ("codeurl", "code", "repo", "repository", "github", "githubrepo"),
    "arxiv": ("arxivid", "arxiv", "eprint"),
    "doi": ("doi",),
    "pmid": ("pmid", "pubmedid"),
    "categories": ("categories", "category", "subjects", "keywords", "tags"),
    "venue": ("venue", "journal", "booktitle", "conference", "journalref"),
}
_LIST_NAMES = ("papers", "items", "results", "data", "records", "collection", "entries", "articles")
_SEPARATORS = re.compile(r"[\s_.-]+")
_BEGINS = re.compile(r"\s*(?:\[\s*(?:[\[{\"\]]|$)|\{\s*(?:[\"}]|$))")
_LINE_BEGINS = re.compile(r"\s*\{\s*\"")
_SAMPLE = 50
_TEXT_LIMIT = 2000
_MOST_PARTS = 5000
"""Authors, links or keywords read of one record."""

Object = Mapping[str, Any]


def recognises_json(text: str) -> bool:
    """Whether a text begins as JSON with objects does; `[1] A title` does not."""
    return _BEGINS.match(text[:10_000]) is not None


def recognises_lines(text: str) -> bool:
    """Whether most of the first lines begin an object of their own."""
    lines = [line for line in text[:1_000_000].split("\n", 200) if line.strip()][:_SAMPLE]
    objects = sum(_LINE_BEGINS.match(line[:100]) is not None for line in lines)
    return len(lines) >= 2 and objects >= 0.6 * len(lines)


def parse_json(text: str) -> Parsed:
    """The records of a JSON document: a list of objects, or one that stands in an object up to two levels down."""
    document = _load(text)
    path, rows = _find_rows(document)
    records: list[Record] = []
    bad: list[tuple[int, str]] = []
    for index, row in enumerate(rows):
        record, why = _read_row(row)
        if record:
            records.append(record)
        else:
            bad.append((index, why))
    return Parsed(tuple(records), tuple(_locate(text, path, bad)))


def parse_lines(text: str) -> Parsed:
    """The records of JSON Lines; a line that is broken or has no title is a gap."""
    records: list[Record] = []
    gaps: list[Gap] = []
    for number, line in enumerate(split_lines(text), start=1):
        if not line.strip():
            continue
        try:
            record, why = _read_row(json.loads(line), line=number)
        except RecursionError:
            record, why = None, "its JSON is nested too deeply"
        except ValueError as error:
            record, why = None, f"its JSON is broken ({_reason(error)})"
        if record:
            records.append(record)
        else:
            gaps.append(Gap(number, number, line[:_TEXT_LIMIT], why))
    return Parsed(tuple(records), tuple(gaps))


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ReadingError("the JSON is nested too deeply to be a listing: give a list of papers.") from error
    except json.JSONDecodeError as error:
        raise ReadingError(
            f"the JSON is broken at line {error.lineno}, column {error.colno} ({_reason(error)}): correct it there."
        ) from error
    except ValueError as error:
        raise ReadingError(f"the JSON holds a value that cannot be read ({error}): correct it.") from error


def _reason(error: ValueError) -> str:
    reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error).partition(":")[0]
    return reason[:1].lower() + reason[1:]


def _find_rows(document: Any) -> tuple[tuple[str, ...], Sequence[Any]]:
    """Where the papers stand, as the keys that lead there, and the list: the one with most titles and abstracts."""
    if isinstance(document, list):
        return (), document
    if not isinstance(document, dict):
        return (), ()
    if _has_title(document) and any(_value(_plain_keys(document), "abstract")):
        return (), (document,)
    best: tuple[tuple[int, int, bool], tuple[str, ...], Sequence[Any]] = ((0, 0, False), (), ())
    for path, rows in _lists_in(document):
        titled = [row for row in rows if isinstance(row, dict) and _has_title(row)]
        abstracts = sum(any(_value(_plain_keys(row), "abstract")) for row in titled)
        weight = (abstracts, len(titled) if path[-1].lower() in _LIST_NAMES else 0, bool(titled))
        if weight > best[0]:
            best = (weight, path, rows)
    return best[1], best[2]


def _lists_in(document: Object) -> Iterator[tuple[tuple[str, ...], Sequence[Any]]]:
    for key, value in document.items():
        if isinstance(value, list):
            yield (key,), value
        elif isinstance(value, dict):
            for inner, rows in value.items():
                if isinstance(rows, list):
                    yield (key, inner), rows


def _has_title(row: Object) -> bool:
    return bool(_text(*_value(_plain_keys(row), "title")))


def _plain_keys(row: Object) -> dict[str, Any]:
    """The object with its keys in lower case, without separators; the first of two alike counts."""
    plain: dict[str, Any] = {}
    for key, value in row.items():
        plain.setdefault(_SEPARATORS.sub("", key).lower(), value)
    return plain


def _value(plain: Object, name: str) -> Iterator[Any]:
    """The values an object has under the names of a field, empty ones left out."""
    return (plain[key] for key in _NAMES[name] if plain.get(key))


def _read_row(row: Any, *, line: int | None = None) -> tuple[Record | None, str]:
    """One object as a record, or why it is none."""
    if not isinstance(row, dict):
        return None, "it is no JSON object"
    plain = _plain_keys(row)
    title = _text(*_value(plain, "title"))
    if not title:
        return None, "it has no title"
    date = _text(*_value(plain, "date"))
    record = Record(
        title=title,
        abstract=_text(*_value(plain, "abstract")) or _uninverted(plain.get("abstractinvertedindex")),
        authors=_people(next(_value(plain, "authors"), None)),
        published=find_date(date) if date else None,
        links=tuple(link for name in ("links", "code") for value in _value(plain, name) for link in _links(value)),
        identifiers=_identifiers(plain),
        categories=_parts(next(_value(plain, "categories"), None)),
        venue=_text(*_value(plain, "venue")) or None,
        line=line,
    )
    return record, ""


def _text(*values: Any) -> str:
    """The first value that is text with a letter in it, or a list that begins with such a text."""
    for value in values:
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str) and first.strip():
            return first.strip()
    return ""


def _uninverted(index: Any) -> str:
    """The abstract that an inverted index (word -> positions, as OpenAlex has it) was made of."""
    if not isinstance(index, dict):
        return ""
    places = (
        (place, word)
        for word, positions in index.items()
        if isinstance(positions, list)
        for place in positions
        if isinstance(place, int)
    )
    return " ".join(word for _, word in sorted(places))


def _people(value: Any) -> tuple[str, ...]:
    """Authors as a list of names, of objects with a name, or one text."""
    if isinstance(value, str):
        separator = ";" if ";" in value else " and " if " and " in value and "," not in value else ","
        text = value if separator != "," else value.replace(", and ", ",").replace(" and ", ",")
        return tuple(name.strip() for name in text.split(separator)[:_MOST_PARTS] if name.strip())
    if not isinstance(value, list):
        return ()
    names = (_name(person) for person in value[:_MOST_PARTS])
    return tuple(name for name in names if name)


def _name(person: Any) -> str:
    if isinstance(person, str):
        return person.strip()
    if not isinstance(person, dict):
        return ""
    plain = _plain_keys(person)
    if name := _text(plain.get("name"), plain.get("fullname"), plain.get("displayname"), plain.get("literal")):
        return name
    return " ".join(filter(None, (_text(plain.get("given")), _text(plain.get("family"), plain.get("lastname")))))


def _parts(value: Any) -> tuple[str, ...]:
    """Keywords as a list of texts or one text; `cs.CL cs.LG` are two."""
    if isinstance(value, str):
        separator = ";" if ";" in value else "," if "," in value else None
        if separator is None and not all(re.fullmatch(r"[a-z-]+(?:\.[A-Za-z-]+)?", part) for part in value.split()):
            return (value.strip(),)
        return tuple(part.strip() for part in value.split(separator)[:_MOST_PARTS] if part.strip())
    if isinstance(value, list):
        return tuple(part.strip() for part in value[:_MOST_PARTS] if isinstance(part, str) and part.strip())
    return ()


def _links(value: Any) -> list[str]:
    values = value[:_MOST_PARTS] if isinstance(value, list) else [value]
    return [link.strip() for link in values if isinstance(link, str) and is_web_address(link.strip())]


def _identifiers(plain: Object) -> dict[str, str]:
    """Ids by field; `identifiers` and `externalIds` objects hold them too, and the record's own addresses."""
    found: dict[str, str] = {}
    for name in ("identifiers", "externalids"):
        if isinstance(inner := plain.get(name), dict):
            found |= _identifiers(
                _plain_keys(
                    {key: value for key, value in inner.items() if key.lower() not in {"identifiers", "externalids"}}
                )
            )
    if version := _scalar(plain.get("arxivversion")):
        found["arxiv_version"] = version
    for value in _value(plain, "arxiv"):
        found |= arxiv_identifiers(_scalar(value))
    for value in _value(plain, "doi"):
        if doi := normal_doi(_scalar(value)):
            found |= find_identifiers(doi) or {"doi": doi}
    for value in _value(plain, "pmid"):
        if (pmid := _scalar(value).rpartition("/")[2]).isdigit():
            found["pmid"] = pmid.lstrip("0")
    for name in ("url", "link", "entryid", "id", "urlabs", "pdfurl"):
        address = plain.get(name)
        if isinstance(address, str) and "arxiv" not in found and (is_web_address(address) or name == "id"):
            found = {**(find_identifiers(address) if is_web_address(address) else arxiv_identifiers(address)), **found}
    return found


def _scalar(value: Any) -> str:
    return str(value).strip()[:300] if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _locate(text: str, path: tuple[str, ...], bad: list[tuple[int, str]]) -> Iterator[Gap]:
    """Gaps for the rows without a title, with the lines they stand on; read a second time only when there are any."""
    if not bad:
        return
    why = dict(bad)
    start = _skip(text, 0)
    for key in path:
        start = _member(text, start, key)
    line, seen = 1, 0
    for index, (begin, end) in enumerate(_elements(text, start)):
        if index in why:
            line, seen = line + text.count("\n", seen, begin), begin
            last = line + text.count("\n", begin, end)
            yield Gap(line, last, text[begin:end][:_TEXT_LIMIT], why[index])


_DECODER = json.JSONDecoder()


def _member(text: str, start: int, key: str) -> int:
    """Where the value of a key begins in the object at `start`; the last of two alike, as `json` has it."""
    position, found = _skip(text, start + 1), start
    while text[position] != "}":
        name, position = _DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)
        if name == key:
            found = position
        _, position = _DECODER.raw_decode(text, position)
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return found


def _elements(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each element of the array at `start` begins and ends; an object there is its own only element."""
    if text[start] == "{":
        yield start, _DECODER.raw_decode(text, start)[1]
        return
    position = _skip(text, start + 1)
    while text[position] != "]":
        _, end = _DECODER.raw_decode(text, position)
        yield position, end
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)


_BLANKS = re.compile(r"[ \t\n\r]*")


def _skip(text: str, position: int) -> int:
    match = _BLANKS.match(text, position)
    return match.end() if match else position
