"""Joins wrapped lines of a pasted page into units: titles, sentences, paragraphs, or single lines of another kind."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from broadsheet.errors import InputTooLarge
from broadsheet.reading.pasted.bylines import read_byline, split_byline, with_names_below
from broadsheet.reading.pasted.lines import LONG, Kind, Line, is_abstract_part, read_line, title_case
from broadsheet.reading.pasted.vocabulary import FUNCTION_WORDS
from broadsheet.reading.record import split_lines
from broadsheet.text.lazy_regex import lazy_regex

MOST_LINES = 1_000_000
"""Lines of one pasted text, at most; each takes about half a kilobyte of memory during parsing."""

_WIDEST = 140
"""Characters: text with longer lines was not wrapped by hand or by mail."""

_ENDS = lazy_regex(r"[.!?。！？…][\"'”’)\]]*$")
_ENDINGS = frozenset(".!?。！？…\"'”’)]")
"""What a sentence's last character may be."""
_INNER_END = lazy_regex(r"(?<!\bvs)(?<! al)(?<!\bSt)[a-z0-9)\]%]\.[\"”)]? +[A-Z]")
_SUBMITTED_BY = lazy_regex(r"(?:submitted|posted|shared|uploaded|curated|added) by:?", re.IGNORECASE)
_SUBMITTER = len("submitted by:") + 1
_OPENER = lazy_regex(
    r"(?:we|this|these|in this|in (?:the|recent)|here|our|it is|there|recent(?:ly)?|while|despite|although|however"
    r"|many|most|given|to (?:address|this)|as|with the|an?|the|let|motivated|inspired)\b",
    re.IGNORECASE,
)
_HEADING_NUMBER = lazy_regex(r"^\d{1,3}[.)]\s+")
_SUBMISSION = lazy_regex(r"\s{1,4}\((?:paper |id )?#\d{1,5}\)$", re.IGNORECASE)
_HELD_BACK = {"author", "comment", "category", "venue", "title", "affiliation", "affiliations"}
"""Labels whose value may run on over wrapped lines."""

_RUNNING = frozenset({"abstract", "summary"})
"""Labels whose value is prose."""
_WRAPPED = 40
"""Characters of the shortest line that is taken for wrapped prose by itself."""
_WRAPPABLE = frozenset({"text", "code", "authors", "identifier"})
"""What a line in the middle of a paragraph may look like by itself."""


@dataclass(slots=True)
class Unit:
    """Lines that belong together; `block` is the number of their block, the lines between two blank ones."""

    kind: Kind
    lines: list[Line]
    block: int
    text: str
    """The lines in input order, with line breaks between them."""
    marker: str = ""
    label: str = ""

    @property
    def first(self) -> int:
        return self.lines[0].number

    @property
    def last(self) -> int:
        return self.lines[-1].number


def read_units(text: str) -> list[Unit]:
    """The units of a text in their order, each with its kind; `InputTooLarge` above a million lines of text."""
    blocks: list[list[Line]] = []
    seen = 0
    for block in read_blocks(text):
        seen += len(block)
        if seen > MOST_LINES:
            raise InputTooLarge(f"it has more than {MOST_LINES:,} lines of text: split it into smaller listings.")
        blocks.append(block)
    width = wrap_width(blocks)
    units: list[Unit] = []
    for number, block in enumerate(blocks):
        if len(block) == 1:
            units.append(_unit(block, number))
        else:
            units += [_unit(lines, number) for lines in join_lines(block, width)]
    for above, unit in itertools.pairwise(units):
        if len(above.text) < _SUBMITTER and _SUBMITTED_BY.fullmatch(above.text) and unit.text.count(" ") < 3:
            unit.kind = "chrome"  # the name on a line of its own under `Submitted by`
    return units


def read_blocks(text: str) -> Iterator[list[Line]]:
    """The runs of lines between blank ones."""
    block: list[Line] = []
    above: Line | None = None
    dashed = "--" in text or "–" in text or "—" in text
    for number, raw in enumerate(split_lines(text), start=1):
        if raw and not raw.isspace():
            title, names = split_byline(raw) if dashed else (raw, "")
            if names:
                block.append(read_line(number, title))
                above = Line(number, "label", names, "", "author")
            else:
                line = read_line(number, raw)
                if line.label and above is not None and _goes_through(above, line):
                    line = Line(number, "text", raw.strip(), indented=line.indented)
                above = read_byline(line, above)
            block.append(above)
        elif block:
            yield with_names_below(block)
            block = []
        if len(block) > MOST_LINES:
            break
    if block:
        yield with_names_below(block)


def _goes_through(above: Line, line: Line) -> bool:
    """Whether a sentence runs on into a line that looks labelled: "found by the", "keywords: slip and hold, which"."""
    return (
        above.number == line.number - 1
        and (above.kind == "text" or above.label in _RUNNING)
        and line.label not in _RUNNING
        and _WRAPPED <= len(above.text) <= _WIDEST
        and above.text.rpartition(" ")[2] in FUNCTION_WORDS
    )


def wrap_width(blocks: list[list[Line]]) -> int:
    """The width at which text was wrapped, 0 where it was not.

    In wrapped text most lines are so long that the next line's first word would not have fitted.
    """
    stretches = [block for block in blocks if len(block) > 1]
    if not stretches:
        return 0
    lengths = sorted([len(line.text) for block in blocks for line in block if line.kind == "text"])
    if not lengths:
        return 0
    # The 99th percentile, so that a single long line (an address, a title) does not set the width.
    width = lengths[-1] if len(lengths) < 40 else lengths[int(len(lengths) * 0.99)]
    if width > _WIDEST or width < 30:
        return 0
    pairs = [
        (line, after)
        for block in stretches
        for line, after in itertools.pairwise(block)
        if line.kind == "text" and after.kind == "text" and not after.marker
    ]
    if not pairs:
        return 0
    # Text counts as wrapped if half of its lines are full; three characters are allowed for ragged margins.
    full = sum(not _fits(line, after, width - 3) for line, after in pairs)
    return width if full >= 0.5 * len(pairs) else 0


def join_lines(block: list[Line], width: int) -> Iterator[list[Line]]:
    """The lines of a block in groups, one for each sentence, title or list of names."""
    if len(block) == 1:
        yield block
        return
    run: list[Line] = []
    for index, line in enumerate(block):
        if run and not continues(run, line, block[index + 1] if index + 1 < len(block) else None, width):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def continues(run: list[Line], line: Line, after: Line | None, width: int) -> bool:
    """Whether `line` continues the lines of `run`; `after` is the line below it, `width` that of `wrap_width`."""
    last = run[-1]
    if line.kind not in _WRAPPABLE or line.marker or line.text == last.text:
        return False
    first = run[0].kind
    if last.kind == "label" or first in {"label", "authors"}:
        return _label_goes_on(run, line, width)
    if first != "text":
        return False
    ended = _ended(last.text)
    if line.kind != "text" or last.kind != "text":
        return bool(width) and len(run) > 1 and not ended and not _fits(last, line, width // 2)
    # A small first letter continues a sentence, unless the text is not wrapped and the sentence has ended.
    if line.text[0].islower():
        return not (ended and not width) and len(last.text) > 12
    if _is_open(last.text) and len(last.text) <= _WIDEST and not _is_paragraph(line, width):
        return True
    # Wrapping would not have broken the line here, so the writer did.
    if not width or _fits(last, line, width):
        return False
    return not _turns(run, line, after, ended=ended)


def _label_goes_on(run: list[Line], line: Line, width: int) -> bool:
    first, last = run[0], run[-1]
    if first.label in _HELD_BACK and not last.text:  # the value stands on the line below its label
        return len(line.text) <= LONG
    if first.label and first.label not in _HELD_BACK:
        ended = _ended(last.text)
        running = first.label in _RUNNING and bool(width)
        return running and (line.kind == "text" or not ended)
    if len(last.text) > LONG:
        return False
    if line.indented and not first.indented:
        return True
    if first.kind == "authors" or first.label == "author":
        return last.text.endswith((",", ";", " and", "&"))
    labelled = 2 + len(first.label) if last is first else 0
    return bool(width) and first.label == "title" and not _fits(last, line, width - labelled)


def _turns(run: list[Line], line: Line, after: Line | None, *, ended: bool) -> bool:
    """Whether something new begins after a full line (an abstract, a title), though it could be its continuation."""
    if ended:
        return len(line.text) > 12 and title_case(line.text) >= 0.7 and not _ended(line.text)
    # Three lines without an end are taken for an abstract, which this line continues.
    if len(run) > 2:
        return False
    text = " ".join(part.text for part in run)
    # From title case to sentence case: the abstract begins.
    case, next_case = title_case(text), title_case(line.text)
    if case >= 0.6 and next_case < 0.5 and after is not None and after.kind == "text":
        return True
    return len(run) == 1 and after is not None and after.text[:1].islower() and _OPENER.match(line.text) is not None


def _ended(text: str) -> bool:
    """Whether a line ends like a sentence."""
    return text[-1:] in _ENDINGS and _ENDS.search(text[-4:]) is not None


def _fits(line: Line, after: Line, width: int) -> bool:
    """Whether the next line's first word would have fitted on this line, with a space before it."""
    return len(line.text) + 1 + len(after.text.partition(" ")[0]) <= width


def _is_open(text: str) -> bool:
    """Whether a line needs a continuation: it ends with a comma, a hyphen or a function word."""
    if text.endswith((",", " -", "–", "—", "&")) or (text.endswith("-") and text[-2:-1].isalpha()):
        return True
    return text.rpartition(" ")[2] in FUNCTION_WORDS and " " in text


def _is_paragraph(line: Line, width: int) -> bool:
    return not width and len(line.text) > LONG // 2


def _unit(lines: list[Line], block: int) -> Unit:
    _, kind, text, marker, label, _ = lines[0]
    if kind == "text":
        kind = _text_kind(text if len(lines) == 1 else " ".join([line.text for line in lines]))
    if len(lines) > 1:
        text = "\n".join([line.text for line in lines]).lstrip()
    return Unit(kind, lines, block, text, marker, label)


def _text_kind(text: str) -> Kind:
    """Whether a text is a headline, one or two sentences, or a paragraph."""
    if len(text) > LONG:
        return "prose"
    words = text.count(" ") + 1
    # Chinese, Japanese and Thai have no spaces; three characters are taken for a word there.
    if words * 14 < len(text) and not text.isascii():
        words = len(text) // 3  # a script without spaces
    if is_abstract_part(text):
        return "headline"
    dotted = text[-1] in ".。" or (text[-1] in "\"'”’)]" and _ENDS.search(text[-4:]) is not None)
    inner = words > 11 and "." in text[:-1] and _INNER_END.search(text) is not None
    # Hardly any title has more than 34 words; between 25 and 34, a full stop decides.
    if words > 34 or (words > 24 and (dotted or inner)):
        return "prose"
    if dotted and words >= 3:
        return "sentence"
    if inner and title_case(text) < 0.5:
        return "sentence"
    return "headline"


def title_of(title: list[Unit]) -> str:
    """A title as written, without the number inside a Markdown heading and that of a submission behind it."""
    text = title[0].text if len(title) == 1 else "\n".join([unit.text for unit in title])
    if text.endswith(")") and "#" in text:
        text = _SUBMISSION.sub("", text)
    return _HEADING_NUMBER.sub("", text) if title[0].marker.startswith("#") else text
