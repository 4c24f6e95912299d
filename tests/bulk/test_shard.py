"""A shard is finished by whoever has all its answers, and nobody pays for one twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from broadsheet.bulk.answers import AnswerFile, PaperAnswer, read_attempts, text_digest
from broadsheet.bulk.cut import read_shard
from broadsheet.bulk.folder import BulkFolder, read_state
from broadsheet.bulk.shard import ShardTask, answer_of, finish_shard, is_done, known_answers, open_shards, run_shard
from broadsheet.errors import BackendRefused, Stopped
from broadsheet.llm.batch_queries import Share
from broadsheet.models import Paper, Summary, Usage
from broadsheet.settings.model import Price
from bulk_rows import cut_files, rows, table, write_rows
from scripted import ScriptedModel, answer, first_sentence, papers_in
from summarise_session import session_for

OUT = BulkFolder(Path("out"))
WRITER = "plain-8b"


def tasks(count: int = 10, *, model: str = WRITER, retry: bool = False, per: int = 100) -> list[ShardTask]:
    """The open shards of so many papers."""
    cut = cut_files(write_rows(rows(count)), rows=per)
    return open_shards(OUT, cut, model=model, retry=retry, part=(1, 1))


def ask(task: ShardTask, model: ScriptedModel, **backend) -> None:
    asyncio.run(run_shard(task, session_for(model, **backend)))


def extract(task: ShardTask) -> None:
    asyncio.run(run_shard(task, None))


def asked(model: ScriptedModel) -> int:
    """About how many papers a model was asked."""
    return len({text for prompt in model.prompts for text in papers_in(prompt).values()})


def tldrs() -> dict[str, str]:
    return {row["paper_key"]: row["model"] for row in table("out/summaries")}


def test_a_finished_shard_has_a_row_a_paper_and_a_manifest_that_says_who():
    (task,) = tasks()
    assert not is_done(task)
    extract(task)
    assert is_done(task)
    told = table("out/summaries")
    assert [row["paper_key"] for row in told] == [paper.key for paper in read_shard(OUT, 0)]
    assert all(row["tldr"] and row["method"] == "extracted" and row["model"] == "builtin" for row in told)
    abstracts = {paper.key: paper.abstract for paper in read_shard(OUT, 0)}
    assert all(row["evidence"][0]["text"] in abstracts[row["paper_key"]] for row in told)
    manifest = read_state(OUT.manifest(0))
    assert (manifest["papers"], manifest["digested"], manifest["failed"]) == (10, 10, 0)
    assert [attempt["answers"] for attempt in manifest["attempts"]] == [10]
    assert not OUT.attempts(0).exists()


def test_everything_of_a_run_is_its_owners_alone():
    (task,) = tasks()
    extract(task)
    files = [path for path in Path("out").rglob("*") if path.is_file()]
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


def test_what_an_attempt_has_answered_is_not_asked_again():
    (task,) = tasks()
    papers = read_shard(OUT, 0)
    with AnswerFile(OUT.attempts(0)) as file:
        for paper in papers[:6]:
            summary = Summary(paper_key=paper.key, tldr=f"{paper.title} was studied.", method="written", asked=1)
            file.add(answer_of(paper, summary, Share(10, 2), model=WRITER, price=None), Usage(calls=2))
        file.settle(Usage(calls=2, prompt_tokens=60, completion_tokens=12))
    model = ScriptedModel()
    ask(task, model)
    assert asked(model) == 4
    assert sum(row["tokens"] for row in table("out/summaries") if row["tldr"].endswith("was studied.")) == 72
    assert [attempt["answers"] for attempt in read_state(OUT.manifest(0))["attempts"]] == [6, 4]


def test_a_line_that_a_crash_cut_off_counts_as_not_written():
    (task,) = tasks()
    papers = read_shard(OUT, 0)
    with AnswerFile(OUT.attempts(0)) as file:
        for paper in papers[:3]:
            summary = Summary(paper_key=paper.key, tldr="Knots were wet.", method="written")
            file.add(answer_of(paper, summary, Share(), model=WRITER, price=None), Usage())
        file.settle(Usage())
    (path,) = OUT.attempts(0).iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    assert [len(attempt.answers) for attempt in read_attempts(OUT.attempts(0))] == [2]
    assert len(known_answers(task, papers)) == 2


def test_a_paper_that_changed_is_asked_about_and_the_others_are_not():
    (task,) = tasks()
    ask(task, ScriptedModel())
    told = [dict(row) for row in rows(10)]
    told[4]["abstract"] = "Ropes of new hemp held twice as long in wet sails. It was measured in the harbour."
    cut = cut_files(write_rows(told))
    (again,) = open_shards(OUT, cut, model=WRITER, retry=False, part=(1, 1))
    model = ScriptedModel()
    ask(again, model)
    assert asked(model) == 1
    assert len(table("out/summaries")) == 10
    assert any("hemp held twice" in row["tldr"] for row in table("out/summaries"))


def test_a_paper_whose_call_failed_is_a_failure_and_a_retry_asks_for_it_alone():
    (task,) = tasks()
    model = ScriptedModel([BackendRefused("the prompt is odd", status=400)])
    ask(task, model, batch_size=1)
    (failure,) = table("out/failures")
    assert failure["why"] == "the server refused: the prompt is odd"
    assert failure["kind"] == "paper"
    assert failure["source"] == "papers.jsonl"
    assert len(table("out/summaries")) == 9
    assert open_shards(OUT, cut_files("papers.jsonl", rows=100), model=WRITER, retry=False, part=(1, 1)) == []
    (again,) = open_shards(OUT, cut_files("papers.jsonl", rows=100), model=WRITER, retry=True, part=(1, 1))
    model = ScriptedModel()
    ask(again, model)
    assert asked(model) == 1
    assert len(table("out/summaries")) == 10
    assert not OUT.failures(0).exists()
    assert len(read_state(OUT.manifest(0))["attempts"]) == 2


def test_a_run_that_is_stopped_leaves_its_answers_and_no_half_shard():
    (task,) = tasks()
    model = ScriptedModel()
    session = session_for(model, {"repairs": 0}, batch_size=1)

    def stop(more: int, usage: Usage) -> None:
        if usage.calls >= 4:
            session.dispatcher.stop(Stopped("the run stopped at the cap of $1"))

    with pytest.raises(Stopped, match="cap"):
        asyncio.run(run_shard(task, session, stop))
    before = asked(model)
    assert 4 <= before < 10
    assert not is_done(task)
    assert not OUT.summaries(0).exists()
    rest = ScriptedModel()
    ask(task, rest, batch_size=1)
    assert asked(rest) == 10 - before
    assert len(read_state(OUT.manifest(0))["attempts"]) == 2
    assert not table("out/failures")


def test_one_sentence_for_several_papers_is_taken_back_over_all_attempts():
    (task,) = tasks()
    papers = read_shard(OUT, 0)
    with AnswerFile(OUT.attempts(0)) as file:
        same = first_sentence(f"t\n\n{papers[0].abstract}")
        for paper in papers[:2]:
            summary = Summary(paper_key=paper.key, tldr=same, method="written", asked=1)
            file.add(answer_of(paper, summary, Share(), model=WRITER, price=None), Usage(calls=1))
        file.settle(Usage(calls=1))
    ask(task, ScriptedModel())
    first, second = table("out/summaries")[:2]
    assert {first["model"], second["model"]} == {"builtin"}
    assert first["why"] == "the model wrote the same sentence for several papers"


def test_two_attempts_at_once_end_in_the_same_bytes():
    (task,) = tasks()
    papers = read_shard(OUT, 0)
    known = {paper.key: Summary(paper_key=paper.key, tldr=f"{paper.title}.", method="written") for paper in papers}

    def note(some: list[Paper]) -> None:
        with AnswerFile(OUT.attempts(0)) as file:
            for paper in some:
                file.add(answer_of(paper, known[paper.key], Share(), model=WRITER, price=None), Usage())
            file.settle(Usage())

    note(papers[3:])
    note(papers[:7])
    finish_shard(task, papers)
    once = OUT.summaries(0).read_bytes()
    note(list(reversed(papers)))
    finish_shard(task, papers)
    assert OUT.summaries(0).read_bytes() == once


def test_a_share_of_a_call_is_an_answers_tokens_and_its_price():
    paper = Paper(key="doi:10.5555/a", title="On knots")
    summary = Summary(paper_key=paper.key, tldr="Knots.", method="written")
    told = answer_of(paper, summary, Share(1000, 100), model=WRITER, price=Price(prompt=1.0, completion=10.0))
    assert told == PaperAnswer(
        key=paper.key, text=text_digest(paper), summary=summary, model=WRITER, tokens=1100, dollars=0.002
    )


def test_parts_share_all_shards_among_them():
    cut = cut_files(write_rows(rows(50)), rows=10)
    parts = [open_shards(OUT, cut, model="builtin", retry=False, part=(index, 3)) for index in (1, 2, 3)]
    assert sorted(task.shard for part in parts for task in part) == [0, 1, 2, 3, 4]
    assert [len(part) for part in parts] == [2, 2, 1]


def test_papers_without_an_abstract_are_digested_without_a_tldr():
    cut = cut_files(write_rows([*rows(3), {"title": "A title alone", "doi": "10.5555/alone"}]))
    (task,) = open_shards(OUT, cut, model=WRITER, retry=False, part=(1, 1))
    ask(task, ScriptedModel())
    (bare,) = [row for row in table("out/summaries") if row["title"] == "A title alone"]
    assert (bare["method"], bare["tldr"], bare["model"]) == ("none", "", "")


def test_half_a_pair_of_surrogates_in_an_answer_stops_nothing():
    """JSON may name one, and no file can hold it."""
    (task,) = tasks(1)
    ask(task, ScriptedModel([lambda prompt: answer({next(iter(papers_in(prompt))): "A \ud800 knot."})]))
    assert is_done(task)
    assert len(table("out/summaries")) == 1
