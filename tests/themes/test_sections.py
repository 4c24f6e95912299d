"""Sections of a large digest: unions of whole themes, under headings that no theme has."""

from __future__ import annotations

import dataclasses
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.digests.builtin_themes import arrange_without_model
from broadsheet.models import Theme
from broadsheet.settings.interests import NamedTheme
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.sections import divide, keep_together, put_in_sections
from broadsheet.themes.tracking import PreviousEdition
from corpora import corpus_of
from invented_papers import invent, paper
from sectioned import CRAFTS, craft_papers, craft_themes
from theme_edition import edition

NO_FIELDS = dataclasses.replace(shipped(), fields={})
CORPUS = corpus_of(craft_papers(), NO_FIELDS)


def sectioned(themes, corpus=CORPUS, **how):
    return put_in_sections(themes, divide(themes, corpus, True), corpus, **how)


def sections_of(themes) -> list[tuple[str, set[str]]]:
    groups = itertools.groupby(themes, key=lambda theme: theme.section)
    return [(section, {theme.title.lower() for theme in group}) for section, group in groups]


def test_themes_that_lie_near_each_other_stand_together_in_the_order_of_the_digest():
    made = sectioned(craft_themes())
    assert [titles for _, titles in sections_of(made)] == [set(matters) for matters in CRAFTS.values()]
    assert [theme.title for theme in made[:3]] == ["Wet knots", "Slack moorings", "Loud foghorns"]
    headings = [heading for heading, _ in sections_of(made)]
    assert len({*headings}) == 3
    assert all(headings)


def test_two_phrases_that_most_of_a_section_have_head_it():
    heading, matters = sections_of(sectioned(craft_themes()))[0]
    assert heading == "Loud foghorns and slack moorings"
    assert {*heading.lower().split(" and ")} < matters


def test_the_phrases_of_a_corpus_are_let_go_of_with_the_last_that_needs_them():
    corpus = corpus_of(craft_papers(), NO_FIELDS)
    read = corpus.phrases
    assert corpus.phrases is read
    assert sectioned(craft_themes(), corpus) == sectioned(craft_themes())
    assert corpus.phrases is not read


def test_without_a_shared_phrase_the_two_largest_themes_head_a_section():
    papers = [one.model_copy(update={"title": f"Part {at}"}) for at, one in enumerate(craft_papers())]
    made = sectioned(craft_themes(), corpus_of(papers, NO_FIELDS))
    assert sections_of(made)[0][0] == "Wet knots and slack moorings"


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(min_value=1, max_value=12), min_size=1, max_size=14),
    st.integers(min_value=0, max_value=2),
    st.randoms(use_true_random=False),
)
def test_whatever_the_themes_each_paper_stands_in_one_and_each_theme_in_one_section(sizes, others, chance):
    papers = invent(sum(sizes) + others)
    keys = chance.sample([one.key for one in papers], len(papers))
    ends = list(itertools.accumulate(sizes))
    themes = [
        Theme(title=f"Matter {'abcdefghijklmnop'[at]}", paper_keys=tuple(keys[end - size : end]))
        for at, (size, end) in enumerate(zip(sizes, ends, strict=True))
    ]
    if others:
        themes.append(Theme(title="Other papers", paper_keys=tuple(keys[ends[-1] :]), other=True))
    made = sectioned(themes, corpus_of(papers))
    assert sorted(made, key=lambda theme: theme.title) == sorted(
        (
            next(one for one in themes if one.title == theme.title).model_copy(update={"section": theme.section})
            for theme in made
        ),
        key=lambda theme: theme.title,
    )
    assert sorted(key for theme in made for key in theme.paper_keys) == sorted(keys)
    runs = [section for section, _ in sections_of(made)]
    assert len({*runs}) == len(runs)
    inside = [theme for theme in made if not theme.other]
    assert all(theme.section for theme in inside) or not any(theme.section for theme in inside)
    assert not {theme.section for theme in made} & {theme.title for theme in made}
    assert all(not theme.section for theme in made if theme.other)
    assert [theme.other for theme in made] == sorted(theme.other for theme in made)


@pytest.mark.parametrize(
    ("papers", "wanted", "named", "expected"),
    [
        (151, "auto", False, True),
        (150, "auto", False, False),
        (151, "auto", True, False),
        (151, False, False, False),
        (40, True, True, True),
    ],
)
def test_only_a_large_digest_has_sections_unless_the_settings_say_so(papers, wanted, named, expected):
    corpus = corpus_of([*craft_papers(), *invent(papers - 36)])
    themes = (*craft_themes(), Theme(title="Rest", paper_keys=tuple(f"k{at}" for at in range(papers - 36)), other=True))
    assert bool(divide(themes, corpus, wanted, named=named)) == expected


def test_five_themes_have_no_sections():
    assert divide(craft_themes()[:5], CORPUS, True) == ()


def test_named_themes_have_sections_only_where_they_are_asked_for():
    named = [NamedTheme(name=matter, about="") for matters in CRAFTS.values() for matter in matters]
    corpus = corpus_of(craft_papers(20))
    assert not any(theme.section for theme in arrange_without_model(corpus, named=named).themes)
    asked = arrange_without_model(corpus, named=named, sections=True).themes
    assert all(theme.section for theme in asked if not theme.other)


def test_a_written_heading_counts_where_it_is_free():
    made = sectioned(craft_themes(), written=("Boats", "moss CLOCKS", "Boats"))
    assert [heading for heading, _ in sections_of(made)] == [
        "Boats",
        "Sour crusts and tidal bread",
        "Damp gravel and shy ferns",
    ]


def test_a_section_of_themes_that_go_on_keeps_its_heading():
    before = sectioned(craft_themes(), written=("Boats", "Loaves", "Beds"))
    last = PreviousEdition.of(edition(craft_papers(), before))
    going_on = [theme.model_copy(update={"status": "continued"}) for theme in craft_themes()]
    assert [heading for heading, _ in sections_of(sectioned(going_on, last=last))] == ["Boats", "Loaves", "Beds"]
    made = sectioned(going_on, last=last, written=("Ships", "Bread", "Plants"))
    assert [heading for heading, _ in sections_of(made)] == ["Boats", "Loaves", "Beds"]
    new = [theme.model_copy(update={"status": "new"}) for theme in craft_themes()]
    assert "Boats" not in [heading for heading, _ in sections_of(sectioned(new, last=last))]


def test_a_field_that_most_papers_of_a_section_bear_heads_it():
    texts = {
        "Night skies": "We observe galaxies, quasars and the redshift of supernovae with a telescope survey.",
        "Talk rooms": "A language model answers questions; translation, summarization and dialogue of text.",
        "Cell halls": "We sequence genomes and measure gene expression of proteins in cells and tissue.",
    }
    papers = [
        paper(f"{craft} {theme} {number}", f"{craft}, part {theme}", f"{text} Case {theme} {number}.")
        for craft, text in texts.items()
        for theme in range(3)
        for number in range(3)
    ]
    themes = [
        Theme(title=f"{craft} {'abc'[theme]}", paper_keys=tuple(f"{craft} {theme} {number}" for number in range(3)))
        for craft in texts
        for theme in range(3)
    ]
    made = sectioned(themes, Corpus.of(papers, shipped()))
    assert [heading for heading, _ in sections_of(made)] == ["Astronomy", "Language", "Biology"]


def test_themes_are_kept_together_and_without_sections_where_one_has_none():
    themes = list(sectioned(craft_themes()))
    shuffled = random.Random(1).sample(themes, len(themes))
    assert len(sections_of(keep_together(shuffled))) == 3
    loose = Theme(title="A loose one", paper_keys=("x",))
    assert {theme.section for theme in keep_together([*themes, loose])} == {""}
