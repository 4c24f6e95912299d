"""OpenReview: a venue by its id, an invitation or its name, of the new interface and of the old."""

from __future__ import annotations

import pytest

from services import faulty, fetch, openreview
from site_of_ours import Site, json_of, papers


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ("Kettle.cc/2026/Conference", "content.venueid"),
        ("Kettle.cc/2026/Conference/-/Submission", "invitation"),
        ("Kettle 2026 oral", "content.venue"),
    ],
)
def test_a_venue_is_its_id_an_invitation_or_a_name(terms, field):
    with Site(openreview(3)) as site:
        fetch(site, f"openreview:{terms}")
    assert site.calls[0].query == {field: terms, "limit": "1000", "offset": "0"}


def test_a_venue_is_paged_through_and_an_empty_page_asked_for_again():
    with Site(faulty(openreview(2500), None, json_of({"notes": [], "count": 2500}))) as site:
        got = fetch(site, "openreview:Kettle.cc/2026/Conference?limit=9000")
    assert [call.query["offset"] for call in site.calls] == ["0", "1000", "1000", "2000"]
    assert got.why == ""


def test_a_venue_the_new_interface_does_not_know_is_asked_of_the_old():
    with Site([json_of({"notes": [], "count": 0}), json_of({"notes": papers(0, 2), "count": 2})]) as site:
        got = fetch(site, "openreview:Kettle.cc/2019/Conference")
    assert len(site.calls) == 2
    assert len(got.texts) == 1


def test_a_venue_nobody_knows_says_how_venues_are_named():
    with Site(openreview(0)) as site:
        got = fetch(site, "openreview:Kettle.cc/2019/Conference")
    assert got.texts == ()
    assert "such as openreview:ICLR.cc/2026/Conference" in got.why
