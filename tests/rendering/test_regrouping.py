"""Papers under authors or venues: each once, nobody lost, and the digest itself as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Digest, Paper
from broadsheet.rendering.page_set import MOST_ON_A_PAGE, render_files
from broadsheet.rendering.pages import Form, render_digest
from broadsheet.rendering.regrouping import regroup, same_name
from broadsheet.rendering.view import view
from broadsheet.settings.loading import Arrangement
from broadsheet.settings.resources import Resources
from sample_digest import DIGEST, HOSTILE, KETTLES, MOSS, TIDES

LABELS = PageLabels()
AUTHORS = st.lists(
    st.sampled_from(["Ada Ash", "Ash, Ada", "Bo Elm", "B. Elm", "", " ", "Cy Fir, Jr., Dr."]), max_size=4
)


def digest_of(*papers: Paper) -> Digest:
    return DIGEST.model_copy(update={"papers": papers, "themes": (), "summaries": ()})


def by_authors(*authors: tuple[str, ...]) -> dict[str, list[str]]:
    """The keys, numbers from 0, under each heading."""
    papers = [Paper(key=str(number), title="T", authors=names) for number, names in enumerate(authors)]
    return {theme.title: list(theme.paper_keys) for theme in regroup(digest_of(*papers), "author", LABELS).themes}


def test_a_paper_stands_under_the_author_with_most_papers_else_the_first() -> None:
    groups = by_authors(("Ada Ash", "Bo Elm"), ("Cy Fir", "Bo Elm"), ("Dee Gum", "Ed Hop"), ("Bo Elm",))
    assert groups == {"Bo Elm": ["0", "1", "3"], "Dee Gum": ["2"]}


def test_the_largest_group_comes_first_then_family_names_and_the_unnamed_last() -> None:
    groups = by_authors((), ("Zoe Ash",), ("Ada Yew",), ("Bo Elm",), ("Bo Elm",), ())
    assert list(groups) == ["Bo Elm", "Zoe Ash", "Ada Yew", "No author named"]
    assert groups["No author named"] == ["0", "5"]


def test_one_author_under_two_spellings_is_one_under_the_first() -> None:
    assert by_authors(("Ash, Ada B.",), ("Ada B Ash",), ("ADA B. ASH",)) == {"Ada B. Ash": ["0", "1", "2"]}
    assert same_name("The Ash, Elm, and Fir Group") == "the ash, elm, and fir group"


def test_papers_stand_under_their_venue() -> None:
    groups = regroup(DIGEST, "venue", LABELS).themes
    assert [(theme.title, theme.paper_keys, theme.other) for theme in groups] == [
        ("Journal of Kitchen Acoustics", (KETTLES.key,), False),
        ("No venue named", (TIDES.key, MOSS.key, HOSTILE.key), True),
    ]


def test_by_theme_is_the_digest_as_it_is() -> None:
    assert regroup(DIGEST, "theme", LABELS) is DIGEST


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(AUTHORS, max_size=12), st.sampled_from(["author", "venue"]))
def test_every_paper_stands_in_one_group_and_the_account_stays(authors: list[list[str]], by: Arrangement) -> None:
    papers = [
        Paper(key=str(number), title="T", authors=tuple(names), venue=names[0] if names else None)
        for number, names in enumerate(authors)
    ]
    digest = digest_of(*papers)
    made = regroup(digest, by, LABELS)
    assert sorted(key for theme in made.themes for key in theme.paper_keys) == sorted(paper.key for paper in papers)
    assert (made.account, made.papers, made.summaries) == (digest.account, digest.papers, digest.summaries)
    shown = [paper for section in view(digest, LABELS, with_map=False, by=by).sections for paper in section.papers]
    assert len(shown) == len(papers)


@pytest.mark.parametrize("form", ["md", "html", "txt"])
def test_page_markdown_and_text_say_how_their_papers_are_arranged(form: Form) -> None:
    text = " ".join(render_digest(DIGEST, form, resources=Resources(), by="author").split())
    assert "under the one with most papers here, or else the one named first" in text
    assert "4 papers in 3 groups" in text
    assert "Ida Quill" in text
    assert "By author" not in render_digest(DIGEST, form, resources=Resources())


@pytest.mark.parametrize("form", ["json", "bib", "ris", "csl", "atom", "feed"])
def test_what_is_for_programs_keeps_the_themes(form: Form) -> None:
    plain = render_digest(DIGEST, form, resources=Resources())
    assert render_digest(DIGEST, form, resources=Resources(), by="author") == plain


def test_the_tags_of_markdown_are_the_themes_however_papers_are_arranged() -> None:
    text = render_digest(DIGEST, "md", resources=Resources(), by="venue")
    assert 'tags: ["water-its-moods", "patient-plants"]' in text
    assert "## Journal of Kitchen Acoustics" in text


def test_many_papers_have_a_page_for_each_group() -> None:
    papers = [Paper(key=str(at), title=f"T{at}", authors=(f"Ada Ash{at % 3}",)) for at in range(MOST_ON_A_PAGE + 1)]
    files = render_files(digest_of(*papers), ["html"], resources=Resources(), by="author")
    assert sorted(files) == [
        "digest.html",
        "themes/0001.html",
        "themes/0002.html",
        "themes/0003.html",
        "themes/index.js",
    ]
