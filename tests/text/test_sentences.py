"""Sentences: where they begin and end, whatever stands in an abstract."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.text.sentences import split_sentences


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "We compare glue, e.g. Larch paste, with tape, i.e. the usual one.",
        "Marl et al. (2019) tie knots as in Fig. 3 and Eq. 2 of Sec. 4.",
        "Knots vs. bows cf. Table 2 differ by 0.5% and 3.2x.",
        "The knots are at https://example.org/knots/a.b and at www.example.org today.",
        "J. R. Marl tied the U.S. Navy knot under v2.0 of the rules.",
        "Ropes are i.i.d. samples w.r.t. their length, approx. 3 m each.",
        "Grown on sp. nov. Ropella, resp. on Knotella, it frays.",
        "In 1998 K. Marl tied the knots of T. Rope and two of W. Twine.",
        "Our rope (see Fig. 2 for a sketch) holds.",
        "It holds ... and then it slips",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Knots slip. We tie them.", ["Knots slip.", "We tie them."]),
        ("Knots slip by 0.5%. 12 ropes hold.", ["Knots slip by 0.5%.", "12 ropes hold."]),
        ("“Do knots slip?” They do! See.", ["“Do knots slip?”", "They do!", "See."]),
        ("Knots slip (they are wet.) We dry them.", ["Knots slip (they are wet.)", "We dry them."]),
        ("It was tied in the U.S. We untied it.", ["It was tied in the U.S.", "We untied it."]),
        ("Ropes, twine, etc. We list them.", ["Ropes, twine, etc.", "We list them."]),
        ("Nails were cooled to 4.2 K. Loops close.", ["Nails were cooled to 4.2 K.", "Loops close."]),
        ("They cost 300 W. Below 90 K, loops close.", ["They cost 300 W.", "Below 90 K, loops close."]),
        (
            "Let C be a knot over Q. Assuming a rope, we tie it.",
            ["Let C be a knot over Q.", "Assuming a rope, we tie it."],
        ),
        ("By algorithm A. We stop.", ["By algorithm A.", "We stop."]),
        ("Knots slip. kNot2 holds.", ["Knots slip.", "kNot2 holds."]),
        ("We tie with v2.0. Then we rest", ["We tie with v2.0.", "Then we rest"]),
        ("Code: https://example.org/a/b. It runs.", ["Code: https://example.org/a/b.", "It runs."]),
        ("绳结会滑。我们打结！好吗？好", ["绳结会滑。", "我们打结！", "好吗？", "好"]),
        ("Knots slip…\n\nNo stop here\n\nThe end", ["Knots slip…", "No stop here", "The end"]),
        ("A blank is missing.We add it.", ["A blank is missing.", "We add it."]),
        ("We claim: 1. Knots slip. 2. Ropes fray.", ["We claim: 1. Knots slip.", "2. Ropes fray."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_an_empty_text_has_no_sentence() -> None:
    assert split_sentences("") == split_sentences(" \n\t ") == ()


_PIECES = st.sampled_from(
    ["We", "a", "e.g.", "Fig.", "U.S.", ". ", "。", "? ", "…", "\n\n", " ", "3.5", ")", '"', "(", "x"]
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join)))
def test_sentences_tile_the_text_and_lose_nothing(text: str) -> None:
    sentences = split_sentences(text)
    at = 0
    for index, sentence in enumerate(sentences):
        assert sentence.index == index
        assert not text[at : sentence.start].strip()
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip() != ""
        at = sentence.end
    assert not text[at:].strip()


@pytest.mark.parametrize("unit", [".", "a. ", "A.", "\n \n", "?", "((", "e.g. ", "。", "x"])
def test_long_rubbish_takes_linear_time(unit: str) -> None:
    started = time.process_time()
    split_sentences(unit * (200_000 // len(unit)))
    assert time.process_time() - started < 3
