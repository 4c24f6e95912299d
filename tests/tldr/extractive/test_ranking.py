"""What speaks for a version of a sentence: what it would share with the words that matter, and how it reads."""

from __future__ import annotations

from broadsheet.tldr.extractive.ranking import expect_f


def test_expected_overlap_grows_with_words_that_matter_and_shrinks_with_padding() -> None:
    importance = {"knot": 0.9, "rope": 0.1, "wet": 0.5}
    assert expect_f("wet knots", importance) > expect_f("wet ropes", importance)
    assert expect_f("wet knots", importance) > expect_f("wet knots and ropes and ropes and ropes", importance)
