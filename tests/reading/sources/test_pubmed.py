"""PubMed: a search gives ids, and the ids their records."""

from __future__ import annotations

from services import ARTICLES, faulty, fetch, pubmed
from site_of_ours import Clock, Said, Site, json_of


def test_pubmed_is_searched_and_its_records_fetched_by_the_two_hundred():
    clock = Clock()
    with Site(pubmed(450)) as site:
        got = fetch(site, "pubmed:kettle burns?since=2026-11-13", clock, mailto="ada@example.org")
    search, *records = site.calls
    assert search.path == "/entrez/eutils/esearch.fcgi"
    assert (search.query["mindate"], search.query["maxdate"]) == ("2026/11/13", "2026/11/20")
    assert [call.query["id"].count(",") + 1 for call in records] == [200, 200, 50]
    assert all((call.query["tool"], call.query["email"]) == ("broadsheet", "ada@example.org") for call in site.calls)
    assert clock.slept == [0.34] * 3
    assert (len(got.texts), got.why) == (3, "")


def test_pubmed_says_how_many_of_its_matches_were_taken():
    with Site(pubmed(450)) as site:
        got = fetch(site, "pubmed:kettle burns", limit=100)
    assert got.why == "the first 100 of 450 papers were taken"


def test_records_of_pubmed_that_do_not_come_are_asked_for_again():
    faults = [None, Said(ARTICLES.format("")), Said(ARTICLES.format("<PubmedArticle>")[:40])]
    with Site(faulty(pubmed(3), *faults)) as site:
        got = fetch(site, "pubmed:kettle burns")
    assert len(site.calls) == 4
    assert (len(got.texts), got.why) == (1, "")


def test_pubmed_ids_need_no_search():
    with Site(lambda call: Said(ARTICLES.format("<PubmedArticle></PubmedArticle>"))) as site:
        got = fetch(site, "pubmed:38799228, 38799229")
    assert site.calls[0].query["id"] == "38799228,38799229"
    assert got.why == "PubMed gave 1 of its 2 papers, and no more"


def test_a_limit_of_ncbi_that_comes_as_json_is_waited_out():
    limited = json_of({"error": "API rate limit exceeded", "api-key": "1", "count": "4", "limit": "3"}, 429)
    with Site(faulty(pubmed(3), limited)) as site:
        assert fetch(site, "pubmed:kettle burns").why == ""
