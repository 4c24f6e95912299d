"""A digest as linked notes, for Obsidian and other editors of Markdown: one a theme, one a paper, and one of the whole.

A note has a region of ours between two marks. What stands outside it is the reader's, and is kept to the letter; a note
whose marks are gone is the reader's as a whole. A note is known by the key in its front matter, whatever its file is
called and wherever it lies in the folder. Pure: the notes that are there already are handed in.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import logging
import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Digest, Paper
from broadsheet.rendering.entries import Entry, make_entries
from broadsheet.rendering.front_matter import KEY, Value, front_matter, key_of_note, tag_of
from broadsheet.rendering.links import markdown_target
from broadsheet.rendering.pages import labels_of, markdown_link
from broadsheet.rendering.published import publish_digest
from broadsheet.rendering.text import Slugs, Verbatim, escape_markdown, plain
from broadsheet.rendering.view import Page, Section, view
from broadsheet.settings.resources import Resources

log = logging.getLogger(__name__)

NOTES = "notes"
"""The folder of the notes, beside the other forms of a digest."""
BEGINS = "<!-- broadsheet:begin (renewed with each digest; what stands outside these marks stays) -->"
ENDS = "<!-- broadsheet:end -->"
_BEGIN = re.compile(r"^<!-- broadsheet:begin\b[^\r\n]*-->[ \t]*\r?$", re.MULTILINE)
_END = re.compile(r"^<!-- broadsheet:end\b[^\r\n]*-->[ \t]*\r?$", re.MULTILINE)

LONGEST_NAME = 80
_LONGEST_NAME_BYTES = 120
"""Encrypted file systems take as few as 143 bytes; the ending and a piece of a hash come on top."""
_UNSAFE = re.compile(r'[\\/:*?"<>|#^\[\]%;]+')
"""What a file may not be called on some system, and what ends or splits a link of Obsidian's."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(?:\.|$)", re.IGNORECASE)

_UNLINKED = re.compile(r"[\s%()<>\[\]#?^|\"'`\\]")
"""What cannot stand in the address of a link as it is; more than that Obsidian would not decode."""
_OBSIDIAN = re.compile(r"(?<![\w\\&/])#(?=\w)|(?<=%)%|(?<!\\)%(?=%)|(?<==)=|(?<!\\)=(?==)|(?<=\s)\^(?=[\w-]+$)")
"""What Obsidian reads besides Markdown: tags, comments, highlights, and the names of blocks."""


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """A note before it has a file: its key, where it belongs, what its file is called after, and its front matter."""

    key: str
    anchor: str
    folder: str
    name: str
    fields: Mapping[str, Value]
    template: str
    values: Mapping[str, Any]


def render_notes(digest: Digest, kept: Mapping[str, str | None], *, resources: Resources) -> dict[str, str]:
    """The notes that are new or have changed, by path below their folder.

    `kept` is what lies in that folder: the text of each note by its path, and `None` where a name is taken by something
    else. A broken template raises `TemplateError`.
    """
    digest = publish_digest(digest)
    labels = labels_of(digest.language)
    page = view(digest, labels, with_map=False)
    notes = list(_plan(digest, page, labels))
    places = place_notes(notes, kept)
    by_anchor = {note.anchor: places[note.key] for note in notes}
    files: dict[str, str] = {}
    left: list[str] = []
    for note in notes:
        path = places[note.key]
        region = resources.render(
            "templates",
            f"notes/{note.template}",
            finalize=escape_note,
            page=page,
            labels=labels,
            target=lambda url: Verbatim(markdown_target(url)),
            link=markdown_link,
            to=_linker(by_anchor, path),
            tag=lambda title: Verbatim(f"#{tag_of(title)}"),
            marked=marked_abstract,
            **note.values,
        )
        before = kept.get(path)
        after = with_region(before, region) if before is not None else _new_note(note.fields, region)
        if after is None:
            left.append(path)
        elif after != before:
            files[path] = after
    if left:
        more = f" and {len(left) - 1:,} more notes are" if len(left) > 1 else " is"
        log.warning("%s/%s%s left as you have it: the marks of our region are gone from it.", NOTES, left[0], more)
    return files


def _plan(digest: Digest, page: Page, labels: PageLabels) -> Iterator[Note]:
    """The notes of a digest: the whole, the themes, the papers."""
    by_key = {paper.key: paper for paper in digest.papers}
    papers = {entry.anchor: by_key[key] for key, entry in make_entries(digest, Slugs(), labels)}
    day = digest.created.date()
    name = f"{page.title} {page.number or day}"
    slug = Slugs().take(f"{page.title} {digest.number or day}", prefix="digest")
    yield Note(slug, "", "", name, {KEY: slug, "title": page.title, "date": day}, "digest.md", {})
    for section in page.sections:
        fields: dict[str, Value] = {KEY: section.anchor, "title": section.title, "date": day}
        fields["tags"] = [tag_of(section.title)]
        yield Note(section.anchor, section.anchor, "themes", section.title, fields, "theme.md", {"section": section})
        for paper in section.papers:
            yield _of_paper(papers[paper.anchor], paper, section)


def _of_paper(paper: Paper, entry: Entry, section: Section) -> Note:
    fields: dict[str, Value] = {
        KEY: paper.key,
        "title": entry.title,
        "aliases": [entry.title],
        "date": paper.published,
        "authors": [name for author in paper.authors if (name := plain(author))],
        "url": entry.url,
    }
    values = {"paper": entry, "section": section}
    return Note(paper.key, entry.anchor, "papers", entry.title, fields, "paper.md", values)


def _new_note(fields: Mapping[str, Value], region: str) -> str:
    return f"{front_matter(fields)}\n{BEGINS}\n{region.strip()}\n{ENDS}\n"


def with_region(text: str, region: str) -> str | None:
    """A note with another region of ours, in the newlines it has; `None` where it has no region, or several."""
    begins, ends = list(_BEGIN.finditer(text)), list(_END.finditer(text))
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        return None
    newline = "\r\n" if begins[0][0].endswith("\r") else "\n"
    ours = newline.join(["", *region.strip().split("\n"), ""])
    return text[: begins[0].end()].removesuffix("\r") + ours + text[ends[0].start() :]


# Files.


def place_notes(notes: Iterable[Note], kept: Mapping[str, str | None]) -> dict[str, str]:
    """The path of each note by its key: where it lies already, or else a name that nothing there has.

    Names that differ in case alone count as one. Where several notes would have one name, each has a piece of its key's
    hash behind it, so that no name depends on the order of the papers.
    """
    places: dict[str, str] = {}
    for path in sorted(kept, key=lambda path: (path.count("/"), path)):
        if (text := kept[path]) is not None and (key := key_of_note(text)) is not None:
            places.setdefault(key, path)
    taken = {_folded(path) for path in kept}
    waiting = [note for note in notes if note.key not in places]
    stems = {note.key: posixpath.join(note.folder, safe_name(note.name)) for note in waiting}
    wanted = Counter(map(_folded, stems.values()))
    for key, stem in stems.items():
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


# What a note says.


def escape_note(value: Any) -> Any:
    """`escape_markdown`, and what only Obsidian would read: `#tags`, `%%comments%%`, `==marks==`, `^blocks`."""
    if not isinstance(value, str) or isinstance(value, Verbatim):
        return value
    return _OBSIDIAN.sub(r"\\\g<0>", escape_markdown(value))


def marked_abstract(paper: Entry) -> Verbatim:
    """The abstract with its evidence as Obsidian highlights it."""
    pieces = []
    for piece in paper.abstract:
        text = escape_note(piece.text)
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        pieces.append(f"{before}=={text.strip()}=={after}" if piece.marked and text.strip() else text)
    return Verbatim("".join(pieces).strip())


def _linker(places: Mapping[str, str], here: str) -> Callable[[Any], Verbatim]:
    """What a template asks for the link to the note of a paper or theme, seen from the note `here`.

    The links are plain Markdown: a title can say anything in them, and forges follow them as well.
    """

    def link(target: Any) -> Verbatim:
        path = posixpath.relpath(places[target.anchor], posixpath.dirname(here) or ".")
        address = _UNLINKED.sub(lambda found: quote(found[0], safe=""), path)
        return Verbatim(f"[{escape_note(target.title)}]({address})")

    return link
