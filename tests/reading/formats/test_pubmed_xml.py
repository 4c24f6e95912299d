"""PubMed's XML: structured abstracts, its many identifiers, translated titles."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.errors import NoPapers
from broadsheet.reading.listing import read_text
from listing_samples import read_sample


def test_an_article_keeps_the_labels_of_its_abstract():
    paper = read_sample("pubmed.xml").papers[0]
    assert paper.title == "Sleep near CO₂ kettles."
    assert paper.abstract == "OBJECTIVES: We ask whether kettles whistle. RESULTS: They do (p < 0.01)."
    assert (paper.authors, paper.published) == (("Fenna Okkerse", "Kettle Group"), dt.date(2028, 2, 7))
    assert (paper.venue, paper.categories) == ("Annals of Kettles", ("kettles",))


def test_identifiers_of_the_references_are_not_the_articles():
    identifiers = read_sample("pubmed.xml").papers[0].identifiers
    assert identifiers == {"pmid": "90000031", "doi": "10.9999/kettle.31", "pmcid": "PMC990031"}


def test_a_translated_title_loses_its_brackets():
    assert read_sample("pubmed.xml").papers[1].title == "Lanterns of the north"


def test_an_empty_answer_says_so():
    with pytest.raises(NoPapers, match="check the ids"):
        read_text("<PubmedArticleSet></PubmedArticleSet>")
