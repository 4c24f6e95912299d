"""Lists of identifiers, however they are spelled and whatever stands between them."""

from __future__ import annotations

import pytest

from broadsheet.reading.pasted.identifier_list import parse, parse_identifier, recognises


def named(text: str) -> list[tuple[str, int | None]]:
    return [(":".join(next(iter(record.identifiers.items()))), record.line) for record in parse(text).records]


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("2401.01234", {"arxiv": "2401.01234"}),
        ("2401.01234v2", {"arxiv": "2401.01234", "arxiv_version": "2"}),
        ("hep-th/9901001", {"arxiv": "hep-th/9901001"}),
        ("math.GT/0309136", {"arxiv": "math/0309136"}),
        ("https://arxiv.org/pdf/2401.01234v1.pdf", {"arxiv": "2401.01234", "arxiv_version": "1"}),
        ("https://huggingface.co/papers/2401.01234", {"arxiv": "2401.01234"}),
        ("https://doi.org/10.48550/arXiv.2401.01234", {"arxiv": "2401.01234"}),
        ("10.5555/XYZ", {"doi": "10.5555/xyz"}),
        ("doi:10.5555/xyz", {"doi": "10.5555/xyz"}),
        ("https://dx.doi.org/10.5555/x%28y%29", {"doi": "10.5555/x(y)"}),
        ("38799228", {"pmid": "38799228"}),
        ("PMID: 12", {"pmid": "12"}),
        ("PMC7654321", {"pmcid": "PMC7654321"}),
        ("PMCID: pmc7654321", {"pmcid": "PMC7654321"}),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC7654321/", {"pmcid": "PMC7654321"}),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7654321.2/?report=reader", {"pmcid": "PMC7654321"}),
        ("https://europepmc.org/article/PMC/PMC7654321", {"pmcid": "PMC7654321"}),
        ("https://europepmc.org/abstract/MED/38799228", {"pmid": "38799228"}),
        ("https://pubmed.ncbi.nlm.nih.gov/38799228/?dopt=Abstract", {"pmid": "38799228"}),
        ("https://openreview.net/pdf?id=AbC_d-1", {"openreview": "AbC_d-1"}),
        ("aclanthology.org/2023.acl-long.1.pdf", {"acl": "2023.acl-long.1"}),
        ("https://aclanthology.org/P18-1001/", {"acl": "P18-1001"}),
    ],
)
def test_an_input_that_is_one_identifier_is_known(text: str, identifiers: dict[str, str]) -> None:
    record = parse_identifier(text)
    assert record is not None
    assert (record.title, record.identifiers) == ("", identifiers)


@pytest.mark.parametrize(
    "text",
    [
        "example.org/x",
        "https://arxiv.org/list/cs.CL/new",
        "https://www.example.org/doi/10.5555/abc",
        "1234.5678",
        "2401.txt",
        "papers/2401.01234",
        "2026",
        "kettles",
    ],
)
def test_what_is_no_identifier_is_none(text: str) -> None:
    assert parse_identifier(text) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "2401.01234, 2401.01235;10.5555/a,10.5555/b PMID:12345678",
            "2401.01234 2401.01235 10.5555/a 10.5555/b 12345678",
        ),
        ('["2401.01234", "10.5555/abc"]', "2401.01234 10.5555/abc"),
        ('[{"doi": "10.5555/abc"}, {"doi": "10.5555/def"}]', "10.5555/abc 10.5555/def"),
        ("id,doi\n1,10.5555/abc\n2,10.5555/def\n", "10.5555/abc 10.5555/def"),
        ("38799228\n38799229\n", "38799228 38799229"),
        ("- <https://doi.org/10.5555/abc>\n- [here](https://arxiv.org/abs/2401.01234)\n", "10.5555/abc 2401.01234"),
        ("<li><a href='https://doi.org/10.5555/abc'>10.5555/abc</a></li>", "10.5555/abc"),
        ("See https://www.biorxiv.org/content/10.1101/2024.01.01.123456v2.full.", "10.1101/2024.01.01.123456"),
        ("(https://doi.org/10.5555/a(b)c).", "10.5555/a(b)c"),
        ("https://link.example.org/article/10.5555/s00000-024-00001-1?x=1", "10.5555/s00000-024-00001-1"),
        ("1. Ash A. Knots in nets. J Tea 2019;3:4-5. doi:10.5555/abc", "10.5555/abc"),
    ],
)
def test_identifiers_are_found_between_words_and_marks(text: str, names: str) -> None:
    assert recognises(text)
    assert [name.partition(":")[2] for name, _ in named(text)] == names.split()


def test_a_text_with_more_words_than_a_list_has_is_none() -> None:
    prose = "As Ash showed in https://doi.org/10.5555/abc, kettles sing for as long as somebody listens to them. "
    assert recognises(prose)
    assert not recognises(f"{prose} {'We were unable to find out why this is so. ' * 9}")
    assert not recognises("No identifier here, nor a number.")
    assert not recognises("AU  - Ash, A.\nDO  - 10.5555/abc\n")
    assert not recognises("  doi = {10.5555/abc},\n}\n")
    assert not recognises("<volume><paper><doi>10.5555/abc</doi></paper></volume>")


def test_a_line_that_may_name_a_paper_without_an_identifier_is_a_gap() -> None:
    parsed = parse("# Week 47\nTo read:\n2401.01234\nThe one on knots in cotton nets\nand then\n")
    assert [(gap.first_line, gap.text) for gap in parsed.gaps] == [(4, "The one on knots in cotton nets")]


def test_a_long_line_without_end_is_read_in_time() -> None:
    assert parse("10.5555/" * 50_000).records
    assert not recognises("<a" * 400_000 + " 10.")
