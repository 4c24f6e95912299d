"""Themes that a reader named: every paper in one of them or in the last, surest first."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.models import Paper
from broadsheet.settings.interests import NamedTheme
from broadsheet.themes.assign import ThemeAssignment, assign_papers, find_places, to_themes
from corpora import corpus_of
from interest_papers import PAPERS
from invented_papers import MATTERS, invent

NAMED = [NamedTheme(name=name.capitalize(), about=words) for name, words in MATTERS.items()]
FIELDS = [
    NamedTheme(name="Dialogue systems"),
    NamedTheme(name="Machine translation", about="one language into another"),
    NamedTheme(name="Syntax", about="parsers and treebanks"),
]


def test_every_paper_goes_to_the_theme_of_its_matter_under_its_name_and_description():
    themes = assign_papers(corpus_of(invent(24)), NAMED)
    assert [theme.title for theme in themes] == [theme.name for theme in NAMED]
    assert [theme.blurb for theme in themes] == [theme.about for theme in NAMED]
    assert [{int(key[1:]) % 4 for key in theme.paper_keys} for theme in themes] == [{0}, {1}, {2}, {3}]


def test_words_of_like_company_are_enough_and_what_fits_none_stands_last():
    themes = assign_papers(corpus_of(PAPERS), FIELDS)
    assert [(theme.title, theme.paper_keys, theme.other) for theme in themes] == [
        ("Dialogue systems", ("c",), False),
        ("Machine translation", ("d",), False),
        ("Syntax", ("b",), False),
        ("One other paper", ("a",), True),
    ]
    assert all(0.5 < theme.confidence[key] <= 1 for theme in themes[:3] for key in theme.paper_keys)


def test_a_theme_whose_name_no_vector_knows_has_the_papers_that_call_it_by_its_name():
    filler = " ".join(f"word{number}" for number in range(150))
    papers = [
        Paper(key="a", title="Zorbgrass meadows store carbon", abstract=f"We core the mud. {filler}"),
        Paper(key="b", title="Carbon in the mud", abstract=f"Zorbgrass stores it. {filler} Zorbgrass lasts."),
        Paper(key="c", title="A survey of harbours", abstract=f"Zorbgrass is seen once. {filler}"),
        Paper(key="d", title="Meadows of the hills", abstract=filler),
    ]
    named = [NamedTheme(name="Dialogue"), NamedTheme(name="Zorbgrass")]
    assert [place.theme for place in find_places(corpus_of(papers), named)] == [1, 1, None, None]


def test_what_fits_none_nearly_belongs_nowhere_and_what_fits_two_belongs_nearly_to_the_other():
    twins = [NamedTheme(name="Dialogue systems"), NamedTheme(name="Systems for dialogue")]
    (place,) = find_places(corpus_of(PAPERS[2:3]), twins)
    assert {place.theme, *place.nearly} == {0, 1}
    assert all(place.nearly == () for place in find_places(corpus_of(PAPERS), FIELDS) if place.theme is None)


def test_an_empty_theme_is_not_shown():
    assert [theme.title for theme in assign_papers(corpus_of(PAPERS[2:3]), FIELDS)] == ["Dialogue systems"]
    assert assign_papers(corpus_of(()), FIELDS) == ()


def test_the_surest_paper_comes_first_and_what_nearly_belongs_is_named():
    places = [
        ThemeAssignment(0, 0.6, nearly=(1,)),
        ThemeAssignment(0, 0.9),
        ThemeAssignment(1, 0.8),
        ThemeAssignment(None, 0.4, nearly=(1,)),
    ]
    themes = to_themes(PAPERS, FIELDS[:2], places)
    assert [theme.paper_keys for theme in themes] == [("b", "a"), ("c",), ("d",)]
    assert [theme.see_also for theme in themes] == [(), ("d", "a"), ()]


def test_a_paper_without_a_word_fits_none():
    assert [place.theme for place in find_places(corpus_of([Paper(key="x", title="")]), FIELDS)] == [None]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=6), st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4))
def test_any_papers_and_names_give_a_partition(titles: list[str], names: list[str]):
    papers = [Paper(key=str(at), title=title) for at, title in enumerate(titles)]
    themes = assign_papers(corpus_of(papers), [NamedTheme(name=name) for name in names])
    assert sorted(key for theme in themes for key in theme.paper_keys) == sorted(paper.key for paper in papers)
    assert all(theme.paper_keys for theme in themes)
