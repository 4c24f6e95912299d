"""One paper as it stands on a page, and the papers of a digest under one theme each."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Evidence, Paper, Theme
from broadsheet.rendering.entries import Entries, Piece, marked_pieces, partition
from broadsheet.rendering.text import Slugs, plain
from sample_digest import DIGEST

quick = settings(derandomize=True, max_examples=300, deadline=None)


def spans(text: str, *ranges: tuple[int, int]) -> list[Evidence]:
    return [Evidence(sentence=n, start=a, end=b, text=text[a:b]) for n, (a, b) in enumerate(ranges)]


def test_evidence_is_cut_at_its_offsets_among_characters_that_need_escaping() -> None:
    text = "A < B. C & D > E. “F”."
    assert marked_pieces(text, spans(text, (7, 17))) == (
        Piece("A < B. ", marked=False),
        Piece("C & D > E.", marked=True),
        Piece(" “F”.", marked=False),
    )


def test_overlapping_touching_and_nested_evidence_becomes_one_mark() -> None:
    text = "0123456789"
    pieces = marked_pieces(text, spans(text, (6, 8), (2, 5), (3, 6), (6, 7)))
    assert [(piece.text, piece.marked) for piece in pieces] == [("01", False), ("234567", True), ("89", False)]
    inside = marked_pieces(text, spans(text, (3, 4), (2, 6)))
    assert [(piece.text, piece.marked) for piece in inside] == [("01", False), ("2345", True), ("6789", False)]
    assert marked_pieces(text, spans(text, (0, 10), (2, 3))) == (Piece(text, marked=True),)


def test_evidence_with_wrong_offsets_is_looked_for_or_left_out() -> None:
    moved = Evidence(sentence=0, start=90, end=93, text="two")
    absent = Evidence(sentence=0, start=0, end=4, text="four")
    pieces = marked_pieces("one two", [moved, absent])
    assert [(piece.text, piece.marked) for piece in pieces] == [("one ", False), ("two", True)]


@quick
@given(st.text(alphabet="ab <&.", max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_marking_changes_no_character(text: str, ranges: list[tuple[int, int]]) -> None:
    text = plain(text)
    pieces = marked_pieces(text, spans(text, *ranges))
    assert "".join(piece.text for piece in pieces) == text


LABELS = PageLabels()


def parts_of(*themes: Theme) -> list[tuple[str, list[str]]]:
    """The papers a, b, c and d under the headings they stand under."""
    digest = DIGEST.model_copy(update={"themes": themes})
    return [(theme.title, list(own)) for theme, own in partition(digest, dict.fromkeys("abcd"), LABELS)]


def test_a_paper_stands_once_though_two_themes_name_it_and_where_it_is_named_first() -> None:
    one, two = Theme(title="Tides", paper_keys=("a", "b")), Theme(title="Moss", paper_keys=("b", "c", "d", "c"))
    assert parts_of(one, two) == [("Tides", ["a", "b"]), ("Moss", ["c", "d"])]


def test_a_paper_that_no_theme_names_is_not_lost() -> None:
    assert parts_of(Theme(title="Tides", paper_keys=("c", "nowhere"))) == [
        ("Tides", ["c"]),
        (LABELS.further, ["a", "b", "d"]),
    ]


def test_the_theme_of_others_stands_last_and_one_without_papers_nowhere() -> None:
    others = Theme(title="Other papers", paper_keys=("a",), other=True)
    assert parts_of(others, Theme(title="None", paper_keys=()), Theme(title="Tides", paper_keys=("b", "c", "d"))) == [
        ("Tides", ["b", "c", "d"]),
        ("Other papers", ["a"]),
    ]


def test_each_paper_has_its_own_tldr_its_own_match_and_an_anchor_of_its_own() -> None:
    entries = Entries(DIGEST, Slugs(), LABELS)
    assert list(entries) == [paper.key for paper in DIGEST.papers]
    for summary in DIGEST.summaries:
        assert entries[summary.paper_key].tldr == plain(summary.tldr)
    assert entries[DIGEST.matches[0].paper_key].score == "91"
    assert len({entry.anchor for entry in entries.values()}) == len(entries)


def test_of_very_many_papers_not_all_entries_are_held() -> None:
    papers = tuple(Paper(key=f"hash:{at}", title=f"Lamp {at}") for at in range(2000))
    entries = Entries(DIGEST.model_copy(update={"papers": papers}), Slugs(), LABELS)
    first = entries["hash:0"]
    assert entries["hash:0"] is first
    assert [entry.title for entry in entries.only(["hash:7", "hash:3"])] == ["Lamp 7", "Lamp 3"]
    assert [entry.title for entry in entries.values()] == [paper.title for paper in papers]
    assert entries["hash:0"] == first
    assert entries["hash:0"] is not first


def test_authors_are_named_as_they_are_said_so_that_a_comma_parts_two_people() -> None:
    paper = Paper(key="hash:a", title="Wet Knots", abstract="", authors=("Ash, Ada", "Elm, Bo"))
    entries = Entries(DIGEST.model_copy(update={"papers": (paper,)}), Slugs(), PageLabels())
    assert entries["hash:a"].authors == "Ada Ash, Bo Elm"
