"""Feeds: Atom, RSS and RDF by their rules, entries of arXiv and of journals, and why an empty one is empty."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.errors import NoPapers
from broadsheet.reading.listing import read_text
from listing_samples import read_sample


def test_an_entry_of_the_api_has_everything_the_api_says():
    paper = read_sample("atom_api.xml").papers[0]
    assert paper.title == "SALTLICK: a Benchmark for Goat Navigation on Steep Dams"
    assert paper.abstract == "Goats climb dams to reach salt, p < 0.05."
    assert (paper.authors, paper.published) == (("Ilse Varga", "Rui Andersen"), dt.date(2028, 3, 1))
    assert paper.identifiers == {"arxiv": "2913.00031", "arxiv_version": "2", "doi": "10.9999/goat.31"}
    assert (paper.venue, paper.categories, paper.line) == ("J. Goats 4 (2028) 11-19", ("cs.RO",), 5)


def test_old_ids_lose_their_subject_class():
    assert read_sample("atom_api.xml").papers[1].key == "arxiv:math/0309136"


def test_the_announcement_in_arxivs_rss_is_no_part_of_the_abstract():
    paper = read_sample("arxiv_rss.xml").papers[0]
    assert (paper.abstract, paper.categories) == ("We count lanterns by their shadows.", ("math.CO", "cross"))
    assert (paper.authors, paper.published) == (("Mira Thalberg", "Paulo Brandt"), dt.date(2028, 3, 3))


def test_rdf_with_marked_up_text_and_inverted_names():
    paper = read_sample("journal_rdf.xml").papers[0]
    assert (paper.title, paper.abstract) == ("Copper Kettles & Wooden Spoons", "We boil H₂O. It takes 4 min.")
    assert (paper.authors, paper.key) == (("Varga, I.", "Andersen, R. B."), "doi:10.9999/slopes.77")


ERROR = "<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title><summary>bad start</summary></entry>"
WEEKEND = "<link>http://rss.arxiv.org/rss/cs.CL</link><skipDays><day>Sunday</day></skipDays>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"<rss><channel>{WEEKEND}</channel></rss>", "Saturdays"),
        ("<feed><totalResults>0</totalResults></feed>", "matched nothing"),
        (f"<feed>{ERROR}</feed>", "bad start"),
        ("<feed><entry><id>1</id></entry></feed>", "none of them has a title"),
        ("<feed/>", "no entries"),
    ],
)
def test_a_feed_without_papers_says_why(text, says):
    with pytest.raises(NoPapers, match=says):
        read_text(text)


def test_authors_behind_a_title_are_no_part_of_it():
    item = "<item><title>{}</title><link>https://papers.example/{}</link><description>{}</description></item>"
    items = [
        item.format("Sealed bids and small boats -- by Ada Ash, Ben Birch", 1, "Auctions are run every spring."),
        item.format("Kettles -- by no means silent", 2, "Kettles sing."),
    ]
    first, second = read_text(f'<rss version="2.0"><channel><title>New</title>{"".join(items)}</channel></rss>').papers
    assert (first.title, first.authors) == ("Sealed bids and small boats", ("Ada Ash", "Ben Birch"))
    assert (second.title, second.authors) == ("Kettles -- by no means silent", ())
