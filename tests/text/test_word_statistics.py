"""What many abstracts tell of a word."""

from __future__ import annotations

from broadsheet.text.word_statistics import build_word_statistics, load_word_statistics


def test_a_lexicon_knows_common_words_from_rare_ones() -> None:
    lexicon = load_word_statistics()
    assert lexicon.note("the").rarity < lexicon.note("network").rarity < lexicon.note("no-such-word").rarity
    assert lexicon.note("network").ends > lexicon.note("the").ends
    assert build_word_statistics(["", "a"], [[9, 0, 0, 0], [1, 0, 0, 0]]).note("b").rarity == 9
