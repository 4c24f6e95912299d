"""The account a command prints at its end: every number in its place, in plain aligned lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.cli.summary import digest_account, listing_account, spans
from broadsheet.digests.dry_run import bare_digest, rich_digest
from broadsheet.locale.labels import PageLabels
from broadsheet.models import Account, Duplicate, Engine, Fragment, LeftOut, Listing, Paper, Source, Usage
from broadsheet.rendering.run_summary import colophon

FILES = [Path("digest/digest.md"), Path("digest/digest.json")]


def fragments(*lines: int | tuple[int, int], source: str = "a.txt", text: str = "Menu") -> tuple[Fragment, ...]:
    pairs = [line if isinstance(line, tuple) else (line, line) for line in lines]
    return tuple(
        Fragment(source=source, first_line=first, last_line=last, text=text, why="no paper") for first, last in pairs
    )


def told(label: str, **changes: object) -> str:
    """The line of that label in the account of a changed digest."""
    lines = digest_account(rich_digest().model_copy(update=changes), FILES)
    return next(line.removeprefix(label).strip() for line in lines if line.startswith(label))


def test_the_account_of_a_digest_line_by_line():
    assert digest_account(rich_digest(), FILES) == [
        "Papers     6 found, 1 duplicate, 1 replacement left out (--replacements takes them in), "
        "1 that --top left out, 3 digested",
        "Not read   1 fragment was not understood (lines 1–2); see digest.json",
        "TL;DRs     1 written (1 repaired), 1 extracted from the abstracts (1 after the model failed), "
        "1 paper has no abstract",
        "           One call failed.",
        "Themes     2",
        "Model      some-model (somewhere)",
        "Usage      2 calls, 980 tokens (900 in, 80 out), no price configured, 1.5 s",
        "Files      digest/digest.md",
        "           digest/digest.json",
    ]


def test_the_built_in_engine_says_how_to_plug_a_model_in():
    lines = digest_account(bare_digest(), FILES)
    assert "Model      none (the built-in engine)" in lines
    assert lines[-2].startswith("The built-in engine made this digest")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([1], "line 1"),
        ([(1, 9)], "lines 1–9"),
        ([(1, 9), 112, 340], "lines 1–9, 112, 340"),
        (list(range(1, 13)), "lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12"),
        (list(range(1, 14)), "lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more"),
    ],
)
def test_lines_are_told_as_ranges_and_cut_after_a_dozen(lines, says):
    assert spans(fragments(*lines)) == says


def test_fragments_of_several_sources_are_told_by_source():
    sources = tuple(Source(name=name, format="pasted text", papers=1) for name in ("a.txt", "-"))
    mixed = (*fragments(1, 3), *fragments(7, source="-"))
    said = "3 fragments were not understood (a.txt: lines 1, 3; standard input: line 7); see digest.json"
    assert told("Not read", fragments=mixed, sources=sources) == said


def test_a_clean_reading_has_no_such_line():
    assert not any(line.startswith("Not read") for line in digest_account(bare_digest(), FILES))


@pytest.mark.parametrize(
    ("usage", "says"),
    [
        (Usage(), "0 calls, 0 tokens, $0.00, 0.0 s"),
        (Usage(calls=1, prompt_tokens=1200, completion_tokens=1, money=0.00451, seconds=99.94),
         "1 call, 1,201 tokens (1,200 in, 1 out), $0.0045, 99.9 s"),
        (Usage(calls=1, money=12.35, seconds=125.9), "1 call, 0 tokens (0 in, 0 out), $12.35, 2 min 5 s"),
    ],
)  # fmt: skip
def test_usage_is_told_in_full(usage, says):
    assert told("Usage", usage=usage) == says


def test_many_reasons_are_cut():
    account = Account(received=1, digested=1, extracted=1, why=tuple(f"Reason {number}." for number in range(11)))
    lines = digest_account(rich_digest().model_copy(update={"account": account}), FILES)
    assert sum("Reason" in line for line in lines) == 8
    assert "           and 3 more reasons" in lines


def test_what_a_model_is_called_cannot_steer_the_terminal():
    assert told("Model", engine=Engine(backend="b", model="m\x1b[2J\nx")) == "m[2J x (b)"


def test_a_listing_is_told_by_source_with_its_first_and_last_paper():
    papers = tuple(
        Paper(key=f"hash:{n}", title=f"Paper {n}", source="a.txt", abstract="x" * (n > 1)) for n in (1, 2, 3)
    )
    listing = Listing(
        papers=papers,
        fragments=fragments(1, text="Menu of the week"),
        duplicates=(Duplicate(title="Paper 1", source="-", line=8, kept="hash:1"),),
        sources=(Source(name="a.txt", format="pasted text", papers=3), Source(name="-", format="JSON", papers=1)),
    )
    assert listing_account(listing) == [
        "a.txt",
        "Format     pasted text",
        "Papers     3",
        "First      Paper 1",
        "Last       Paper 3",
        "Not read   line 1: “Menu of the week” (no paper)",
        "",
        "standard input",
        "Format     JSON",
        "Papers     1",
        "",
        "Papers     4 found, 1 duplicate, 3 to digest (1 without an abstract)",
        "Twice      Paper 1 (standard input, line 8)",
    ]


def test_a_long_reading_is_cut():
    listing = Listing(fragments=fragments(*range(1, 41)), sources=(Source(name="a.txt", format="text", papers=0),))
    lines = listing_account(listing)
    assert len(lines) < 30
    assert "           and 20 more fragments" in lines


def test_replacements_left_out_are_named_with_how_to_take_them_in():
    account = Account(received=5, duplicates=1, left_out=2, digested=2, extracted=2)
    says = "5 found, 1 duplicate, 2 replacements left out (--replacements takes them in), 2 digested"
    assert told("Papers", account=account) == says
    foot = colophon(rich_digest().model_copy(update={"account": account}), PageLabels())
    assert ("replacements left out", 2) in [(figure.name, figure.number) for figure in foot.figures]


def test_a_reading_says_how_many_replacements_a_digest_would_leave_out():
    kept, old = (
        Paper(key=f"arxiv:{number}", title="T", identifiers={"arxiv": str(number)}, categories=(mark,))
        for number, mark in ((1, "cs.GT"), (2, "replaced"))
    )
    assert listing_account(Listing(papers=(kept, old)))[-1] == (
        "Papers     2 found, no duplicates, 1 replacement that a digest takes only with --replacements, 1 to digest "
        "(2 without an abstract)"
    )


def test_what_exclusions_and_caps_left_out_is_counted_and_named_by_the_reason():
    left = [
        LeftOut(paper_key=str(at), title=f"Kettle {at}", why="“kettle” is never shown here", kind="excluded")
        for at in range(4)
    ]
    capped = LeftOut(paper_key="5", title="A lid", why="“Lids” has 3 papers already", kind="capped")
    account = Account(received=8, left_out=5, excluded=4, capped=1, digested=3, extracted=3)
    digest = rich_digest().model_copy(update={"account": account, "left_out": (*left, capped)})
    lines = digest_account(digest, [])
    assert lines[:3] == [
        "Papers     8 found, no duplicates, 4 never shown, 1 above a cap, 3 digested",
        "Left out   4 papers: “kettle” is never shown here (“Kettle 0”, “Kettle 1” and 2 more)",
        "           1 paper: “Lids” has 3 papers already (“A lid”)",
    ]
    foot = colophon(digest, PageLabels())
    assert [
        (figure.name, figure.number)
        for figure in foot.figures
        if figure.name not in ("Papers received", "digested", "TL;DRs extracted")
    ] == [("never shown here", 4), ("above what a theme or source may have", 1)]
    assert [one.said for one in foot.left_out] == [
        "4 papers left out: “kettle” is never shown here",
        "1 paper left out: “Lids” has 3 papers already",
    ]
