"""Lines are joined again to titles, sentences and paragraphs, and nothing is joined that begins something new."""

from __future__ import annotations

import pytest

from broadsheet.errors import InputTooLarge
from broadsheet.reading.pasted import units as module
from broadsheet.reading.pasted.lines import Kind
from broadsheet.reading.pasted.units import read_blocks, read_units, title_of, wrap_width

WRAPPED = """Boiling Water in Small Kettles

We boil water in small kettles of copper and of tin, and measure the
minutes that each of them takes until it sings. Copper is faster than
tin by half a minute, and the smallest of all kettles is the loudest.
"""


def test_a_wrapped_paragraph_becomes_one_unit() -> None:
    title, abstract = read_units(WRAPPED)
    assert (title.kind, title.text) == ("headline", "Boiling Water in Small Kettles")
    assert (abstract.kind, abstract.first, abstract.last) == ("prose", 3, 5)


def test_titles_one_below_the_other_stay_apart() -> None:
    titles = ["Boiling Water in Small Kettles", "Lids of Three Kinds", "The Song of Tin Kettles on Winter Mornings"]
    assert [unit.text for unit in read_units("\n".join(titles))] == titles


def test_a_line_that_ends_on_a_small_word_goes_on() -> None:
    (unit,) = read_units("Boiling Water in the\nKettles of Small Towns")
    assert unit.text == "Boiling Water in the\nKettles of Small Towns"


@pytest.mark.parametrize("label", ["Keywords", "keywords", "Comments", "Date"])
@pytest.mark.parametrize(
    ("end", "labels"), [("and look at what is in the", ["abstract"]), ("and look at it.", ["abstract", "ours"])]
)
def test_a_sentence_runs_on_into_a_line_that_looks_labelled(label: str, end: str, labels: list[str]) -> None:
    text = f"""Abstract: We boil water in small kettles of copper and of tin, {end}
{label}: steam, song and lime, as they are called by all who boil water for a
living, and by nobody else.
"""
    units = read_units(WRAPPED + "\n" + text)
    assert [unit.label and ("abstract" if unit.label == "abstract" else "ours") for unit in units[2:]][:2] == labels
    if len(labels) == 1:
        assert f"\n{label}: steam" in units[2].text


def test_a_list_of_names_runs_on_after_a_comma() -> None:
    _, names = read_units("Boiling Water in Small Kettles\nAuthors: Ada Kettle, Bob Spout,\nCy Lid")
    assert (names.label, names.text) == ("author", "Ada Kettle, Bob Spout,\nCy Lid")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Boiling Water in Small Kettles", "headline"),
        ("We boil water in small kettles.", "sentence"),
        ("We boil water in small kettles of tin. " * 5, "prose"),
    ],
)
def test_a_text_is_a_headline_a_sentence_or_prose(text: str, kind: Kind) -> None:
    assert [unit.kind for unit in read_units(text.strip())] == [kind]


def test_the_name_below_submitted_by_is_no_title() -> None:
    _, name, title = read_units("Submitted by\n\nana\n\nBoiling Water in Small Kettles")
    assert (name.kind, title.kind) == ("chrome", "headline")


def test_text_that_was_not_wrapped_has_no_width() -> None:
    assert wrap_width(list(read_blocks(WRAPPED))) > 60
    assert wrap_width(list(read_blocks("Tea\nfor\n\ntwo\nnow\n"))) == 0


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LINES", 3)
    with pytest.raises(InputTooLarge, match="split it"):
        read_units("one two\n" * 4)


def test_a_heading_of_markdown_loses_its_number() -> None:
    assert title_of(read_units("### 3. Boiling Water in Small Kettles")) == "Boiling Water in Small Kettles"
