"""arXiv's mails: blocks between `\\\\` lines, wrapped fields, cross-listings, replacements, the form of 1992."""

from __future__ import annotations

import datetime as dt

from listing_samples import papers_of, read_sample, text_of


def test_wrapped_titles_and_authors_with_affiliations_are_whole():
    paper = read_sample("arxiv_mail.txt").papers[0]
    assert paper.title == "SALTLICK: a Benchmark for Goat Navigation on Steep Dams and Other Masonry"
    assert paper.authors == ("Ilse Varga", "Rui Andersen", "Ottilie Brack")
    assert paper.abstract == "Goats climb dams to reach salt. We introduce 1,204 climbs with x₁₂ slopes."
    assert (paper.published, paper.venue, paper.line) == (dt.date(2028, 3, 1), "J. Goats 4 (2028) 11-19", 7)
    assert paper.identifiers == {"arxiv": "2913.00031", "doi": "10.9999/goat.31"}


def test_cross_listings_and_replacements_are_papers_that_say_so():
    listing = read_sample("arxiv_mail.txt")
    assert [paper.categories for paper in listing.papers[1:]] == [("math.CO", "cs.RO", "cross"), ("cs.RO", "replaced")]
    assert listing.papers[2].abstract == ""
    assert listing.sources[0].format == "arXiv mail"


def test_the_form_of_1992_is_read_and_what_belongs_to_another_archive_is_a_fragment():
    listing = read_sample("arxiv_1992.txt")
    assert [(paper.key, paper.authors) for paper in listing.papers] == [
        ("arxiv:astro-gt/9206101", ("A. Prow", "B. Hull"))
    ]
    assert ["cross-listed" in fragment.why for fragment in listing.fragments] == [True]


def test_a_mail_that_was_quoted_in_a_reply_is_read_the_same():
    text = text_of("arxiv_mail.txt")
    quoted = "".join(f"> {line}\n" for line in text.split("\n"))
    assert [paper.key for paper in papers_of(quoted)] == [paper.key for paper in papers_of(text)]


def test_lines_between_entries_are_fragments_with_their_numbers():
    text = text_of("arxiv_mail.txt") + "a line that belongs to no entry\n"
    fragments = read_sample("arxiv_mail.txt").fragments
    assert fragments == ()
    from broadsheet.reading.listing import read_text

    assert [(f.first_line, f.text) for f in read_text(text).fragments] == [(44, "a line that belongs to no entry")]
