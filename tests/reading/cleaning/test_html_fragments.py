"""A fragment of HTML becomes what a reader would see of it."""

from __future__ import annotations

import pytest

from broadsheet.reading.cleaning.html_fragments import flatten


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
