"""Headings: noun phrases from titles, in sentence case, each its own."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.models import Paper
from broadsheet.themes.labels import (
    LONGEST,
    find_capitals,
    find_subjects,
    name_themes,
    rank_subjects,
    says_nothing,
    spread_of,
)


def papers(*titles: str, abstract: str = "") -> list[Paper]:
    return [Paper(key=str(number), title=title, abstract=abstract) for number, title in enumerate(titles)]


KNOTS = ("Wet Knots at Sea", "Slippery Wet Knots", "On Wet Knots")
BREAD = ("Tidal Bread: A Survey", "Baking Tidal Bread", "Tidal Bread, Revisited")


def test_a_shared_phrase_of_the_titles_is_the_heading() -> None:
    assert name_themes(papers(*KNOTS, *BREAD), [(0, 1, 2), (3, 4, 5)]) == ["Wet knots", "Tidal bread"]


def test_a_phrase_that_all_groups_share_heads_none() -> None:
    wet = ("Wet Knots by Sea Robots", "Slippery Wet Knots", "Sea Robots at Rest")
    tidal = ("Tidal Bread of Sea Robots", "Tidal Bread Again", "Sea Robots, Sea Robots")
    assert name_themes(papers(*wet, *tidal), [(0, 1, 2), (3, 4, 5)]) == ["Wet knots", "Tidal bread"]


def test_two_phrases_that_share_the_group_make_one_heading() -> None:
    titles = ("Wet Knots at Sea", "More Wet Knots", "Tin Kites", "On Tin Kites", *BREAD)
    heading = name_themes(papers(*titles), [(0, 1, 2, 3), (4, 5, 6)])[0]
    assert heading in ("Wet knots and tin kites", "Tin kites and wet knots")


def test_two_phrases_lean_on_the_same_last_word() -> None:
    titles = ("Knot Splicing by Wind", "On Knot Splicing", "Kite Splicing at Sea", "For Kite Splicing", *BREAD)
    assert name_themes(papers(*titles), [(0, 1, 2, 3), (4, 5, 6)])[0] in (
        "Knot and kite splicing",
        "Kite and knot splicing",
    )


def test_acronyms_and_names_keep_their_capitals() -> None:
    titles = ("LLM Agents in the Wild", "Tying with LLM Agents", "LLM Agents and Kites", *BREAD)
    assert name_themes(papers(*titles), [(0, 1, 2), (3, 4, 5)])[0] == "LLM agents"
    titles = ("Gaussian Knots at Sea", "On Gaussian Knots", *BREAD)
    named = papers(*titles, abstract="It ties Gaussian knots.")
    assert name_themes(named, [(0, 1), (2, 3, 4)])[0] == "Gaussian knots"


def test_capitals_of_one_title_alone_are_no_acronym() -> None:
    titles = ("SElf-tied Knots at Sea", "On Self-tied Knots", *BREAD)
    named = papers(*titles, abstract="It is about self-tied knots.")
    assert name_themes(named, [(0, 1), (2, 3, 4)])[0] == "Self-tied knots"
    assert name_themes(named[:1] + named[2:], [(0, 1)])[0].startswith("Self-tied knots")


def test_headings_of_two_titles_hold_the_most_words_and_no_control_characters() -> None:
    named = name_themes(papers("Узлы и верёвки", "\x8f \U000893a6 w", *BREAD), [(0, 1)])
    assert named == ["Узлы и верёвки and w"]
    long = name_themes(papers("Старые узлы и верёвки", "Новые снасти из льна", *BREAD), [(0, 1)])
    assert long == ["Узлы и верёвки"]


def test_a_title_that_spells_out_its_acronym_says_nothing_of_other_words() -> None:
    made = papers("UNFUSED: UNsupervised Finetuning Using SElf supervised Distillation", *BREAD)
    made += papers("Knots", "Kites", abstract="They learn by self-supervised knots.")
    assert find_capitals(made).get("self", "self") == "self"


def test_each_part_of_a_word_with_a_hyphen_keeps_its_own_capitals() -> None:
    titles = ("LLM-Generated Knots at Sea", "On LLM-Generated Knots", "Old Knots of AI", *BREAD)
    assert name_themes(papers(*titles), [(0, 1, 2), (3, 4, 5)])[0] == "LLM-generated knots"
    titles = ("Human-AI Splicing at Sea", "On Human-AI Splicing", "A Rope for AI", *BREAD)
    assert name_themes(papers(*titles), [(0, 1, 2), (3, 4, 5)])[0] == "Human-AI splicing"


def test_what_stands_before_another_noun_says_nothing_of_the_number() -> None:
    titles = ("Wet Knot Splicing", "Wet Knot Rigging", "Wet Knot Moorings", "Wet Knot Tables", "Wet Knots at Sea")
    assert name_themes(papers(*titles, *BREAD), [(0, 1, 2, 3, 4), (5, 6, 7)])[0] == "Wet knots"


def test_spellings_of_one_phrase_count_as_one() -> None:
    titles = ("Rope-Splicing at Sea", "Rope Splicing Now", "Quick Ropesplicing", *BREAD)
    assert name_themes(papers(*titles), [(0, 1, 2), (3, 4, 5)])[0] == "Rope splicing"


def test_singular_and_plural_count_as_one() -> None:
    titles = ("Wet Knot at Sea", "Slippery Wet Knots", "The Wet-Knot Book", *BREAD)
    assert name_themes(papers(*titles), [(0, 1, 2), (3, 4, 5)])[0] == "Wet knots"


def test_no_heading_is_a_papers_whole_title() -> None:
    headings = name_themes(papers("Wet Knots", "Wet Knots!", *BREAD), [(0, 1), (2, 3, 4)])
    assert headings == ["", "Tidal bread"]


def test_what_everything_is_about_heads_nothing() -> None:
    first = ("Wet Knots at Sea", "Wet Knots by Night", "Wet Knots in Rain", "Wet Knots in Snow")
    second = ("Wet Knots for All", "Wet Knots or None", "Wet Knots till Dawn", "Nothing")
    headings = name_themes(papers(*first, *second), [range(4), range(4, 8)])
    assert headings[0] == "Sea and night"
    assert "wet knots" not in " ".join(headings).lower()


@pytest.mark.parametrize(
    ("titles", "heading"),
    [
        (("Guano: A Rift", "Grass: A Market"), "Guano and grass"),
        (("Guano", "Grass"), "Guano and grass"),
        (("Calibrating Floating Antennas", "Fog Nets by Night"), "Floating antennas and fog nets"),
        (("Über die Messung nasser Knoten", "Brot"), "Messung nasser knoten and brot"),
        (("测量湿结的方法", "潮汐面包"), "测量湿结的方法 and 潮汐面包"),
        (("?", "…"), ""),
        (("", ""), ""),
        (("On Of", "The And"), ""),
    ],
)
def test_a_group_that_shares_no_word_is_called_by_its_two_most_central_papers(
    titles: tuple[str, str], heading: str
) -> None:
    named = name_themes(papers(*titles, *BREAD, abstract=""), [(0, 1)])
    assert named == [heading]


def test_no_heading_ever_says_that_there_is_none() -> None:
    odd = ("Knots", "Bread", "?", "A", "Of the", "结", "Wet", "Wet", "", "42", "Why not?", "I")
    for first, second in itertools.combinations(range(len(odd)), 2):
        for heading in name_themes(papers(*odd), [(first, second)]):
            assert "unnamed" not in heading.lower()
            assert not says_nothing(heading)


def test_a_phrase_heads_one_theme_only() -> None:
    kites = ("Wet Knots of Paper Kites", "Wet Knots Anew", "Paper Kites at Sea", "Wet Knots Again")
    more = [f"{title} {word}" for title in BREAD for word in ("Now", "Then", "Ever", "Never")]
    titles = (*KNOTS, "Wet Knots Once", "Wet Knots Twice", *kites, *more)
    headings = name_themes(papers(*titles), [range(5), range(5, 9), range(9, 21)])
    assert headings == ["Wet knots", "Paper kites", "Tidal bread"]


def test_a_phrase_heads_the_group_that_it_fits_best_and_not_the_largest() -> None:
    large = ("Wet Knots Once", "Wet Knots Twice", "Wet Knots Thrice", "Paper Kites at Sea", "Paper Kites in Wind")
    more = [f"{title} {word}" for title in BREAD for word in ("Now", "Then", "Ever", "Never")]
    headings = name_themes(papers(*large, *KNOTS, *more), [range(5), range(5, 8), range(8, 20)])
    assert headings[1] == "Wet knots"
    assert headings[0] == "Paper kites"


@pytest.mark.parametrize(
    ("title", "subjects"),
    [
        ("Paper kites for harbour mapping", ["Paper kites", "harbour mapping"]),
        ("KNOTTER: Measuring wet knots with slow cameras", ["wet knots", "slow cameras"]),
        ("Can moss clocks improve tidal bread?", ["moss clocks", "tidal bread"]),
        ("Knots", []),
        ("", []),
    ],
)
def test_a_phrase_reaches_from_one_preposition_verb_or_mark_to_the_next(title: str, subjects: list[str]) -> None:
    assert [" ".join(subject) for subject in find_subjects(title)] == subjects


def test_what_papers_share_comes_first_and_what_is_one_papers_own_is_left_out() -> None:
    titles = ("Orange harbour mooring", "Mooring by day", "A harbour at night", "Tidal bread", "Rye bread", "Crusts")
    papers = [Paper(key=title, title=title) for title in titles]
    assert rank_subjects(papers, (0, 1, 2), spread_of(papers)) == [["harbour", "mooring"]]


@given(st.text(max_size=80))
def test_any_title_gives_phrases_of_its_own_words(title: str) -> None:
    for subject in find_subjects(title):
        assert 2 <= len(subject) <= LONGEST
        assert all(word in title for word in subject)
