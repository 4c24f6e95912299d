"""Ids in all their spellings, and keys that stay the same."""

from __future__ import annotations

import pytest

from broadsheet.reading.cleaning.identifiers import (
    code_url,
    find_identifiers,
    normal_doi,
    page_url,
    paper_key,
    surname_of,
)


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
