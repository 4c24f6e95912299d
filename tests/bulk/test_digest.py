"""Pages are made of what the shards hold, and say what is missing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from broadsheet.bulk.digest import digest_shards, open_writer
from broadsheet.bulk.run import BulkRequest, run_bulk
from broadsheet.errors import NoPapers, StateError
from broadsheet.models import Digest
from broadsheet.settings.loading import load_settings
from bulk_rows import NOW, rows, table, write_rows
from loopback import ModelServer, complete, refuse, write_faithfully


def work(name: str, *, part: tuple[int, int] = (1, 1)) -> Path:
    request = BulkRequest(root=Path("out"), workers=1, rows=20, part=part)
    return run_bulk([name], request, load_settings(), now=NOW, tell=lambda progress: None)[0].home


def digest(named: Path = Path("out")) -> Digest:
    settings = load_settings(flags={"llm": {"backend": "builtin"}})
    return asyncio.run(digest_shards(*open_writer(named), settings, now=NOW, report=lambda progress: None))


def test_every_paper_of_the_shards_stands_in_one_theme_with_its_own_summary():
    work(write_rows([*rows(60), *rows(10)]))
    made = digest()
    told = {row["paper_key"]: row["tldr"] for row in table("out/summaries")}
    assert {summary.paper_key: summary.tldr for summary in made.summaries} == told
    assert sorted(key for theme in made.themes for key in theme.paper_keys) == sorted(told)
    assert len(made.themes) > 2
    assert (made.account.received, made.account.duplicates, made.account.digested) == (70, 10, 60)
    assert made.engine.backend == "builtin"


def test_papers_that_the_run_excluded_are_counted():
    request = BulkRequest(root=Path("out"), workers=1, rows=20)
    never = {"never": {"words": ["part 4", "part 7"]}}
    run_bulk([write_rows(rows(30))], request, load_settings(flags=never), now=NOW, tell=lambda progress: None)
    told = digest().account
    assert (told.received, told.excluded, told.left_out, told.digested) == (30, 2, 2, 28)


def test_evidence_and_findings_come_back_as_they_were():
    work(write_rows(rows(20)))
    for summary, paper in zip((made := digest()).summaries, made.papers, strict=True):
        assert summary.paper_key == paper.key
        assert [paper.abstract[piece.start : piece.end] for piece in summary.evidence] == [
            piece.text for piece in summary.evidence
        ]
        assert summary.evidence


def test_what_failed_is_left_out_with_its_reason_and_the_writer_is_named():
    def reply(call):
        odd = "part 4" in call["messages"][-1]["content"]
        return refuse(400, "this prompt is filtered") if odd else complete(write_faithfully(call))

    with ModelServer(reply) as server:
        server.write_config(Path("config.yaml"), batch_size=1)
        work(write_rows(rows(20)))
    made = digest()
    (left,) = made.left_out
    assert "this prompt is filtered" in left.why
    account = made.account
    assert account.received == account.duplicates + account.left_out + account.digested == 20
    assert (made.engine.backend, made.engine.model) == ("near", "plain-8b")


def test_a_run_that_is_not_done_gives_the_pages_of_what_is_and_says_so():
    work(write_rows(rows(60)), part=(1, 3))
    made = digest()
    assert 0 < len(made.papers) < 60
    assert made.account.why[-1] == f"{60 - len(made.papers)} papers wait: their shards are not done yet."


def test_a_writer_in_a_folder_of_its_own_has_pages_of_its_own():
    work(write_rows(rows(20)))
    with ModelServer() as server:
        server.write_config(Path("config.yaml"))
        second = work("papers.jsonl")
    assert digest(second).engine.model == "plain-8b"
    assert digest().engine.model is None


def test_nothing_yet_is_told():
    write_rows(rows(20))
    with pytest.raises(StateError, match="nothing was written there"):
        open_writer(Path("out"))
    work("papers.jsonl", part=(2, 2))
    with pytest.raises(NoPapers, match="no shard in out is done yet"):
        digest()


def test_themes_go_on_where_few_papers_are_new_and_are_a_table():
    work(write_rows(rows(120)))
    before = {frozenset(theme.paper_keys) for theme in digest().themes if not theme.other}
    told = table("out")
    assert {row["paper_key"] for row in told if not row["other"]} == {key for keys in before for key in keys}
    work(write_rows(rows(132)))
    after = [frozenset(theme.paper_keys) for theme in digest().themes if not theme.other]
    assert all(any(keys <= larger for larger in after) for keys in before)
    assert len(after) == len(before)


def test_themes_begin_anew_where_many_papers_are_new_or_a_number_is_wanted():
    work(write_rows(rows(40)))
    before = [set(theme.paper_keys) for theme in digest().themes]
    settings = load_settings(flags={"llm": {"backend": "builtin"}, "themes": 3})
    wanted = asyncio.run(digest_shards(*open_writer(Path("out")), settings, now=NOW, report=lambda progress: None))
    assert len(wanted.themes) <= 4
    assert before
    work(write_rows(rows(80)))
    fresh = digest()
    Path("out/themes.parquet").unlink()
    assert digest().themes == fresh.themes
