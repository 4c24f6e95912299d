"""Formulas of MathML become a line that keeps what is raised, lowered and divided."""

from __future__ import annotations

import re
import time

import pytest

from broadsheet.reading.cleaning.mathml import read_formulas


@pytest.mark.parametrize(
    ("inner", "line"),
    [
        ("<msup><mn>10</mn><mn>3</mn></msup>", "10³"),
        ("<msup><mn>10</mn><mrow><mo>−</mo><mn>6</mn></mrow></msup>", "10⁻⁶"),
        ("<msub><mi>CO</mi><mn>2</mn></msub>", "CO₂"),
        ("<msubsup><mi>x</mi><mi>max</mi><mn>2</mn></msubsup>", "x_max²"),
        ("<mfrac><mn>1</mn><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></mfrac>", "1/(n+1)"),
        ("<msqrt><mi>n</mi></msqrt><mtext> of </mtext><msqrt><mi>n</mi><mi>m</mi></msqrt>", "√n of √(nm)"),
        ("<mfenced open='[' close=']'><mi>a</mi><mi>b</mi></mfenced>", "[a,b]"),
        ("<semantics><mi>x</mi><annotation>\\x</annotation></semantics>", "x"),
        ("<cn>17<sep/>29</cn>", "17 29"),
        ("<mn>1</mn><mo><</mo><mi>&alpha;</mi>", "1<α"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "mml:", "m:"])
def test_a_formula_is_read_under_any_prefix(inner: str, line: str, prefix: str) -> None:
    prefixed = re.sub(r"(</?)(?=\w)", rf"\1{prefix}", inner)
    text = f'dose <{prefix}math xmlns="http://www.w3.org/1998/Math/MathML">{prefixed}</{prefix}math> units'
    assert read_formulas(text) == f"dose {line} units"


def test_what_never_ends_stays_and_takes_no_time() -> None:
    began = time.perf_counter()
    assert read_formulas("<math>" * 100_000) == "<math>" * 100_000
    assert time.perf_counter() - began < 5
