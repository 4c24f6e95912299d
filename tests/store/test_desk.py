"""The desk's file: what a search finds and how it is narrowed, notes, and what is deleted for good."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.models import Account, Digest, Listing, Paper, Summary, Theme
from broadsheet.store.desk import (
    DeskRun,
    Narrowing,
    Star,
    add_run,
    delete_run,
    find_noted,
    find_notes,
    give_star,
    is_on_shelf,
    keep_made,
    keep_note,
    open_desk,
    search_shelf,
    take_note,
)

NOW = dt.datetime(2026, 3, 13, 9, tzinfo=dt.UTC)
KNOTS = Paper(
    key="hash:knots",
    title="Wet knots",
    abstract="We tie quaggy knots of hemp.",
    authors=("Ada Ash", "Ben Birch"),
    venue="Kettle Letters",
    published=dt.date(2026, 3, 2),
)
BREAD = Paper(key="hash:bread", title="Tidal bread", abstract="Rye by the sea.", authors=("Cy Cedar",))
KITES = Paper(
    key="hash:kites",
    title="Paper kites",
    abstract="Kites of hemp.",
    authors=("Ada Birch",),
    venue="Journal of Wind",
    published=dt.date(2026, 3, 9),
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_desk(tmp_path / "desk.sqlite")) as opened:
        keep(opened, "first", KNOTS, BREAD)
        keep(opened, "second", KITES, BREAD)
        yield opened


def keep(db: sqlite3.Connection, run: str, *papers: Paper) -> None:
    made = Digest(
        title=run,
        created=NOW,
        themes=(Theme(title="Crafts", paper_keys=tuple(paper.key for paper in papers)),),
        summaries=tuple(Summary(paper_key=paper.key, tldr="", method="none") for paper in papers),
        papers=papers,
        account=Account(received=len(papers), digested=len(papers), without_abstract=len(papers)),
    )
    add_run(db, DeskRun(run, NOW, "done", run, len(papers), {}, None), Listing(papers=papers))
    keep_made(db, run, made)


def found(db: sqlite3.Connection, *words: str, **narrowed: object) -> list[tuple[str, str]]:
    hits = search_shelf(db, words, narrowed=Narrowing(**narrowed))  # type: ignore[arg-type]
    return [(hit.run, hit.paper_key.removeprefix("hash:")) for hit in hits]


@pytest.mark.parametrize(
    ("words", "narrowed", "expected"),
    [
        (("hemp",), {}, {("first", "knots"), ("second", "kites")}),
        (("hemp",), {"authors": ("ash",)}, {("first", "knots")}),
        (("hemp",), {"authors": ("ada", "birch")}, {("first", "knots"), ("second", "kites")}),
        (("hemp",), {"venue": ("wind",)}, {("second", "kites")}),
        ((), {"venue": ("hemp",)}, set()),
        (("hemp",), {"since": dt.date(2026, 3, 3)}, {("second", "kites")}),
        (("hemp",), {"until": dt.date(2026, 3, 2)}, {("first", "knots")}),
        ((), {"until": dt.date(2026, 3, 31)}, {("first", "knots"), ("second", "kites")}),
        ((), {"authors": ("cedar",)}, {("first", "bread"), ("second", "bread")}),
        ((), {}, set()),
        (('ada" OR "cy',), {}, set()),
    ],
)
def test_a_search_is_narrowed_by_author_venue_and_days(db, words, narrowed, expected) -> None:
    assert set(found(db, *words, **narrowed)) == expected


def test_a_search_for_stars_leaves_out_what_was_dismissed(db) -> None:
    give_star(db, Star(KNOTS, 1, "", NOW))
    give_star(db, Star(BREAD, -1, "", NOW))
    assert found(db, starred=True) == [("first", "knots")]
    assert found(db, "bread", starred=True) == []


def test_a_note_is_found_shown_with_its_paper_and_replaced(db) -> None:
    keep_note(db, BREAD.key, "Ask the bakery about Hefe", NOW)
    assert set(found(db, "hefe", "bakery")) == {("first", "bread"), ("second", "bread")}
    assert found(db, "hefe", authors=("ash",)) == []
    assert {hit.note for hit in search_shelf(db, ["rye"])} == {"Ask the bakery about Hefe"}
    assert find_noted(db, "first").notes == {BREAD.key: "Ask the bakery about Hefe"}
    keep_note(db, BREAD.key, "No", NOW)
    assert (found(db, "hefe"), find_notes(db)) == ([], {BREAD.key: "No"})
    keep_note(db, BREAD.key, "", NOW)
    assert (find_notes(db), take_note(db, BREAD.key)) == ({}, False)


def test_what_is_deleted_is_in_no_byte_of_the_file(db, tmp_path) -> None:
    keep_note(db, KNOTS.key, "An unforgettable zarfish", NOW)
    keep_note(db, BREAD.key, "Rises twice", NOW)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"quaggy" in kept
    assert b"zarfish" in kept
    assert delete_run(db, "first")
    assert not delete_run(db, "first")
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"quaggy" not in kept
    assert b"zarfish" not in kept
    assert (is_on_shelf(db, KNOTS.key), is_on_shelf(db, BREAD.key)) == (False, True)
    assert find_notes(db) == {BREAD.key: "Rises twice"}
    assert found(db, "rye") == [("second", "bread")]
