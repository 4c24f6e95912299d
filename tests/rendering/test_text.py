from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from broadsheet.models import Evidence, Paper
from broadsheet.rendering.entries import Piece, marked_pieces
from broadsheet.rendering.formatting import count, format_money
from broadsheet.rendering.links import markdown_target, paper_url, safe_url, short_address
from broadsheet.rendering.markdown_note import note_html
from broadsheet.rendering.text import (
    Slugs,
    Verbatim,
    columns,
    escape_markdown,
    heading,
    plain,
    truncate,
    wrap,
    wrap_prose,
)

quick = settings(derandomize=True, max_examples=300, deadline=None)
MARKUP = st.text(alphabet=" ab1_*~`[]()<>!#|&;:/\\-+=.\n\"'{}%$^@éß東", max_size=40)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(markdown: str) -> str:
    """What a Markdown page shows where it holds one paragraph of nothing but text."""
    tokens = PARSER.parse(markdown)
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"]), markdown
    inner = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inner} <= {"text", "text_special"}, markdown
    return "".join(child.content for child in inner)


@quick
@given(MARKUP)
def test_escaped_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    assert shown(escape_markdown(text)) == plain(text)


@quick
@given(MARKUP, MARKUP)
def test_escaped_text_stays_inside_its_link_and_its_line(title: str, tldr: str) -> None:
    title, tldr = plain(title) or "t", plain(tldr) or "s"
    tokens = PARSER.parse(f"**[{escape_markdown(title)}](https://a.example)**  \n{escape_markdown(tldr)}")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    kinds = [child.type for child in tokens[1].children or () if child.type not in ("text", "text_special")]
    assert kinds == ["strong_open", "link_open", "link_close", "strong_close", "hardbreak"]


@pytest.mark.parametrize(
    "text",
    [
        "Error falls by 12.5% (from 8.1 to 7.1) on A-B-C; p < 0.05 & so on.",
        "snake_case and 2 * 3 > 5, ~5% of $n$, a #hashtag, and/or: fine!",
        "State-of-the-art results at 10:30, C++ and C#.",
    ],
)
def test_ordinary_sentences_are_not_escaped(text: str) -> None:
    assert escape_markdown(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "~~struck~~",
        "a ~b~ c",
        "x ~~b~~ y",
        "*a*",
        "_a_",
        "`a`",
        "&lt;",
        "<b>",
        "[a](b)",
        "![a](b)",
        "a\\",
        "---",
        "# a",
        "1. a",
        "~~~",
    ],
)
def test_markup_is_shown_as_it_was_written(text: str) -> None:
    assert shown(escape_markdown(text)) == text


def test_verbatim_text_and_numbers_pass_unescaped() -> None:
    assert escape_markdown(Verbatim("*a*")) == "*a*"
    assert escape_markdown(7) == 7


def test_addresses_in_text_are_not_links_on_a_forge() -> None:
    assert escape_markdown("see https://evil.example, www.evil.example") == (
        r"see https:\//evil.example, www\.evil.example"
    )


@quick
@given(st.text(alphabet="ab cdefgh-éß東京 \n", max_size=200), st.integers(0, 6))
def test_wrapped_text_fits_and_loses_no_word(text: str, indent: int) -> None:
    lines = wrap(text, " " * indent, 30).split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        longest = max((len(word) for word in line.split()), default=0)
        assert columns(line) <= max(30, indent + longest * 2)


def test_a_wrapped_bullet_hangs_and_an_address_stays_whole() -> None:
    text = "Titles hang https://long.example/an-address-that-is-longer-than-the-line yes"
    assert wrap(text, "    ", 24, first="  * ").split("\n") == [
        "  * Titles hang",
        "    https://long.example/an-address-that-is-longer-than-the-line",
        "    yes",
    ]


def test_wide_characters_wrap_by_columns() -> None:
    assert wrap("東京大学の論文", width=6) == "東京大\n学の論\n文"


def test_the_editors_lists_keep_their_lines_and_paragraphs_are_filled() -> None:
    assert wrap_prose("One\ntwo\n\n- a\n- b b b b b b b b", width=12) == "One two\n\n- a\n- b b b b b\n  b b b"


def test_shortening_cuts_at_a_word() -> None:
    assert truncate("one two three", 9) == "one two…"
    assert truncate("one two", 9) == "one two"
    assert truncate("x" * 20, 9) == "xxxxxxxx…"


def test_theme_anchors_are_stable_and_unique() -> None:
    slugs = Slugs()
    taken = [
        slugs.take(title, prefix="theme") for title in ("Graph nets", "graph  nets!", "Graph nets 2", "東京", "?!")
    ]
    assert taken == ["theme-graph-nets", "theme-graph-nets-2", "theme-graph-nets-2-2", "theme-東京", "theme"]


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Speech & audio", "speech-audio"),
        ("Few-shot, in-context (and zero-shot)", "few-shot-in-context-and-zero-shot"),
        ("Écoles – 2 snake_case", "écoles-2-snake_case"),
        ("Maps - and more", "maps-and-more"),
    ],
)
def test_heading_anchors_are_those_of_a_forge(title: str, anchor: str) -> None:
    assert Slugs().take_heading(heading(title)) == anchor


def test_repeated_headings_are_numbered_as_a_forge_does() -> None:
    slugs = Slugs()
    assert [slugs.take_heading(h) for h in ("A", "A", "A-1", "a")] == ["a", "a-1", "a-1-1", "a-2"]


# Evidence.


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


# Links.


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "javascript://a.example/%0aalert(1)",
        "ftp://a.example/paper",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/relative",
        "https://",
        "https://arxiv.org@evil.example/",
        "https://a.example\\@evil.example/",
        "http://[::1",
        "https://a.example/\x00",
        "https://a.example/" + "x" * 3000,
        "",
        None,
    ],
)
def test_unsafe_addresses_are_no_links(url: str | None) -> None:
    assert safe_url(url) is None


def test_safe_addresses_are_encoded_for_every_form() -> None:
    assert safe_url(' https://a.example/x"y z<|`') == "https://a.example/x%22y%20z%3C%7C%60"
    assert markdown_target("https://a.example/(1)") == "https://a.example/%281%29"
    assert short_address("https://www.a.example/b/") == "a.example/b"


@pytest.mark.parametrize(
    ("identifiers", "url"),
    [
        ({"arxiv": "2699.00001"}, "https://arxiv.org/abs/2699.00001"),
        ({"arxiv": "math.GT/9901001"}, "https://arxiv.org/abs/math.GT/9901001"),
        ({"arxiv": "../evil", "doi": "10.9999/a<b>"}, "https://doi.org/10.9999/a%3Cb%3E"),
        ({"pmid": "123"}, "https://pubmed.ncbi.nlm.nih.gov/123"),
        ({"pmid": "12?x"}, None),
        ({"isbn": "123"}, None),
    ],
)
def test_addresses_are_built_from_identifiers_that_are_well_formed(
    identifiers: dict[str, str], url: str | None
) -> None:
    assert paper_url(Paper(key="k", title="t", identifiers=identifiers)) == url


# The editor's note.


def test_the_note_is_markdown_without_scripts_images_or_odd_links() -> None:
    html = note_html(
        "# Hello\n\n*a* [b](javascript:alert(1)) [c](https://c.example) [d](mailto:d@d.example) [e](/e) "
        "![f](https://f.example/f.png) <script>alert(2)</script> <b onclick=x>g</b>"
    )
    assert "<h3>Hello</h3>" in html
    assert "<em>a</em>" in html
    assert html.count("href=") == 2
    for word in ("javascript", "<script", "<img", "onclick", "alert(2)"):
        assert word not in html


# Numbers.


def test_counts_and_money_in_words() -> None:
    assert [count(1, "paper"), count(1204, "paper")] == ["1 paper", "1,204 papers"]
    assert [format_money(m) for m in (None, 0.0, 0.00001, 0.0123, 3.5)] == [
        "price not configured",
        "$0.00",
        "under $0.0001",
        "$0.0123",
        "$3.50",
    ]
