"""Ids in all their spellings, and keys that stay the same."""

from __future__ import annotations

import html
from urllib.parse import quote

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
        ("<https://doi.org/10.1234/abc.5>", "10.1234/abc.5"),
        ("[10.1234/abc.5](https://doi.org/10.1234/abc.5)", "10.1234/abc.5"),
        ("10.1234/abc.5<br/>next", "10.1234/abc.5"),
        ("**10.1234/abc[5]**;", "10.1234/abc[5]"),
        ("no doi, 10.5% of them", ""),
    ],
)
def test_a_doi_is_lower_case_without_what_surrounds_it(text, doi):
    assert normal_doi(text) == doi


KNOT = "10.1002/(SICI)1097-5555(19980815)17:15<1661::AID-NET968>3.0.CO;2-2"


@pytest.mark.parametrize(
    "text",
    [
        KNOT,
        f"doi:{KNOT}.",
        f"see ({KNOT}).",
        f"<a href='x'>{KNOT}</a>",
        f"[{KNOT}](https://doi.org/{quote(KNOT)})",
        f"https://doi.org/{KNOT}",
        f"https://doi.org/{quote(KNOT, safe='')}",
        f"https://journal.example/doi/abs/{quote(KNOT)}?mode=x#top",
        f"https://journal.example/doi/{quote(KNOT)}/abstract",
        f"https://search.example/?doi={quote(KNOT, safe='')}&via=rss",
        html.escape(KNOT),
        html.escape(html.escape(KNOT)),
        quote(quote(KNOT)),
    ],
)
def test_a_doi_with_angle_brackets_is_whole_in_every_spelling(text):
    assert find_identifiers(text) == {"doi": KNOT.lower()}


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1234/a%b", "10.1234/a%b"),
        ("10.1234/abc#5?x", "10.1234/abc#5?x"),
        ("https://doi.org/10.1234/abc?utm_source=rss#new_tab", "10.1234/abc"),
        ("https://doi.org/10.1234/pdf", "10.1234/pdf"),
        ("https://journal.example/doi/pdf/10.1234/abc.pdf", "10.1234/abc"),
        ("https://www.biorxiv.org/content/10.1101/2029.01.01.123456v2.full.pdf", "10.1101/2029.01.01.123456"),
        ("10.1130/0091-7613(1999)027<0001:KNOT>2.3.CO;2", "10.1130/0091-7613(1999)027<0001:knot>2.3.co;2"),
        ("10.1002/1521-3951(200011)222:1<R1::AID-N>3.0.CO;2-#", "10.1002/1521-3951(200011)222:1<r1::aid-n>3.0.co;2-#"),
        ("10.1234/broken%0aline", "10.1234/broken%0aline"),
    ],
)
def test_what_only_an_address_adds_is_no_part_of_a_doi(text, doi):
    assert normal_doi(text) == doi


def test_long_dois_are_not_cut_short():
    long = f"10.1234/{'kettle.' * 40}1"
    assert normal_doi(f"doi:{long}") == long


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
