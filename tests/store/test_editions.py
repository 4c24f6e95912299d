"""Editions in the state: kept step by step, and their papers known by every name they ever had."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.models import Listing, Paper
from broadsheet.store.editions import (
    Kept,
    Learnt,
    NewPaper,
    SeenPaper,
    begin,
    edition_before,
    find_edition,
    find_seen,
    keep_digest,
    last_edition,
    mark_published,
    papers_before,
    published_numbers,
    unfinished_edition,
)
from broadsheet.store.state import back_up, check_state, glance_at_state, open_state
from sample_digest import DIGEST, PAPERS

NOW = dt.datetime(2026, 11, 20, 7, tzinfo=dt.timezone(dt.timedelta(hours=1)))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_state(tmp_path / "kept.sqlite")) as db:
        yield db


def kept(number: int) -> Kept:
    listing = Listing(papers=PAPERS)
    return Kept(number, "collected", NOW, dt.date(2026, 11, 6), dt.date(2026, 11, 20), listing, None)


def seen(key: str, *names: str, mark: str = "") -> NewPaper:
    title = f"The title of {key}"
    return NewPaper(title, SeenPaper(key, 1, mark, "quill", frozenset(names), Paper(key=key, title=title), version=1))


def test_an_edition_goes_through_its_states_and_comes_back_as_it_was(db: sqlite3.Connection) -> None:
    begin(db, kept(1), [seen("doi:10.1/a", "doi:10.1/a")])
    assert unfinished_edition(db) == find_edition(db, 1)
    found = find_edition(db, 1)
    assert found is not None
    assert (found.state, found.created, found.listing, found.digest) == ("collected", NOW, Listing(papers=PAPERS), None)
    mark_published(db, 1)  # without a digest there is nothing to publish
    assert published_numbers(db) == []
    keep_digest(db, 1, DIGEST)
    assert (found := find_edition(db, 1)) is not None
    assert (found.state, found.digest) == ("digested", DIGEST)
    mark_published(db, 1)
    assert (unfinished_edition(db), published_numbers(db)) == (None, [1])


def test_to_begin_twice_under_one_number_keeps_nothing_of_the_second(db: sqlite3.Connection) -> None:
    begin(db, kept(1), [seen("doi:10.1/a", "doi:10.1/a")])
    with pytest.raises(sqlite3.IntegrityError):
        begin(db, kept(1), [seen("doi:10.1/b", "doi:10.1/b")])
    assert find_seen(db, ["doi:10.1/b"], []) == []


def test_papers_are_found_by_every_name_and_by_title(db: sqlite3.Connection) -> None:
    begin(db, kept(1), [seen("arxiv:1.1", "arxiv:1.1", mark="abc"), seen("hash:x", mark="def")])
    begin(db, kept(2), [], [Learnt("arxiv:1.1", frozenset({"doi:10.1/a"}), version=3, returned=True)])
    found = find_seen(db, ["doi:10.1/a"], ["def", ""])
    assert [(paper.key, paper.version, paper.returned) for paper in found] == [("arxiv:1.1", 3, 2), ("hash:x", 1, None)]
    assert found[0].names == {"arxiv:1.1", "doi:10.1/a"}
    assert find_seen(db, [f"doi:10.1/{number}" for number in range(2000)], []) == []


def test_two_papers_of_one_key_are_two(db: sqlite3.Connection) -> None:
    begin(db, kept(1), [seen("hash:editorial", mark="abc")])
    begin(db, kept(2), [seen("hash:editorial", mark="def")])
    assert [paper.key for paper in find_seen(db, [], ["abc", "def"])] == ["hash:editorial", "hash:editorial@2"]
    assert check_state(db) == []


def test_the_edition_before_is_the_last_one_with_papers(db: sqlite3.Connection) -> None:
    for number in (1, 2, 3):
        begin(db, kept(number), [])
    keep_digest(db, 1, DIGEST)
    keep_digest(db, 2, DIGEST.model_copy(update={"papers": (), "themes": (), "summaries": ()}))
    assert (before := edition_before(db, 3)) is not None
    assert before.number == 1
    assert edition_before(db, 1) is None
    assert (last := last_edition(db)) is not None
    assert last.number == 3


def test_a_glance_sees_the_state_and_writes_nothing(db: sqlite3.Connection, tmp_path: Path) -> None:
    begin(db, kept(4), [])
    back_up(db, tmp_path / "copy" / "kept.sqlite")
    for path, number in ((tmp_path / "copy" / "kept.sqlite", 4), (tmp_path / "nowhere.sqlite", None)):
        with glance_at_state(path) as glance:
            last = last_edition(glance)
            assert (last.number if last else None) == number
    assert [file.name for file in (tmp_path / "copy").iterdir()] == ["kept.sqlite"]
    assert not (tmp_path / "nowhere.sqlite").exists()


def test_papers_of_earlier_editions_come_latest_first_and_no_more_than_asked(db: sqlite3.Connection) -> None:
    for number, papers in ((1, PAPERS[:2]), (2, PAPERS[2:4]), (3, PAPERS[4:5])):
        begin(db, dataclasses.replace(kept(number), listing=Listing(papers=papers)), [])
    assert papers_before(db, 3, most=10) == (*PAPERS[2:4], *PAPERS[:2])
    assert papers_before(db, 3, most=3) == (*PAPERS[2:4], PAPERS[0])
    assert papers_before(db, 1, most=10) == ()
