"""One shard, from its papers to its finished tables: asks for what no attempt has answered, and ends in a manifest.

Several attempts may be at one shard, in processes or on machines that know nothing of each other: each writes to a
file of its own, and whoever has all answers first names the finished tables, with the same rows as any other would.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from broadsheet.bulk.answers import AnswerFile, PaperAnswer, read_attempts, text_digest
from broadsheet.bulk.cut import CutRows, read_shard
from broadsheet.bulk.folder import BulkFolder, read_state, whole_file, write_state, writing
from broadsheet.bulk.rows import Failure
from broadsheet.bulk.tables import FailureTable, read_summaries, write_summaries
from broadsheet.injection.sanitise import sanitise
from broadsheet.llm.batch_queries import CALL_FAILED, CALL_REFUSED, Share
from broadsheet.llm.budget import cost
from broadsheet.llm.session import Session
from broadsheet.models import Paper, Summary, Usage
from broadsheet.settings.model import BUILTIN, Price
from broadsheet.tldr.extractive.sanitised import extract_sanitised
from broadsheet.tldr.summarise import ask_tldrs, replace_repeats

Report = Callable[[int, Usage], None]
"""Hears of answers: how many more there are, and what the shard has taken so far."""


@dataclasses.dataclass(frozen=True)
class ShardTask:
    """A shard that is to be done; everything a worker anywhere needs, besides the settings."""

    folder: BulkFolder
    shard: int
    digest: str
    """Of the shard's papers: what was finished for others is not finished."""
    model: str = BUILTIN
    retry: bool = False
    """Asks again for what has failed."""


def open_shards(folder: BulkFolder, cut: CutRows, *, model: str, retry: bool, part: tuple[int, int]) -> list[ShardTask]:
    """The shards of a part `i` of `n`, from 1, that are not done; with `retry`, those that have failures too."""
    index, parts = part
    tasks = [
        ShardTask(folder, number, shard.digest, model, retry)
        for number, shard in enumerate(cut.shards)
        if number % parts == index - 1
    ]
    return [task for task in tasks if not is_done(task) or (retry and folder.failures(task.shard).exists())]


def is_done(task: ShardTask) -> bool:
    """Whether a shard is finished for the papers that it has now."""
    manifest = read_state(task.folder.manifest(task.shard))
    return manifest is not None and manifest["digest"] == task.digest


async def run_shard(task: ShardTask, session: Session | None, report: Report = lambda more, usage: None) -> None:
    """Asks for what is not answered yet, and finishes the shard; `None` for the built-in engine.

    Raises `BackendError` where the model is not asked any more, with all answers so far on the disk; `StateError`,
    `OutputError`.
    """
    papers = read_shard(task.folder, task.shard)
    known = known_answers(task, papers)
    left = [paper for paper in papers if paper.key not in known]
    report(len(papers) - len(left), Usage())
    if left:
        with AnswerFile(task.folder.attempts(task.shard)) as file:
            if session is None:
                _extract(left, file, report)
            else:
                await _ask(left, session, task, file, report)
    finish_shard(task, papers)


def _extract(papers: Sequence[Paper], file: AnswerFile, report: Report) -> None:
    spent = Usage()
    for paper in papers:
        summary = extract_sanitised(sanitise(paper))
        file.add(
            PaperAnswer(key=paper.key, text=text_digest(paper), summary=summary, model=_model_of(summary, BUILTIN)),
            spent,
        )
        report(1, spent)
    file.settle(spent)


async def _ask(papers: Sequence[Paper], session: Session, task: ShardTask, file: AnswerFile, report: Report) -> None:
    """Asks a model, through a dispatcher that counts for this shard alone and shares all limits with the others."""
    own = session.beside(session.dispatcher.beside())
    by_key = {paper.key: paper for paper in papers}
    heard: set[str] = set()

    def hear(summary: Summary, share: Share) -> None:
        heard.add(summary.paper_key)
        answer = answer_of(by_key[summary.paper_key], summary, share, model=task.model, price=own.dispatcher.price)
        file.add(answer, own.dispatcher.usage)
        report(1, own.dispatcher.usage)

    try:
        for summary in await ask_tldrs([sanitise(paper) for paper in papers], own, report=hear):
            if summary.paper_key not in heard and summary.method == "none":
                hear(summary, Share())
    finally:
        file.settle(own.dispatcher.usage)
    if own.dispatcher.stopped is not None:
        raise own.dispatcher.stopped


def answer_of(paper: Paper, summary: Summary, share: Share, *, model: str, price: Price | None) -> PaperAnswer:
    """A summary as an answer; one that was extracted as a call failed is none, and says why."""
    failed = summary.method == "extracted" and summary.why.startswith((CALL_REFUSED, CALL_FAILED))
    return PaperAnswer(
        key=paper.key,
        text=text_digest(paper),
        summary=None if failed else summary,
        why=summary.why if failed else "",
        model="" if failed else _model_of(summary, model),
        tokens=share.prompt_tokens + share.completion_tokens,
        dollars=cost(price, share.prompt_tokens, share.completion_tokens, share.cached_tokens) if price else None,
    )


def _model_of(summary: Summary, model: str) -> str:
    return {"written": model, "extracted": BUILTIN, "none": ""}[summary.method]


def known_answers(task: ShardTask, papers: Sequence[Paper]) -> dict[str, PaperAnswer]:
    """By key, what earlier attempts found out about papers that are still the same; to retry, without the failures."""
    texts = {paper.key: text_digest(paper) for paper in papers}
    folder, known = task.folder, dict[str, PaperAnswer]()
    told = [*read_summaries(folder.summaries(task.shard))]
    for attempt in read_attempts(folder.attempts(task.shard)):
        told += attempt.answers
    for answer in told:
        if texts.get(answer.key) != answer.text:
            continue
        before = known.get(answer.key)
        if before is None or before.summary is None:
            known[answer.key] = answer
    return {key: answer for key, answer in known.items() if answer.summary is not None or not task.retry}


def finish_shard(task: ShardTask, papers: Sequence[Paper]) -> None:
    """Writes the tables of a shard whose papers are all answered, then its manifest, and removes the attempts."""
    folder, shard = task.folder, task.shard
    known = known_answers(dataclasses.replace(task, retry=False), papers)
    written = _without_repeats([(paper, known[paper.key]) for paper in papers])
    failed = [(paper, answer) for paper, answer in written if answer.summary is None]
    attempts = _attempts_so_far(task)
    with whole_file(folder.summaries(shard)) as waiting:
        write_summaries(waiting, written, shard=shard)
    if failed:
        with whole_file(folder.failures(shard)) as waiting, FailureTable(waiting) as table:
            for paper, answer in failed:
                table.add(_failure(paper, answer))
    else:
        with writing(folder.failures(shard)):
            folder.failures(shard).unlink(missing_ok=True)
    manifest = {
        "shard": shard,
        "digest": task.digest,
        "papers": len(papers),
        "digested": len(papers) - len(failed),
        "failed": len(failed),
        "attempts": attempts,
    }
    write_state(folder.manifest(shard), manifest)
    shutil.rmtree(folder.attempts(shard), ignore_errors=True)


def _without_repeats(answers: Sequence[tuple[Paper, PaperAnswer]]) -> list[tuple[Paper, PaperAnswer]]:
    """The answers, with an extracted TL;DR wherever the model wrote the same sentence for several papers."""
    told = [(paper, answer, answer.summary) for paper, answer in answers if answer.summary is not None]
    replaced = replace_repeats(
        [paper for paper, _, _ in told],
        [summary for _, _, summary in told],
        lambda paper: extract_sanitised(sanitise(paper)),
    )
    new = {summary.paper_key: summary for summary in replaced}
    return [(paper, _with_summary(answer, new[paper.key]) if paper.key in new else answer) for paper, answer in answers]


def _with_summary(answer: PaperAnswer, summary: Summary) -> PaperAnswer:
    if summary is answer.summary:
        return answer
    return answer.model_copy(update={"summary": summary, "model": BUILTIN})


def _failure(paper: Paper, answer: PaperAnswer) -> Failure:
    return Failure(
        source=paper.source, line=paper.line, paper_key=paper.key, title=paper.title, kind="paper", why=answer.why
    )


def _attempts_so_far(task: ShardTask) -> list[Mapping[str, Any]]:
    """Who was at a shard, how many answers came of it and what it took: those of its manifest, and those since."""
    before = read_state(task.folder.manifest(task.shard)) or {"attempts": []}
    return [
        *before["attempts"],
        *(
            {"by": attempt.spent.by, "answers": len(attempt.answers), **attempt.spent.taken}
            for attempt in read_attempts(task.folder.attempts(task.shard))
            if attempt.spent is not None
        ),
    ]
