"""What is scored is what a digest would hold: a summary for each row in order, by the backend that is chosen."""

from __future__ import annotations

import asyncio

from broadsheet.evaluation.generate import write_tldrs
from broadsheet.evaluation.labelled import Labelled
from broadsheet.models import Progress, Summary, Usage
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.tldr.extractive.extract import extract_tldr
from faulty import paper
from loopback import paid_server

ROWS = [Labelled(paper(number), ("Nobody has asked why.",)) for number in range(5)]


def write_all(settings: Settings) -> tuple[tuple[Summary, ...], Usage, list[Progress]]:
    said: list[Progress] = []
    summaries, usage = asyncio.run(write_tldrs(ROWS, settings, report=said.append))
    return summaries, usage, said


def test_without_a_model_the_rows_get_the_built_in_engines_words_and_cost_nothing() -> None:
    summaries, usage, said = write_all(load_settings())
    assert summaries == tuple(extract_tldr(row.paper) for row in ROWS)
    assert (usage.calls, usage.money) == (0, 0.0)
    assert [progress.summary for progress in said] == list(summaries)
    assert usage.seconds > 0


def test_with_a_model_each_row_gets_the_answer_to_its_own_paper_and_what_it_took_is_told() -> None:
    with paid_server() as server:
        summaries, usage, said = write_all(load_settings())
    assert [summary.paper_key for summary in summaries] == [row.paper.key for row in ROWS]
    assert {summary.method for summary in summaries} == {"written"}
    # Each begins with "We", and is asked for once more.
    assert usage.calls == len(server.calls) == said[-1].usage.calls == 10
    assert (said[-1].done, said[-1].total) == (5, 5)
    assert usage.money
