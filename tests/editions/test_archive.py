"""The archive is made of the state alone: an edition beside its neighbours, and pages that list what there is."""

from __future__ import annotations

import datetime as dt
import sqlite3
import zlib
from pathlib import Path

import pytest

from broadsheet.editions.archive import publish_edition, rebuild
from broadsheet.models import Listing
from broadsheet.settings.loading import Settings
from broadsheet.store.editions import Kept, begin, keep_digest, mark_published
from month import broken_links
from sample_digest import DIGEST
from standing_mail import NOW, open_kitchen

SITE = Path("site")
SETTINGS = Settings(title="The Kitchen", output={"formats": ("md", "html")})


@pytest.fixture
def db() -> sqlite3.Connection:
    return open_kitchen(Path("state.sqlite"), editions=0)


def publish(db: sqlite3.Connection, number: int) -> list[Path]:
    """An edition that is begun, digested and published, a week after the one before it."""
    created = NOW + dt.timedelta(weeks=number)
    begin(db, Kept(number, "collected", created, None, None, Listing(papers=DIGEST.papers), None), ())
    keep_digest(db, number, DIGEST.model_copy(update={"number": number, "created": created}))
    files = publish_edition(db, number, SETTINGS, SITE)
    mark_published(db, number)
    return files


def test_an_edition_is_written_with_its_forms_and_the_front_page_leads_to_it(db):
    files = publish(db, 1)
    assert [str(file.relative_to(SITE)) for file in files] == [
        "editions/001/digest.md",
        "editions/001/index.html",
        "index.html",
    ]
    assert "editions/001/" in (SITE / "index.html").read_text(encoding="utf-8")
    assert broken_links(SITE) == []


def test_the_edition_before_learns_of_the_one_after_it(db):
    publish(db, 1)
    publish(db, 2)
    assert "../002/index.html" in (SITE / "editions/001/index.html").read_text(encoding="utf-8")
    assert "../001/index.html" in (SITE / "editions/002/index.html").read_text(encoding="utf-8")
    assert broken_links(SITE) == []


def test_rebuilding_makes_the_same_pages_and_takes_away_what_is_none_of_the_archives(db):
    for number in (1, 2, 3):
        publish(db, number)
    before = {path: path.read_bytes() for path in SITE.rglob("*") if path.is_file()}
    (SITE / "editions/009").mkdir()
    (SITE / "editions/009/index.html").write_text("none of ours", encoding="utf-8")
    (SITE / "editions/002/index.html").unlink()
    (SITE / "CNAME").write_text("papers.example.org", encoding="utf-8")
    assert rebuild(db, SETTINGS, SITE) == 3
    after = {path: path.read_bytes() for path in SITE.rglob("*") if path.is_file()}
    assert after == {**before, SITE / "CNAME": b"papers.example.org"}


def pages() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in SITE.rglob("*") if path.is_file()}


def test_the_front_page_of_kept_outlines_is_that_of_the_digests(db):
    """Every edition but the new one is told of as it was kept: no other digest is read for it."""
    for number in (1, 2, 3, 4):
        publish(db, number)
    whole = pages()
    kept = db.execute("SELECT digest FROM editions WHERE number = 1").fetchone()[0]
    db.execute("UPDATE editions SET digest = x'00' WHERE number = 1")
    publish_edition(db, 4, SETTINGS, SITE)
    assert pages() == whole
    db.execute("UPDATE editions SET digest = ? WHERE number = 1", (kept,))
    rebuild(db, SETTINGS, SITE)
    assert pages() == whole


def test_an_edition_that_gets_another_digest_is_told_of_anew(db):
    publish(db, 1)
    publish(db, 2)
    keep_digest(db, 1, DIGEST.model_copy(update={"number": 1, "papers": (), "summaries": (), "themes": ()}))
    mark_published(db, 1)
    publish_edition(db, 2, SETTINGS, SITE)
    assert "Nothing new" in (SITE / "index.html").read_text(encoding="utf-8")


def test_the_archive_in_another_language_tells_of_its_editions_in_that_one(db):
    publish(db, 1)
    publish(db, 2)
    publish_edition(db, 2, SETTINGS.model_copy(update={"language": "German"}), SITE)
    front = (SITE / "index.html").read_text(encoding="utf-8")
    assert "Nr. 1" in front
    assert "No. 1" not in front


def test_an_edition_that_leaves_the_feed_is_kept_without_its_content_and_still_found(db, monkeypatch):
    monkeypatch.setattr("broadsheet.editions.archive.IN_FEED", 1)
    publish(db, 1)
    publish(db, 2)
    older, newer = (row[0] for row in db.execute("SELECT length(outline) FROM editions ORDER BY number"))
    assert older < newer
    publish_edition(db, 2, SETTINGS, SITE)
    indexes = [path.read_text(encoding="utf-8") for path in (SITE / "search").iterdir()]
    assert sum(index.count(DIGEST.papers[0].title) for index in indexes) == 2


def test_an_outline_that_was_kept_in_another_shape_is_made_again(db):
    publish(db, 1)
    whole = pages()
    db.execute("UPDATE editions SET outline = ?", (zlib.compress(b'{"number": 1}'),))
    publish_edition(db, 1, SETTINGS, SITE)
    assert pages() == whole
