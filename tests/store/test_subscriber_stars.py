"""The stars of subscribers in the state: which paper a link names, and how many are kept."""

from __future__ import annotations

import datetime as dt

from broadsheet.mailing.subscribers import unsubscribe
from broadsheet.models import Paper
from broadsheet.store.subscriber_stars import MOST_KEPT, drop_star, find_paper, keep_star, paper_word, stars_of
from sample_digest import DIGEST
from standing_mail import NOW, add_person, open_kitchen


def test_a_word_names_one_paper_of_one_edition_and_anything_else_none(tmp_path) -> None:
    db = open_kitchen(tmp_path / "s.sqlite")
    for paper in DIGEST.papers:
        assert find_paper(db, paper_word(1, paper.key)) == paper
    word = paper_word(1, DIGEST.papers[0].key)
    for other in ("", "1", "1.", word[1:], f"2{word[1:]}", f"{word}A", f"{'9' * 40}{word[1:]}", "².x"):
        assert find_paper(db, other) is None, other


def test_nothing_is_kept_of_somebody_who_left_or_is_forgotten(tmp_path) -> None:
    db = open_kitchen(tmp_path / "s.sqlite")
    ann = add_person(db, "ann@example.org")
    keep_star(db, ann, DIGEST.papers[0], now=NOW)
    unsubscribe(db, "ann@example.org", now=NOW)
    assert stars_of(db, ann) == ()
    for subscriber in (ann, ann + 1):
        keep_star(db, subscriber, DIGEST.papers[0], now=NOW)
        assert stars_of(db, subscriber) == ()


def test_the_newest_stars_are_kept_one_a_paper_and_those_of_others_stay(tmp_path) -> None:
    db = open_kitchen(tmp_path / "s.sqlite")
    ann, bob = add_person(db, "ann@example.org"), add_person(db, "bob@example.org")
    papers = [Paper(key=f"hash:{number}", title=f"Paper {number}") for number in range(MOST_KEPT + 5)]
    keep_star(db, bob, papers[0], now=NOW)
    for number, paper in enumerate(papers):
        keep_star(db, ann, paper, now=NOW + dt.timedelta(seconds=number))
    keep_star(db, ann, papers[-1], now=NOW + dt.timedelta(days=1))
    assert [star.paper for star in stars_of(db, ann)] == papers[:4:-1]
    drop_star(db, ann, papers[-1].key)
    assert len(stars_of(db, ann)) == MOST_KEPT - 1
    assert [star.paper for star in stars_of(db, bob)] == papers[:1]
