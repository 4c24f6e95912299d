"""An entry whose braces do not add up costs no other, and is read wherever its fields can be told apart."""

from __future__ import annotations

import pytest

from broadsheet.reading.listing import read_text

NEXT = "@article{lids,\n  title = {Lids},\n  doi = {10.5555/lids}\n}\n"


def entry(abstract: str, *, quote: str = "{}", end: str = "}\n") -> str:
    return (
        f"@article{{goats,\n  title = {{Goats}},\n  abstract = {quote[0]}{abstract}{quote[1]},\n"
        f"  date = {{2029-01-09}},\n  doi = {{10.5555/goats}}\n{end}"
    )


@pytest.mark.parametrize(
    ("text", "abstract"),
    [
        (entry("The 396$\\{2}$ ridge."), "The 396${2}$ ridge."),
        (entry("A set \\{1, 2\\} of goats."), "A set {1, 2} of goats."),
        (entry("A set \\{1, 2 of goats."), "A set {1, 2 of goats."),
        (entry("We write to\n@home{the goats} and\n@work{x} too."), "We write to @home{the goats} and @work{x} too."),
        (entry("As in\n@article{x,\n  title = {Inner}\n}\nwe say."), "As in @article{x, title = {Inner} } we say."),
        (entry("We {say it."), "We say it."),
        (entry("We say} it."), "We say it."),
        (entry("We say it.", end=""), "We say it."),
        (entry('We "say" it {.', quote='""'), 'We "say" it .'),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_no_paper_is_lost_to_a_brace(text, abstract, first):
    listing = read_text(f"{text}\n{NEXT}" if first else f"{NEXT}\n{text}")
    papers = {paper.key: paper for paper in listing.papers}
    goats = papers["doi:10.5555/goats"]
    assert (goats.title, goats.abstract, str(goats.published)) == ("Goats", abstract, "2029-01-09")
    assert goats.line == (1 if first else 6)
    assert papers["doi:10.5555/lids"].title == "Lids"
    assert (len(papers), listing.fragments) == (2, ())


def test_an_entry_on_one_line_that_never_closes_is_a_fragment():
    listing = read_text(f"@article{{goats, title={{Goats}}, abstract={{We {{say it.}}, doi={{10.5555/goats}}}}\n{NEXT}")
    assert [paper.title for paper in listing.papers] == ["Lids"]
    assert [(part.first_line, part.why) for part in listing.fragments] == [(1, "it is a broken entry")]


def test_words_between_entries_are_fragments_and_entries_stay_as_they_are():
    listing = read_text(f"Notes, x = {{1}}\n{entry('We say it.')}\nSome words, here.\n{NEXT}")
    assert [paper.key for paper in listing.papers] == ["doi:10.5555/goats", "doi:10.5555/lids"]
    assert [(part.first_line, part.last_line) for part in listing.fragments] == [(1, 1), (9, 9)]
