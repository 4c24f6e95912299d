"""JSON and JSON Lines -> records: objects that have a title, under the names such files plainly use."""

from __future__ import annotations

import ast
import datetime as dt
import functools
import itertools
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from broadsheet.errors import ReadingError
from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import date_of, find_date
from broadsheet.reading.cleaning.html_fragments import flatten
from broadsheet.reading.cleaning.identifiers import (
    arxiv_identifiers,
    find_identifiers,
    is_web_address,
    normal_doi,
    normal_title,
)
from broadsheet.reading.formats.field_names import PLACES
from broadsheet.reading.formats.json_shapes import (
    Object,
    abstracts_in,
    by_language,
    find_rows,
    is_nothing,
    language_named,
    plain_keys,
    scalars,
    unwrap,
)
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.reading.translations import Texts, preferred
from broadsheet.text.lazy_regex import lazy_regex

_BEGINS = lazy_regex(r"\s*(?:\[\s*(?:[\[{\"\]]|$)|\{\s*(?:[\"}]|$))")
_LINE_BEGINS = lazy_regex(r"\s*\{\s*\"")
_NO_ABSTRACT = lazy_regex(r"\W*(?:no abstract(?: available| provided)?|n/?a|none|null|nan|-)\W*", re.IGNORECASE)
_NO_ABSTRACT_STARTS = frozenset("nN")
_BARE_DOI = lazy_regex(r"10\.\d{4,9}/\S{1,200}")
_S2 = lazy_regex("[0-9a-f]{40}")
_OPENALEX = lazy_regex(r"(?:https?://openalex\.org/)?(W\d{3,12})")
_CATEGORY = lazy_regex(r"[a-z-]+(?:\.[A-Za-z-]+)?")
_SAMPLE = 50
_TEXT_LIMIT = 2000
_MOST_PARTS = 5000
"""Authors, links or keywords read of one record."""

_LONGEST_LIST = 100_000
"""Characters of a list of names inside a cell."""

_PLACES = 100_000
"""Words of one inverted abstract."""


def recognises_json(text: str) -> bool:
    """Whether a text begins as JSON with objects does; `[1] A title` does not."""
    return _BEGINS.match(text[:10_000]) is not None


def recognises_lines(text: str) -> bool:
    """Whether most of the first lines begin an object of their own."""
    if text[:1000].lstrip()[:1] == "[":
        return False
    lines = [line for line in text[:1_000_000].split("\n", 200) if line.strip()][:_SAMPLE]
    objects = sum(_LINE_BEGINS.match(line[:100]) is not None for line in lines)
    return len(lines) >= 2 and objects >= 0.6 * len(lines)


def parse_json(text: str) -> Parsed:
    """The records of a JSON document: a list of objects, or one that stands in an object up to two levels down."""
    path, rows = find_rows(_load(text))
    records: list[Record] = []
    bad: list[tuple[int, str]] = []
    for index, row in enumerate(rows):
        record, why = read_row(row)
        if record:
            records.append(_without_stop(record))
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
            record, why = read_row(_load_line(line.rstrip(" \t,")), line=number)
        except RecursionError:
            record, why = None, "its JSON is nested too deeply"
        except ValueError as error:
            record, why = None, f"its JSON is broken ({_reason(error)})"
        if record:
            records.append(_without_stop(record))
        else:
            gaps.append(Gap(number, number, line[:_TEXT_LIMIT], why))
    return Parsed(tuple(records), tuple(gaps))


def _load_line(line: str) -> Any:
    """What `json.loads` gives; a line that its value fills needs no look for white space round it."""
    if line[:1] == "{":
        document, end = _DECODER.raw_decode(line)
        if end == len(line):
            return document
    return json.loads(line)


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ReadingError("the JSON is nested too deeply to be a listing: give a list of papers.") from error
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (documents := _one_after_another(text)):
            return documents
        raise ReadingError(
            f"the JSON is broken at line {error.lineno}, column {error.colno} ({_reason(error)}): correct it there."
        ) from error
    except ValueError as error:
        raise ReadingError(f"the JSON holds a value that cannot be read ({error}): correct it.") from error


def _one_after_another(text: str) -> list[Any]:
    """The documents of a text that holds several, as JSON Lines do when each is spread over lines; else none."""
    found: list[Any] = []
    position = _skip(text, 0)
    try:
        while position < len(text):
            document, position = _DECODER.raw_decode(text, position)
            found.append(document)
            position = _skip(text, position)
    except (ValueError, RecursionError):
        return []
    return found


def _reason(error: ValueError) -> str:
    reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error).partition(":")[0]
    return reason[:1].lower() + reason[1:]


class _Keys(NamedTuple):
    """What the plain keys of an object are for."""

    fields: tuple[tuple[str, tuple[str, ...]], ...]
    """The fields of a record, each with the keys that may hold it, the better ones first."""
    addresses: tuple[str, ...]
    """Keys of the record's own addresses and ids."""
    has_ids: bool
    """Whether objects of ids, or the ids of catalogues, stand among them."""


@functools.lru_cache(maxsize=64)
def _keys_of(names: tuple[str, ...]) -> _Keys:
    """One look for all rows alike."""
    placed: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        for place, field in PLACES.get(name, ()):
            placed.setdefault(field, []).append((place, name))
    return _Keys(
        tuple([(field, tuple([name for _, name in sorted(found)])) for field, found in placed.items()]),
        tuple([name for name in _ADDRESSES if name in names]),
        not _IDS.isdisjoint(names),
    )


def _values(plain: Object, keys: _Keys) -> dict[str, list[Any]]:
    """By field the values an object has under its names, those under the better ones first, empty ones left out."""
    found = {}
    for field, names in keys.fields:
        if values := [value for name in names if (value := plain[name]) and not is_nothing(value)]:
            found[field] = values
    return found


def read_row(row: Any, *, line: int | None = None) -> tuple[Record | None, str]:
    """One object as a record, or why it is none."""
    if not isinstance(row, dict):
        return None, "it is no JSON object"
    return read_plain(unwrap(row), line=line)


def read_plain(plain: Object, *, line: int | None = None) -> tuple[Record | None, str]:
    """An object with plain keys, as `unwrap` leaves it, as a record, or why it is none."""
    if plain.get("itemtype") in {"attachment", "note", "annotation"}:
        return None, "it is a note or a file, and no paper"
    keys = _keys_of(tuple(plain))
    values = _values(plain, keys)
    names = values.get("title", [])
    if "name" in plain and plain.get("abstract"):
        names = [*names, plain["name"]]
    titles = _with_subtitles(next((told for value in names if (told := _titles(value))), {}), plain)
    title = preferred(titles)
    if not title:
        return None, "it has no title"
    texts = next((held for value in values.get("abstract", ()) if preferred(held := abstracts_in(value))), {})
    texts = texts or {"": _uninverted(plain["abstractinvertedindex"]) if "abstractinvertedindex" in plain else ""}
    abstracts = {language: _bare_abstract(text) for language, text in texts.items()}
    return (
        Record(
            title=title,
            abstract=preferred(abstracts),
            authors=_people(values["authors"][0]) if "authors" in values else (),
            published=next((found for value in values["date"] if (found := _date(value))), None)
            if "date" in values
            else None,
            links=tuple(
                [link for name in ("links", "code") for value in values.get(name, ()) for link in _links(value)]
            ),
            identifiers=_identifiers(plain, values, keys),
            categories=_parts(values["categories"][0]) if "categories" in values else (),
            venue=next((venue for value in values["venue"] if (venue := _venue(value))), None)
            if "venue" in values
            else None,
            line=line,
            titles=titles if len(titles) > 1 else None,
            abstracts=abstracts if len(abstracts) > 1 else None,
        ),
        "",
    )


def _titles(value: Any) -> dict[str, str]:
    """A title by language, where it is there in several; of DataCite's, those that it does not call alternative."""
    if isinstance(value, str):
        title = value.strip()
        return {"": flatten(title) if "<" in title else title} if title else {}
    found: dict[str, str] = {}
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        parts = [plain_keys(part) for part in value]
        for part in _of_type(parts, _TITLE_TYPES) or parts:
            for language, title in _titles(part).items():
                found.setdefault(language or language_named(part), title)
    elif isinstance(value, dict) and not (title := _text(value)):
        found = {language: _text(text) for language, text in by_language(value).items()}
    else:
        found[""] = _text(value)
    return {language: flatten(title) if "<" in title else title for language, title in found.items() if title}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _of_type(parts: Sequence[Object], types: Collection[str]) -> list[Object]:
    return [part for part in parts if str(part.get("titletype") or "").lower() in types]


_TITLE_TYPES = frozenset({"", "title", "translatedtitle"})


def _with_subtitles(titles: Texts, plain: Object) -> Texts:
    """Titles with their second parts: that of their language, and the title that is shown with one of no language."""
    if "subtitle" not in plain and "titles" not in plain:
        return titles
    listed = [plain_keys(part) for part in _list(plain.get("titles")) if isinstance(part, dict)]
    apart = [{"title": part.get("subtitle")} for part in listed[:1]]
    apart += [{**part, "titletype": ""} for part in _of_type(listed, ("subtitle",))]
    told = _titles(plain.get("subtitle") or [part for part in apart if part.get("title")])
    said = next((language for language, title in titles.items() if title == preferred(titles)), "")
    return {
        language: _with_subtitle(title, told.get(language) or (told.get("", "") if language == said else ""))
        for language, title in titles.items()
    }


def _bare_abstract(text: str) -> str:
    if text[:1] not in _NO_ABSTRACT_STARTS and text[:1].isalnum():  # as nearly all begin
        return _without_heading(flatten(text)) if "<" in text else text
    if _NO_ABSTRACT.fullmatch(text):
        return ""
    return _without_heading(flatten(text)) if "<" in text else text


def _with_subtitle(title: str, subtitle: str) -> str:
    """A title with its second part; a running head says the title's words again, and a whole sentence has no second."""
    own = normal_title(title)
    kept = [word for word in subtitle.split() if not word.isupper() or subtitle.isupper()]
    said = {word for word in normal_title(" ".join(kept)).split() if len(word) > _SHORT_WORD}
    if (
        not subtitle
        or is_nothing(subtitle)
        or title[-1:] == "."
        or (said and said <= set(own.split()))
        or normal_title(subtitle) in own
    ):
        return title
    return f"{title} {subtitle}" if title[-1:] in "?!" else f"{title.rstrip(': ')}: {subtitle}"


_SHORT_WORD = 3


def _without_stop(record: Record) -> Record:
    """The record without the full stop that PubMed's kin set behind a title; `et al.` and `U.S.` keep theirs."""
    title = record.title
    last = title.rpartition(" ")[2]
    if title.endswith(".") and "." not in last[:-1] and len(last) > _SHORTEST_WORD:
        titles = {language: text.removesuffix(".") for language, text in (record.titles or {}).items()}
        return replace(record, title=title[:-1], titles=titles)
    return record


_SHORTEST_WORD = 4
"""Characters of a word with a stop behind it that may be an abbreviation."""


def _without_heading(abstract: str) -> str:
    """JATS abstracts begin with a title of their own, `Abstract`."""
    first, _, rest = abstract.partition("\n")
    return rest.strip() if rest and first.strip(" .:").lower() in {"abstract", "summary"} else abstract


def _date(value: Any) -> dt.date | None:
    """A date as a text, as Crossref's and CSL's `date-parts`, or as milliseconds since 1970."""
    if isinstance(value, str):
        return find_date(value)
    if isinstance(value, list):
        return _date(value[0]) if value else None
    if isinstance(value, dict):
        plain = plain_keys(value)
        parts = plain.get("dateparts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list) and len(parts[0]) == 3:
            return date_of(*(str(part) for part in parts[0]))
        return next((found for name in ("raw", "created", "date") if (found := _date(plain.get(name)))), None)
    if isinstance(value, int) and 10**11 < value < 10**13:
        return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=value)).date()
    return None


def _venue(value: Any) -> str:
    if isinstance(value, dict) and isinstance(source := value.get("source"), dict):
        value = source
    venue = next(scalars(value, "displayname", "name", "title"), "").strip()[:_TEXT_LIMIT]
    return "" if is_nothing(venue) else venue


def _text(*values: Any) -> str:
    """The first value that is text with a letter in it, or a list that begins with such a text."""
    for value in values:
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict):
            first = next(scalars(first, "title", "value", "rendered", "text", "#text"), "")
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
    return " ".join(word for _, word in sorted(itertools.islice(places, _PLACES)))


def _people(value: Any) -> tuple[str, ...]:
    """Authors as a list of names, of objects with a name, or one text."""
    value = _unquoted(value)
    if isinstance(value, str):
        return split_people(value)
    if isinstance(value, dict):
        inner = value.get("author", value.get("authors"))
        value = inner if isinstance(inner, list) else [inner or value]
    if not isinstance(value, list):
        return ()
    if len(value) == 1 and isinstance(value[0], str):
        return split_people(value[0]) if ";" in value[0] else (value[0].strip(),)
    names = (_name(person) for person in value[:_MOST_PARTS])
    return tuple(name for name in names if name and not is_nothing(name))


def _unquoted(value: Any) -> Any:
    """A list that a table holds as its source text, `['Ada Lovelace', 'C. Babbage']`, as that list."""
    if not isinstance(value, str) or value[:1] != "[" or not 2 < len(value) < _LONGEST_LIST:
        return value
    try:
        found = ast.literal_eval(value.rstrip("; "))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    return found if isinstance(found, list) else value


def _name(person: Any) -> str:
    """A person's name; Zotero's editors and translators are no authors."""
    if isinstance(person, str):
        return person.strip()
    if not isinstance(person, dict):
        return ""
    plain = plain_keys(person)
    if isinstance(inner := plain.get("author"), dict):
        plain = plain_keys(inner)
    if plain.get("creatortype", "author") not in {"author", "inventor", "presenter", "programmer", "contributor"}:
        return ""
    names = ("name", "fullname", "displayname", "literal", "text", "rawauthorname", "creator")
    if name := _text(*(plain.get(name) for name in names)):
        return name
    given = _text(plain.get("given"), plain.get("firstname"), plain.get("forename"), plain.get("first"))
    family = _text(plain.get("family"), plain.get("lastname"), plain.get("surname"), plain.get("last"))
    particle = _text(plain.get("nondroppingparticle"))
    return " ".join(filter(None, (given, particle, family)))


def _parts(value: Any) -> tuple[str, ...]:
    """Keywords as a list of texts or one text; `cs.CL cs.LG` are two."""
    value = _unquoted(value)
    if isinstance(value, str):
        separator = ";" if ";" in value else "," if "," in value else None
        if separator is None and not all(map(_CATEGORY.fullmatch, value.split())):
            return (value.strip(),)
        return tuple(part.strip() for part in value.split(separator)[:_MOST_PARTS] if part.strip())
    if isinstance(value, list):
        found = (part.strip() for part in scalars(value[:_MOST_PARTS], "displayname", "name", "tag", "term", "value"))
        return tuple(part for part in found if part and not is_nothing(part))
    return ()


def _links(value: Any) -> list[str]:
    found = scalars(value, "url", "href", "landingpageurl", "pdfurl")
    return [link.strip() for link in itertools.islice(found, _MOST_PARTS) if is_web_address(link.strip())]


def _identifiers(plain: Object, values: Mapping[str, list[Any]], keys: _Keys) -> dict[str, str]:
    """Ids by field; `ids`, `identifiers` and `externalIds` objects hold them too, and the record's own addresses."""
    found: dict[str, str] = {}
    for name in _ID_OBJECTS if keys.has_ids else ():
        if isinstance(inner := plain.get(name), dict):
            held = {key: value for key, value in plain_keys(inner).items() if not isinstance(value, dict)}
            inside = _keys_of(tuple(held))
            found |= _identifiers(held, _values(held, inside), inside)
    if "arxivversion" in plain and (version := _scalar(plain["arxivversion"])):
        found["arxiv_version"] = version
    for value in values.get("arxiv", ()):
        found |= arxiv_identifiers(_scalar(value))
    for value in values.get("doi", ()):
        if doi := normal_doi(_scalar(value)):
            found |= find_identifiers(doi) or {"doi": doi}
    for value in values.get("pmid", ()):
        if (pmid := _scalar(value).rstrip("/").rpartition("/")[2]).isdigit():
            found["pmid"] = pmid.lstrip("0")
    for name in keys.addresses:
        address = plain[name]
        if isinstance(address, str) and ("://" in address or name == "id"):
            named = "://" in address or _BARE_DOI.fullmatch(address)
            found = {**(find_identifiers(address) if named else arxiv_identifiers(address)), **found}
    return found | _catalogue_numbers(plain) if keys.has_ids else found


_ADDRESSES = ("url", "link", "entryid", "id", "urlabs", "absurl", "pdfurl")
_ID_OBJECTS = ("identifiers", "externalids", "ids")
_IDS = frozenset({*_ID_OBJECTS, "paperid", "id", "forum"})


def _catalogue_numbers(plain: Object) -> dict[str, str]:
    """The ids of the catalogues themselves, for papers that have no other."""
    found: dict[str, str] = {}
    if "paperid" in plain and _S2.fullmatch(paper := _scalar(plain["paperid"])):
        found["s2"] = paper
    if "id" in plain and (work := _OPENALEX.fullmatch(_scalar(plain["id"]))):
        found["openalex"] = work[1]
    if "forum" in plain and (forum := _scalar(plain["forum"])):
        found["openreview"] = forum
    return found


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()[:_TEXT_LIMIT]
    return next(scalars(value, "value", "id"), "").strip()[:_TEXT_LIMIT]


def _locate(text: str, path: tuple[str, ...] | None, bad: list[tuple[int, str]]) -> Iterator[Gap]:
    """Gaps for the rows without a title, with the lines they stand on; read a second time only when there are any."""
    if not bad:
        return
    why = dict(bad)
    if path is None:
        yield from (Gap(1, 1, "", f"record {index + 1}: {reason}") for index, reason in bad)
        return
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


_BLANKS = lazy_regex(r"[ \t\n\r]*")


def _skip(text: str, position: int) -> int:
    match = _BLANKS.match(text, position)
    return match.end() if match else position
