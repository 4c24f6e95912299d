"""A fragment of HTML becomes what a reader would see of it."""

from __future__ import annotations

import time

import pytest

from broadsheet.reading.cleaning.html_fragments import flatten
from broadsheet.reading.cleaning.repair import repair


@pytest.mark.parametrize(
    ("fragment", "seen"),
    [
        ("<p>Kettles &amp; lids.</p><p>They sing.</p>", "Kettles & lids.\nThey sing."),
        ("Heat<br/>rises", "Heat\nrises"),
        ("<jats:p>Tea in <jats:italic>hot</jats:italic> water</jats:p>", "Tea in hot water"),
        ("<span class='x'>one</span> <b>word</b>", "one word"),
        ("a <!-- not <b>this</b> --> kettle", "a kettle"),
        ("<style>p { margin: 0 }</style>Tea<script>pour()</script>", "Tea"),
        ("plain   text\t here", "plain text here"),
    ],
)
def test_what_stays_is_what_a_reader_sees(fragment: str, seen: str) -> None:
    assert flatten(fragment) == seen


@pytest.mark.parametrize("text", ["p < 0.05 and q > 0.1", "x<y", "a <- b", "water<sup>2</sup> and CO<sub>2</sub>"])
def test_what_opens_no_tag_and_what_is_raised_or_lowered_stays(text: str) -> None:
    assert flatten(text) == text


def test_a_comment_that_never_ends_hides_nothing() -> None:
    assert "kettle" in flatten("<!-- begins here, and the kettle is after it")


@pytest.mark.parametrize(
    "text",
    [
        "The bound holds for n<m and k>2.",
        "p<0.05 and q>0.9; x<y holds",
        "a <think> token, an <eos> and <|end|>",
        "if i<a and b>a, or x<b>y",
        "n <p and q> r",
        "List<String> and vector<int>",
    ],
)
def test_only_names_of_real_tags_are_tags(text: str) -> None:
    assert flatten(text) == text
    assert repair(flatten(text)) == text


MSUP = "<mml:msup><mml:mn>10</mml:mn><mml:mn>3</mml:mn></mml:msup>"


@pytest.mark.parametrize(
    ("fragment", "seen"),
    [
        ("10<jats:sup>3</jats:sup> and CO<jats:sub>2</jats:sub>", "10³ and CO₂"),
        ("H<inf>2</inf>O at 10<ce:sup loc='post'>−6</ce:sup> M", "H₂O at 10⁻⁶ M"),
        ("10<superscript>3</superscript> of C<SUB>60</SUB>", "10³ of C₆₀"),
        (f"<mml:math>{MSUP}</mml:math> units", "10³ units"),
        (f"<jats:inline-formula><mml:math xmlns:mml='x'>{MSUP}</mml:math></jats:inline-formula>", "10³"),
        (f"<alternatives><tex-math>$10^3$</tex-math><mml:math>{MSUP}</mml:math></alternatives>", "10³"),
        ("<tex-math>$10^3$</tex-math>", "10³"),
        (r"<tex-math>\documentclass[12pt]{minimal}\begin{document}$$10^3$$\end{document}</tex-math>", "10³"),
        ("<jats:sc>Swift</jats:sc>, the 5<sup>th</sup> at 25<sup>o</sup>C", "Swift, the 5th at 25°C"),
        ("x<sup><i>n</i></sup> to 10<sup>2.5</sup> m<sup>-1/2</sup>", "xⁿ to 10^2.5 m^(-1/2)"),
        ("4.5R\n  <jats:sub>max</jats:sub>, 10<sup>3", "4.5R_max, 10^3"),
    ],
)
def test_what_is_raised_or_lowered_keeps_its_meaning_under_any_prefix(fragment: str, seen: str) -> None:
    assert repair(flatten(fragment)) == seen


def test_tags_without_an_end_take_no_time() -> None:
    began = time.perf_counter()
    for piece in ("<b>x", "<jats:sup>", "<math>", "<a x='"):
        flatten(piece * 50_000)
    assert time.perf_counter() - began < 20
