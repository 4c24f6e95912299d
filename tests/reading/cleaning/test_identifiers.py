"""Ids in all their spellings, keys that stay the same, the same paper once."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.models import Paper
from broadsheet.reading.cleaning.dates import find_date, is_date_line
from broadsheet.reading.cleaning.identifiers import (
    code_url,
    find_identifiers,
    normal_doi,
    page_url,
    paper_key,
    surname_of,
)
from broadsheet.reading.deduplication import merge_duplicates


@pytest.mark.parametrize(
    "text",
    [
        "arXiv:2911.00012v3 [cs.CL]",
        "arxiv: 2911.00012v3",
        "https://arxiv.org/abs/2911.00012v3",
        "http://www.arxiv.org/pdf/2911.00012v3.pdf",
        "https://huggingface.co/papers/2911.00012v3",
        "https://doi.org/10.48550/arXiv.2911.00012v3",
    ],
)
def test_an_arxiv_id_is_found_in_every_spelling(text):
    assert find_identifiers(text) == {"arxiv": "2911.00012", "arxiv_version": "3"}


def test_old_arxiv_ids_lose_their_subject_class():
    assert find_identifiers("arXiv:hep-th/9901001")["arxiv"] == "hep-th/9901001"
    assert find_identifiers("https://arxiv.org/abs/math.GT/0309136v2")["arxiv"] == "math/0309136"


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1234/ABC.5", "10.1234/abc.5"),
        ("doi:10.1234/abc.5.", "10.1234/abc.5"),
        ("(DOI 10.1234/s0001(29)00012-3)", "10.1234/s0001(29)00012-3"),
        ("no doi", ""),
    ],
)
def test_a_doi_is_lower_case_without_what_surrounds_it(text, doi):
    assert normal_doi(text) == doi


def test_the_strongest_identifier_makes_the_key():
    ids = {"pmid": "77", "doi": "10.1/x", "arxiv": "2911.00012", "arxiv_version": "2"}
    assert paper_key(ids, title="T") == "arxiv:2911.00012"
    assert paper_key({"pmid": "77"}, title="T") == "pmid:77"


def test_the_hash_forgets_case_accents_and_punctuation():
    one = paper_key({}, title="Fréchet Means: a Survey", authors=["Ada Lovelace"])
    assert one == paper_key({}, title="frechet means — A SURVEY", authors=["Lovelace, A."])
    assert one != paper_key({}, title="Fréchet Means: a Survey", authors=["Charles Babbage"])


@pytest.mark.parametrize("name", ["Ada Lovelace", "Lovelace, Ada", "Lovelace A", "A. Lovelace", "Ada Lovelace (1)"])
def test_a_surname_is_found_in_every_order(name):
    assert surname_of([name, "Charles Babbage"]) == "lovelace"


def test_addresses_are_http_and_the_records_own():
    assert page_url(["javascript:alert(1)", "https://lab.example/p"], {}) == "https://lab.example/p"
    assert page_url(["https://github.com/lab/code"], {"arxiv": "2911.00012"}) == "https://arxiv.org/abs/2911.00012"
    assert page_url(["ftp://x", 'https://a"b'], {}) is None


def test_code_is_a_repository_in_the_record_or_the_abstract():
    assert code_url(["https://github.com/lab/code"], "") == "https://github.com/lab/code"
    assert code_url([], "Code: github.com/lab/sheet_fold.") == "https://github.com/lab/sheet_fold"
    assert code_url(["https://huggingface.co/papers/2911.00012"], "see github.com/lab") is None


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


@pytest.mark.parametrize(
    "text", ["2029-03-05", "2029/3/5", "5 March 2029", "Mar 5, 2029", "on March 5th, 2029", "5. Mar 2029"]
)
def test_dates_are_read_in_their_usual_forms(text):
    assert find_date(text) == dt.date(2029, 3, 5)


def test_half_a_date_is_none_but_still_a_date_line():
    assert [find_date(text) for text in ("Mar 13", "March 2029", "2029-13-40", "2029")] == [None] * 4
    assert all(map(is_date_line, ["Mar 13", "Published on 3 March 2029", "2 days ago", "2029-03-05"]))
    assert not any(map(is_date_line, ["March of the penguins", "2029: a year in review"]))
