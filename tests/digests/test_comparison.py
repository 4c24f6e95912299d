"""A comparison: every writer has a TL;DR for every paper, caps are for the whole, an interrupt ends the asking."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

import broadsheet
from broadsheet.digests.comparison import comparable, make_comparison
from broadsheet.errors import NoPapers, UsageError
from broadsheet.models import Comparison, Listing, Paper
from broadsheet.settings.loading import Settings, load_settings
from commands import LISTING
from loopback import ModelServer, complete

NOW = dt.datetime(2099, 1, 2, tzinfo=dt.UTC)
BUILT_IN = load_settings(flags={"cache": {"use": False}})


def writer(server: ModelServer, **llm: object) -> Settings:
    backend = {"base_url": server.url, "model": "plain-8b", "batch_size": 1, "concurrency": 1}
    flags = {"llm": {"backend": "near", "attempts": 1, **llm}, "backends": {"near": backend}, "cache": {"use": False}}
    return load_settings(flags=flags)


def test_one_model_with_two_lengths_is_two_writers_from_python():
    with ModelServer() as server:
        short = writer(server).model_copy(update={"writing": BUILT_IN.writing.model_copy(update={"length": 8})})
        made = broadsheet.compare(broadsheet.read(LISTING), {"long": writer(server), "short": short}, now=NOW)
    assert [run.name for run in made.writers] == ["long", "short"]
    assert all(len(run.summaries) == len(made.papers) == 3 for run in made.writers)
    assert broadsheet.render(made, "txt").startswith("Side by side\n")
    assert Comparison.model_validate_json(broadsheet.render(made, "json")) == made
    with pytest.raises(UsageError, match="no form 'atom'"):
        broadsheet.render(made, "atom")


def test_fewer_than_two_writers_are_no_comparison():
    with pytest.raises(UsageError, match="two writers"):
        broadsheet.compare(broadsheet.read(LISTING), {"one": BUILT_IN})


def test_in_a_running_loop_the_coroutine_is_named():
    async def within() -> None:
        broadsheet.compare(broadsheet.read(LISTING), {"one": BUILT_IN, "two": BUILT_IN})

    with pytest.raises(UsageError, match="acompare"):
        asyncio.run(within())


def test_after_an_interrupt_nobody_is_asked_and_every_writer_is_whole():
    async def interrupted(server: ModelServer) -> Comparison:
        interrupt = asyncio.Event()

        def stop(progress: broadsheet.models.Progress) -> None:
            interrupt.set()

        writers = {"one": writer(server), "two": writer(server, temperature=1)}
        return await make_comparison(broadsheet.read(LISTING), writers, now=NOW, report=stop, interrupt=interrupt)

    with ModelServer() as server:
        made = asyncio.run(interrupted(server))
    assert len(server.calls) < 3
    assert [len(run.summaries) for run in made.writers] == [3, 3]
    assert {summary.method for summary in made.writers[1].summaries} == {"extracted"}
    assert "interrupted" in made.writers[1].summaries[0].why


def test_what_the_check_has_against_a_tldr_that_stands_is_kept_by_paper():
    def cheat(call: dict) -> tuple:
        return complete('{"tldr": "Kettles sing."}')

    with ModelServer(cheat) as server:
        made = broadsheet.compare(broadsheet.read(LISTING), {"built-in": BUILT_IN, "cheat": writer(server)}, now=NOW)
    cheat_run = made.writers[1]
    assert cheat_run.account.failed == 3
    assert all(key in {paper.key for paper in made.papers} for key in cheat_run.findings)
    assert cheat_run.findings == made.writers[0].findings  # both show the same extracted sentences


def test_only_papers_with_an_abstract_are_compared():
    papers = (Paper(key="hash:1", title="Spouts"), Paper(key="hash:2", title="Lids", abstract="Lids rattle."))
    assert comparable(Listing(papers=papers), BUILT_IN) == ([papers[1]], [papers[0]], ())
    with pytest.raises(NoPapers, match="no paper with an abstract"):
        comparable(Listing(papers=papers[:1]), BUILT_IN)


def test_a_paper_that_is_never_shown_is_compared_by_nobody_and_counted():
    listing = broadsheet.read(LISTING)
    gone, *left = listing.papers
    with ModelServer() as server:
        never = {"never": {"words": [gone.title]}}
        first = load_settings(flags={"cache": {"use": False}, **never})
        made = broadsheet.compare(listing, {"built-in": first, "near": writer(server)}, now=NOW)
        assert not any(gone.title in str(call) for call in server.calls)
    assert made.papers == tuple(left)
    assert (made.found, made.excluded) == (2, 1)
    assert "1 paper is never shown here." in broadsheet.render(made, "txt")
    with pytest.raises(NoPapers, match="`never` leaves out all 1 paper"):
        comparable(Listing(papers=(gone,)), first)
