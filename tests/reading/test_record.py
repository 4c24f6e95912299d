"""What parsers hand on, and how they split a text into lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.reading.record import split_lines


@given(st.text(alphabet="ab\n\x0b\u2028", max_size=40), st.integers(1, 4))
def test_lines_are_split_at_newlines_only_whatever_the_stretch(text, times):
    assert list(split_lines(text * times)) == (text * times).split("\n")


def test_a_text_of_many_stretches_is_split_as_one():
    text = "".join(f"{'goat' * (n % 50)}\n" for n in range(5_000)) + "end"
    assert list(split_lines(text)) == text.split("\n")
