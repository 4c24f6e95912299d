"""Entries of BibTeX in its common form are read as bibtexparser reads them, and all others are left to it."""

from __future__ import annotations

import pytest

from broadsheet.reading.formats.bibtex import _blocks
from broadsheet.reading.formats.bibtex_plain import Entry, read_plain

PLAIN = r"""
@article{kettle,
  title = {The {DNA} of M{\"u}ller's kettles, at = 3 {bar {and}} more},
  year = 2029,
  month = mar, doi={10.5555/1}
}
  @Misc { goat , note = {says "goat", twice
over}, }@book{kettle, title = {Again}, title = {Twice}}
"""


def test_plain_entries_are_what_bibtexparser_makes_of_them():
    entries, strings, gaps = _blocks(PLAIN)

    assert read_plain(PLAIN) == entries
    assert (strings, gaps) == ({}, [])
    assert [(entry.line, entry.key) for entry in entries] == [(1, "kettle"), (6, "goat"), (7, "kettle")]
    assert entries[1].fields == [("note", '{says "goat", twice\nover}')]


def test_a_text_without_entries_has_none():
    assert read_plain("\n \n") == []


@pytest.mark.parametrize(
    "text",
    [
        "@article{a, title = {A \\{ brace}}",
        "@article{a, title = {A line\\\nend}}",
        "@article{a, title = {ada@loom.example}}",
        '@article{a, title = "Quoted"}',
        "@article{a, title = {Joined} # { up}}",
        "@article{a, title = {Never closed}",
        "@article{a, title = {One} year = 2029}",
        "@article{title = {No key}}",
        "@article(a, title = {Round})",
        "@article{a, title = {One}} and words\n",
        "% JabRef\n@article{a, title = {One}}",
        "@string{loom = {Journal of Looms}}",
        "@comment{a, title = {One}}",
    ],
)
def test_everything_else_is_left_to_bibtexparser(text: str):
    assert read_plain(text) is None


def test_an_entry_keeps_its_text():
    raw = "@article{a, title = {One}}"

    assert read_plain(f"\n\n{raw}\n") == [Entry(2, raw, "a", [("title", "{One}")])]
