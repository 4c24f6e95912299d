"""Parses a model's answer into texts by id: lenient about form, strict about ids.

Pure; raises nothing; time is linear in the length of the answer, whatever a model sends.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import split_sentences

LONGEST = 1 << 20
MOST_FALSE_STARTS = 64
LONGEST_ITEM = 8000
_DECODER = json.JSONDecoder(strict=False)  # models put bare newlines into strings
_OPENING = lazy_regex(r"[{\[]")
_ESCAPE = lazy_regex(r"\\(?:u[0-9a-fA-F]{4}|([A-Za-z]+)|(.))", re.DOTALL)
_TEX_IN_N = lazy_regex(
    r"n(?:abla|u|eq?|eg|ot|otin|i|atural|earrow|warrow|leq|geq|less|gtr|mid|parallel|sim|exists|subseteq|vdash)"
)
"""TeX's commands in n, all others beginning with `\\n` being a line that ends and a word."""
_GARBLED = lazy_regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ufffe\uffff\ud800-\udfff]")
_TAG_OR_STRING = lazy_regex(
    r"""<(?P<end>/?)(?P<tag>think|thinking|reasoning)>"""
    r"""|(?<=[\s:,\[{])(?P<quote>["'])(?:(?!(?P=quote))[^\\]|\\.)*+(?P=quote)(?=\s*[:,}\]])""",
    re.DOTALL,
)
"""A tag around thoughts, or a string of JSON: the tags in it are a paper's words."""
_IN_NUMBER = lazy_regex(r"\d[.,]\Z")
_ENDED = lazy_regex(r"[.!?…。！？｡][\"'”’»)\]」』）】]*\Z")
_ID_NAMES = ("id", "paperid", "paper")
_FIELD_NAMES = {"tldr": ("tldr", "summary")}


@dataclasses.dataclass(frozen=True)
class Answers:
    """The parsed answer: `texts` by id, ids that are missing or repeated, and ids that nobody asked for.

    `garbled` are the missing ids whose text holds a character that no text has: a control, half a surrogate pair, or
    the mark of bytes that are no UTF-8.
    """

    texts: Mapping[str, str]
    missing: frozenset[str]
    repeated: frozenset[str]
    unknown: tuple[str, ...]
    garbled: frozenset[str] = frozenset()


def read_answers(text: str, ids: Collection[str], *, field: str, cut: bool = False) -> Answers:
    """The text of `field` for each id, matched by id and never by position.

    Accepted are code fences, prose around the JSON, `<think>` blocks, a bare list, a mapping from id to text, ids as
    numbers or in other case, `paper_id` and `TLDR` for the names that were asked for, TeX whose backslashes are not
    escaped, a Python literal in place of JSON, and JSON that is cut off (every complete item counts, and of the last
    one its complete sentences). An id with two different texts counts as repeated and has no text. For a single id the
    answer may lack the id, but a wrong id is still wrong. Of an answer that the server `cut` only whole sentences
    count, though its JSON may be whole: some servers close it.
    """
    found: dict[str, str] = {}
    repeated: set[str] = set()
    unknown: list[str] = []
    garbled: set[str] = set()
    by_form = {_form(id): id for id in ids}
    for raw_id, said in _items(without_thoughts(text)[:LONGEST], field, by_form):
        id = next(iter(ids)) if raw_id is None and len(ids) == 1 else by_form.get(_form(raw_id))
        said = whole_sentences(said) if cut else said  # noqa: PLW2901
        if id is None:
            unknown.append(str(raw_id)[:40])
        elif _GARBLED.search(said):
            garbled.add(id)
        elif found.get(id, said) != said:
            repeated.add(id)
        else:
            found[id] = said
    texts = {id: said for id, said in found.items() if id not in repeated and said}
    missing = frozenset(ids) - set(texts) - repeated
    return Answers(
        texts=texts,
        missing=missing,
        repeated=frozenset(repeated),
        unknown=tuple(unknown),
        garbled=missing & garbled,
    )


def whole_sentences(text: str) -> str:
    """A text that may be cut off, up to the end of its last whole sentence; empty where none is whole.

    A stop behind a digit ends nothing: it may stand within a number.
    """
    end = 0
    for sentence in split_sentences(f"{text} It."):  # which shows whether the last stop ends a sentence
        last = text[end:].strip()
        if sentence.end > len(text):
            is_whole = sentence.start > len(text) and not _IN_NUMBER.search(last)
            return text if is_whole and _ENDED.search(last) else text[:end]
        if sentence.end < len(text.rstrip()):
            end = sentence.end if _ENDED.search(sentence.text) else end
    return text[:end]


def find_object(text: str) -> dict[str, Any] | None:
    """The first whole JSON object in an answer, `None` when there is none."""
    for value in _values(without_thoughts(text)[:LONGEST]):
        if isinstance(value, dict):
            return _without_garbled(value)
    return None


def read_objects(text: str, *, field: str) -> tuple[dict[str, Any], ...]:
    """Every complete JSON object with this field in an answer, in order, up to five levels deep."""
    found = _holders(list(_values(without_thoughts(text)[:LONGEST])), field)
    return tuple(map(_without_garbled, found))


def _without_garbled(found: dict[str, Any]) -> dict[str, Any]:
    """An object whose garbled texts are `None`."""
    return {name: None if isinstance(value, str) and _GARBLED.search(value) else value for name, value in found.items()}


def without_thoughts(text: str) -> str:
    """An answer without the model's reasoning: closed `<think>` blocks, and open ones at the beginning or end.

    A tag within a string of JSON counts as text: papers on models that think name it.
    """
    kept, start, opened = "", 0, ""
    for found in _TAG_OR_STRING.finditer(text):
        if found["tag"] is None:
            continue
        if not opened:
            if found["end"]:
                kept = ""
            else:
                kept += text[start : found.start()]
                opened = found["tag"]
        elif found["end"] and found["tag"] == opened:
            opened = ""
        start = found.end()
    return kept if opened else kept + text[start:]


def _form(id: object) -> str:
    return str(id).strip().strip("#\"'").lower()


def _items(text: str, field: str, ids: Mapping[str, str]) -> Iterator[tuple[Any, str]]:
    for value in _values(text):
        yield from _items_in(value, field, ids)
    yield from _cut_item(with_tex_escaped(text), field)


def _cut_item(text: str, field: str) -> Iterator[tuple[Any, str]]:
    """The item in which an answer was cut off, up to its last whole sentence; nothing where there is none."""
    start = text.rfind("{")
    found = re.fullmatch(
        r'\{\s*(?:"id"\s*:\s*"([^"\\]*)"\s*,\s*)?"' + re.escape(field) + r'"\s*:\s*"((?:[^"\\]|\\.)*)\\?',
        text[start : start + LONGEST_ITEM] if start >= 0 else "",
        re.DOTALL,
    )
    sentences = re.match(r"(.*[.!?])\s", found[2], re.DOTALL) if found else None
    if found and sentences:
        with contextlib.suppress(ValueError):
            yield found[1], str(json.loads(f'"{sentences[1]}"', strict=False)).strip()


def _items_in(value: Any, field: str, ids: Mapping[str, str], depth: int = 0) -> Iterator[tuple[Any, str]]:
    if isinstance(value, list) and depth < 4:
        for part in value:
            yield from _items_in(part, field, ids, depth + 1)
    elif isinstance(value, dict):
        names = {re.sub(r"[\W_]", "", str(name)).lower(): part for name, part in value.items()} | value
        said = next((names[name] for name in _FIELD_NAMES.get(field, (field,)) if name in names), None)
        if isinstance(said, str):
            yield next((names[name] for name in _ID_NAMES if name in names), None), said.strip()
            return
        for key, part in value.items():
            if isinstance(part, str) and _form(key) in ids:
                yield key, part.strip()
            elif isinstance(part, dict) and _form(key) in ids and isinstance(part.get(field), str):
                yield part.get("id", key), part[field].strip()
            elif isinstance(part, list | dict) and depth < 4:
                yield from _items_in(part, field, ids, depth + 1)


def _holders(value: Any, field: str, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and field in value:
        yield value
    elif isinstance(value, list | dict) and depth < 5:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _holders(part, field, depth + 1)


def _values(text: str) -> Iterator[Any]:
    """Every whole JSON object or array in a text, outermost first, in order; false starts are bounded."""
    text = with_tex_escaped(text)
    # A false start may be parsed to the end of the text before it fails: bounding their number keeps the time linear.
    at, false_starts, whole = 0, 0, False
    while false_starts < MOST_FALSE_STARTS:
        opening = _OPENING.search(text, at)
        if opening is None:
            break
        try:
            value, at = _DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            at, false_starts = opening.end(), false_starts + 1
        else:
            whole = True
            yield value
    if not whole and (literal := _python_literal(text)) is not None:
        yield literal


def _python_literal(text: str) -> Any:
    """The list or mapping that a text holds as Python writes it, in single quotes; `None` where it holds none."""
    start, end = text.find("{"), text.rfind("}") + 1
    if not 0 <= start < end <= start + LONGEST_ITEM * 8:
        return None
    try:
        return ast.literal_eval(text[start:end])
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def with_tex_escaped(text: str) -> str:
    r"""JSON in which the backslashes of TeX are escaped that a model left bare: `\tau` is no tab and `au`.

    A backslash that JSON does not know is one to print, and so is one before a command: nobody means a backspace, a
    form feed, a tab or a carriage return by `\beta`, `\frac`, `\tau`, `\rho`. A line may end before a word, so that
    `\n` counts as a command's only where that is TeX's.
    """
    return _ESCAPE.sub(_escaped, text) if "\\" in text else text


def _escaped(match: re.Match[str]) -> str:
    whole, name, sign = match[0], match[1], match[2]
    if name is None:
        return whole if sign is None or sign in '"\\' else "/" if sign == "/" else f"\\{whole}"
    after = match.string[match.end() : match.end() + 1]
    if name[0] in "bfrt" and not name[1:2].islower():
        return whole
    if name[0] == "n" and after != "{":
        if _TEX_IN_N.fullmatch(name) is None:
            return whole
        if name in ("ne", "ni") and "$" not in match.string[max(0, match.start() - 60) : match.start()]:
            return whole  # a word of other languages begins the line
    return f"\\{whole}"
