"""A digest changed by its reader: themes renamed, merged, counted anew, a paper moved, a TL;DR in other words. Pure.

Every change keeps each paper in exactly one theme. Themes are named by their numbers in the digest, from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from broadsheet.digests.builtin_themes import arrange_without_model
from broadsheet.digests.read_first import choose_first
from broadsheet.errors import UsageError
from broadsheet.models import Digest, Noun, Theme
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.projection import draw_map

LONGEST_TLDR = 600
LONGEST_TITLE = 120
Words = Annotated[str, Field(min_length=1)]


class Rename(Noun):
    """A theme gets another title."""

    edit: Literal["rename"]
    theme: Annotated[int, Field(ge=0)]
    title: Annotated[Words, Field(max_length=LONGEST_TITLE)]


class Merge(Noun):
    """The papers of a theme join another one, behind those that are there."""

    edit: Literal["merge"]
    theme: Annotated[int, Field(ge=0)]
    into: Annotated[int, Field(ge=0)]


class Move(Noun):
    """A paper goes to another theme; a theme that is left empty is gone."""

    edit: Literal["move"]
    paper_key: str
    theme: Annotated[int, Field(ge=0)]


class Reword(Noun):
    """A TL;DR in the reader's own words, for which no sentence of the abstract is named as evidence."""

    edit: Literal["reword"]
    paper_key: str
    tldr: Annotated[Words, Field(max_length=LONGEST_TLDR)]


class Regroup(Noun):
    """All themes anew by the built-in engine, as many as asked for; renamings and moves are lost."""

    edit: Literal["regroup"]
    themes: Annotated[int, Field(ge=1, le=200)]


Edit = Rename | Merge | Move | Reword | Regroup
AnyEdit = Annotated[Edit, Field(discriminator="edit")]
EDIT: TypeAdapter[Edit] = TypeAdapter(AnyEdit)
"""Reads an edit from JSON."""
EDITS = ("rename", "merge", "move", "reword", "regroup")


def edit_digest(digest: Digest, edit: Edit) -> Digest:
    """The digest with a change; raises `UsageError` for a paper or a theme that it does not have."""
    match edit:
        case Reword():
            return _reword(digest, edit)
        case Regroup():
            return _regroup(digest, edit.themes)
        case Rename():
            themes = list(digest.themes)
            theme = _theme(digest, edit.theme)
            themes[edit.theme] = theme.model_copy(update={"title": edit.title, "other": False})
        case Merge():
            themes = _merge(digest, edit)
        case Move():
            themes = _move(digest, edit)
    return digest.model_copy(update={"themes": tuple(theme for theme in themes if theme.paper_keys)})


def _merge(digest: Digest, edit: Merge) -> list[Theme]:
    gone, kept = _theme(digest, edit.theme), _theme(digest, edit.into)
    if gone is kept:
        raise UsageError("a theme cannot be merged with itself; name another one.")
    themes = list(digest.themes)
    themes[edit.theme] = gone.model_copy(update={"paper_keys": ()})
    themes[edit.into] = _with_papers(kept, (*kept.paper_keys, *gone.paper_keys))
    return themes


def _move(digest: Digest, edit: Move) -> list[Theme]:
    target = _theme(digest, edit.theme)
    home = next((theme for theme in digest.themes if edit.paper_key in theme.paper_keys), None)
    if home is None:
        raise UsageError(f"{edit.paper_key}: there is no such paper in this digest.")
    if home is target:
        return list(digest.themes)
    moved = {
        id(home): tuple(key for key in home.paper_keys if key != edit.paper_key),
        id(target): (*target.paper_keys, edit.paper_key),
    }
    return [_with_papers(theme, moved[id(theme)]) if id(theme) in moved else theme for theme in digest.themes]


def _with_papers(theme: Theme, keys: Sequence[str]) -> Theme:
    """The theme with other papers: its blurb spoke of those it had."""
    see_also = tuple(key for key in theme.see_also if key not in keys)
    return theme.model_copy(update={"paper_keys": tuple(keys), "see_also": see_also, "blurb": ""})


def _reword(digest: Digest, edit: Reword) -> Digest:
    if all(summary.paper_key != edit.paper_key for summary in digest.summaries):
        raise UsageError(f"{edit.paper_key}: there is no such paper in this digest.")
    words = " ".join(edit.tldr.split())
    summaries = tuple(
        summary.model_copy(update={"tldr": words, "edited": True, "evidence": (), "findings": ()})
        if summary.paper_key == edit.paper_key
        else summary
        for summary in digest.summaries
    )
    return digest.model_copy(update={"summaries": summaries})


def _regroup(digest: Digest, count: int) -> Digest:
    corpus = Corpus.of(digest.papers, shipped())
    themes = arrange_without_model(corpus, count=count).themes
    chosen = () if digest.engine.backend == "builtin" else digest.highlights
    first = choose_first(corpus, themes, digest.summaries, digest.matches, chosen=chosen)
    drawn = draw_map(corpus, themes)
    return digest.model_copy(update={"themes": themes, "vanished": (), "map": drawn, "highlights": first})


def _theme(digest: Digest, number: int) -> Theme:
    if number >= len(digest.themes):
        raise UsageError(f"there is no theme {number}: this digest has {len(digest.themes)}, from 0.")
    return digest.themes[number]
