r"""Entries of BibTeX whose braces do not add up -> entries: what bibtexparser gave up is read once more.

BibTeX counts every brace, bibtexparser none behind a backslash, so that `\{2}` closes for one of them only. And a line
of an abstract that begins with `@home{` opens an entry for bibtexparser, and none for BibTeX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bibtexparser import model, splitter
from bibtexparser.model import Block, Entry, Field

from broadsheet.text.lazy_regex import lazy_regex

_OPENS = lazy_regex(r"^[ \t]*@\w+[ \t]*[{(]", re.MULTILINE)
_SEEMS_TO_OPEN = lazy_regex(r"(?<=\n)([ \t]*)(?=@\w*[ \t]*[{(])")
_HELD = "\ue000"
"""Stands before an `@` that opens nothing, so that bibtexparser goes past it."""

_HEAD = lazy_regex(r"\s*@(\w+)\s*[{(]\s*([^,\s={}\"]*)")
_FIELD_LINE = lazy_regex(
    r"^[ \t]*,?[ \t]*([A-Za-z][\w-]{1,30})[ \t]*=[ \t]*(?=[{\"]|\w{1,40}[ \t]*(?:,|[})]?[ \t]*$))", re.MULTILINE
)
_LEFT_OVER = lazy_regex(r"\s*[,}]")
_ESCAPED_BRACE = lazy_regex(r"\\([{}])")
_BRACE = lazy_regex(r"(?<!\\)[{}]")
_MOST_OPENINGS = 6
"""Entries that a broken one and the lines of its abstract which seem to open one may be taken for."""


def is_doubtful(block: Block) -> bool:
    """Whether a block was given up, or is what was left over of one."""
    if isinstance(block, model.ImplicitComment):
        return _LEFT_OVER.match(block.comment) is not None or _FIELD_LINE.search(block.comment) is not None
    return type(block) is model.ParsingFailedBlock


def mend_blocks(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks of a text in their order, with doubtful ones, and an entry above such a rest, read again.

    An entry is read again up to the next line that opens one, or further while its braces do not close. Where they
    never do, lines that begin fields are taken for fields; an entry without such lines stays as broken as it was.
    """
    starts = [match.start() for match in _OPENS.finditer(text)]
    places: dict[int, int] = {}
    line = seen = 0
    for index, start in enumerate(starts):
        line, seen = line + text.count("\n", seen, start), start
        places[line] = index
    ends = [*starts[1:], len(text)]
    past = 0
    for block, below in zip(blocks, [*blocks[1:], None], strict=True):
        line = block.start_line or 0
        if line < past:
            continue
        if line in places and (is_doubtful(block) or (below is not None and _is_rest(block, below))):
            at = places[line]
            if mended := _mended(text, starts[at], ends[at : at + _MOST_OPENINGS], line):
                block, end = mended  # noqa: PLW2901 - the same block, whole
                past = line + text.count("\n", starts[at], end)
        yield block


def _is_rest(block: Block, below: Block) -> bool:
    """Whether what stands below an entry was left over of it."""
    return type(below) is model.ImplicitComment and type(block) is not model.ImplicitComment and is_doubtful(below)


def _mended(text: str, start: int, ends: Sequence[int], line: int) -> tuple[Entry, int] | None:
    """The entry that begins at `start`, and where it ends."""
    for end in ends:
        whole = _SEEMS_TO_OPEN.sub(rf"\1{_HELD}", text[start:end])
        for spelling in (whole, _ESCAPED_BRACE.sub(r"\1", whole)):
            if _is_balanced(spelling) and (entry := _read_alone(spelling, line)):
                return entry, end
    entry = _by_lines(text[start : ends[0]], line)
    return (entry, ends[0]) if entry else None


def _is_balanced(text: str) -> bool:
    depth = 0
    for brace in _BRACE.finditer(text):
        depth += 1 if brace[0] == "{" else -1
    return depth == 0


def _read_alone(text: str, line: int) -> Entry | None:
    """The only entry of a text, if nothing is left over."""
    blocks = splitter.Splitter(text).split().blocks
    entry = blocks[0] if blocks else None
    if isinstance(entry, model.DuplicateFieldKeyBlock):
        entry = entry.ignore_error_block
    if not isinstance(entry, Entry) or any(map(is_doubtful, blocks[1:])):
        return None
    fields = [Field(field.key, str(field.value).replace(_HELD, "")) for field in entry.fields]
    return Entry(entry.entry_type, entry.key, fields, line, text.replace(_HELD, ""))


def _by_lines(text: str, line: int) -> Entry | None:
    """An entry whose braces never close, by the lines that begin its fields; none where fewer than two do."""
    head = _HEAD.match(text)
    marks = list(_FIELD_LINE.finditer(text, head.end() if head else 0))
    if head is None or len(marks) < 2:
        return None
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    fields: list[Field] = [
        Field(mark[1], f"{{{_value(text[mark.end() : end])}}}") for mark, end in zip(marks, ends, strict=True)
    ]
    return Entry(head[1].lower(), head[2], fields, line, text)


def _value(text: str) -> str:
    """A field's value without what encloses it, and without braces where they do not add up."""
    value = text.strip().rstrip(",").rstrip()
    while value.endswith("}") and value.count("}") > value.count("{"):
        value = value[:-1].rstrip().rstrip(",").rstrip()
    if value[:1] in {"{", '"'}:
        closing = "}" if value[0] == "{" else '"'
        value = value[1:].removesuffix(closing)
    return value if _is_balanced(value) else _BRACE.sub("", value)
