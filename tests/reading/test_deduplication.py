"""The same paper is there once, and different ones stay different."""

from __future__ import annotations

from broadsheet.models import Paper
from broadsheet.reading.cleaning.identifiers import paper_key
from broadsheet.reading.deduplication import merge_duplicates


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
    a, b = paper("A study of goats", arxiv="2911.1"), paper("A study of dams", doi="10.1/x")
    both = paper("A study of both", arxiv="2911.1", doi="10.1/x")
    papers, duplicates = merge_duplicates([a, b, both])
    assert [p.title for p in papers] == ["A study of goats"]
    assert sorted(d.title for d in duplicates) == ["A study of both", "A study of dams"]


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
