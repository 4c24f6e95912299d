"""That a number is itself in every spelling, and that no other number passes for it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from broadsheet.text.numbers import find_numbers, unknown_number

SOURCE = (
    "In 2019 we read 1,200 buckets, 1.2 million cups and three kettles. The error falls by 12.5% (from 0.80 to 0.70), "
    "recall rises from 61 to 68%, runs take half the time and are 3x faster, with 10 layers and F1 of 98.4."
)
HELD = find_numbers(SOURCE)


def unknown(text: str, **options: bool) -> str | None:
    return unknown_number(text, HELD, **options)


@pytest.mark.parametrize(
    "text",
    [
        "1200 buckets read in 2019",
        "1\u202f200 buckets",
        "1.2M cups and 1,200,000 of them",
        "3 kettles, three kettles, three-fold",
        "12.5 per cent, 12.5 points, 12.50%",
        "an error of .8 or 80%",
        "61% recall and 68% after",
        "three times faster, a threefold speed-up",
        "98.4% F1",
        "about 12% and nearly 13%, over 98%",
        "two things, one after the other",
        "ten layers",
        "x86, A3C and seq2seq are names",
    ],
)
def test_what_the_source_says_in_another_spelling_is_known(text):
    assert unknown(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.6% lower", "12.6%"),
        ("98.5% F1", "98.5%"),
        ("1,300 buckets", "1,300"),
        ("in 2018", "2018"),
        ("1.2 billion cups", "1.2 billion"),
        ("7x faster", "7"),
        ("twice as fast", "twice"),
        ("ten layers and eleven more", "eleven"),
        ("10% more accurate", "10%"),
        ("about 20%", "about 20%"),
        ("12%", "12%"),
    ],
)
def test_what_the_source_does_not_say_is_found(text, number):
    found = unknown(text)
    assert found is not None
    assert number in (found, f"about {found}")


POWERS = find_numbers("A dose of 10³ units, 5 × 10⁻⁶ M of CO₂ and 2.5·10^{12} germs per m², in 2019¹; R² is 0.8.")


@pytest.mark.parametrize(
    "text",
    [
        "a dose of 10³ units",
        "10^3, 10^{3} or 10**3 units",
        "1,000 and one thousand units",
        "5 × 10⁻⁶ M of CO2",
        "0.000005 M",
        "2.5 × 10¹² germs, or 2.5 trillion",
        "in 2019, with an R2 of 0.8",
    ],
)
def test_a_power_is_itself_in_every_spelling(text):
    assert unknown_number(text, POWERS) is None
    assert unknown_number(text.replace(",000", "000"), POWERS, english=False) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("103 units", "103"),
        ("10 units", "10"),
        ("10² units", "10^2"),
        ("5 × 10⁶ M", "10^6"),
        ("5 × 10-6 M", "10"),
        ("1012 germs", "1012"),
        ("6 × 10⁻⁶ M", "6"),
        ("5 × 10⁻⁷ M", "10^-7"),
    ],
)
def test_an_exponent_is_no_digit(text, number):
    assert unknown_number(text, POWERS) == number
    assert unknown_number(text, POWERS, english=False) == number


def test_a_text_that_lost_its_exponents_does_not_know_them():
    assert unknown_number("10³ units", find_numbers("a dose of 103 units")) == "10^3"


@pytest.mark.parametrize("text", ["12,5 % weniger Fehler", "1.200 Eimer", "1 200 seaux", "1,2 Millionen"])
def test_other_languages_have_their_own_separators(text):
    assert unknown(text, english=False) is None


def test_another_number_is_another_in_every_language():
    assert unknown("um 13,5 % weniger", english=False) == "13"
    assert unknown("ocho cubos, siete vasos", english=False) is None


@given(st.integers(10, 99_999), st.integers(0, 9), st.data())
def test_a_changed_digit_is_always_caught(whole, tenth, data):
    number = f"{whole}.{tenth}"
    held = find_numbers(f"We measure {number} of them.")
    assert unknown_number(f"it measures {number}", held) is None
    at = data.draw(st.sampled_from([place for place, char in enumerate(number) if char.isdigit()]))
    digit = data.draw(st.sampled_from("0123456789"))
    changed = number[:at] + digit + number[at + 1 :]
    assume(float(changed) != float(number))
    assert unknown_number(f"it measures {changed}", held) is not None


@given(st.text(max_size=300))
def test_a_text_holds_all_its_own_numbers(text):
    held = find_numbers(text)
    assert unknown_number(text, held) is None
    assert unknown_number(text, held, english=False) is None


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("GPT-4, COVID-19, SARS-CoV-2, H1N1, p53 and Fe-57", "no number at all"),
        ("67% improved, and 50% of them by half", "two-thirds improved, half of them by half"),
        ("25% died", "30 of 120 patients died"),
        ("33% and 75%", "one in three, and three quarters"),
        ("twenty-five patients and 10 000 cells", "25 patients and 10,000 cells"),
        ("25 patients and 10,000 cells", "twenty-five patients and 10 000 cells"),
        ("100 papers in a phase 3 trial", "a hundred papers in a phase III trial"),
        ("level 2 of 200 patients", "level 2 200 patients"),
        ("interleukin-6", "IL-6"),
    ],
)
def test_names_are_no_numbers_and_words_fractions_and_thousands_agree(text, source):
    assert unknown_number(text, find_numbers(source)) is None


@pytest.mark.parametrize(
    ("text", "source", "number"),
    [
        ("30% died", "30 of 120 patients died", "30%"),
        ("twenty-four patients", "twenty-five patients", "twenty-four"),
        ("60% improved", "two-thirds improved", "60%"),
        ("10 000 cells", "10 cells in 2000", "10,000"),
        ("a phase 2 trial", "a phase III trial", "2"),
        ("sub-12 ms with top-7 accuracy", "quick", "12"),
    ],
)
def test_another_fraction_word_or_thousand_is_found(text, source, number):
    assert unknown_number(text, find_numbers(source)) == number
