"""The ACL Anthology's XML and EndNote's."""

from __future__ import annotations

import datetime as dt

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
