"""The same paper is there once, and different ones stay different."""

from __future__ import annotations

from broadsheet.models import Listing, Paper
from broadsheet.reading.cleaning.identifiers import paper_key
from broadsheet.reading.deduplication import MOST_NAMED, merge_duplicates, name_merged


def paper(title, abstract="", authors=(), **ids):
    key = paper_key(ids, title=title, authors=authors, abstract=abstract)
    return Paper(key=key, title=title, abstract=abstract, authors=authors, identifiers=ids, source="a.txt")


LONG = "Counting Goats on Steep Dams"


def test_a_paper_with_and_without_authors_is_one_with_the_richer_key():
    bare, rich = paper(LONG), paper(LONG.upper() + ".", "We count.", ("Ilse Varga",))
    for pair in ([bare, rich], [rich, bare]):
        papers, duplicates = merge_duplicates(pair)
        assert [(p.title, p.abstract, p.authors) for p in papers] == [(pair[0].title, "We count.", ("Ilse Varga",))]
        assert papers[0].key == rich.key == duplicates[0].kept


def test_identifiers_join_papers_with_different_titles():
    first, second = paper("Goats", arxiv="2911.1"), paper("Goats on dams, revised", doi="10.1/x", arxiv="2911.1")
    papers, duplicates = merge_duplicates([first, second])
    assert papers[0].identifiers == {"arxiv": "2911.1", "doi": "10.1/x"}
    assert len(duplicates) == 1


def test_a_paper_that_joins_two_kept_ones_leaves_one():
    a, b = paper("A study of goats", arxiv="2911.1"), paper("A study of goats on dams", doi="10.1/x")
    both = paper("A study of the goats", arxiv="2911.1", doi="10.1/x")
    papers, duplicates = merge_duplicates([a, b, both])
    assert [p.title for p in papers] == ["A study of goats"]
    assert sorted(d.title for d in duplicates) == ["A study of goats on dams", "A study of the goats"]
    assert {d.kept_title for d in duplicates} == {"A study of goats"}


def test_two_prefaces_are_two_papers_with_two_keys():
    papers, duplicates = merge_duplicates(
        [paper("Preface", "Of 2029."), paper("Preface", "Of 2030."), paper("Preface", "Of 2029.")]
    )
    assert [p.abstract for p in papers] == ["Of 2029.", "Of 2030."]
    assert len({p.key for p in papers}) == 2
    assert len(duplicates) == 1


def test_other_authors_or_other_identifiers_make_another_paper():
    same_title = [paper(LONG, authors=("Ilse Varga",)), paper(LONG, authors=("Rui Andersen",))]
    other_ids = [paper(LONG, arxiv="2911.1"), paper(LONG, doi="10.1/x")]
    assert len(merge_duplicates(same_title)[0]) == len(merge_duplicates(other_ids)[0]) == 2


def test_papers_that_stay_two_have_two_keys_though_they_are_named_alike():
    names = ("Rui Andersen", *(f"Ilse Varga{letter}" for letter in "abcdefghij"))
    crowd = [paper(LONG, authors=(name,)) for name in names]  # too many of one title to compare each with each
    papers, duplicates = merge_duplicates([*crowd, paper(LONG, "Again.", ("Rui Andersen",))])
    assert len(papers) + len(duplicates) == len(crowd) + 1
    assert len({one.key for one in papers}) == len(papers)


CHAPTERS = [
    ("Knots in cotton nets", "Ash, A.", "Cotton knots slip when wet. We tied four hundred of them."),
    ("Sails in light wind", "Birch, B.", "Sails of hemp fill slowly. We timed six boats."),
    ("Anchors on sand", "Cole, C.", "Anchors drag on sand at three knots of tide."),
]


def test_chapters_under_the_doi_of_their_book_are_papers_of_their_own():
    chapters = [paper(title, abstract, (author,), doi="10.5555/book") for title, author, abstract in CHAPTERS]
    papers, duplicates = merge_duplicates([*chapters, chapters[1]])
    assert [one.title for one in papers] == [title for title, _, _ in CHAPTERS]
    assert [one.key for one in papers] == ["doi:10.5555/book", "doi:10.5555/book-2", "doi:10.5555/book-3"]
    assert [(one.title, one.kept) for one in duplicates] == [("Sails in light wind", "doi:10.5555/book-2")]


def test_a_volume_of_two_thousand_talks_under_one_doi_loses_none():
    talks = [
        paper(f"Talk of {name} on nets", f"{name} ties nets.", (name,), doi="10.5555/volume")
        for name in (f"Speaker{number}" for number in range(2000))
    ]
    assert len(merge_duplicates(talks)[0]) == 2000


def test_what_was_merged_under_two_titles_is_named_with_both():
    first = paper("Knots in cotton nets", doi="10.5555/x")
    listing = Listing(duplicates=merge_duplicates([first, paper("Knots in Cotton Nets", doi="10.5555/x")])[1])
    assert name_merged(listing) == []
    again = paper("Knots in cotton nets: a field study", doi="10.5555/x")
    listing = Listing(duplicates=merge_duplicates([first, *[again] * 60])[1])
    assert name_merged(listing)[0] == (
        "“Knots in cotton nets: a field study” was taken for “Knots in cotton nets” (doi:10.5555/x), and stands once."
    )
    assert name_merged(listing)[MOST_NAMED:] == ["10 more papers were met under two titles."]
