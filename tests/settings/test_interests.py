"""Themes and interests as a reader writes them in one line or in many."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from broadsheet.settings.interests import MOST_THEMES, InterestList, NamedTheme, Themes

THEMES: TypeAdapter[Any] = TypeAdapter(Themes)
INTERESTS: TypeAdapter[tuple[str, ...]] = TypeAdapter(InterestList)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("auto", "auto"),
        (7, 7),
        ("7", 7),
        (
            "Kettles; Lids: what closes  them;",
            (NamedTheme(name="Kettles"), NamedTheme(name="Lids", about="what closes them")),
        ),
        (["Kettles", {"name": "Lids"}], (NamedTheme(name="Kettles"), NamedTheme(name="Lids"))),
    ],
)
def test_themes_are_auto_or_how_many_or_which(written: object, read: object) -> None:
    assert THEMES.validate_python(written) == read


@pytest.mark.parametrize(
    "written",
    [0, -1, "some", [], ["Kettles", "kettles"], ["  "], ["x" * 121], [f"t{n}" for n in range(MOST_THEMES + 1)]],
)
def test_no_theme_one_name_twice_and_too_many_are_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        THEMES.validate_python(written)


def test_one_line_holds_several_interests() -> None:
    assert INTERESTS.validate_python("kettles; spouts ;") == ("kettles", "spouts")
    assert INTERESTS.validate_python(["a; b"]) == ("a; b",)


@pytest.mark.parametrize("written", [["   "], [""], ["x" * 501]])
def test_an_interest_of_nothing_or_of_a_page_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        INTERESTS.validate_python(written)
