"""The patterns of `patterns.toml`: what speaks to a model or steers one, each with examples of what it finds."""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broadsheet.text.lazy_regex import lazy_regex

FILE = Path(__file__).with_name("patterns.toml")
_LINE_START = lazy_regex(r"(?:\A|\n) *")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression on a folded text, with what it is after."""

    name: str
    finds: tuple[str, ...]
    """Examples that this pattern finds and no other does."""
    passes: tuple[str, ...]
    """What comes near and is not found by any pattern."""
    literals: tuple[str, ...]
    """One of these stands in whatever the expression finds; empty where nothing is known to."""
    regex: re.Pattern[str]

    def is_in(self, form: str) -> bool:
        """Whether it finds something in a folded text."""
        for literal in self.literals:
            if literal in form:
                return self.regex.search(form) is not None
        return not self.literals and self.regex.search(form) is not None


@dataclass(frozen=True)
class Patterns:
    """The patterns by what they find."""

    addressed: tuple[Pattern, ...]
    """Sentences that speak to a model."""
    machinery: tuple[Pattern, ...]
    """What steers a model or a page: tokens and turns of a chat, tags, code, a fence."""
    mention: tuple[Pattern, ...]
    """What says that a sentence only quotes or names such things."""

    @functools.cached_property
    def _by_literal(self) -> Mapping[str, tuple[Pattern, ...]]:
        """By literal the patterns of `addressed` and `machinery` that may find something beside it."""
        found = dict[str, tuple[Pattern, ...]]()
        for pattern in (*self.machinery, *self.addressed):
            for literal in pattern.literals or ("",):  # which stands in every text
                found[literal] = (*found.get(literal, ()), pattern)
        return found

    def speak_in(self, form: str) -> bool:
        """Whether one of `addressed` or `machinery` finds something in a folded text."""
        near = [patterns for literal, patterns in self._by_literal.items() if literal in form]
        return any(pattern.regex.search(form) for pattern in dict.fromkeys(itertools.chain.from_iterable(near)))


@functools.cache
def load_patterns() -> Patterns:
    """The shipped patterns, read when first asked for; each is compiled at the first text that has its literal."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    words = {f"{{{name}}}": _join_lines(words) for name, words in data["words"].items()}
    kinds = (tuple(_read_table(table, words) for table in data[kind]) for kind in ("addressed", "machinery", "mention"))
    return Patterns(*kinds)


def _read_table(table: Mapping[str, Any], words: Mapping[str, str]) -> Pattern:
    regex = _join_lines(table["regex"])
    for name, expression in words.items():
        regex = regex.replace(name, expression)
    finds, passes, literals = (tuple(table.get(key, ())) for key in ("finds", "passes", "literals"))
    return Pattern(table["name"], finds, passes, literals, lazy_regex(regex))


def _join_lines(regex: str) -> str:
    """An expression without its line breaks and what indents the lines."""
    return _LINE_START.sub("", regex)
