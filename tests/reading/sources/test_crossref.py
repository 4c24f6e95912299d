"""Crossref: words or filters, with dates and an address."""

from __future__ import annotations

from services import crossref, fetch
from site_of_ours import Site, json_of, papers


def test_crossref_is_asked_with_dates_filters_and_the_address():
    with Site(crossref(1)) as site:
        fetch(site, "crossref:kettle?days=1", mailto="ada@example.org")
        fetch(site, "crossref:issn:1234-5679")
    first, second = (call.query for call in site.calls)
    assert first["filter"] == "from-pub-date:2026-11-20,until-pub-date:2026-11-20"
    assert first["mailto"] == "ada@example.org"
    assert site.calls[0].headers["user-agent"].endswith("(digests of papers; mailto:ada@example.org)")
    assert (second["filter"], second.get("query"), second.get("mailto")) == ("issn:1234-5679", None, None)


def test_counts_beyond_reason_are_no_counts():
    message = {"items": papers(0, 3), "total-results": "9" * 9000, "next-cursor": None}
    with Site([json_of({"message": message})]) as site:
        assert len(fetch(site, "crossref:kettle").texts) == 1
