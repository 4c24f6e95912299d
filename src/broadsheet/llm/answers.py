"""Parses a model's answer into texts by id: lenient about form, strict about ids.

Pure; raises nothing; time is linear in the length of the answer, whatever a model sends.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

LONGEST = 1 << 20
MOST_FALSE_STARTS = 64
LONGEST_ITEM = 8000
_DECODER = json.JSONDecoder(strict=False)  # models put bare newlines into strings
_OPENING = re.compile(r"[{\[]")


@dataclasses.dataclass(frozen=True)
class Answers:
    """The parsed answer: `texts` by id, ids that are missing or repeated, and ids that nobody asked for."""

    texts: Mapping[str, str]
    missing: frozenset[str]
    repeated: frozenset[str]
    unknown: tuple[str, ...]


def read_answers(text: str, ids: Collection[str], *, field: str) -> Answers:
    """The text of `field` for each id, matched by id and never by position.

    Accepted are code fences, prose around the JSON, `<think>` blocks, a bare list, a mapping from id to text,
    ids as numbers or in other case, and JSON that is cut off (every complete item counts, and of the last one its
    complete sentences). An id with two different texts counts as repeated and has no text. For a single id the answer
    may lack the id, but a wrong id is still wrong.
    """
    found: dict[str, str] = {}
    repeated: set[str] = set()
    unknown: list[str] = []
    by_form = {_form(id): id for id in ids}
    for raw_id, said in _items(without_thoughts(text)[:LONGEST], field, by_form):
        id = next(iter(ids)) if raw_id is None and len(ids) == 1 else by_form.get(_form(raw_id))
        if id is None:
            unknown.append(str(raw_id)[:40])
        elif found.get(id, said) != said:
            repeated.add(id)
        else:
            found[id] = said
    texts = {id: said for id, said in found.items() if id not in repeated and said}
    missing = frozenset(ids) - set(texts) - repeated
    return Answers(texts=texts, missing=missing, repeated=frozenset(repeated), unknown=tuple(unknown))


def find_object(text: str) -> dict[str, Any] | None:
    """The first whole JSON object in an answer, `None` when there is none."""
    for value in _values(without_thoughts(text)[:LONGEST]):
        if isinstance(value, dict):
            return value
    return None


def read_objects(text: str, *, field: str) -> tuple[dict[str, Any], ...]:
    """Every complete JSON object with this field in an answer, in order, up to five levels deep."""
    return tuple(_holders(list(_values(without_thoughts(text)[:LONGEST])), field))


def without_thoughts(text: str) -> str:
    """An answer without the model's reasoning: closed `<think>` blocks, and open ones at the beginning or end."""
    # The body of a block may hold no other tag of its kind, so an unclosed tag is scanned once and not once for each.
    text = re.sub(r"<(think|thinking|reasoning)>(?:(?!</?\1>).)*</\1>", "", text, flags=re.DOTALL)
    for tag in ("</think>", "</thinking>", "</reasoning>"):
        text = text.rpartition(tag)[2]
    return re.split(r"<(?:think|thinking|reasoning)>", text, maxsplit=1)[0]


def _form(id: object) -> str:
    return str(id).strip().strip("#\"'").lower()


def _items(text: str, field: str, ids: Mapping[str, str]) -> Iterator[tuple[Any, str]]:
    for value in _values(text):
        yield from _items_in(value, field, ids)
    yield from _cut_item(text, field)


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
        said = value.get(field)
        if isinstance(said, str):
            yield value.get("id"), said.strip()
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
    # A false start may be parsed to the end of the text before it fails: bounding their number keeps the time linear.
    at, false_starts = 0, 0
    while false_starts < MOST_FALSE_STARTS:
        opening = _OPENING.search(text, at)
        if opening is None:
            return
        try:
            value, at = _DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            at, false_starts = opening.end(), false_starts + 1
        else:
            yield value
