"""The ACL Anthology's XML, EndNote's and Zotero's."""

from __future__ import annotations

import datetime as dt

from broadsheet.reading.formats.library_xml import recognises_zotero
from broadsheet.reading.listing import read_text
from listing_samples import read_sample


def test_a_paper_of_the_anthology_has_its_volumes_name_and_its_own_page():
    first, second = read_sample("anthology.xml").papers
    assert (first.title, first.abstract) == ("DamParse: Parsing Dams", "We parse dams with k goats.")
    assert first.venue == second.venue == "Proceedings of the First Workshop on Goats"
    assert first.url == "https://aclanthology.org/2028.goat-1.1"
    assert (second.authors, second.url) == (("Plume",), "https://dam.example/2.pdf")


def test_styles_inside_endnotes_fields_are_dropped():
    paper = read_sample("endnote.xml").papers[0]
    assert (paper.title, paper.authors) == ("Goats and their Dams", ("Varga, Ilse", "Brandt, Paulo"))
    assert (paper.published, paper.venue, paper.key) == (
        dt.date(2028, 3, 5),
        "Journal of Slopes",
        "doi:10.9999/goat.31",
    )


def test_zotero_items_are_papers_and_their_attachments_notes_and_collections_are_not():
    article, preprint = read_sample("zotero.rdf").papers
    assert (article.title, article.venue) == ("Kettles That Hum & Sing", "Annals of Kettles")
    assert article.abstract == "We listen to kettles of many kinds. They hum before they sing."
    assert article.authors == ("Ada Spout", "Lid")
    assert (article.published, article.identifiers) == (dt.date(2026, 3, 4), {"doi": "10.5555/kettle.2026.1"})
    assert article.url == "https://kettles.example/hum"
    assert (preprint.title, preprint.key) == ("Steam Without Kettles", "arxiv:2603.01234")


def test_rdf_without_zoteros_namespace_is_none_of_its():
    assert recognises_zotero('<rdf:RDF xmlns:z="http://www.zotero.org/namespaces/export#">')
    assert not recognises_zotero('<rdf:RDF xmlns="http://purl.org/rss/1.0/">')


def test_endnotes_styles_raise_and_lower():
    text = (
        "<xml><records><record><ref-type name='Journal Article'>17</ref-type><titles><title><style>CO</style>"
        "<style face='subscript'>2</style><style> of goats</style></title></titles><abstract><style>We found 10</style>"
        "<style face='superscript'>3</style><style> goats.</style></abstract></record></records></xml>"
    )
    paper = read_text(text).papers[0]
    assert (paper.title, paper.abstract) == ("CO₂ of goats", "We found 10³ goats.")
