"""Names of notes: any title becomes one that every system takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.rendering.notes.file_names import LONGEST_NAME, place_notes, safe_name

quick = settings(derandomize=True, max_examples=200, deadline=None)


@quick
@given(st.text(max_size=300))
def test_any_title_is_a_name_that_every_system_takes(title: str) -> None:
    name = safe_name(title)
    assert name
    assert name == name.strip(" .")
    assert not re.search(r'[\x00-\x1f\x7f\\/:*?"<>|#^\[\]%]', name)
    assert len(name) <= LONGEST_NAME + 1
    assert len(name.encode()) <= 121


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A/B tests: who? [v2] | #1 ^note", "A B tests who v2 1 note"),
        ("CON", "_CON"),
        ("nul.md and others", "_nul.md and others"),
        ("Conference on tea", "Conference on tea"),
        ("...", "Untitled"),
        (".hidden", "hidden"),
        ("ends with dots...", "ends with dots"),
        ("e\u0301tude", "étude"),
        ("zero\u200bwidth \u202eevil", "zerowidth evil"),
        ("漢" * 90, "漢" * 40),
        ("../../etc/passwd", "etc passwd"),
    ],
)
def test_names_are_cleaned_cut_and_kept_from_devices(title: str, name: str) -> None:
    assert safe_name(title) == name


def test_of_two_notes_with_one_key_the_one_that_lies_higher_is_renewed() -> None:
    note = '---\nbroadsheet: "k"\n---\n'
    assert place_notes({"k": "papers/a"}, {"papers/copy/b.md": note, "papers/z.md": note}) == {"k": "papers/z.md"}


def test_a_name_that_is_taken_in_any_case_is_not_given_again() -> None:
    places = place_notes({"k": "papers/Tea"}, {"papers/TEA.md": None, "papers": None})
    assert re.fullmatch(r"papers/Tea [0-9a-f]{8}\.md", places["k"])
