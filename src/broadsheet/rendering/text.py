"""The text of papers and models made fit for a page: cleaned, wrapped, shortened, escaped, slugged.

Everything here takes hostile text and costs time linear in its length.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from broadsheet.text.lazy_regex import lazy_regex

_INVISIBLE = lazy_regex(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters, bar the white space among them
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of what follows
    "\ufeff\ufffe\uffff\ud800-\udfff]"  # byte order marks and what UTF-8 cannot hold
)
_SPACE = lazy_regex("[^\\S\u00a0\u202f]+")  # no-break spaces stay
_WIDE = "ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦\U0001f300-\U0001faff\U00020000-\U0003fffd"
_LIST_LINE = lazy_regex(r"\s{0,3}(?:[-+*>#|`]|\d+[.)]|\s{4})")


# Compiled at the first text that may have such characters: so many take 7 ms each, and most texts have none.
_MAYBE_ODD = lazy_regex("[^\x00-\u02ff\u0370-\u10ff\u2000-\u20cf\u2100-\u2e7f]")
"""Matches wherever `_odd_width` does, and a little more."""


@functools.cache
def _wide_or_word() -> re.Pattern[str]:
    return re.compile(f"[{_WIDE}]|[^{_WIDE}]+")


@functools.cache
def _odd_width() -> re.Pattern[str]:
    return re.compile(f"[{_WIDE}\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]")


class Verbatim(str):
    """Text that is right for its format as it stands: an address we built, the editor's own Markdown."""

    __slots__ = ()


def squeeze(text: str) -> str:
    """Drops control characters and turns each run of white space into one space, at the ends too."""
    if text.isprintable():  # so its only white space is the plain space
        return text if "  " not in text else _SPACE.sub(" ", text)
    return _SPACE.sub(" ", _INVISIBLE.sub("", text))


def plain(text: str) -> str:
    """Text on one line: no control characters, no white space but single spaces inside."""
    return squeeze(text).strip()


def truncate(text: str, width: int) -> str:
    """The first words of `text` that fit into `width` characters, with an ellipsis where some were cut."""
    text = plain(text)
    if len(text) <= width:
        return text
    cut = text[: width - 1]
    if " " in cut[width // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:.-–—") + "…"


GROUP = lazy_regex(r"\band\b|\b(?:collaboration|consortium|group|team)\b", re.IGNORECASE)
"""What the name of several people has."""
_SUFFIX = lazy_regex(r"(?:[JS]r|II|III|IV|Ph\.? ?D|M\.?D)\.?", re.IGNORECASE)


def given_first(name: str) -> str:
    """A name as it is said: "Ash, Ada" is Ada Ash; a group's, one with a suffix and one with two commas stay."""
    name = plain(name)
    family, _, given = (part.strip() for part in name.partition(","))
    turns = family and given and "," not in given and not (_SUFFIX.fullmatch(given) or GROUP.search(name))
    return f"{given} {family}" if turns else name


# Wrapping for plain text.


def wrap(text: str, indent: str = "", width: int = 72, first: str | None = None) -> str:
    """`text` in lines of at most `width` columns, each begun by `indent`, the first one by `first`.

    A wide character counts two columns and may end a line; a longer word, such as an address, stands whole on
    a line of its own. A no-break space does not break, and comes out as a plain one.
    """
    lines: list[str] = []
    line = indent if first is None else first
    used, empty = columns(line), True
    for glue, piece in _pieces(text):
        more = columns(piece)
        if empty or used + len(glue) + more <= width:
            joined = piece if empty else glue + piece
            line += joined
            used += len(joined) - len(piece) + more
        else:
            lines.append(line)
            line, used = indent + piece, len(indent) + more
        empty = False
    return "\n".join([*lines, line]).rstrip().replace("\u00a0", " ")


def _may_be_odd(text: str) -> bool:
    return not text.isascii() and _MAYBE_ODD.search(text) is not None


def columns(text: str) -> int:
    """How many columns a terminal gives to `text`."""
    if not _may_be_odd(text) or not _odd_width().search(text):
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The unbreakable pieces of a text, each with the glue that joins it to the one before."""
    # Split at plain spaces only: `str.split` would break at no-break spaces as well.
    for word in plain(text).split(" "):
        if not _may_be_odd(word) or not _odd_width().search(word):
            yield " ", word
            continue
        for number, piece in enumerate(_wide_or_word().findall(word)):
            yield (" " if number == 0 else ""), piece


def wrap_prose(text: str, indent: str = "", width: int = 72) -> str:
    """The editor's Markdown in lines: paragraphs are wrapped, lists, quotations and code keep their lines."""
    blocks = []
    for block in re.split(r"\n\s*\n", _INVISIBLE.sub("", text).strip("\n")):
        lines = block.splitlines()
        if any(_LIST_LINE.match(line) for line in lines):
            blocks.append("\n".join(wrap(line, indent + "  ", width, first=indent) for line in lines))
        elif block.strip():
            blocks.append(wrap(block, indent, width))
    return "\n\n".join(blocks)


# Escaping for Markdown.

_MARKDOWN = lazy_regex(
    r"""
      \\(?=[!-/:-@\[-`{-~]|$)                      # a backslash that would escape something
    | [`\[\]|]                                     # code, links, images, tables
    | (?<!\s)\*|\*(?!\s)                           # emphasis, but not the star in "2 * 3"
    | (?<![^\W_])_(?!\s)|(?<!\s)_(?![^\W_])        # emphasis, but not the line in snake_case
    | (?<=\S)~|~(?=~)                              # strike-through, but not the tilde in "~5%"
    | <(?=[A-Za-z/!?])                             # tags and autolinks, but not "p < 0.05"
    | &(?=\#?\w{1,32};)                                # what would be read as an entity
    | (?<=:)/(?=/)                                 # addresses a forge would make links of
    | (?<=\b[Ww][Ww][Ww])\.                                 # likewise
    | ^(?:\#(?=\#{0,5}(?:\s|$))|>|[-+*](?=\s|$)|[-=~_:](?=[-=~_: ]*$)|~)   # what only begins a line
    | (?<=^\d)[.)](?=\s|$)|(?<=^\d\d)[.)](?=\s|$)|(?<=^\d{3})[.)](?=\s|$)|(?<=^\d{4})[.)](?=\s|$)
    """,
    re.VERBOSE,
)
_PERHAPS_MARKDOWN = lazy_regex(r"[\\`\[\]|*_~<&]|//|[Ww]\.|^\s*[#>+=:\d-]")  # most text is not, and passes fast


def escape_markdown(value: Any) -> Any:
    """Text that Markdown shows as it is, escaped no more than that takes; `Verbatim` and numbers pass.

    It holds for one line: line breaks are turned into spaces.
    """
    if not isinstance(value, str) or isinstance(value, Verbatim):
        return value
    text = squeeze(value)
    if not _PERHAPS_MARKDOWN.search(text):
        return text
    start = text.lstrip(" ")
    return text[: len(text) - len(start)] + _MARKDOWN.sub(r"\\\g<0>", start)


# Anchors.


class Slugs:
    """Anchors that are unique on their page; `prefix` sets a kind of anchor apart from the others."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, text: str, *, prefix: str) -> str:
        """An anchor of letters, digits and hyphens made of `text`, numbered from 2 where it is taken."""
        words = re.sub(r"[\W_]+", "-", plain(text).casefold()).strip("-")[:60].strip("-")
        return self._unique(f"{prefix}-{words}" if words else prefix, first=2)

    def take_heading(self, heading: str) -> str:
        """The anchor that GitHub and GitLab give a Markdown heading, numbered from 1 where it is taken."""
        kept = (c for c in heading.lower() if c in "- " or _is_word(c))
        return self._unique("".join(kept).strip().replace(" ", "-"), first=1)

    def _unique(self, slug: str, *, first: int) -> str:
        unique, number = slug, first
        while unique in self._taken:
            unique, number = f"{slug}-{number}", number + 1
        self._taken.add(unique)
        return unique


def _is_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category in ("Nd", "Pc")


def heading(text: str) -> str:
    """A heading whose anchor GitHub and GitLab agree on.

    They part ways over punctuation that stands between two spaces: one keeps two hyphens, the other one. With
    a no-break space before it, which both drop, they agree, and the line breaks better too.
    """
    return re.sub(r" (?=[^\w\s]+(?: |$))", "\u00a0", re.sub(r"(?<= )-+(?= )", "–", plain(text)))
