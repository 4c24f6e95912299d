"""The words of a text: without case, punctuation and endings, in whatever script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.text.words import content_stems, has_digit, split_words


def test_words_lose_case_hyphens_plurals_and_empty_company() -> None:
    assert content_stems("We propose Fine-Tuned Boats' Theories!") == ["fine", "tuned", "boat", "theory"]


def test_chinese_is_read_in_pairs_of_characters() -> None:
    assert split_words("机器打结") == ["机器", "器打", "打结"]


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_split_alike_with_an_apostrophe_in_it_and_without(text: str) -> None:
    text = text.replace("'", "")
    assert split_words(text) == split_words(f"{text} don't")[:-1]


@pytest.mark.parametrize(("text", "has"), [("knot 9", True), ("knot²", True), ("knöt ٣", True), ("knöt", False)])
def test_a_digit_may_be_of_any_script(text: str, has: bool) -> None:
    assert has_digit(text) is has
