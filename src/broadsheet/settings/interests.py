"""What a reader may want, as it stands in `config.yaml`: interests, exclusions and caps, and themes of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from broadsheet.settings.base import Branch, Count, matching

MOST_THEMES = 100
THEMES = "should be `auto`, a whole number above 0, or a list of different names"


class NamedTheme(BaseModel):
    """A theme that papers are assigned to: its name, and what belongs there."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    name: Annotated[str, Field(min_length=1, max_length=120)]
    about: Annotated[str, Field(max_length=1000)] = ""


def _read_themes(value: Any) -> Any:
    """`A; B: what it is about; C` as a list of names; each name alone as a theme without a description."""
    if isinstance(value, str) and ";" in value:
        value = [part for part in value.split(";") if part.strip()]
    if not isinstance(value, list | tuple):
        return value
    return tuple(_named(one) for one in value)


def _named(value: Any) -> Any:
    if isinstance(value, str):
        name, _, about = value.partition(":")
        return {"name": " ".join(name.split()), "about": " ".join(about.split())}
    return value


def _differ(themes: tuple[NamedTheme, ...]) -> tuple[NamedTheme, ...]:
    if len({theme.name.casefold() for theme in themes}) < len(themes):
        raise ValueError("two themes have one name")
    return themes


def _split_interests(value: Any) -> Any:
    """`kettles; spouts`, as an environment variable or a line of YAML holds several."""
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


Themes = Annotated[
    Literal["auto"]
    | Annotated[int, Field(ge=1)]
    | Annotated[tuple[NamedTheme, ...], Field(min_length=1, max_length=MOST_THEMES), AfterValidator(_differ)],
    BeforeValidator(_read_themes),
]
"""`auto`, how many, or which."""

Interest = Annotated[str, Field(min_length=1, max_length=500), matching(r"\S", "should not be blank")]
InterestList = Annotated[tuple[Interest, ...], BeforeValidator(_split_interests)]
"""Phrases and files of papers."""

Excluded = Annotated[
    tuple[
        Annotated[str, Field(min_length=1, max_length=200), matching(r"[^\W_]", "should have a letter or a figure")],
        ...,
    ],
    Field(max_length=1000),
    BeforeValidator(_split_interests),
]
"""Words, names of people, or names of sources; `a; b` where a line holds several."""


class Never(Branch):
    """What is never digested: words of titles and abstracts, authors, and sources, categories or venues."""

    words: Excluded = ()
    authors: Excluded = ()
    sources: Excluded = ()


class Always(Branch):
    """Whose papers are always digested, whatever `never`, `at_most` and `top` say."""

    authors: Excluded = ()


class AtMost(Branch):
    """How many papers a theme and a source may have; `None` for as many as there are."""

    theme: Count | None = None
    source: Count | None = None
