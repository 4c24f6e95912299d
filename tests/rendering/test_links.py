"""The addresses a page may link to: a paper's own or built from its identifiers, and none that misleads."""

from __future__ import annotations

import pytest

from broadsheet.models import Paper
from broadsheet.rendering.links import markdown_target, paper_url, safe_url, short_address


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "javascript://a.example/%0aalert(1)",
        "ftp://a.example/paper",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/relative",
        "https://",
        "https://arxiv.org@evil.example/",
        "https://a.example\\@evil.example/",
        "http://[::1",
        "https://a.example/\x00",
        "https://a.example/" + "x" * 3000,
        "",
        None,
    ],
)
def test_unsafe_addresses_are_no_links(url: str | None) -> None:
    assert safe_url(url) is None


def test_safe_addresses_are_encoded_for_every_form() -> None:
    assert safe_url(' https://a.example/x"y z<|`') == "https://a.example/x%22y%20z%3C%7C%60"
    assert markdown_target("https://a.example/(1)") == "https://a.example/%281%29"
    assert short_address("https://www.a.example/b/") == "a.example/b"


@pytest.mark.parametrize(
    ("identifiers", "url"),
    [
        ({"arxiv": "2699.00001"}, "https://arxiv.org/abs/2699.00001"),
        ({"arxiv": "math.GT/9901001"}, "https://arxiv.org/abs/math.GT/9901001"),
        ({"arxiv": "../evil", "doi": "10.9999/a<b>"}, "https://doi.org/10.9999/a%3Cb%3E"),
        ({"pmid": "123"}, "https://pubmed.ncbi.nlm.nih.gov/123"),
        ({"pmid": "12?x"}, None),
        ({"isbn": "123"}, None),
    ],
)
def test_addresses_are_built_from_identifiers_that_are_well_formed(
    identifiers: dict[str, str], url: str | None
) -> None:
    assert paper_url(Paper(key="k", title="t", identifiers=identifiers)) == url
