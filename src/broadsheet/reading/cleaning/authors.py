"""Lists of authors as formats write them -> names, and whether two names may be one person's."""

from __future__ import annotations

import functools
import itertools

from broadsheet.reading.cleaning.identifiers import normal_title, surname_of
from broadsheet.text.lazy_regex import lazy_regex

_NOTES = lazy_regex(r"\([^()]{0,2000}\)")
_AND = lazy_regex(r",?\s+(?:and|AND|&)\s+")
_INITIALS = lazy_regex(r"(?:[^\W\d_]\.?[ -]?){1,4}")
_LONGEST_INITIALS = 12
_ENDS_IN_INITIALS = lazy_regex(r"[^\W\d_] (?:[A-Z]\.?){1,3}\s*$")
_RUN_OF_INITIALS = lazy_regex(r"\b[A-Z]{2,3}\b")
FULL_WIDTH = str.maketrans({"、": ";", "，": ",", "；": ";"})
_MOST_NAMES = 5000


def split_people(text: str) -> tuple[str, ...]:
    """`Ada Lovelace (1), C. Babbage and J. Doe` as three names, without affiliations and notes in brackets.

    `Lovelace, A.; Babbage, C.` and `Lovelace, A., Babbage, C.` keep the comma inside each name; `Lovelace A., Doe J.`
    are two names.
    """
    text = on_one_line(text if text.isascii() else text.translate(FULL_WIDTH))
    for _ in range(4 if "(" in text else 0):
        shorter = _NOTES.sub("", text)
        if shorter == text:
            break
        text = shorter
    if ";" in text:
        pieces = text.split(";")
    elif " and " in text or " AND " in text or " & " in text:
        pieces = [piece for part in _AND.split(text) for piece in _by_commas(part)]
    else:
        pieces = _by_commas(text)
    names = [piece.strip(" ,;*†‡¹²³⁴⁵⁶⁷⁸⁹⁰").removeprefix("and ") for piece in pieces[:_MOST_NAMES]]
    return tuple([name for name in names if name[:1].isalpha() or any(map(str.isalpha, name))])


def on_one_line(text: str) -> str:
    """A text with one space wherever it has white space, of which most names have no other."""
    if "  " in text or text[:1] == " " or text[-1:] == " " or not text.isprintable():
        return " ".join(text.split())
    return text


def is_called(author: str, name: str) -> bool:
    """Whether a listed author may be the person of a name: `A. Ash`, `Ash, Ada` and `Ash A` may be Ada Ash.

    Surnames are compared as those of duplicates are, given names in order as far as both have them, an initial with
    every name that begins so. A surname alone asks for everybody of that name, and is nobody of a longer one.
    """
    surname, asked = _name_parts(name)
    own, given = _name_parts(author)
    if not surname or own != surname:
        return False
    return not asked or (bool(given) and all(map(_may_be, given, asked)))


def _may_be(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


@functools.lru_cache(maxsize=1 << 14)
def _name_parts(name: str) -> tuple[str, tuple[str, ...]]:
    """The last word of a surname and the given names, folded; `JP` beside another word is `j`, `p`."""
    name = name.partition("(")[0]
    surname = surname_of((name,)).split()[-1:]
    if not name.isupper():
        name = _RUN_OF_INITIALS.sub(lambda found: " ".join(found[0]), name)
    family, comma, given = name.partition(",")
    words = normal_title(given if comma else family).split()
    if not comma and surname and surname[0] in words:
        words.remove(surname[0])
    return (surname[0] if surname else ""), tuple(words)


def _are_initials(piece: str) -> bool:
    """Whether letters may stand for given names: `A.`, `JP`, `Yu. M.`, `Ada`; not all of `B. Wu`."""
    piece = piece.strip()
    if _INITIALS.fullmatch(piece) is None:
        return False
    pairs = itertools.pairwise(f"{piece} ")
    return " " not in piece or all(below == "." for letter, below in pairs if letter.islower())


def _by_commas(text: str) -> list[str]:
    """Names between commas; where every second piece is initials, `Lovelace, A.` is one name."""
    first, *others = text.split(",")
    pieces = [first, *[piece.lstrip() for piece in others]]
    if (
        len(pieces) % 2 == 0
        and len(pieces[1].strip()) <= _LONGEST_INITIALS
        and not _ENDS_IN_INITIALS.search(pieces[0])
        and pieces[1].lower() != pieces[1].upper()  # 王芳 is a name
        and all(map(_are_initials, pieces[1::2]))
    ):
        return [f"{family}, {given}" for family, given in zip(pieces[::2], pieces[1::2], strict=True)]
    return pieces
