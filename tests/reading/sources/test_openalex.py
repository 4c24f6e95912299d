"""OpenAlex: words or filters, with dates, an address and a key."""

from __future__ import annotations

from services import fetch, openalex
from site_of_ours import Site


def test_openalex_is_asked_with_dates_the_address_and_the_key(monkeypatch):
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-openalex")
    with Site(openalex(1)) as site:
        fetch(site, "openalex:kettle physics?since=2026-11-01", mailto="ada@example.org")
        fetch(site, "openalex:topics.id:T10028,type:article?until=2026-11-01")
    first, second = (call.query for call in site.calls)
    assert first["search"] == "kettle physics"
    assert (first["filter"], first["sort"]) == ("from_publication_date:2026-11-01", "publication_date:desc")
    assert (first["mailto"], first["api_key"]) == ("ada@example.org", "secret-of-openalex")
    assert second["filter"] == "topics.id:T10028,type:article,to_publication_date:2026-11-01"
    assert "search" not in second
