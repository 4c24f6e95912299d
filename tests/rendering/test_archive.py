"""The pages of an archive: what they show of its editions, and that nothing in a paper gets out of its place."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re

from lxml import etree

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Digest, Returned, Theme
from broadsheet.rendering.archive import IN_FEED, Archive, ArchiveFront, outline
from broadsheet.rendering.pages import labels_of, render_digest
from broadsheet.rendering.view import Neighbours
from broadsheet.settings.resources import Resources
from sample_digest import DIGEST, HOSTILE, TIDES
from search_indexes import indexed
from sectioned import sectioned_digest

NAMES = {"a": "http://www.w3.org/2005/Atom"}
FRONT = ArchiveFront("The Kitchen & <Physicist>", editor="Ida Quill", url="https://kitchen.example/weekly/")


def numbered(number: int, **fields: object) -> Digest:
    created = DIGEST.created + dt.timedelta(days=7 * number)
    return DIGEST.model_copy(update={"number": number, "created": created, **fields})


def files_of(*digests: Digest, front: ArchiveFront = FRONT) -> dict[str, str]:
    labels = labels_of(front.language)
    outlines = [outline(digest, labels, in_feed=at < IN_FEED) for at, digest in enumerate(digests)]
    return Archive(front, outlines, forms=("md", "json")).files(Resources())


def test_the_front_page_lists_editions_as_they_were_given_with_their_forms() -> None:
    page = files_of(numbered(2), numbered(1))["index.html"]
    found = re.findall(r'<h[23]><a href="([^"]+)">([^<]+)</a>', page)
    assert found == [
        ("editions/002/index.html", "No. 2, 18 November 2099"),
        ("editions/001/index.html", "No. 1, 11 November 2099"),
    ]
    assert "<span>2 editions</span> <span>8 papers</span>" in page
    assert '<a href="editions/002/digest.md" aria-label="No. 2, 18 November 2099: Markdown">Markdown</a>' in page
    assert '4 papers on <span dir="auto">Water\u00a0&amp; its moods</span> and <span dir="auto">Patient' in page
    assert re.findall(r"<h2>([^<]+)</h2>", page) == ["November 2099"]


def test_an_edition_of_many_themes_names_the_first_and_says_how_many_more() -> None:
    themes = tuple(Theme(title=f"Theme {n}", paper_keys=()) for n in range(9))
    page = files_of(numbered(1, themes=themes))["index.html"]
    told = re.search(r'<p class="named">(.*)</p>', page)
    assert told
    assert re.sub(r"<[^>]+>", "", told[1]) == (
        "4 papers on Theme 0, Theme 1, Theme 2, Theme 3, Theme 4, Theme 5 and 3 more themes."
    )


def test_the_front_page_leads_to_the_subscription_where_there_is_one() -> None:
    door = dataclasses.replace(FRONT, subscribe="https://door.example/subscribe")
    assert '<a href="https://door.example/subscribe">Subscribe</a>' in files_of(numbered(1), front=door)["index.html"]
    assert "Subscribe" not in files_of(numbered(1))["index.html"]


def test_an_archive_without_an_edition_says_so() -> None:
    files = files_of()
    assert "There is no edition yet." in files["index.html"]
    assert list(files)[-1] == "index.html"
    assert etree.fromstring(files["feed.xml"].encode()).findall("a:entry", NAMES) == []


def test_the_front_page_loads_nothing_and_runs_its_own_script_alone() -> None:
    page = files_of(numbered(1))["index.html"]
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert re.search(r"script-src 'sha256-[\w+/=]+' 'self';", policy[1])
    assert re.findall(r"<(?:img|iframe|script src|link rel=\"stylesheet)", page) == []


def test_hostile_text_stays_text_in_every_file() -> None:
    files = files_of(numbered(1, themes=DIGEST.themes[2:]), front=ArchiveFront("<script>alert(0)</script>"))
    page = etree.HTML(files["index.html"])
    assert len(page.findall(".//script")) == 1
    assert page.findall(".//img") == []
    for entry in etree.fromstring(files["feed.xml"].encode()).iterfind(".//a:content", NAMES):
        told = etree.HTML(entry.text)
        assert {element.tag for element in told.iter()} <= {"html", "body", "p", "h2", "a", "br"}
        assert [link for link in told.iterfind(".//a") if link.get("href").startswith(("javascript", "data"))] == []
    assert indexed(files["search/2099.js"])["papers"][3][2].startswith("<script>alert(1)</script>")


def test_the_feed_has_what_the_standard_asks_and_whole_addresses() -> None:
    feed = etree.fromstring(files_of(numbered(2), numbered(1))["feed.xml"].encode())
    assert feed.findtext("a:author/a:name", namespaces=NAMES) == "Ida Quill"
    assert feed.findtext("a:updated", namespaces=NAMES) == "2099-11-18T07:30:00+00:00"
    links = [link.get("href") for link in feed.iterfind(".//a:link", NAMES)]
    assert links == [
        "https://kitchen.example/weekly/feed.xml",
        "https://kitchen.example/weekly/",
        "https://kitchen.example/weekly/editions/002/",
        "https://kitchen.example/weekly/editions/001/",
    ]
    ids = [node.text for node in feed.iterfind(".//a:id", NAMES)]
    assert len(set(ids)) == 3
    again = etree.fromstring(files_of(numbered(3), numbered(2), numbered(1))["feed.xml"].encode())
    assert set(ids) < {node.text for node in again.iterfind(".//a:id", NAMES)}


def test_the_json_feed_tells_the_same() -> None:
    feed = json.loads(files_of(numbered(1), front=ArchiveFront("Kitchen"))["feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["url"] == "editions/001/index.html"
    assert TIDES.title in feed["items"][0]["content_html"]


def test_an_edition_shows_its_number_its_day_what_returned_and_those_beside_it() -> None:
    back = Returned(paper_key="arxiv:2698.00001", title="Tides, again", url="https://a.example/x", version=3, edition=4)
    other = Returned(paper_key="x", title="Moss", url="javascript:alert(1)", edition=2)
    digest = numbered(7, editor="Ida & Bo", returned=(back, other))
    beside = Neighbours(archive="../../index.html", earlier="../006/index.html", later="../008/index.html")
    page = render_digest(digest, "html", resources=Resources(), neighbours=beside)
    assert "<span>No. 7</span> <span>23 December 2099</span>" in page
    assert "Edited by Ida &amp; Bo" in page
    assert (
        '<a href="https://a.example/x" dir="auto">Tides, again</a> <span class="reason">version 3, after no. 4' in page
    )
    assert '<span dir="auto">Moss</span> <span class="reason">a new version, after no. 2' in page
    assert re.findall(r'<a rel="\w+" href="([^"]+)"', page) == [beside.earlier, beside.archive, beside.later]
    assert "broadsheet weekly --again 7".replace(" ", "</span> <span>") in page
    assert "Tides, again" in render_digest(digest, "md", resources=Resources())
    assert "* Tides, again, version 3, after no. 4" in render_digest(digest, "txt", resources=Resources())


def test_a_digest_made_once_knows_nothing_of_editions() -> None:
    page = render_digest(DIGEST, "html", resources=Resources())
    assert "No. " not in page
    assert 'class="neighbours"' not in page
    assert ".edition h2" not in page


def test_a_german_archive_names_and_counts_its_editions_in_german() -> None:
    files = files_of(numbered(2), numbered(1), front=ArchiveFront("Küche", "German"))
    assert "<span>2 Ausgaben</span> <span>8 Arbeiten</span>" in files["index.html"]
    assert "4 Arbeiten zu <span" in files["index.html"]
    assert "Küche: Nr. 2, 18. November 2099" in files["feed.xml"]


def test_search_rows_lead_to_papers_of_the_page() -> None:
    digest = numbered(1)
    page = render_digest(digest, "html", resources=Resources())
    index = indexed(files_of(digest)["search/2099.js"])
    assert index["pages"] == [["editions/001/index.html", "No. 1, 11 November 2099"]]
    rows = index["papers"]
    assert [row[0] for row in rows] == [0] * 4
    assert all(f'id="{row[1]}"' in page for row in rows)
    assert rows[-1][3].startswith("It claims 3 < 4.")
    assert HOSTILE.key


def test_an_edition_with_sections_is_told_by_them() -> None:
    assert outline(sectioned_digest(), PageLabels(), in_feed=False).themes == ("Kitchen", "Yard")


def test_the_newest_editions_are_in_the_feed_and_all_of_them_are_found() -> None:
    files = files_of(*(numbered(number) for number in range(IN_FEED + 2, 0, -1)))
    content = etree.fromstring(files["feed.xml"].encode()).findall("a:entry/a:content", NAMES)
    assert len(content) == IN_FEED
    assert all(TIDES.title in str(one.text) for one in content)
    searched = [page for path in files if path.startswith("search/") for page in indexed(files[path])["pages"]]
    assert len(searched) == IN_FEED + 2
