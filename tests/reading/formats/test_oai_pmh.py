"""OAI-PMH: the three kinds of metadata, deleted records, errors."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.errors import NoPapers
from broadsheet.reading.listing import read_text
from listing_samples import read_sample, text_of


def test_each_kind_of_metadata_is_read():
    papers = read_sample("oai.xml").papers
    assert [paper.key for paper in papers] == ["arxiv:2913.00031", "arxiv:2913.00032", "arxiv:2913.00034"]
    assert [paper.authors for paper in papers] == [("Ilse Varga",), ("Mira Thalberg", "Paulo Brandt"), ("Voss, Janek",)]
    assert [paper.published for paper in papers] == [dt.date(2028, 3, 1), dt.date(2028, 3, 1), dt.date(2028, 3, 2)]
    assert papers[1].identifiers["arxiv_version"] == "3"


def test_a_comment_is_no_abstract_in_dublin_core():
    assert read_sample("oai.xml").papers[2].abstract == "Ferries run aground."


def test_a_deleted_record_is_a_fragment():
    assert [fragment.why for fragment in read_sample("oai.xml").fragments] == ["the repository deleted it"]


def test_a_record_without_its_envelope_is_read():
    text = text_of("oai.xml")
    start, end = text.index("<record>"), text.index("</record>") + len("</record>")
    assert [paper.key for paper in read_text(text[start:end]).papers] == ["arxiv:2913.00031"]


def test_an_error_of_the_repository_is_told_in_its_words():
    with pytest.raises(NoPapers, match=r"noRecordsMatch \(nothing since Friday\)"):
        read_text('<OAI-PMH><error code="noRecordsMatch">nothing since Friday</error></OAI-PMH>')
