"""Exclusions and caps: what the reader's rules leave out, what stays in any case, and that no paper is lost."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.digests.exclusions import cap_themes, exclude
from broadsheet.digests.pipeline import make_digest
from broadsheet.digests.selection import foresee_selection
from broadsheet.errors import ConfigError, NoPapers, UsageError
from broadsheet.models import Digest, Listing, Paper, Theme
from broadsheet.settings.loading import load_settings
from invented_papers import invent
from scripted import RawServer, completion_body, http

NOW = dt.datetime(2026, 3, 13, tzinfo=dt.UTC)
KNOTS, BREAD, KITES = (
    Paper(
        key="hash:knots",
        title="Wet knots and bowlines",
        abstract="We tie wet knots of hemp rope and count them.",
        authors=("Ada Ash", "Ben Birch"),
        categories=("math.GT", "cs.KT"),
        venue="Kettle Letters",
        source="inbox/harbour.txt",
    ),
    Paper(
        key="hash:bread",
        title="Tidal bread: a survey",
        abstract="We bake loaves of rye in cafés by the sea.",
        authors=("Birch, Cy",),
        source="inbox/harbour.txt",
    ),
    Paper(
        key="hash:kites",
        title="Paper kites",
        abstract="We fly kites of paper in the wind and measure their tails.",
        authors=("Ash D",),
        categories=("physics",),
        source="feed.xml",
    ),
)
LISTING = Listing(papers=(KNOTS, BREAD, KITES))


def digest(listing: Listing = LISTING, **flags) -> Digest:
    made = make_digest(listing, load_settings(flags=flags), now=NOW, report=lambda progress: None)
    return asyncio.run(made)


def why(**flags) -> dict[str, str]:
    """The reasons of what is left out, by the paper's short name."""
    _, left = exclude(LISTING.papers, load_settings(flags=flags))
    return {one.paper_key.removeprefix("hash:"): one.why for one in left}


def adds_up(made: Digest) -> bool:
    account = made.account
    shown = sorted(key for theme in made.themes for key in theme.paper_keys)
    assert shown == sorted(paper.key for paper in made.papers) == sorted(one.paper_key for one in made.summaries)
    assert (
        len(made.left_out)
        == account.left_out
        == account.replaced + account.excluded + account.capped + account.outranked
    )
    return account.received == account.duplicates + account.seen + account.left_out + account.digested


@pytest.mark.parametrize(
    ("word", "left"),
    [
        ("survey", {"bread"}),
        ("SURVEYS", {"bread"}),
        ("cafe", {"bread"}),
        ("Knot", {"knots"}),
        ("wet  knots", {"knots"}),
        ("wet-knot", {"knots"}),
        ("sur", set()),
        ("bowlines we tie", set()),
        ("paper", {"kites"}),
        ("we", {"knots", "bread", "kites"}),
    ],
)
def test_words_are_found_whole_whatever_their_case_accents_and_number(word: str, left: set[str]) -> None:
    assert set(why(never={"words": [word]})) == left


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Ada Ash", {"knots"}),
        ("A. Ash", {"knots"}),
        ("D. Ash", {"kites"}),
        ("Ash", {"knots", "kites"}),
        ("BIRCH, CY", {"bread"}),
        ("Birch, Cyril", set()),
        ("Birch, C.", {"bread"}),
        ("Ada", set()),
    ],
)
def test_authors_are_compared_by_surname_and_initials(name: str, left: set[str]) -> None:
    assert set(why(never={"authors": [name]})) == left


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("harbour.txt", {"knots", "bread"}),
        ("inbox/harbour.txt", {"knots", "bread"}),
        ("CS.kt", {"knots"}),
        ("math", {"knots"}),
        ("kettle letters", {"knots"}),
        ("cs.K", set()),
        ("feed", set()),
    ],
)
def test_sources_are_inputs_categories_their_fields_and_venues(source: str, left: set[str]) -> None:
    assert set(why(never={"sources": [source]})) == left


def test_the_reason_names_the_word_and_the_source_and_no_author() -> None:
    flags = {"words": ["survey"], "authors": ["Ada Ash"], "sources": ["physics"]}
    assert why(never=flags) == {
        "knots": "an author is never shown here",
        "bread": "“survey” is never shown here",
        "kites": "physics is never shown here",
    }


def test_an_author_who_is_always_shown_stays_whatever_else_is_said() -> None:
    never = {"words": ["knots"], "sources": ["harbour.txt"]}
    made = digest(
        never=never, always={"authors": ["A. Ash"]}, at_most={"theme": 1, "source": 1}, interests=["kites"], top=1
    )
    assert [paper.key for paper in made.papers] == [KNOTS.key]
    assert [(one.paper_key, one.kind) for one in made.left_out] == [
        (BREAD.key, "excluded"),
        (KITES.key, "outranked"),
    ]
    assert adds_up(made)


def test_the_digest_counts_and_names_what_never_leaves_out() -> None:
    made = digest(never={"words": ["survey"]})
    assert (made.account.received, made.account.excluded, made.account.left_out, made.account.digested) == (3, 1, 1, 2)
    assert [(one.title, one.why) for one in made.left_out] == [(BREAD.title, "“survey” is never shown here")]
    assert adds_up(made)


def test_where_nothing_is_left_the_error_says_which_rule_took_most() -> None:
    with pytest.raises(NoPapers) as error:
        digest(never={"words": ["we"], "authors": ["Ada Ash"]})
    assert str(error.value).startswith(
        "`never` leaves out all 3 papers, 3 of them because “we” is never shown here: nothing is left to digest;"
    )


def test_of_a_source_the_best_by_the_interests_stay_and_without_interests_the_first() -> None:
    made = digest(at_most={"source": 1}, interests=["rye bread"])
    assert {paper.key for paper in made.papers} == {BREAD.key, KITES.key}
    made = digest(at_most={"source": 1})
    assert {paper.key for paper in made.papers} == {KNOTS.key, KITES.key}
    assert [(one.kind, one.why) for one in made.left_out] == [("capped", "inbox/harbour.txt may give 1 paper")]
    assert adds_up(made)


def test_the_best_are_taken_of_what_a_source_may_give() -> None:
    made = digest(at_most={"source": 1}, interests=["rye bread"], top=2)
    assert {paper.key for paper in made.papers} == {BREAD.key, KITES.key}
    assert adds_up(made)


def test_no_theme_has_more_papers_than_its_cap_and_the_others_are_named_with_its_title() -> None:
    listing = Listing(papers=tuple(invent(40)))
    whole, made = digest(listing), digest(listing, at_most={"theme": 3})
    assert max(len(theme.paper_keys) for theme in whole.themes) > 3
    assert [len(theme.paper_keys) for theme in made.themes] == [min(3, len(theme.paper_keys)) for theme in whole.themes]
    assert {one.why for one in made.left_out} <= {f"“{theme.title}” has 3 papers already" for theme in made.themes}
    assert {point.paper_key for point in made.map} <= {paper.key for paper in made.papers}
    assert adds_up(made)


def test_in_a_theme_the_papers_that_match_best_stay() -> None:
    papers = tuple(invent(40))
    wanted = papers[17].title
    made = digest(Listing(papers=papers), at_most={"theme": 1}, interests=[wanted])
    assert papers[17].key in {paper.key for paper in made.papers}
    assert {match.paper_key for match in made.matches} == {paper.key for paper in made.papers}


def test_what_is_foreseen_is_what_is_left_out() -> None:
    listing = Listing(papers=tuple(invent(40)))
    flags = {"at_most": {"theme": 3, "source": 30}, "never": {"words": ["kettle"]}}
    foreseen = foresee_selection(listing, load_settings(flags=flags))
    made = digest(listing, **flags)
    assert foreseen.left_out == made.left_out
    assert [paper.key for paper in foreseen.corpus.papers] == [paper.key for paper in made.papers]


@pytest.mark.parametrize("grouping", ["builtin", "auto", "model"])
def test_no_tldr_is_paid_for_that_is_not_shown(monkeypatch, tmp_path, grouping) -> None:
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", str(tmp_path))
    papers = tuple(invent(24))

    async def run() -> tuple[Digest, list[str]]:
        async with RawServer([http(completion_body('{"tldr": "It is counted."}'))]).running() as server:
            flags = {
                "backends": {"here": {"base_url": server.url, "model": "m", "batch_size": 1}},
                "llm": {"backend": "here", "attempts": 1},
                "writing": {"repairs": 0},
                "overview": False,
                "grouping": grouping,
                "at_most": {"theme": 2},
                "never": {"words": [papers[0].title]},
            }
            made = await make_digest(
                Listing(papers=papers), load_settings(flags=flags), now=NOW, report=lambda progress: None
            )
            return made, [json.dumps(request["body"], ensure_ascii=False) for request in server.requests]

    made, bodies = asyncio.run(run())
    assert made.account.capped > 0
    assert made.account.excluded == 1
    assert adds_up(made)
    left = {one.paper_key for one in made.left_out}
    abstracts = [paper.abstract for paper in papers if paper.key in left]
    assert not [body for body in bodies if any(abstract in body for abstract in abstracts)]
    assert all(any(paper.abstract in body for body in bodies) for paper in made.papers)


@settings(max_examples=200)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=6),
    most=st.integers(1, 6),
    always=st.sets(st.integers(0, 53)),
    scores=st.lists(st.floats(0, 1), min_size=54, max_size=54),
)
def test_a_cap_loses_no_paper_and_keeps_the_best(sizes, most, always, scores) -> None:
    keys = iter(f"k{number}" for number in range(54))
    groups = [tuple(next(keys) for _ in range(size)) for size in sizes]
    themes = [Theme(title=str(at), paper_keys=group, see_also=groups[0]) for at, group in enumerate(groups)]
    kept_always = frozenset(f"k{number}" for number in always)
    marks = {f"k{number}": score for number, score in enumerate(scores)}
    capped, gone = cap_themes(themes, most, always=kept_always, scores=marks)
    for before, after in zip(groups, capped, strict=True):
        forced = [key for key in before if key in kept_always]
        assert set(after.paper_keys) | {key for key in before if key in gone} == set(before)
        assert len(after.paper_keys) == min(len(before), max(most, len(forced)))
        assert set(forced) <= set(after.paper_keys)
        assert gone.keys().isdisjoint((*after.paper_keys, *after.see_also))
        away = [marks[key] for key in before if key in gone]
        stay = [marks[key] for key in after.paper_keys if key not in kept_always]
        assert not away or not stay or max(away) <= min(stay)
    assert all(gone[key] in set().union(*(theme.paper_keys for theme in capped)) for key in gone)


def test_an_author_both_never_and_always_shown_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"^Ada Ash stands in `always.authors` and in `never.authors`: take one"):
        digest(never={"authors": ["Ash, Ada"]}, always={"authors": ["Ada Ash"]})
    assert digest(never={"authors": ["Ash"]}, always={"authors": ["Ada Ash"]}).account.excluded == 1


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"never": {"words": ["++"]}}, "--never cannot be '++' (should have a letter or a figure); correct it."),
        ({"never": {"authors": [""]}}, "--never-author cannot be '' (should not be empty); correct it."),
        ({"at_most": {"theme": 0}}, "--at-most-theme cannot be 0 (should be 1 or more); correct it."),
        ({"at_most": {"source": "few"}}, "--at-most-source cannot be 'few' (should be a whole number); correct it."),
    ],
)
def test_a_wrong_value_is_named_by_its_flag(flags, said) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        load_settings(flags=flags)
