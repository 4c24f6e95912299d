"""JSON of many services: where the papers stand, and how each spells a paper."""

from __future__ import annotations

import json

import pytest

from broadsheet.reading.listing import read_text
from places import DATA

SERVICES = json.loads((DATA / "services.json").read_text(encoding="utf-8"))
"""One invented paper as each service writes it."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_paper_of_each_service(service):
    paper = read_text(json.dumps(SERVICES[service])).papers[0]
    assert (paper.title, paper.abstract) == ("Goats on Dams", "We count goats.")
    if "list" not in service and "object" not in service:
        assert "Varga" in paper.authors[0]


@pytest.mark.parametrize(
    ("service", "key"),
    [
        ("Hugging Face", "arxiv:2913.00031"),
        ("OpenReview 2", "openreview:GoAt31"),
        ("Crossref", "doi:10.9999/goat.31"),
        ("OpenAlex", "openalex:W99000031"),
        ("Semantic Scholar", "arxiv:2913.00031"),
        ("Europe PMC", "pmid:90000031"),
        ("INSPIRE", "arxiv:2913.00031"),
    ],
)
def test_each_service_names_its_paper(service, key):
    assert read_text(json.dumps(SERVICES[service])).papers[0].key == key


@pytest.mark.parametrize("service", ["Crossref", "CSL", "bioRxiv"])
def test_dates_in_parts_and_dates_beside_a_placeholder(service):
    assert str(read_text(json.dumps(SERVICES[service])).papers[0].published) == "2028-03-05"


def test_zoteros_editor_is_no_author_and_its_notes_are_no_papers():
    items = [*SERVICES["Zotero"], {"data": {"itemType": "note", "title": "to do"}}]
    listing = read_text(json.dumps(items))
    assert [(paper.authors, paper.categories) for paper in listing.papers] == [(("Ilse Varga",), ("goats",))]
    assert [fragment.why for fragment in listing.fragments] == ["it is a note or a file, and no paper"]
