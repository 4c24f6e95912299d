"""Which papers are new: by their names and titles, whatever they are called when they come back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.editions.novelty import Shelf, as_seen, sort_listing
from broadsheet.models import Duplicate, Listing, Paper
from broadsheet.reading.cleaning.identifiers import paper_key
from broadsheet.reading.deduplication import name_merged

TITLE = "How kettles count the hours of an afternoon"


def paper(title: str = TITLE, authors: tuple[str, ...] = ("Ada Quill",), **identifiers: str) -> Paper:
    key = paper_key(identifiers, title=title, authors=authors)
    return Paper(key=key, title=title, authors=authors, abstract="Kettles count.", identifiers=identifiers)


def sort(before: Paper, *papers: Paper, **kinds: Any) -> Listing:
    """The listing of edition 2, after one that held a single paper."""
    shelf = Shelf([as_seen(before, 1)])
    return sort_listing(Listing(papers=papers), shelf, number=2, **{"replacements": False, **kinds}).listing


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (paper(arxiv="2611.00001"), paper(arxiv="2611.00001", doi="10.9999/a")),
        (paper(arxiv="2611.00001", doi="10.9999/a"), paper(doi="10.9999/a", title="Another title")),
        (paper(arxiv="2611.00001"), paper(doi="10.9999/a")),
        (paper(doi="10.1101/2026.1"), paper(doi="10.9999/a")),
        (paper(), paper(arxiv="2611.00001")),
        (paper(), paper(authors=())),
        (paper(), paper(title="HOW KETTLES COUNT — the hours of an afternoon", authors=("Quill, A.",))),
        (paper(openreview="abcde"), paper(openreview="fghij")),
    ],
)
def test_a_paper_that_stood_in_an_edition_is_not_new_under_another_name(before, after):
    listing = sort(before, after)
    assert (listing.papers, listing.seen, listing.returned) == ((), 1, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (paper(arxiv="2611.00001"), paper(arxiv="2611.00002")),
        (paper(doi="10.9999/a"), paper(doi="10.9999/b")),
        (paper(), paper(authors=("Bo Marrow",))),
        (paper(arxiv="2611.00001", authors=()), paper(doi="10.9999/a", authors=())),
        (paper("Editorial", authors=()), paper("Editorial", authors=()).model_copy(update={"abstract": "Of teapots."})),
    ],
)
def test_another_paper_of_the_same_title_is_new(before, after):
    assert sort(before, after).papers == (after,)


@pytest.mark.parametrize(
    ("before", "after", "returned"),
    [
        (paper(arxiv="1.1", arxiv_version="1"), paper(arxiv="1.1", arxiv_version="2"), True),
        (paper(arxiv="1.1", arxiv_version="2"), paper(arxiv="1.1", arxiv_version="2"), False),
        (paper(arxiv="1.1", arxiv_version="3"), paper(arxiv="1.1", arxiv_version="2"), False),
        (paper(arxiv="1.1", arxiv_version="1"), paper(arxiv="1.1"), False),
        (paper(arxiv="1.1"), paper(arxiv="1.1").model_copy(update={"categories": ("replaced",)}), True),
    ],
)
def test_a_new_version_returns(before, after, returned):
    listing = sort(before, after)
    assert [one.edition for one in listing.returned] == [1] * returned
    assert listing.papers == ()
    again = sort(before, after, replacements=True)
    assert (len(again.papers), again.seen) == ((1, 0) if returned else (0, 1))


def test_a_replacement_without_version_returns_once():
    replaced = paper(arxiv="1.1").model_copy(update={"categories": ("replaced",)})
    seen = as_seen(paper(arxiv="1.1"), 1)
    listing = sort_listing(
        Listing(papers=(replaced,)),
        Shelf([type(seen)(**{**{name: getattr(seen, name) for name in seen.__slots__}, "returned": 2})]),
        number=3,
        replacements=False,
    ).listing
    assert listing.returned == ()


def test_a_replacement_of_what_stood_nowhere_is_left_out_unless_wanted():
    replaced = paper("Nobody saw its first version", arxiv="9.9").model_copy(update={"categories": ("replaced",)})
    assert sort(paper(), replaced).left_out == (replaced,)
    assert sort(paper(), replaced, replacements=True).papers == (replaced,)


papers = st.lists(
    st.builds(
        lambda number, scheme, author: paper(f"{TITLE} no. {number}", (f"Ada {author}",), **{scheme: f"10.9/{number}"}),
        st.integers(0, 6),
        st.sampled_from(("doi", "arxiv", "s2")),
        st.sampled_from(("Quill", "Marrow")),
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)


@given(first=papers, second=papers)
def test_every_paper_is_counted_once_and_none_is_new_twice(first, second):
    shelf = Shelf([])
    one = sort_listing(Listing(papers=tuple(first)), shelf, number=1, replacements=False)
    two = sort_listing(Listing(papers=tuple(second)), shelf, number=2, replacements=False)
    for found, given_papers in ((one.listing, first), (two.listing, second)):
        assert len(found.papers) + len(found.duplicates) + found.seen + len(found.left_out) == len(given_papers)
    assert {paper.key for paper in one.listing.papers} & {paper.key for paper in two.listing.papers} == set()
    assert len(one.new) == len(one.listing.papers)


def test_what_was_met_twice_is_counted_with_the_paper_it_was_met_with():
    known, new = paper(doi="10.9999/a"), paper("Quite another paper about bathtubs", doi="10.9999/b")
    twice = tuple(Duplicate(title=one.title, source="x", kept=one.key) for one in (known, new))
    shelf = Shelf([as_seen(known, 1)])
    listing = sort_listing(Listing(papers=(known, new), duplicates=twice), shelf, number=2, replacements=False).listing
    assert (listing.seen, len(listing.duplicates)) == (2, 1)


def test_an_edition_learns_further_names_of_a_paper():
    shelf = Shelf([as_seen(paper(arxiv="2611.00001"), 1)])
    after = paper(arxiv="2611.00001", doi="10.9999/a")
    learnt = sort_listing(Listing(papers=(after,)), shelf, number=2, replacements=False).learnt
    assert [(one.key, one.names) for one in learnt] == [("arxiv:2611.00001", frozenset({"doi:10.9999/a"}))]


CHAPTERS = [
    ("Knots in cotton nets", ("Ada Ash",), "Cotton knots slip when wet. We tied four hundred of them."),
    ("Sails in light wind", ("Bo Birch",), "Sails of hemp fill slowly. We timed six boats."),
]


def test_a_chapter_under_the_doi_of_a_book_that_was_seen_is_new():
    first, second = (
        paper(title, authors, doi="10.5555/book").model_copy(update={"abstract": abstract, "key": f"doi:book-{number}"})
        for number, (title, authors, abstract) in enumerate(CHAPTERS)
    )
    listing = sort(first, first, second)
    assert (listing.papers, listing.seen) == ((second,), 1)


@pytest.mark.parametrize(
    "wrong", [{"arxiv": "2611.00001"}, {"pmid": "123"}, {"doi": "10.5555/a"}, {"acl": "2026.tea-1.1"}]
)
def test_no_paper_is_dropped_for_an_identifier_alone(wrong: dict[str, str]):
    other = paper("Sails in light wind", ("Bo Birch",), **wrong).model_copy(update={"abstract": "Sails fill slowly."})
    assert sort(paper(**wrong), other).papers == (other,)


def test_a_paper_seen_under_another_title_is_named_with_both():
    listing = sort(paper(arxiv="1.1"), paper("Kettles and hours", arxiv="1.1"))
    assert [(one.title, one.kept_title) for one in listing.retitled] == [("Kettles and hours", TITLE)]
    assert name_merged(listing) == [f"“Kettles and hours” stood in an earlier edition as “{TITLE}” (arxiv:1.1)."]


def test_a_new_version_of_what_is_unwanted_is_not_reported():
    before, after = paper(arxiv="2611.00001", arxiv_version="1"), paper(arxiv="2611.00001", arxiv_version="2")
    assert len(sort(before, after).returned) == 1
    found = sort(before, after, unwanted={after.key})
    assert (found.returned, found.seen, found.papers) == ((), 1, ())
