"""Tokens are counted offline with the true vocabulary."""

from __future__ import annotations

import pytest

from broadsheet.llm.tokens import at_most, estimate, token_counter


@pytest.mark.parametrize(("model", "tokens"), [("gpt-4o", 4), ("gpt-4", 4), ("qwen3:8b", 4), ("no-such-model", 4)])
def test_known_and_unknown_models_are_counted(model, tokens):
    assert token_counter(model)("The tide comes in") == tokens


def test_marks_of_the_vocabulary_in_a_text_are_plain_text():
    assert token_counter("gpt-4o")("<|endoftext|>") > 1


def test_the_estimate_is_on_the_high_side():
    text = "Buckets forecast tides with less error than gauges do. " * 40
    assert estimate(text) > token_counter("gpt-4o")(text)


def test_a_model_nobody_knows_is_taken_to_split_its_numbers_into_digits():
    known, unknown = token_counter("gpt-4o"), token_counter("plain-8b")
    prose, numbers = "Kettles boil sooner on a ridge.", "Of 123456 kettles 1999 boiled in 42 s, or 3.14159 a day."
    assert unknown(prose) == known(prose)
    assert unknown(numbers) == known(numbers) + 4 + 2 + 1 + 3
    assert unknown("1" * 3000) == 3000
    assert unknown("$\\alpha + \\beta$") == known("$\\alpha + \\beta$") + 2


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4", "plain-8b"])
@pytest.mark.parametrize(
    "text",
    ["", "Kettles sing.", "12 345 678.90", "\\frac{\\\\}{}", "水壺會唱歌。", "🫖" * 9, "a\u0301\u0302\x07", "١٢٣٤"],
)
def test_no_text_has_more_tokens_than_it_has_at_most(model, text):
    assert token_counter(model)(text) <= at_most(text)
