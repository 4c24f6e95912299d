"""What a line is by itself; the short ways to know it say what the patterns say."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from broadsheet.reading.cleaning import dates
from broadsheet.reading.pasted import lines
from broadsheet.reading.pasted.lines import Kind, read_line
from broadsheet.reading.pasted.vocabulary import BUTTONS, TITLE_WORDS

WORDS = st.sampled_from(
    ["Goats", "on", "Dams", "and", "et al", "et al.", "Ada", "Lovelace", "B.", "van", "de", "Learning", "by", "today",
     "ago", "day", "a", "an", "2 days", "Mar", "13", "2029", "2029-03-01", "12:30:01", "1.5", "www.a.example", "PMID 7",
     "pmid", "import", "class", "def", "return", "ERROR", "()", "x = 1", "{", "->", "k", "M", "12", "votes", "cited",
     "submitted", "Submitted", "shared", "published", "Abstract", "abstract", "Title", "Key words", "DOI",
     "Code", "Published on", "pdf", "read more", "10.1234/x", "https://a.example", "é", "ſubmitted", "▲",
     "**", "*", "[pdf]", "(1)", "1.", "-", "#", "Mon", "Submitted By"
    ]
)  # fmt: skip
LINES = st.lists(st.tuples(WORDS, st.sampled_from([" ", ", ", ": ", ":", "; ", " & ", ".", "-", "  ", ""])), min_size=1)


def long_way(text: str, bare: str) -> Kind:
    """The rules in their order, each pattern tried."""
    lowered = text.lower()
    if lowered in BUTTONS:
        return "chrome"
    if lines._NO_WORDS.fullmatch(text) or lines._NO_WORDS.fullmatch(bare) or lines._COUNT.fullmatch(text):
        return "chrome"
    if lines._IDENTIFIER.search(text) and lines.is_identifier_line(text) and re.search("[/:]|www[.]|pmid", lowered):
        return "identifier"
    if len(text) <= 60 and dates._DATE_LINE.fullmatch(text):
        return "date"
    if lines._SUBMITTED.fullmatch(text):
        return "chrome"
    if names_by_the_piece(text):
        return "authors"
    hints = lines._CODE_MARK.search(bare) or "()" in bare or lines._JOINED_DIGITS.search(bare)
    if (hints or lowered.partition(" ")[0] in lines._KEYWORDS) and lines._CODE.search(bare):
        return "code"
    return "text"


def names_by_the_piece(text: str) -> bool:
    if not any(mark in text for mark in (",", " and ", ";", "·", " & ")):
        return "et al" in text and lines._ET_AL.fullmatch(text) is not None
    if ":" in text or "?" in text:
        return False
    if lines._NAME_NOTE.search(text):
        text = lines._NAME_NOTES.sub(" ", text)
    parts = [part for part in lines._NAME_SPLIT.split(text) if part.strip()]
    names = sum(lines.is_person_name(part) for part in parts)
    return len(parts) > 1 and names >= 2 and names >= 0.75 * len(parts)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(LINES)
@example([("Ada Lovelace", ", "), ("Bo Learning", "")])
@example([("Mon Sat", ", "), ("Sun Today", "")])
@example([("Www.a Goat", ", "), ("Bo Dam", "")])
@example([("Submitted By Foo Bar", ", "), ("Bo Dam", "")])
@example([("Goats on Dams", " "), ("2029-03", "")])
def test_the_short_ways_say_what_the_patterns_say(pieces):
    text = "".join(word + mark for word, mark in pieces).strip()
    if not text or len(text) > lines.LONG:
        return
    line = read_line(1, text)
    if line.kind == "label" or not line.text:
        return
    assert line.kind == long_way(line.text, text)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(LINES)
def test_a_label_is_known_with_and_without_its_pattern(pieces):
    text = "".join(word + mark for word, mark in pieces).strip()
    label, value = lines._labelled(text)
    match = lines._LABEL.match(text) if re.search("[:：]", text[:24]) else None
    known = lines._known_label(match[1], match[2].strip()) if match else ""
    if known:
        assert (label, value) == (known, match[2].strip())
    else:
        assert label in {"", "abstract"}


@pytest.mark.parametrize("name", sorted(lines._LABELS))
def test_every_known_label_is_one_of_the_pattern(name):
    assert lines._LABEL.match(f"{name}: x")


def test_a_list_of_names_is_read_in_one_look_and_a_title_is_no_name():
    assert read_line(1, "Ada Lovelace, C. Babbage, J. von Neumann").kind == "authors"
    assert "deep" in TITLE_WORDS
    assert read_line(1, "Deep Goats, Sparse Dams, Noisy Kettles").kind != "authors"
