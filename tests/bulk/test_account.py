"""The account is what the shards say, whoever wrote them, and adds up while a run goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

from broadsheet.bulk.account import sum_shards, write_account
from broadsheet.bulk.answers import AnswerFile, PaperAnswer, text_digest
from broadsheet.bulk.cut import read_shard
from broadsheet.bulk.folder import BulkFolder
from broadsheet.bulk.shard import open_shards, run_shard
from broadsheet.models import Summary, Usage
from bulk_rows import account, cut_files, rows, write_rows

OUT = BulkFolder(Path("out"))


def test_what_is_under_way_waits_and_what_it_took_is_counted():
    cut = cut_files(write_rows(rows(30)), rows=10)
    asyncio.run(run_shard(open_shards(OUT, cut, model="builtin", retry=False, part=(1, 1))[0], None))
    done = sum_shards(OUT, cut).digested
    papers = read_shard(OUT, 1)
    with AnswerFile(OUT.attempts(1)) as file:
        for paper in papers[:4]:
            summary = Summary(paper_key=paper.key, tldr="Knots.", method="written")
            answer = PaperAnswer(key=paper.key, text=text_digest(paper), summary=summary)
            file.add(answer, Usage(calls=2, prompt_tokens=100, completion_tokens=10, money=0.5))
    told = sum_shards(OUT, cut)
    assert (told.digested, told.waiting, told.answered) == (done, 30 - done, 4)
    assert (told.calls, told.tokens, told.dollars) == (2, 110, 0.5)
    assert (told.done, told.shards) == (1, 3)


def test_what_was_taken_without_a_price_is_no_sum_of_dollars():
    cut = cut_files(write_rows(rows(5)))
    (paper, *_) = read_shard(OUT, 0)
    with AnswerFile(OUT.attempts(0)) as file:
        answer = PaperAnswer(key=paper.key, text=text_digest(paper), why="the call failed")
        file.add(answer, Usage(calls=1, money=None))
    assert sum_shards(OUT, cut).dollars is None


def test_the_file_adds_up_and_has_no_more_than_is_sure():
    cut = cut_files(write_rows([*rows(9), *rows(3)]))
    write_account(OUT, cut)
    told = account()
    assert (told["received"], told["duplicates"], told["waiting"]) == (12, 3, 9)
    assert "answered" not in told
