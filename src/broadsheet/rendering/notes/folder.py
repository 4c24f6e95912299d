"""A digest as linked notes, for Obsidian and other editors of Markdown: one a theme, one a paper, and one of the whole.

A note has a region of ours between two marks. What stands outside it is the reader's, and is kept to the letter; a note
whose marks are gone is the reader's as a whole. A note is known by the key in its front matter, whatever its file is
called and wherever it lies in the folder. Pure: the notes that are there already are handed in.
"""

from __future__ import annotations

import dataclasses
import itertools
import logging
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Digest, Paper
from broadsheet.rendering.entries import Entries, Entry
from broadsheet.rendering.links import markdown_target
from broadsheet.rendering.notes.file_names import place_notes, safe_name
from broadsheet.rendering.notes.front_matter import KEY, Value, front_matter, tag_of
from broadsheet.rendering.pages import labels_of, markdown_link, punctuation
from broadsheet.rendering.published import publish_digest
from broadsheet.rendering.text import Slugs, Verbatim, escape_markdown, given_first
from broadsheet.rendering.view import Page, Section, view
from broadsheet.settings.resources import Resources
from broadsheet.text.lazy_regex import lazy_regex

log = logging.getLogger(__name__)

NOTES = "notes"
"""The folder of the notes, beside the other forms of a digest."""
BEGINS = "<!-- broadsheet:begin (renewed with each digest; what stands outside these marks stays) -->"
ENDS = "<!-- broadsheet:end -->"
_BEGIN = lazy_regex(r"^<!-- broadsheet:begin\b[^\r\n]*-->[ \t]*\r?$", re.MULTILINE)
_END = lazy_regex(r"^<!-- broadsheet:end\b[^\r\n]*-->[ \t]*\r?$", re.MULTILINE)

_UNLINKED = lazy_regex(r"[\s%()<>\[\]#?^|\"'`\\]")
"""What cannot stand in the address of a link as it is; more than that Obsidian would not decode."""
_MATH = lazy_regex(r"((?<![\\\w$])\$(?=[^\s$])[^$<>`\[\]\r\n]{1,200}(?<=[^\s$])\$(?![\w$]))")
_OBSIDIAN = lazy_regex(r"(?<![\w\\&/])#(?=\w)|(?<=%)%|(?<!\\)%(?=%)|(?<==)=|(?<!\\)=(?==)|(?<=\s)\^(?=[\w-]+$)")
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
    stems = {note.key: posixpath.join(note.folder, safe_name(note.name)) for note in notes}
    places = place_notes(stems, kept)
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
            **punctuation(labels),
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
    papers = {entry.anchor: by_key[key] for key, entry in Entries(digest, Slugs(), labels).items()}
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
        "authors": [name for author in paper.authors if (name := given_first(author))],
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


# What a note says.


def escape_note(value: Any) -> Any:
    """`escape_markdown`, and what only Obsidian would read: `#tags`, `%%comments%%`, `==marks==`, `^blocks`.

    Formulas between dollar signs stay as they are, for Obsidian and forges set them.
    """
    if not isinstance(value, str) or isinstance(value, Verbatim):
        return value
    pieces = _MATH.split(value)
    return "".join(
        piece if math and "%%" not in piece else _OBSIDIAN.sub(r"\\\g<0>", escape_markdown(piece))
        for piece, math in zip(pieces, itertools.cycle((False, True)))
    )


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
