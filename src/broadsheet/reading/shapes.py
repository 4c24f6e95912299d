"""Where papers stand in a JSON document, and what their objects look like once they are unwrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

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

_TITLES = frozenset({"title", "rawtitle", "papertitle", "articletitle", "documenttitle", "displayname", "titles"})
_ABSTRACTS = frozenset(
    {"abstract", "rawabstract", "abstracttext", "paperabstract", "summary", "abstractnote", "abstracts",
     "abstractinvertedindex", "description"}
)  # fmt: skip
_DEPTH = 4
_SAMPLE = 200

Object = Mapping[str, Any]


class Rows(NamedTuple):
    """The papers of a document: the keys that lead to their list, `None` where they stand in no one list."""

    path: tuple[str, ...] | None
    items: Sequence[Any]


def find_rows(document: Any) -> Rows:
    """The list with most titles and abstracts: the document, a list up to four keys down, or an object's values."""
    if isinstance(document, list):
        if document and all(isinstance(item, list) for item in document[:_SAMPLE]):
            return Rows(None, [row for item in document for row in (item if isinstance(item, list) else [item])])
        return Rows((), document)
    if not isinstance(document, dict):
        return Rows((), ())
    if _weigh([document])[0]:
        return Rows((), (document,))
    best, weight = Rows((), ()), (0, 0, False)
    for rows in _lists_in(document, ()):
        abstracts, titles = _weigh(rows.items)
        named = rows.path is None or rows.path[-1].lower() in _LIST_NAMES
        if (found := (abstracts, titles if named else 0, bool(titles))) > weight:
            best, weight = rows, found
    if not any(weight) and _has_title(plain_keys(document)):
        return Rows((), (document,))
    return best


def _lists_in(document: Object, path: tuple[str, ...]) -> Iterator[Rows]:
    values = list(document.values())
    if len(values) > 1 and all(isinstance(value, dict) for value in values[:_SAMPLE]):
        yield Rows(None, values)
    for key, value in document.items():
        if isinstance(value, list):
            yield Rows((*path, key), value)
        elif isinstance(value, dict) and len(path) < _DEPTH - 1:
            yield from _lists_in(value, (*path, key))


def _weigh(rows: Sequence[Any]) -> tuple[int, int]:
    """How many of a list's objects have an abstract beside their title, and how many have a title."""
    abstracts = titles = 0
    for row in rows:
        if isinstance(row, dict) and _has_title(plain := unwrap(row)):
            titles += 1
            abstracts += any(plain.get(name) for name in _ABSTRACTS)
    return abstracts, titles


def _has_title(plain: Object) -> bool:
    return any(plain.get(name) for name in _TITLES)


def plain_keys(row: Object) -> dict[str, Any]:
    """The object with its keys in lower case, without separators; the first of two alike counts."""
    plain: dict[str, Any] = {}
    for key, value in row.items():
        plain.setdefault(_SEPARATORS.sub("", str(key)).lower(), value)
    return plain


def unwrap(row: Object) -> dict[str, Any]:
    """A row's plain keys, with the paper lifted out of the object that holds it and values out of `{"value": …}`."""
    plain = plain_keys(row)
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
