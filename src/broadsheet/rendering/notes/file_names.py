"""What the files of notes are called: after their titles, on any system; and which file a note has already."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

from broadsheet.rendering.notes.front_matter import key_of_note
from broadsheet.rendering.text import plain
from broadsheet.text.lazy_regex import lazy_regex

LONGEST_NAME = 80
_LONGEST_NAME_BYTES = 120
"""Encrypted file systems take as few as 143 bytes; the ending and a piece of a hash come on top."""
_UNSAFE = lazy_regex(r'[\\/:*?"<>|#^\[\]%;]+')
"""What a file may not be called on some system, and what ends or splits a link of Obsidian's."""
_DEVICES = lazy_regex(r"(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(?:\.|$)", re.IGNORECASE)


def place_notes(stems: Mapping[str, str], kept: Mapping[str, str | None]) -> dict[str, str]:
    """The path of each note by its key: where it lies already, or else its stem where nothing there has that name.

    `kept` is what lies in the folder: the text of each note by its path, `None` for all else that has a name.

    Names that differ in case alone count as one. Where several notes would have one name, each has a piece of its key's
    hash behind it, so that no name depends on the order of the papers.
    """
    places: dict[str, str] = {}
    for path in sorted(kept, key=lambda path: (path.count("/"), path)):
        if (text := kept[path]) is not None and (key := key_of_note(text)) is not None:
            places.setdefault(key, path)
    taken = {_folded(path) for path in kept}
    waiting = {key: stem for key, stem in stems.items() if key not in places}
    wanted = Counter(map(_folded, waiting.values()))
    for key, stem in waiting.items():
        names = itertools.islice(_names(stem, key), 1 if wanted[_folded(stem)] > 1 else 0, None)
        places[key] = next(name for name in names if _folded(name) not in taken)
        taken.add(_folded(places[key]))
    return places


def _names(stem: str, key: str) -> Iterator[str]:
    yield f"{stem}.md"
    mark = hashlib.sha256(key.encode()).hexdigest()
    yield f"{stem} {mark[:8]}.md"
    yield from (f"{stem} {mark[:8]}-{number}.md" for number in itertools.count(2))


def _folded(path: str) -> str:
    """A path as a file system sees it that does not tell cases apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def safe_name(title: str) -> str:
    """A title as the name of a file on any system, without its ending, that no link of Obsidian's stumbles over."""
    visible = "".join(c for c in plain(title) if unicodedata.category(c) not in ("Cf", "Co", "Cn"))
    name = plain(_UNSAFE.sub(" ", unicodedata.normalize("NFC", visible)))
    if len(name) > LONGEST_NAME:
        cut = name[: LONGEST_NAME + 1]
        name = cut[: cut.rindex(" ")] if " " in cut[LONGEST_NAME // 2 :] else cut[:LONGEST_NAME]
    name = name.encode()[:_LONGEST_NAME_BYTES].decode(errors="ignore").strip(" .,;:-–—\u00a0\u202f")
    return f"_{name}" if _DEVICES.match(name) else name or "Untitled"
