"""bioRxiv and medRxiv: categories by days, and a preprint by its DOI."""

from __future__ import annotations

import pytest

from broadsheet.errors import UsageError
from services import biorxiv, faulty, fetch
from site_of_ours import Site, fetcher, json_of, papers


def test_biorxiv_is_stepped_through_by_what_came():
    with Site(biorxiv(70)) as site:
        got = fetch(site, "biorxiv:Cell biology?days=3")
    assert site.asked == [f"/details/biorxiv/2026-11-18/2026-11-20/{start}" for start in (0, 30, 60)]
    assert site.calls[0].query == {"category": "cell_biology"}
    assert got.why == ""
    assert len(got.texts) == 3


def test_medrxiv_takes_the_days_of_the_settings_and_all_categories():
    with Site(biorxiv(5)) as site:
        fetch(site, "medrxiv:all", days=2)
    assert site.asked == ["/details/medrxiv/2026-11-19/2026-11-20/0"]
    assert site.calls[0].query == {}


def test_an_empty_page_of_biorxiv_is_asked_for_again():
    with Site(
        faulty(biorxiv(70), None, json_of({"messages": [{"status": "no posts found"}], "collection": []}))
    ) as site:
        got = fetch(site, "biorxiv:all")
    assert [path.rpartition("/")[2] for path in site.asked] == ["0", "30", "30", "60"]
    assert got.why == ""


def test_a_category_nobody_has_is_refused_with_the_nearest():
    with Site([]) as site, fetcher(site) as source:
        with pytest.raises(UsageError, match="did you mean `biorxiv:neuroscience`"):
            source.plan("biorxiv:neurosience")
        with pytest.raises(UsageError, match="`medrxiv:all` takes every one"):
            source.plan("medrxiv:kettles")


def test_days_without_a_preprint_are_named():
    with Site(biorxiv(0)) as site:
        got = fetch(site, "biorxiv:ecology")
    assert got.why == "bioRxiv posted nothing in ecology between 2026-11-14 and 2026-11-20"


def test_a_preprint_is_found_by_its_doi():
    with Site(lambda call: json_of({"messages": [{"status": "ok"}], "collection": papers(0, 1)})) as site:
        fetch(site, "biorxiv:10.1101/2026.11.01.000001")
    assert site.asked == ["/details/biorxiv/10.1101/2026.11.01.000001/na/json"]
