"""BibTeX, RIS and CSL-JSON: what goes out comes in again, and nothing a paper says leaves its field."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.models import Digest, Paper
from broadsheet.reading.listing import read_text
from broadsheet.rendering.pages import Form, render_digest
from broadsheet.rendering.references import bibtex, csl_json, escape_tex, ris
from broadsheet.settings.resources import Resources
from sample_digest import DIGEST, KETTLES, TIDES

FORMS: tuple[Form, ...] = ("bib", "ris", "csl")
quick = settings(derandomize=True, max_examples=150, deadline=None)
HOSTILE = st.text(alphabet="ab {}\\@\"',%#$&_~^=()\n\rERTY -\u2028\x85é", max_size=60)


def digest_of(*papers: Paper) -> Digest:
    return DIGEST.model_copy(update={"papers": papers, "themes": (), "summaries": ()})


def read_again(digest: Digest, form: Form) -> tuple[Paper, ...]:
    listing = read_text(render_digest(digest, form, resources=Resources()), source="again")
    assert listing.fragments == ()
    return listing.papers


@pytest.mark.parametrize("form", FORMS)
def test_the_papers_come_back_as_they_went(form: Form) -> None:
    tides, kettles, *_ = read_again(DIGEST, form)
    for paper, back in ((TIDES, tides), (KETTLES, kettles)):
        assert (back.key, back.title, back.authors) == (paper.key, paper.title, paper.authors)
        assert (back.abstract, back.published, back.venue) == (paper.abstract, paper.published, paper.venue)
        assert set(paper.categories) <= set(back.categories)
    assert tides.url == "https://arxiv.org/abs/2699.00001"
    assert "Water & its moods" in tides.categories  # the theme is a keyword: Zotero makes a tag of it


@pytest.mark.parametrize("form", FORMS)
def test_the_tldr_comes_along_as_a_note(form: Form) -> None:
    text = render_digest(DIGEST, form, resources=Resources())
    note = {
        "bib": "annote = {This survey covers 212",
        "ris": "N1  - This survey covers 212",
        "csl": '"note": "This survey covers 212',
    }[form]
    assert note in text


@quick
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_makes_a_bibtex_entry_more_or_less(title: str, abstract: str, author: str) -> None:
    paper = Paper(key="k", title=f"t {title}", abstract=abstract, authors=(author, "Ida Quill"), venue=title or None)
    text = bibtex(digest_of(paper, TIDES))
    assert text.count("\n}\n") == 2
    assert text.count("{") == text.count("}")
    papers = read_text(text, source="again").papers
    assert [back.title == TIDES.title for back in papers] == [False, True]


@quick
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_makes_a_ris_record_more_or_less(title: str, abstract: str, author: str) -> None:
    paper = Paper(key="k", title=f"t {title}", abstract=abstract, authors=(author, "Ida Quill"), venue=title or None)
    lines = ris(digest_of(paper, TIDES)).split("\n")
    assert [line[:6] for line in lines if line[:2] in ("TY", "ER")] == ["TY  - ", "ER  - "] * 2
    assert all(line == "" or line[2:6] == "  - " for line in lines)


def test_a_record_in_a_title_stays_a_title() -> None:
    paper = TIDES.model_copy(update={"title": "Tides\nER  - \nTY  - JOUR\nTI  - Evil}, @misc{evil, title={Evil}}"})
    for form in FORMS:
        assert len(read_again(digest_of(paper, KETTLES), form)) == 2


def test_what_tex_would_read_is_escaped() -> None:
    assert escape_tex("5% of $n_i^2 & #3 {~\\x}") == (
        r"5\% of \$n\_i\textasciicircum{}2 \& \#3 \textbraceleft{}\textasciitilde{}\textbackslash{}x\textbraceright{}"
    )


def test_capitals_inside_a_word_keep_their_case() -> None:
    paper = Paper(key="k", title="How GPT-4 and ScanNet see RNA in Ötzi")
    assert "title = {How {GPT-4} and {ScanNet} see {RNA} in Ötzi}," in bibtex(digest_of(paper))


def test_keys_name_author_year_and_word_and_never_repeat() -> None:
    first = Paper(key="1", title="The Tides", authors=("Quill, Ida",), published=dt.date(2099, 1, 2))
    papers = [first.model_copy(update={"key": str(number)}) for number in range(28)]
    keys = [line.split("{")[1].rstrip(",") for line in bibtex(digest_of(*papers)).splitlines() if line.startswith("@")]
    assert keys[:3] == ["quill2099tides", "quill2099tidesb", "quill2099tidesc"]
    assert len(set(keys)) == 28


def test_a_group_is_one_author() -> None:
    paper = Paper(key="k", title="T", authors=("Goats and Dams Group", "others", "Varga, Ilse"))
    assert "author = {{Goats and Dams Group} and {others} and Varga, Ilse}" in bibtex(digest_of(paper))


# CSL-JSON, after the rules of its schema: which variables there are, of which kind, and no others.

CSL_TEXTS = {
    "title",
    "container-title",
    "archive",
    "archive_location",
    "DOI",
    "PMID",
    "URL",
    "keyword",
    "abstract",
    "note",
}
CSL_NAME_PARTS = {"family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal"}


def check_csl(text: str) -> list[dict[str, Any]]:
    """The items of a text that keeps the rules of `csl-data.json`."""
    items: list[dict[str, Any]] = json.loads(text)
    for item in items:
        assert set(item) <= CSL_TEXTS | {"id", "type", "author", "issued"}
        assert item["type"] in {"article", "article-journal"}
        assert isinstance(item["id"], str)
        assert all(isinstance(item[name], str) and item[name] for name in CSL_TEXTS & set(item))
        for name in item.get("author", ()):
            assert name
            assert set(name) <= CSL_NAME_PARTS
            assert all(isinstance(part, str) and part for part in name.values())
        for parts in item.get("issued", {"date-parts": []})["date-parts"]:
            assert 1 <= len(parts) <= 3
            assert all(isinstance(part, int) for part in parts)
        assert set(item.get("issued", {})) <= {"date-parts"}
    assert len({item["id"] for item in items}) == len(items)
    return items


@quick
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_breaks_the_rules_of_csl_or_makes_an_item_more_or_less(title: str, abstract: str, author: str) -> None:
    paper = Paper(key="k", title=f"t {title}", abstract=abstract, authors=(author, "Ida Quill"), venue=title or None)
    items = check_csl(csl_json(digest_of(paper, TIDES)))
    assert [item["title"] == TIDES.title for item in items] == [False, True]


def test_csl_has_the_keys_of_bibtex_and_says_where_and_when_a_paper_is_from() -> None:
    tides, kettles, *_ = check_csl(csl_json(DIGEST))
    assert f"{{{tides['id']},\n" in bibtex(DIGEST)
    assert (tides["type"], tides["archive"], tides["archive_location"]) == ("article", "arXiv", "2699.00001")
    assert (kettles["type"], kettles["container-title"]) == ("article-journal", "Journal of Kitchen Acoustics")
    assert kettles["DOI"] == "10.9999/kettle(7)"
    assert kettles["issued"] == {"date-parts": [[2099, 11, 3]]}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ida Quill", {"family": "Quill", "given": "Ida"}),
        ("Quill, Ida B.", {"family": "Quill", "given": "Ida B."}),
        ("Ilse van der Ash", {"family": "van der Ash", "given": "Ilse"}),
        ("Goats and Dams Group", {"literal": "Goats and Dams Group"}),
        ("The Tidal Kettle Collaboration", {"literal": "The Tidal Kettle Collaboration"}),
        ("TideNet", {"literal": "TideNet"}),
        ("Quill,", {"literal": "Quill,"}),
        ("de Ash", {"family": "Ash", "given": "de"}),
    ],
)
def test_csl_names_are_split_where_they_can_be(name: str, parts: dict[str, str]) -> None:
    (item,) = check_csl(csl_json(digest_of(Paper(key="k", title="T", authors=(name,)))))
    assert item["author"] == [parts]
