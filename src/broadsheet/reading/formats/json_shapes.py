"""Where papers stand in a JSON document, and what their objects look like once they are unwrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, normal_doi
from broadsheet.reading.formats.field_names import COLUMNS

_SEPARATORS = re.compile(r"[\s_.:/()-]+")
_LIST_NAMES = frozenset(
    {
        "papers", "items", "results", "result", "data", "records", "collection", "entries", "articles", "notes", "docs",
        "hits", "hit", "works", "publications", "references", "citations", "recommendedpapers", "documents", "rows",
    }
)  # fmt: skip
_WRAPPERS = (
    "paper", "data", "info", "metadata", "content", "citedpaper", "citingpaper", "article", "attributes", "source",
    "fields", "document", "item", "work", "publication", "bibjson", "node",
)  # fmt: skip
"""Keys under which services put the paper itself, beside what they say about it."""

_TITLES = COLUMNS["title"]
_ABSTRACTS = COLUMNS["abstract"] | {"abstractinvertedindex"}
_NOT_ITS_OWN = frozenset({"references", "citations", "recommendedpapers", "data", "result", "hit", "hits"})
"""Lists that a paper may hold beside its own title and abstract."""

_TEXT_NAMES = ("value", "text", "#text", "content", "abstracttext", "abstract", "description", "en", "eng")
_LEAST_ROWS = 2
_DEPTH = 4
_SAMPLE = 200

Object = Mapping[str, Any]


class Rows(NamedTuple):
    """The papers of a document: the keys that lead to their list, `None` where they stand in no one list."""

    path: tuple[str, ...] | None
    items: Sequence[Any]


def find_rows(document: Any) -> Rows:
    """The papers of a document: its list with most abstracts and titles, or parallel lists, or an object's values."""
    if isinstance(document, list):
        return _in_list(document)
    if not isinstance(document, dict):
        return Rows((), ())
    if columns := _turned(document):
        return Rows(None, columns)
    if _weigh([document])[0]:
        return next(_own_lists(document), Rows((), (document,)))
    best, weight = Rows((), ()), (0, 0, False)
    found = list(_lists_in(document, ()))
    for rows in (*found, *_parallel(found)):
        abstracts, titles = _weigh(rows.items)
        named = rows.path is None or rows.path[-1].lower() in _LIST_NAMES
        if (this := (abstracts, titles if named else 0, bool(titles))) > weight:
            best, weight = rows, this
    if not any(weight) and _has_title(plain_keys(document)):
        return Rows((), (document,))
    return best


def _in_list(document: Sequence[Any]) -> Rows:
    """The papers in a list of them, of lists of them, or of answers that each hold some."""
    sample = document[:_SAMPLE]
    if document and all(isinstance(item, list) for item in sample):
        return Rows(None, [row for item in document for row in (item if isinstance(item, list) else [item])])
    if sample and not _weigh(sample)[1] and any(isinstance(item, dict) for item in sample):
        pages = [find_rows(item).items for item in document if isinstance(item, dict)]
        if any(pages):
            return Rows(None, [row for page in pages for row in page])
    return Rows((), document)


def _own_lists(document: Object) -> Iterator[Rows]:
    """The lists of papers in an object that has a title itself, as a collection or a feed has."""
    for key, value in document.items():
        if isinstance(value, list) and key.lower() in _LIST_NAMES - _NOT_ITS_OWN and _weigh(value)[1]:
            yield Rows((key,), value)


def _turned(document: Object) -> list[dict[str, Any]]:
    """The rows of a document that is written column by column: lists of one length, or objects by number."""
    columns = {key: list(value.values()) if isinstance(value, dict) else value for key, value in document.items()}
    plain = plain_keys(columns)
    titles = next((plain[name] for name in _TITLES if name in plain), None)
    abstracts = next((plain[name] for name in _ABSTRACTS if name in plain), None)
    if not isinstance(titles, list) or not isinstance(abstracts, list) or len(titles) != len(abstracts) or not titles:
        return []
    if len(titles) < _LEAST_ROWS or not all(isinstance(title, str) for title in titles[:_SAMPLE]):
        return []
    rows = {key: value for key, value in columns.items() if isinstance(value, list) and len(value) == len(titles)}
    return [dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)]


def _lists_in(document: Object, path: tuple[str, ...]) -> Iterator[Rows]:
    values = [_keyed(key, value) for key, value in document.items() if _is_titled(value)]
    if values:
        yield Rows(None, values)
    for key, value in document.items():
        if isinstance(value, list):
            yield Rows((*path, key), value)
        elif isinstance(value, dict) and len(path) < _DEPTH - 1:
            yield from _lists_in(value, (*path, key))


def _is_titled(value: Any) -> bool:
    return isinstance(value, dict) and _has_title(unwrap(value))


def _keyed(key: str, value: dict[str, Any]) -> dict[str, Any]:
    """An object that stands under its own arXiv id or DOI, with that id among its fields."""
    if "/" not in key and "." not in key:
        return value
    name = "id" if arxiv_identifiers(key) else "doi" if normal_doi(key) else ""
    return {name: key, **value} if name else value


def _parallel(found: Sequence[Rows]) -> Iterator[Rows]:
    """Lists at one depth, by topic or by day, put together: those under one known name, and those under their own."""
    groups: dict[tuple[int, str], list[Rows]] = {}
    for rows in found:
        if rows.path and _weigh(rows.items[:_SAMPLE])[1]:
            name = rows.path[-1].lower()
            groups.setdefault((len(rows.path), name if name in _LIST_NAMES else ""), []).append(rows)
    for group in groups.values():
        if len(group) > 1:
            yield Rows(None, [row for rows in group for row in rows.items])


def _weigh(rows: Sequence[Any]) -> tuple[int, int]:
    """How many of a list's objects have an abstract beside their title, and how many have a title."""
    abstracts = titles = 0
    for row in rows:
        if isinstance(row, dict) and _has_title(plain := unwrap(row)):
            titles += 1
            abstracts += any(plain.get(name) for name in _ABSTRACTS)
    return abstracts, titles


def _has_title(plain: Object) -> bool:
    return any(plain.get(name) for name in _TITLES) or bool(plain.get("name") and plain.get("abstract"))


def abstract_in(value: Any, depth: int = 3) -> str:
    """An abstract that is a text, its parts or sections in a list, or an object of sections or languages."""
    if isinstance(value, str):
        return value.strip()
    if not depth or not isinstance(value, list | dict):
        return ""
    if isinstance(value, list):
        return _joined(value, depth - 1)
    plain = plain_keys(value)
    if text := next((plain[name] for name in _TEXT_NAMES if plain.get(name)), ""):
        return abstract_in(text, depth - 1)
    texts = {name: text.strip() for name, text in value.items() if isinstance(text, str) and text.strip()}
    if all(len(name) <= len("en-GB") for name in texts):  # languages
        return next(iter(texts.values()), "")
    return "\n".join(f"{name}: {text}" for name, text in texts.items())


def _joined(parts: Sequence[Any], depth: int) -> str:
    """The parts of an abstract; of several whole ones, in other languages or from other sources, the best one."""
    if all(isinstance(part, str) for part in parts):
        return "\n".join(part.strip() for part in _in_one_language(parts))
    plain = [plain_keys(part) for part in parts if isinstance(part, dict)]
    best = next((part for part in plain if str(part.get("descriptiontype", "")).lower() == "abstract"), None)
    if best is not None or not any(_label(part) for part in plain):
        english = next(filter(says_english, plain), None)
        return abstract_in(best or english or plain[0], depth) if plain else ""
    return "\n".join(filter(None, (_section(part, depth) for part in plain)))


def _in_one_language(texts: Sequence[str]) -> Sequence[str]:
    """The texts, which are parts of one abstract; where they are whole ones in several languages, the English one."""
    if len(texts) < _LEAST_ROWS or min(map(len, texts)) < _WHOLE:
        return texts
    english = [text for text in texts if _reads_english(text)]
    return english[:1] if 0 < len(english) < len(texts) else texts


def _reads_english(text: str) -> bool:
    words = text.lower().split()
    return sum(word in _COMMON for word in words) > len(words) / 10


_COMMON = frozenset({"the", "of", "and", "to", "we", "that", "is", "for", "with", "are", "this", "by", "from", "was"})
_WHOLE = 100
"""Characters of a text that may be an abstract by itself."""


def says_english(part: Object) -> bool:
    """Whether an object says that its text is in English."""
    said = next(
        (part[name] for name in part if name.lower() in {"lang", "language", "@lang", "xml:lang", "xmllang"}), ""
    )
    return isinstance(said, str) and said.lower().startswith("en")


def is_nothing(value: Any) -> bool:
    """Whether a value is the text that programs write for none: `nan`, `None`, `null`."""
    return isinstance(value, str) and value.strip() in _NOTHING


_NOTHING = frozenset({"nan", "NaN", "None", "null", "NULL", "N/A", "n/a", "NA", "undefined", "[]", "{}"})


def _label(part: Object) -> str:
    return next(
        scalars(next((part[name] for name in ("label", "@label", "heading", "section") if part.get(name)), "")), ""
    )


def _section(part: Object, depth: int) -> str:
    text = abstract_in({name: part[name] for name in _TEXT_NAMES if name in part}, depth)
    return f"{_label(part).rstrip(' :')}: {text}" if _label(part) and text else text


def plain_keys(row: Object) -> dict[str, Any]:
    """The object with its keys in lower case, without separators; the first of two alike counts."""
    plain: dict[str, Any] = {}
    for key, value in row.items():
        name = str(key)
        plain.setdefault((name if name.isalnum() else _SEPARATORS.sub("", name)).lower(), value)
    return plain


def unwrap(row: Object) -> dict[str, Any]:
    """A row's plain keys, with the paper lifted out of the object that holds it and values out of `{"value": …}`."""
    plain = plain_keys(row)
    if not any(isinstance(value, dict) for value in plain.values()):
        return plain
    for name in _WRAPPERS:
        inner = plain.get(name)
        if isinstance(inner, dict) and _has_title(found := plain_keys(inner)):
            plain = {**plain, **found}
            break
    if any(isinstance(value, dict) and "value" in value for value in plain.values()):
        plain = {
            key: value["value"] if isinstance(value, dict) and "value" in value else value
            for key, value in plain.items()
        }
    return plain


def scalars(value: Any, *names: str) -> Iterator[str]:
    """The texts in a value: itself, the items of a list, or what an object holds under one of `names`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, list):
        for item in value:
            if not isinstance(item, list):
                yield from scalars(item, *names)
    elif isinstance(value, dict):
        plain = plain_keys(value)
        for name in names:
            if isinstance(found := plain.get(name), str | int) and found:
                yield str(found)
                return
