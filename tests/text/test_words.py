"""The words of a text: without case, punctuation and endings, in whatever script."""

from __future__ import annotations

from broadsheet.text.words import content_stems, split_words


def test_words_lose_case_hyphens_plurals_and_empty_company() -> None:
    assert content_stems("We propose Fine-Tuned Boats' Theories!") == ["fine", "tuned", "boat", "theory"]


def test_chinese_is_read_in_pairs_of_characters() -> None:
    assert split_words("机器打结") == ["机器", "器打", "打结"]
