"""XML of whatever kind: patient with what is broken, and safe from what was made to do harm."""

from __future__ import annotations

import pytest

from broadsheet.errors import ReadingError
from broadsheet.reading.listing import read_text
from listing_samples import papers_of, text_of


def test_a_stray_ampersand_and_html_entities_are_read():
    text = text_of("atom_api.xml").replace("Ilse Varga", "Ilse V&aacute;rga").replace("Knots for", "Knots & Bolts for")
    assert papers_of(text)[0].authors[0] == "Ilse Várga"
    assert papers_of(text)[1].title == "Knots & Bolts for Ferries"


def test_a_feed_cut_off_in_the_middle_keeps_what_was_whole_and_says_where_it_broke():
    text = text_of("atom_api.xml")
    listing = read_text(text[: text.index("<summary>We tie")])
    assert listing.papers[0].key == "arxiv:2913.00031"
    assert any("the XML is broken there" in fragment.why for fragment in listing.fragments)


@pytest.mark.parametrize("entity", ['"boom"', 'SYSTEM "file:///etc/hostname"'])
def test_entities_of_the_documents_own_are_refused(entity):
    with pytest.raises(ReadingError, match="entities of its own"):
        read_text(f"<!DOCTYPE feed [<!ENTITY x {entity}>]><feed><entry><title>&x;</title></entry></feed>")


def test_an_xml_document_that_never_comes_to_a_paper_is_given_up():
    with pytest.raises(ReadingError, match="megabytes without a paper"):
        read_text("<feed>" + "<a/>" * 2_300_000 + "</feed>")
