"""Semantic Scholar: words in its own language, with dates and a key in a header."""

from __future__ import annotations

from services import fetch, s2
from site_of_ours import Site


def test_semantic_scholar_is_asked_with_dates_and_its_key_in_a_header(monkeypatch):
    monkeypatch.setenv("S2_API_KEY", "secret-of-s2")
    with Site(s2(1)) as site:
        fetch(site, "s2:kettle?since=2026-11-01")
    assert site.calls[0].query["publicationDateOrYear"] == "2026-11-01:"
    assert site.calls[0].headers["x-api-key"] == "secret-of-s2"
