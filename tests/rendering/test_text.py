"""Text that stays text: escaped for Markdown, wrapped, shortened, named by anchors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from broadsheet.rendering.text import (
    _MAYBE_ODD,
    Slugs,
    Verbatim,
    _odd_width,
    columns,
    escape_markdown,
    given_first,
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


def test_a_character_takes_the_columns_that_unicode_gives_it() -> None:
    found = {
        text: columns(text) for text in ("naïve", "e\u0301", "“x” → y", "𝒪(n)", "東京", "ㄱ", "ｱ", "🌀", "x\u20d7")
    }
    assert found == dict(zip(found, (5, 1, 7, 4, 4, 2, 1, 2, 1), strict=True))


def test_the_quick_look_passes_over_no_character_of_another_width() -> None:
    every = "".join(map(chr, range(0x110000)))
    assert set(_odd_width().findall(every)) <= set(_MAYBE_ODD.findall(every))


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


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ash, Ada", "Ada Ash"),
        ("de la Vries,  Jan  K.", "Jan K. de la Vries"),
        ("Ada Ash", "Ada Ash"),
        ("Ash AB", "Ash AB"),
        ("Ash, Ada, Jr.", "Ash, Ada, Jr."),
        ("Ada Ash, Jr.", "Ada Ash, Jr."),
        ("Knot Collaboration, Veldmark", "Knot Collaboration, Veldmark"),
        ("Ash,", "Ash,"),
    ],
)
def test_a_name_is_said_with_the_given_name_first(name: str, said: str) -> None:
    assert given_first(name) == said
