"""Stars rank what is like them, dismissed papers what is not, and a star that is taken away leaves nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

import pytest

import broadsheet
from broadsheet.digests.stars import rate_by_stars
from broadsheet.errors import ConfigError, StateError
from broadsheet.models import Listing, Paper
from broadsheet.store.desk import Star, give_star, open_desk
from broadsheet.themes.background import shipped
from invented_papers import invent

PAPERS = invent(24)
"""Four matters in turn: papers 0, 4, 8 … are on wet knots, 1, 5, 9 … on tidal bread."""
NOW = dt.datetime(2099, 11, 4, tzinfo=dt.UTC)


def star(paper: Paper, verdict: int = 1) -> Star:
    return Star(paper, verdict, "", NOW)


def best(stars: list[Star], papers: list[Paper], count: int = 4) -> set[str]:
    rates = rate_by_stars(papers, stars, shipped())
    return {papers[at].key for at in sorted(range(len(papers)), key=lambda at: -rates[at])[:count]}


def test_papers_like_the_starred_ones_come_first() -> None:
    week = PAPERS[8:]
    assert best([star(PAPERS[0]), star(PAPERS[4])], week) == {"k8", "k12", "k16", "k20"}
    assert best([star(PAPERS[1]), star(PAPERS[5])], week) == {"k9", "k13", "k17", "k21"}


def test_what_is_dismissed_sinks_below_what_nothing_is_known_of() -> None:
    week = PAPERS[8:]
    rates = dict(
        zip(
            [paper.key for paper in week],
            rate_by_stars(week, [star(PAPERS[0]), star(PAPERS[1], -1), star(PAPERS[5], -1)], shipped()),
            strict=True,
        )
    )
    assert max(rates[key] for key in ("k9", "k13", "k17")) < min(rates[key] for key in ("k10", "k11", "k14", "k15"))


def test_without_a_star_nothing_is_wanted() -> None:
    assert rate_by_stars(PAPERS, [], shipped()) == [0.0] * 24
    assert rate_by_stars(PAPERS, [star(PAPERS[0], -1)], shipped()) == [0.0] * 24
    assert rate_by_stars([], [star(PAPERS[0])], shipped()) == []


def test_a_digest_is_ranked_by_the_stars_of_a_desk_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "desk.sqlite"
    with contextlib.closing(open_desk(file)) as db:
        give_star(db, star(PAPERS[1]))
        give_star(db, star(PAPERS[5]))
    settings = broadsheet.load_settings(flags={"interests_from": str(file), "top": 4})
    made = broadsheet.digest(Listing(papers=tuple(PAPERS[8:])), settings)
    assert {paper.key for paper in made.papers} == {"k9", "k13", "k17", "k21"}
    assert all("in your stars" in match.reason for match in made.matches if match.score >= 0.5)


def test_a_desk_that_is_not_there_is_said(tmp_path: Path) -> None:
    settings = broadsheet.load_settings(flags={"interests_from": str(tmp_path / "none.sqlite")})
    with pytest.raises(ConfigError, match="there is no desk yet whose stars could be taken"):
        broadsheet.digest(Listing(papers=tuple(PAPERS)), settings)


def test_a_file_that_is_no_desk_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no desk, and long enough to be read as a page of one" * 50)
    before = file.read_bytes()
    settings = broadsheet.load_settings(flags={"interests_from": str(file)})
    with pytest.raises(StateError, match=r"notes\.txt: the stars in it cannot be read"):
        broadsheet.digest(Listing(papers=tuple(PAPERS)), settings)
    assert file.read_bytes() == before
