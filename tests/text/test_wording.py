"""That a text is parted into words, sentences and clauses, with names whole."""

from __future__ import annotations

from broadsheet.text.wording import read_wording, share


def test_names_and_numbers_stay_whole_and_other_words_are_parted():
    text = read_wording(["State-of-the-art GPT-4, with 92.3% on SARS-CoV-2 (3x faster)."])
    assert " ".join(text.words) == "State of the art GPT-4 with 92.3% on SARS-CoV-2 3x faster"
    assert text.clause[4] != text.clause[5] == text.clause[7] != text.clause[9]


def test_what_stands_round_a_word_ends_with_its_sentence():
    text = read_wording(["Buckets measure tides.", "Mussels filter seawater."])
    assert text.sentence == (0, 0, 0, 1, 1, 1)
    assert set(text.around(2, 5, 5)) == {text.roots[0], text.roots[1]}
    assert text.next_content(2) == -1
    assert text.said(3, 6) == "Mussels filter seawater"


def test_the_share_is_by_weight():
    assert share({"a": 3.0, "b": 1.0}, {"a": 1.0}) == 0.75
    assert share({}, {"a": 1.0}) == 0.0
