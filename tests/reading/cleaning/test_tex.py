"""TeX becomes Unicode where its meaning is certain, and stays as it stands everywhere else."""

from __future__ import annotations

import pytest

from broadsheet.reading.cleaning.tex import accented, is_evident, readable, readable_math, to_unicode


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"Schr\"odinger", "Schrödinger"),
        (r"Erd\H{o}s and \v{C}ech", "Erdős and Čech"),
        (r"stra\ss{}e", "straße"),
        (r"\emph{boiling} water at 5\%", "boiling water at 5%"),
        (r"see \href{https://kettle.example}{the shop}", "see the shop"),
        (r"``quiet'' kettles", "“quiet” kettles"),
        (r"an $\alpha$ of $10^{-3}$", "an α of 10⁻³"),
        (r"{\it fast} boiling", "fast boiling"),
        (r"\emph{a}, pages 1--2", "a, pages 1–2"),
    ],
)
def test_what_is_certain_is_translated(tex: str, text: str) -> None:
    assert to_unicode(tex) == text


@pytest.mark.parametrize("text", [r"\unknowncommand stays", "from $5-$10", "it costs $5 here and $6 there", "a --flag"])
def test_what_is_not_certain_stays(text: str) -> None:
    assert to_unicode(text) == text


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (r"\frac{1}{2}", "1/2"),
        (r"\sqrt{n}", "√n"),
        ("x_1^2", "x₁²"),
        (r"\mathbb{R}^n", "ℝⁿ"),
        (r"O(\log n)", "O(log n)"),
        (r"\mystery{x}", ""),
        ("five dollars", ""),
    ],
)
def test_mathematics_is_read_aloud_or_not_at_all(inner: str, said: str) -> None:
    assert readable_math(inner) == said


def test_a_letter_takes_an_accent_only_where_unicode_has_the_two_as_one() -> None:
    assert (accented("e", "'"), accented("q", "'")) == ("é", "")


def test_text_that_holds_a_lone_percent_or_dash_was_not_written_in_tex() -> None:
    assert is_evident(r"5\% of kettles")
    assert is_evident("an $x$")
    assert not is_evident("5% of kettles -- and lids")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"a rate of \rho, and $\tau = 3$ s", "a rate of ρ, and τ = 3 s"),
        (r"at \\alpha and $\\beta_2$", "at α and β₂"),
        (r"of \(10^{3}\) kettles, \textbf{all} old", "of 10³ kettles, all old"),
        (r"cost $5 or $7", "cost $5 or $7"),
        ("plain", "plain"),
        (r"an \unknown{x}", r"an \unknown{x}"),
    ],
)
def test_tex_in_a_sentence_of_a_models_becomes_plain_text(written, shown):
    assert readable(written) == shown
