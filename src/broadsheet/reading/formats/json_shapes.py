"""Where papers stand in a JSON document, and what their objects look like once they are unwrapped."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from broadsheet.locale.language_codes import primary_language
from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, normal_doi
from broadsheet.reading.formats.field_names import COLUMNS, NAMES
from broadsheet.reading.translations import Texts, labelled_fields, preferred, told_apart
from broadsheet.text.lazy_regex import lazy_regex

_SEPARATORS = lazy_regex(r"[\s_.:/()-]+")
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

_TEXT_NAMES = ("value", "rendered", "text", "#text", "content", "abstracttext", "abstract", "description", "en", "eng")
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
    if not any(weight) and _has_title(unwrap(document)):
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
    """An abstract that is a text, its parts or sections in a list, or an object of sections; the English of several."""
    return preferred(abstracts_in(value, depth))


def abstracts_in(value: Any, depth: int = 3) -> Texts:
    """The same by language, where it is there in several; the empty one where none is said."""
    if isinstance(value, str):
        return {"": value.strip()}
    if not depth or not isinstance(value, list | dict):
        return {}
    if isinstance(value, list):
        return _joined(value, depth - 1)
    if languages := by_language(value):
        return {language: abstract_in(text, depth - 1) for language, text in languages.items()}
    plain = plain_keys(value)
    if text := next((plain[name] for name in _TEXT_NAMES if plain.get(name)), ""):
        return {language or language_named(plain): text for language, text in abstracts_in(text, depth - 1).items()}
    texts = {name: text.strip() for name, text in value.items() if isinstance(text, str) and text.strip()}
    if texts.keys() <= _TAGS:
        return {"": "\n".join(text for text in texts.values() if text.lower() not in {"abstract", "summary"})}
    return {"": "\n".join(f"{name}: {text}" for name, text in texts.items())}


_TAGS = frozenset({"p", "h1", "h2", "h3", "h4", "title"})
"""What Springer calls the parts of an abstract, after its markup."""


def by_language(value: Object) -> dict[str, Any]:
    """What an object holds by languages, `{"de": …, "fr-CA": …}`; nothing where its keys are others."""
    names = {str(name): primary_language(str(name)) for name in value}
    if not (any(names.values()) or list(names) == [""]) or not all(
        code or _CODE.fullmatch(name) for name, code in names.items()
    ):
        return {}
    found: dict[str, Any] = {}
    for name, code in names.items():
        if value.get(name):
            found.setdefault(code or name[:2].lower(), value[name])
    return found


_CODE = lazy_regex(r"(?:[A-Za-z]{2,3}(?:[-_]\w{2,4})?)?")
"""A language that is not known by its code, and one that is not said."""


def _joined(parts: Sequence[Any], depth: int) -> Texts:
    """The parts of an abstract; of several whole ones, in other languages or from other sources, the best ones."""
    if all(isinstance(part, str) for part in parts):
        texts = [part.strip() for part in parts]
        return told_apart(texts) or {"": "\n".join(texts)}
    plain = [plain_keys(part) for part in parts if isinstance(part, dict)]
    plain = [part for part in plain if str(part.get("descriptiontype", "")).lower() == "abstract"] or plain
    groups: dict[str, list[Object]] = {}
    for part in plain:
        groups.setdefault(language_named(part), []).append(part)
    if "" in groups and any(_label(part) for part in plain):
        groups = {"": list(plain)}  # sections, of which some alone say their language
    return {language: _in_sections(group, depth) for language, group in groups.items()}


def _in_sections(parts: Sequence[Object], depth: int) -> str:
    if not any(_label(part) for part in parts):
        return abstract_in(parts[0], depth)
    return "\n".join(filter(None, (_section(part, depth) for part in parts)))


def language_named(part: Object) -> str:
    """The language that an object says its text is in; empty where it says none."""
    said = next((part[name] for name in part if name.lower() in _SAYS_LANGUAGE), "")
    return (primary_language(said) or said.strip()[:2].lower()) if isinstance(said, str) else ""


_SAYS_LANGUAGE = frozenset(
    {"lang", "language", "@lang", "xml:lang", "xmllang", "@xml:lang", "@xmllang", "languagecode"}
)


def is_nothing(value: Any) -> bool:
    """Whether a value is the text that programs write for none: `nan`, `None`, `null`."""
    return isinstance(value, str) and len(bare := value.strip()) <= _LONGEST_NOTHING and bare in _NOTHING


_NOTHING = frozenset({"nan", "NaN", "None", "null", "NULL", "N/A", "n/a", "NA", "undefined", "[]", "{}"})
_LONGEST_NOTHING = max(map(len, _NOTHING))


def _label(part: Object) -> str:
    return next(
        scalars(next((part[name] for name in ("label", "@label", "heading", "section") if part.get(name)), "")), ""
    )


def _section(part: Object, depth: int) -> str:
    text = abstract_in({name: part[name] for name in _TEXT_NAMES if name in part}, depth)
    return f"{_label(part).rstrip(' :')}: {text}" if _label(part) and text else text


def plain_keys(row: Object) -> dict[str, Any]:
    """The object with its keys in lower case, without separators; the first of two alike counts."""
    names = _plain_names(tuple(row))
    plain = dict(zip(names, row.values(), strict=True))
    if len(plain) < len(names):
        plain = {}
        for name, value in zip(names, row.values(), strict=True):
            plain.setdefault(name, value)
    return plain


@functools.lru_cache(maxsize=64)
def _plain_names(keys: tuple[Any, ...]) -> tuple[str, ...]:
    """The keys of a row, plain: one look for all rows alike."""
    return tuple([plain_name(str(key)) for key in keys])


def plain_name(name: str) -> str:
    """A name in lower case, without separators: `Paper Title` and `paper_title` are one."""
    return (name if name.isalnum() else _SEPARATORS.sub("", name)).lower()


def unwrap(row: Object) -> dict[str, Any]:
    """A row's plain keys, with the paper lifted out of the object that holds it and values out of `{"value": …}`."""
    plain = plain_keys(row)
    if dict not in map(type, plain.values()):
        return in_languages(plain)
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
    return in_languages(plain)


def in_languages(plain: dict[str, Any]) -> dict[str, Any]:
    """The keys with `abstract_de` and its like put together: `{"abstract": {"de": …, "en": …}}`."""
    labelled = labelled_fields(tuple(plain))
    if not labelled:
        return plain
    told: dict[str, dict[str, Any]] = {}
    for key, field, language in labelled:
        if abstract_in(plain[key]) and not is_nothing(plain[key]):
            told.setdefault(field, {}).setdefault(language, plain[key])
    for field, texts in told.items():
        own = next((plain[name] for name in NAMES[field] if plain.get(name) and not is_nothing(plain[name])), None)
        plain[field] = {**({"": own} if own and own not in texts.values() else {}), **texts}
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
