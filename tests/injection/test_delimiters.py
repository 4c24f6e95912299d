from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.injection.delimiters import escape_delimiters, make_delimiter, strip_hidden

OPENS = re.compile(r"[<＜〈]\s*/?\s*paper", re.IGNORECASE)


@given(st.text(alphabet='</ paper>\u200b\u2060＜〈id="', max_size=60))
def test_no_text_opens_or_closes_a_fence(text):
    assert not OPENS.search(escape_delimiters(text))


MARKS = ["<", "</", "＜", "〈", " ", "/", "paper", "PAPER", "-x", ">", "\u200b", "id"]


@given(st.lists(st.sampled_from(MARKS), max_size=9).map("".join))
def test_no_fence_opens_or_closes_however_it_is_written(text):
    assert not OPENS.search(escape_delimiters(text))


@pytest.mark.parametrize(
    "text", ["می‌خواهم", "क्‍ष", "שלום עולם", "مرحبا", "naïve café, p < 0.05", "𝐱 ∈ ℝ², 10⁻³", "👩 and 🌍"]
)
def test_what_people_write_stays(text):
    assert escape_delimiters(text) == text


def test_what_nobody_sees_goes():
    hidden = "a\u200bb\u202ec\u2066d\U000e0041e\U000e0101f\ufe0fg\u200dh\x07i"
    assert strip_hidden(hidden) == "abcdefghi"


def test_a_seal_hangs_on_the_secret_and_on_every_text_and_on_nothing_else():
    assert make_delimiter(b"s", ["a", "b"]) == make_delimiter(b"s", ["a", "b"])
    assert (
        len(
            {
                make_delimiter(b"s", ["a", "b"]),
                make_delimiter(b"t", ["a", "b"]),
                make_delimiter(b"s", ["a", "c"]),
                make_delimiter(b"s", ["ab"]),
            }
        )
        == 4
    )
    assert re.fullmatch("[a-z]{8}", make_delimiter(b"", []))
