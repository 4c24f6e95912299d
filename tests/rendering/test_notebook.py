"""A digest in a notebook: scoped, without script, safe whatever papers say, and bounded."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import fragment_fromstring

from broadsheet.models import Digest, Paper, Theme
from broadsheet.rendering.pages import MOST_IN_NOTEBOOK, markdown_body, notebook_html
from broadsheet.settings.resources import Resources
from sample_digest import DIGEST


def html(digest: Digest = DIGEST) -> str:
    return notebook_html(digest, Resources())


def test_the_digest_is_there_with_its_papers_tldrs_and_evidence() -> None:
    text = html()
    assert "Counting tides in bathtubs</a>" in text
    assert "Of 40 bathtubs timed, 31 have tides of less than 2 mm." in text
    assert "<mark>We timed 40 tubs &amp; found tides &lt; 2 mm in 31 of them.</mark>" in text
    assert "28 October – 3 November 2099 · 4 papers in 3 themes" in text


def test_nothing_in_it_runs_is_loaded_or_reaches_beyond_its_cell() -> None:
    elements = list(fragment_fromstring(html()).iter())
    assert {element.tag for element in elements} <= {
        "div",
        "style",
        "p",
        "a",
        "ul",
        "li",
        "strong",
        "em",
        "details",
        "summary",
        "mark",
        "span",
    }
    assert {name for element in elements for name in element.attrib} == {
        "class",
        "lang",
        "dir",
        "href",
        "target",
        "rel",
    }
    links = [link for element in elements if (link := element.get("href"))]
    assert len(links) > 3
    assert all(link.startswith(("http://", "https://")) for link in links)
    (styles,) = [element.text for element in elements if element.tag == "style"]
    selectors = re.findall(r"^(.*?) \{", styles, re.MULTILINE)
    assert len(selectors) > 5
    assert [one for one in selectors if not one.startswith(".broadsheet-digest")] == []
    assert "url(" not in styles
    assert "@import" not in styles


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(alphabet="<>\"'&/ =!-scriptonload`{}%", max_size=60))
def test_no_text_of_a_paper_makes_an_element(text: str) -> None:
    papers = tuple(Paper(key=str(n), title=f"t{text}", abstract=f"a{text}", authors=(text,), url=text) for n in (1, 2))
    digest = DIGEST.model_copy(
        update={"papers": papers, "themes": (Theme(title=text or "T", paper_keys=("1", "2")),), "title": f"t{text}"}
    )
    tags = [element.tag for element in fragment_fromstring(html(digest)).iter()]
    calm = digest.model_copy(
        update={
            "papers": tuple(
                Paper(key=p.key, title="t", abstract="a", authors=("x",) if p.authors[0].strip() else ())
                for p in papers
            )
        }
    )
    assert tags == [element.tag for element in fragment_fromstring(html(calm)).iter()]


def test_a_large_digest_shows_the_first_papers_of_each_theme_and_counts_the_rest() -> None:
    papers = tuple(Paper(key=str(at), title=f"Paper {at}") for at in range(5 * MOST_IN_NOTEBOOK))
    themes = tuple(Theme(title=f"T{at}", paper_keys=tuple(p.key for p in papers[at::4])) for at in range(4))
    text = html(DIGEST.model_copy(update={"papers": papers, "themes": themes}))
    assert text.count('class="broadsheet-paper"') == MOST_IN_NOTEBOOK
    assert text.count(f"and {5 * MOST_IN_NOTEBOOK // 4 - MOST_IN_NOTEBOOK // 4} more") == 4


def test_the_markdown_has_no_front_matter() -> None:
    assert markdown_body(DIGEST, Resources()).startswith("# The Kitchen Physicist\n")
