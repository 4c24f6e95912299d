"""A title reads unlike a button, an abstract unlike a letter, and a listing unlike any other page."""

from __future__ import annotations

import pytest

from broadsheet.reading.pasted.page_features import (
    abstract_score,
    accepts_page,
    is_chrome,
    is_heading,
    is_hopeless,
    study_shape,
    title_score,
)
from broadsheet.reading.pasted.units import Unit, read_units

TITLES = ["Learning to Boil Water: A Study of Kettles", "Sparse Lids for Large Language Models"]
ABSTRACT = (
    "We propose a kettle that learns when to sing. Experiments show that our method improves on known kettles by 12%, "
    "and we analyze why the results hold for lids of all kinds, with models of heat that are trained on three datasets."
)
LETTER = (
    "Dear all, please join us on Friday for tea. Your contact for questions is the front desk, and you can reply to "
    "this mail to register. We look forward to seeing you, and please bring your own cup if you have one you like."
)
LINES = ["click here to log in", "def boil(water): return steam", "Best regards,", "a, b, c!"]


def pasted(*papers: tuple[str, str]) -> list[Unit]:
    return read_units("\n\n".join(f"{title}\n\n{abstract}" for title, abstract in papers))


@pytest.mark.parametrize("title", TITLES)
def test_every_title_scores_above_every_line_of_another_kind(title: str) -> None:
    assert title_score(title) > max(map(title_score, LINES))


def test_an_abstract_scores_above_a_letter() -> None:
    abstract, letter = (read_units(text) for text in (ABSTRACT, LETTER))
    assert abstract_score(abstract) > 1
    assert abstract_score(letter) < 0


@pytest.mark.parametrize("line", ["Dear colleagues,", "Proceedings of the First Tea Days", "See you on Friday!"])
def test_a_pages_or_a_letters_own_voice_is_chrome(line: str) -> None:
    assert is_chrome(line)
    assert not is_chrome(TITLES[0])


def test_a_numbered_section_is_a_heading_and_a_title_is_none() -> None:
    assert is_heading(read_units("1. Introduction")[0])
    assert not is_heading(read_units(TITLES[0])[0])


def test_titles_and_abstracts_that_take_turns_are_a_regular_page() -> None:
    shape = study_shape(pasted(*((f"{TITLES[0]} {name}", ABSTRACT) for name in "ABC")))
    assert (shape.regular, shape.article, shape.author_lines) == (True, False, False)


def test_a_page_with_the_sections_of_an_article_is_an_article() -> None:
    units = read_units(f"Introduction\n\n{ABSTRACT}\n\nRelated Work\n\n{ABSTRACT}\n\nReferences\n\n{ABSTRACT}")
    assert study_shape(units).article


def test_titles_that_all_end_on_a_full_stop_are_headlines() -> None:
    units = read_units("\n\n".join(f"We learn to boil {what}." for what in ("water", "milk", "tea", "soup")))
    assert {unit.kind for unit in units} == {"sentence"}
    study_shape(units)
    assert {unit.kind for unit in units} == {"headline"}


def test_papers_make_a_listing_and_letters_do_not() -> None:
    pages = ((*TITLES, ABSTRACT, True), ("hello there", "tea on friday", LETTER, False))
    for first, second, text, listing in pages:
        units = pasted((first, text), (second, text))
        entries = [([title], [about], []) for title, about in zip(units[::2], units[1::2], strict=True)]
        assert accepts_page(entries, [], study_shape(units)) is listing


def test_thousands_of_short_lines_are_hopeless_unless_they_read_like_titles() -> None:
    assert is_hopeless(read_units("\n\n".join(["tea pot"] * 2500)))
    assert not is_hopeless(read_units("\n\n".join([TITLES[0]] * 2500)))
