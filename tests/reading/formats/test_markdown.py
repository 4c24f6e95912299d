"""Markdown: digests with an entry a heading, and lists whose links lead to papers."""

from __future__ import annotations

import pytest

from broadsheet.errors import NoPapers
from broadsheet.reading.listing import read_text
from listing_samples import papers_of, read_sample


def test_a_digest_has_each_paper_once_in_spite_of_its_table_of_contents():
    listing = read_sample("digest.md")
    assert [paper.key for paper in listing.papers] == ["arxiv:2913.00031", "arxiv:2913.00032"]
    assert [paper.abstract for paper in listing.papers] == [
        "Goats climb dams to reach salt.",
        "We count lanterns by their shadows.",
    ]
    assert listing.papers[0].authors == ("Ilse Varga", "Rui Andersen")
    assert (listing.sources[0].format, listing.duplicates) == ("a Markdown digest", ())


def test_a_reading_list_takes_links_to_papers_and_says_which_it_did_not():
    listing = read_sample("reading_list.md")
    assert [paper.title for paper in listing.papers] == [
        "SALTLICK: a Benchmark for Goats",
        "Lantern Counting Without Lanterns",
        "Ferries at Low Tide",
    ]
    assert [paper.line for paper in listing.papers] == [7, 10, 12]
    assert listing.papers[1].key == "openreview:GoAt31"
    assert [fragment.first_line for fragment in listing.fragments] == [8, 11]


def test_names_of_models_are_no_titles():
    text = "# Models\n\n- [Goat-7B](https://arxiv.org/abs/2913.00031)\n- [Salt from Dams](https://arxiv.org/abs/2913.00032)\n"
    assert [paper.title for paper in papers_of(text)] == ["Salt from Dams"]


def test_links_in_code_are_no_papers():
    text = "# x\n\n```\n- [Salt from Dams](https://arxiv.org/abs/2913.00032)\n- [Salt of Dams](https://arxiv.org/abs/2913.00033)\n```\n"
    with pytest.raises(NoPapers, match="Markdown"):
        read_text(text)
