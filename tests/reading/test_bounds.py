"""No input crashes a reader, and what was made to take long or to fill the memory ends in one sentence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import ReadingError
from broadsheet.models import Listing
from broadsheet.reading.listing import read_inputs, read_text
from broadsheet.settings.loading import Fetch, Service, Sources
from listing_samples import SAMPLES, text_of

PIECES = st.sampled_from(
    ["\n", "\n\n", "<", ">", "{", "}", "[", "]", '"', "\\\\\n",
     "@article{", "TY  - ", "</entry>", "<!--", "]]>", "&", "&x;",
     "\t", ";", "- [", "](", "--sep", "\x00", "\ud7ff", "é", "=C3", "%0 ", "PMID- "]
)  # fmt: skip
EDITS = st.lists(
    st.tuples(st.sampled_from(["cut", "drop", "double", "put"]), st.integers(0, 10**6), st.integers(1, 200), PIECES),
    min_size=1,
    max_size=6,
)


def mutate(text, edits):
    for kind, place, length, piece in edits:
        at = place % (len(text) + 1)
        if kind == "cut":
            text = text[:at]
        elif kind == "drop":
            text = text[:at] + text[at + length :]
        elif kind == "double":
            text = text[:at] + text[at : at + length] * 2 + text[at + length :]
        else:
            text = text[:at] + piece + text[at:]
    return text


NOBODY = Fetch(
    attempts=1, sources=Sources(**{name: Service(base_url="http://127.0.0.1:9") for name in Sources.model_fields})
)
"""What is left of a listing may be a list of identifiers, and nobody is there to look them up."""


def outcome(text):
    """What was read, and what was said instead."""
    try:
        return read_text(text, fetch=NOBODY), ""
    except ReadingError as error:
        return Listing(), str(error)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(SAMPLES), EDITS)
def test_a_damaged_listing_is_read_or_refused_in_one_sentence(name, edits):
    text = mutate(text_of(name), edits)
    listing, said = outcome(text)
    assert said.count("\n") == 0
    assert not said or said.endswith(".")
    assert all(paper.title for paper in listing.papers)
    last = text.count("\n") + 2
    assert all(1 <= part.first_line <= part.last_line <= last for part in listing.fragments)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_listing_is_itself_with_other_newlines_and_with_a_byte_order_mark(name, tmp_path):
    text, path = text_of(name), tmp_path / "listing"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    papers = read_inputs([str(path)]).papers
    assert [paper.title for paper in papers] == [paper.title for paper in read_text(text).papers]


ENTRY = "<feed><entry><title>Goats on Dams</title><summary>"
HOSTILE = {
    "deep XML": "<feed>" + "<a>" * 100_000,
    "deep entry": ENTRY + "<a>" * 100_000,
    "deep HTML": "<html>" + "<div>" * 100_000,
    "deep JSON": "[" * 100_000,
    "deeper JSON": '{"a":' * 100_000,
    "open braces": "@article{goat, title = {" + "{" * 100_000,
    "open comments": ENTRY + "&lt;!--" * 50_000 + "</summary></entry></feed>",
    "open scripts": ENTRY + "&lt;script&gt;" * 50_000 + "</summary></entry></feed>",
    "open links": "# Goats\n" + "- [a b](https://arxiv.org/abs/2913.00031)\n" * 3 + "[a" * 100_000,
    "open entries": "\\\\\narXiv:2913.00031\n" * 50_000,
    "empty records": "TY  - JOUR\n" * 50_000,
    "long value": "TY  - JOUR\nTI  - Goats\n" + "dams\n" * 200_000,
    "wide table": "title,abstract" + ",x" * 100_000 + "\na,b" + ",c" * 100_000,
    "many headings": "<html>" + '<h3 class="gs_rt">Goats on Dams</h3>' * 10_000,
    "tags only": "<html>" + "<" * 3_100_000,
    "ampersands": ENTRY + "&" * 300_000 + "</summary></entry></feed>",
    "many doctypes": "<!DOCTYPE [" * 20_000,
    "brackets in names": "title;authors\nGoats on Dams;" + "(" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_done_with_in_seconds(name):
    start = time.process_time()
    listing, said = outcome(HOSTILE[name])
    assert len(listing.papers) <= 1
    assert len(said) < 400
    assert time.process_time() - start < 10


@pytest.mark.parametrize("reference", ["&#xD800;", "&#x0dfff;", "&#55296;", "&#57343;", "&#xDC00"])
@pytest.mark.parametrize("form", ["xml", "html"])
def test_a_reference_to_half_a_character_is_shown_as_unreadable(reference, form):
    entry = f"<entry><title>Goats {reference} on Dams</title><summary>They {reference} climb.</summary></entry>"
    item = f"<dt>[1] <a>arXiv:2601.00001</a></dt><dd><div class='list-title'>Goats {reference} on Dams</div></dd>"
    listing, said = outcome(f"<feed>{entry}</feed>" if form == "xml" else f"<html><body><dl>{item}</dl></body></html>")
    assert (said, [paper.title for paper in listing.papers]) == ("", ["Goats \ufffd on Dams"])


@pytest.mark.parametrize("title", ["<category term='x'/>", "<p></p>"])
def test_a_row_whose_title_is_nothing_but_tags_is_a_gap(title):
    listing, _ = outcome(f"title,abstract,doi\nGoats on Dams,They climb.,10.9999/1\n{title},Nothing.,10.9999/2\n")
    assert [paper.title for paper in listing.papers] == ["Goats on Dams"]
    assert [gap.why for gap in listing.fragments] == ["it has no title"]


def test_a_title_label_without_a_title_makes_no_paper():
    text = "".join(f"Title:{' Goats on Dams ' + str(n) if n else ''}\nAuthors: A. Goat, B. Dam\n\n" for n in range(4))
    listing, _ = outcome(text)
    assert [paper.title for paper in listing.papers] == ["Goats on Dams 1", "Goats on Dams 2", "Goats on Dams 3"]


@pytest.mark.parametrize("apart", ["\n", "\n\n"])
def test_junk_is_told_by_a_sample_and_a_long_list_of_titles_is_not_junk(apart):
    listing, said = outcome(apart.join(f"x{n % 97} junk" for n in range(5_000)))
    assert not listing.papers
    assert "no papers in it" in said
    words = "Learning Sparse Graph Models of Goats from Noisy Data"
    listing, _ = outcome(apart.join(f"{words[: 30 + n % 24]} {n}" for n in range(5_000)))
    assert len(listing.papers) == 5_000


def test_papers_among_junk_are_found_whatever_a_sample_says():
    abstract = "We propose a method that predicts how goats climb dams. Experiments show that it improves results. " * 4
    page = "".join(f"Goats on Dams, Part {n}: A Study of Salt\n\n{abstract}\n\n" for n in range(20))
    listing, _ = outcome(page + "x7 junk\n\n" * 3_000)
    assert len(listing.papers) == 20
