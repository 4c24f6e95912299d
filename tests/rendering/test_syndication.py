"""Atom and JSON Feed: well-formed, complete, and read again by our own readers."""

from __future__ import annotations

import datetime as dt
import json

from lxml import etree

from broadsheet.reading.listing import read_text
from broadsheet.rendering.syndication import atom, json_feed
from sample_digest import DIGEST, KETTLES, TIDES

NAMES = {"a": "http://www.w3.org/2005/Atom"}


def test_the_papers_come_back_as_they_went() -> None:
    listing = read_text(atom(DIGEST), source="again")
    assert listing.fragments == ()
    tides, kettles, *_ = listing.papers
    for paper, back in ((TIDES, tides), (KETTLES, kettles)):
        assert (back.key, back.title, back.authors) == (paper.key, paper.title, paper.authors)
        assert back.published == paper.published
        assert paper.abstract in back.abstract
    assert len(listing.papers) == len(DIGEST.papers)


def test_atom_has_what_the_standard_asks_of_a_feed_and_of_each_entry() -> None:
    feed = etree.fromstring(atom(DIGEST).encode())
    assert [feed.findtext(f"a:{name}", namespaces=NAMES) for name in ("title", "updated")] == [
        "The Kitchen Physicist",
        "2099-11-04T07:30:00+00:00",
    ]
    entries = feed.findall("a:entry", NAMES)
    assert len(entries) == 4
    for entry in entries:
        assert all(entry.findtext(f"a:{name}", namespaces=NAMES) for name in ("id", "title", "updated"))
    ids = [entry.findtext("a:id", namespaces=NAMES) for entry in entries]
    assert len(set(ids)) == 4
    assert ids[0] == "https://arxiv.org/abs/2699.00001"
    assert [
        link.get("href") for link in feed.iterfind(".//a:link", NAMES) if "javascript" in link.get("href", "")
    ] == []


def test_a_feed_keeps_its_name_from_edition_to_edition() -> None:
    later = DIGEST.model_copy(update={"created": DIGEST.created + dt.timedelta(days=7)})
    feeds = [etree.fromstring(atom(digest).encode()) for digest in (DIGEST, later)]
    assert len({feed.findtext("a:id", namespaces=NAMES) for feed in feeds}) == 1
    assert len({feed.findtext("a:updated", namespaces=NAMES) for feed in feeds}) == 2


def test_markup_in_a_paper_is_text_in_the_feed() -> None:
    content = etree.fromstring(atom(DIGEST).encode()).findall(".//a:content", NAMES)[-1].text
    item = json.loads(json_feed(DIGEST))["items"][-1]
    for html in (content, item["content_html"]):
        page = etree.HTML(html)
        assert {element.tag for element in page.iter()} == {"html", "body", "p"}
        assert "<img src=x onerror=alert(3)>" in "".join(page.itertext())
    assert item["title"].startswith("<script>alert(1)</script>")
    assert "url" not in item


def test_json_feed_has_themes_as_tags_and_dates_with_an_offset() -> None:
    feed = json.loads(json_feed(DIGEST))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["tags"] == ["Water & its moods", "phys.bath", "stat.ME"]
    assert feed["items"][0]["date_published"] == "2099-10-28T00:00:00+00:00"
    assert feed["items"][0]["summary"] == "Of 40 bathtubs timed, 31 have tides of less than 2 mm."
    assert [author["name"] for author in feed["items"][1]["authors"]] == ["Ned Ampoule"]
