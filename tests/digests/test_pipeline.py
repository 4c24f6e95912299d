"""The whole way from a listing to a digest, with the built-in engine and with a server on loopback."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.digests.pipeline import find_period, keep_account, make_digest
from broadsheet.errors import BackendBusy, NoPapers
from broadsheet.models import Duplicate, Fragment, Listing, Paper, Summary
from broadsheet.reading.listing import read_text
from broadsheet.settings.loading import load_settings
from invented_papers import invent
from scripted import RawServer, completion_body, http

NOW = dt.datetime(2026, 3, 13, 9, 0, tzinfo=dt.UTC)


def paper(number: int, abstract: str = "We count the sheep of hill {} and find some. It rains there.") -> Paper:
    return Paper(key=f"hash:{number}", title=f"Counting sheep on hill {number}", abstract=abstract.format(number))


def digest(listing: Listing, **flags):
    made = make_digest(listing, load_settings(flags=flags), now=NOW, report=lambda progress: None)
    return asyncio.run(made)


def test_the_built_in_engine_digests_every_paper_and_spends_nothing():
    listing = Listing(papers=tuple(paper(number) for number in range(9)))
    made = digest(listing, title="Sheep weekly")
    assert [summary.paper_key for summary in made.summaries] == [p.key for p in listing.papers]
    assert sorted(key for theme in made.themes for key in theme.paper_keys) == sorted(p.key for p in listing.papers)
    assert (made.account.received, made.account.extracted, made.usage.calls) == (9, 9, 0)
    assert (made.engine.backend, made.engine.model, made.title, made.created) == ("builtin", None, "Sheep weekly", NOW)


def test_the_themes_of_a_digest_hold_every_paper_once():
    listing = Listing(papers=tuple(invent(40)))
    made = digest(listing)
    assert len(made.themes) > 1
    assert sorted(key for theme in made.themes for key in theme.paper_keys) == sorted(p.key for p in listing.papers)
    assert made.papers == listing.papers


def test_a_listing_without_papers_is_an_error():
    with pytest.raises(NoPapers, match="broadsheet read"):
        digest(Listing())


async def digest_from(play: bytes, report):
    """The digest of one paper, by a server that always says the same."""
    async with RawServer([play]).running() as server:
        backends = {"llamacpp": {"base_url": server.url}}
        flags = {"llm": {"backend": "llamacpp", "model": "m"}, "backends": backends}
        return await make_digest(Listing(papers=(paper(1),)), load_settings(flags=flags), now=NOW, report=report)


def test_a_server_that_answers_with_nonsense_leaves_an_extracted_tldr_and_says_so():
    made = asyncio.run(digest_from(http(b"<html>"), lambda progress: None))
    assert made.account.extracted == made.account.failed == 1
    assert "HTML" in made.account.why[0]


def test_a_digest_with_a_server_reports_progress_and_usage():
    seen = []
    made = asyncio.run(digest_from(http(completion_body('{"tldr": "Sheep on hill 1 are counted."}')), seen.append))
    assert made.summaries[0].method == "written"
    assert made.usage.prompt_tokens >= 11
    assert (seen[0].task, seen[0].done, seen[0].total) == ("TL;DRs", 1, 1)


def test_what_the_front_lacks_is_said_in_the_account():
    listing = Listing(papers=tuple(paper(number) for number in range(8)))
    reply = http(completion_body("I would rather not."))

    async def run(**flags):
        async with RawServer([reply]).running() as server:
            backends = {"llamacpp": {"base_url": server.url}}
            tree = {"llm": {"backend": "llamacpp", "model": "m"}, "backends": backends, **flags}
            return await make_digest(listing, load_settings(flags=tree), now=NOW, report=lambda progress: None)

    assert any(why.startswith("There is no overview: ") for why in asyncio.run(run()).account.why)
    assert not any("overview" in why for why in asyncio.run(run(overview=False)).account.why)


methods = st.sampled_from(["written", "extracted", "none"])


@settings(max_examples=50)
@given(st.lists(st.tuples(methods, st.integers(0, 4)), max_size=20), st.integers(0, 5), st.integers(0, 5))
def test_the_account_always_adds_up(made, duplicates, fragments):
    papers = tuple(paper(number) for number in range(len(made)))
    summaries = [
        Summary(paper_key=p.key, tldr="", method=method, asked=asked, why="because")
        for p, (method, asked) in zip(papers, made, strict=True)
    ]
    listing = Listing(
        papers=papers,
        duplicates=tuple(Duplicate(title="", source="", kept="") for _ in range(duplicates)),
        fragments=tuple(Fragment(source="", first_line=1, last_line=1, text="", why="") for _ in range(fragments)),
    )
    account = keep_account(listing, summaries)
    assert account.received == account.duplicates + account.left_out + account.digested
    assert account.digested == account.written + account.extracted + account.without_abstract
    assert account.failed <= account.extracted
    assert account.repaired <= account.written


def test_the_period_spans_the_dates_there_are():
    days = [dt.date(2026, 3, day) for day in (9, 12, 10)]
    dated = [paper(day.day).model_copy(update={"published": day}) for day in days]
    period = find_period([paper(1), *dated])
    assert period is not None
    assert (period.first, period.last) == (dt.date(2026, 3, 9), dt.date(2026, 3, 12))
    assert find_period([paper(1)]) is None


def test_busy_errors_are_backend_errors():
    assert BackendBusy("x").exit_code == 6


REPLACED = """\\\\
arXiv:2601.00001
Date: Mon, 5 Jan 2026 18:00:00 GMT   (12kb)

Title: A New Paper on Goats
Authors: Ada Lovelace
Categories: cs.GT
\\\\
  Goats are counted on three hills. There are more of them than sheep on every hill.
\\\\ ( https://arxiv.org/abs/2601.00001 ,  12kb)
------------------------------------------------------------------------------
\\\\
arXiv:2512.00002
replaced with revised version Mon, 5 Jan 2026 09:00:00 GMT   (9kb)

Title: An Old Paper on Looms
Authors: J. Jacquard
Categories: cs.LO
\\\\ ( https://arxiv.org/abs/2512.00002 ,  9kb)
------------------------------------------------------------------------------
"""


def digest_text(text: str, *, replacements: bool = False):
    return digest(read_text(text), reading={"replacements": replacements})


def test_replacements_are_read_and_left_out_of_a_digest_unless_asked_for():
    assert len(read_text(REPLACED).papers) == 2
    made = digest_text(REPLACED)
    assert [paper.title for paper in made.papers] == ["A New Paper on Goats"]
    assert (made.account.received, made.account.left_out, made.account.digested) == (2, 1, 1)
    asked = digest_text(REPLACED, replacements=True)
    assert (asked.account.received, asked.account.left_out, asked.account.digested) == (2, 0, 2)


@pytest.mark.parametrize("order", [1, -1])
def test_a_paper_that_is_new_and_replaced_is_new(order):
    mails = [REPLACED, REPLACED.replace("replaced with revised version Mon", "Date: Mon")][::order]
    made = digest_text("\n".join(mails))
    assert (made.account.received, made.account.duplicates, made.account.left_out) == (4, 2, 0)
    assert not any(paper.is_replacement for paper in made.papers)


def test_nothing_but_replacements_is_told_in_one_sentence():
    with pytest.raises(NoPapers, match=r"the only paper is a replacement of an earlier version.*--replacements"):
        digest_text(REPLACED[REPLACED.index("\\\\\narXiv:2512") :])
