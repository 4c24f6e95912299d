"""Papers -> TL;DRs, written by a model and checked, or extracted where there is none or where it failed."""

from __future__ import annotations

import dataclasses
from collections import Counter as Tally
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from broadsheet.llm.asking import Asking, Item, Reply, short_ids
from broadsheet.llm.batching import Limits
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.memory import memory_key
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.tokens import Counter
from broadsheet.models import Finding, Paper, Summary
from broadsheet.resources import Resources
from broadsheet.settings import Backend, Settings
from broadsheet.writing.extract import extract_tldr
from broadsheet.writing.fence import fence
from broadsheet.writing.ground import Checker, check_tldr, find_evidence, find_swapped, tidy_tldr
from broadsheet.writing.sentences import split_sentences

TOKENS_AROUND = 24
"""Tokens that the fence and the id of a paper add to its text."""
TOKENS_PER_WORD = 3
"""Room for a word of an answer, in whatever language and with its JSON."""

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "papers": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "tldr": {"type": "string"}},
                "required": ["id", "tldr"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["papers"],
    "additionalProperties": False,
}


@dataclasses.dataclass(frozen=True)
class Writer:
    """Everything a writing step needs to have a model write: the dispatcher, the words, the measures."""

    dispatcher: Dispatcher
    backend: Backend
    settings: Settings
    resources: Resources
    count: Counter
    identity: tuple[str, ...] = ()
    """Names the model: its server, its name, how it is sampled."""

    @property
    def limits(self) -> Limits:
        """What a batch of papers may hold, with room kept for the instructions and the answer."""
        room = self.backend.context - self.count(self.instructions()) - self.answer_room(self.most_items)
        return Limits(items=self.most_items, tokens=max(room, 256), at_once=self.at_once)

    @property
    def most_items(self) -> int:
        """How many papers a prompt may hold."""
        return self.settings.llm.batch_size or self.backend.batch_size

    @property
    def at_once(self) -> int:
        """How many calls may run at once."""
        return self.settings.llm.concurrency or self.backend.concurrency

    def instructions(self) -> str:
        """The standing part of the prompt, the same for every batch so that a server's prompt cache hits."""
        writing = self.settings.writing
        language = self.settings.language
        text = self.resources.render("prompts", "summarise.txt", max_words=writing.max_words, language=language)
        return text.strip()

    def answer_room(self, papers: int) -> int:
        """Tokens kept for the answer to a batch."""
        return self.backend.thinking + 64 + papers * (32 + TOKENS_PER_WORD * self.settings.writing.max_words)


class TldrQuestion:
    """What is asked of each paper, and what is wrong with an answer."""

    field = "tldr"

    def __init__(self, papers: Sequence[Paper], writer: Writer) -> None:
        self._papers = {paper.key: paper for paper in papers}
        self._writer = writer
        self._checker = Checker(papers)
        self._instructions = writer.instructions()
        self.fingerprint = memory_key(writer.identity, self._instructions, SCHEMA, self.field)

    def prompt(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> Prompt:
        """The prompt for a batch of papers; an earlier answer's fault is named beside its paper."""
        told = [{"id": item.id, "text": item.text, "fault": _fault(faults.get(item.key))} for item in batch]
        user = self._writer.resources.render("prompts", "summarise_papers.txt", papers=told).strip()
        room = self._writer.answer_room(len(batch))
        return Prompt(system=self._instructions, user=user, schema=SCHEMA, max_tokens=room)

    def judge(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Mapping[str, Finding]:
        """By key, the answers that their abstracts do not bear out."""
        settings = self._writer.settings
        max_words, english = settings.writing.max_words, is_english(settings.language)
        wrong = find_swapped([self._papers[item.key] for item in batch], texts) if english else {}
        for key, text in texts.items():
            tidy = tidy_tldr(text, max_words=max_words)
            finding = check_tldr(self._papers[key], tidy, max_words=max_words, english=english, checker=self._checker)
            if finding is not None:
                wrong.setdefault(key, finding)
        return wrong


async def summarise(
    papers: Sequence[Paper], writer: Writer | None, *, report: Callable[[int], None] = lambda settled: None
) -> tuple[Summary, ...]:
    """A summary for every paper, in the papers' order; raises `BackendError` only when nothing at all was answered."""
    if writer is None:
        return tuple(extract_tldr(paper) for paper in papers)
    asked = [paper for paper in papers if paper.abstract]
    items = to_items(asked, writer)
    asking = Asking(
        TldrQuestion(asked, writer),
        writer.dispatcher,
        limits=lambda: writer.limits,
        count=lambda item: writer.count(item.text) + TOKENS_AROUND,
        repairs=writer.settings.writing.repairs,
        report=report,
    )
    replies = await asking.run(items)
    trimmed = {item.key for item in items if item.trimmed}
    written = [_summary(paper, replies.get(paper.key), writer.settings.writing.max_words) for paper in papers]
    written = [_say_trimmed(summary) if summary.paper_key in trimmed else summary for summary in written]
    return tuple(_without_repeats(papers, written))


def is_english(language: str) -> bool:
    """Whether TL;DRs are in the abstracts' own language, so that their words can be compared."""
    return language.strip().lower() in ("english", "en", "en-us", "en-gb")


def to_items(papers: Sequence[Paper], writer: Writer) -> list[Item]:
    """The papers as they go into a prompt, each trimmed to what a prompt can hold."""
    ids = short_ids([paper.key for paper in papers])
    surely = writer.backend.context - len(writer.instructions()) - writer.answer_room(writer.most_items) - TOKENS_AROUND
    items = []
    for paper in papers:
        whole = fence(f"{paper.title}\n\n{paper.abstract}")
        # No token is shorter than a character: most papers fit without being counted.
        text = whole if len(whole) <= surely else fit(whole, writer.limits.tokens - TOKENS_AROUND, writer.count)
        items.append(Item(key=paper.key, id=ids[paper.key], text=text, trimmed=text != whole))
    return items


def fit(text: str, tokens: int, count: Counter) -> str:
    """A text cut after its last sentence that fits; a text whose first sentence does not fit is cut in it."""
    if len(text) <= tokens or count(text) <= tokens:  # no token is shorter than a character
        return text
    kept = 0
    for sentence in split_sentences(text):
        if count(text[: sentence.end]) > tokens:
            break
        kept = sentence.end
    return text[: kept or tokens]


def _summary(paper: Paper, reply: Reply | None, max_words: int) -> Summary:
    if reply is None:
        return extract_tldr(paper)
    if reply.text is None:
        update = {"asked": reply.asked, "why": reply.why, "findings": reply.findings}
        return extract_tldr(paper).model_copy(update=update)
    tldr = tidy_tldr(reply.text, max_words=max_words)
    return Summary(
        paper_key=paper.key,
        tldr=tldr,
        method="written",
        evidence=find_evidence(paper.abstract, tldr),
        asked=reply.asked,
    )


def _say_trimmed(summary: Summary) -> Summary:
    finding = Finding(kind="trimmed", detail="the model saw only the abstract's first sentences: it is longer")
    return summary.model_copy(update={"findings": (*summary.findings, finding)})


def _without_repeats(papers: Sequence[Paper], summaries: Sequence[Summary]) -> list[Summary]:
    """Summaries in which no written sentence serves two papers: such a one says nothing of either."""
    times = Tally(summary.tldr for summary in summaries if summary.method == "written")
    why = "the model wrote the same sentence for several papers"
    return [
        extract_tldr(paper).model_copy(update={"asked": summary.asked, "why": why})
        if summary.method == "written" and times[summary.tldr] > 1
        else summary
        for paper, summary in zip(papers, summaries, strict=True)
    ]


def _fault(finding: Finding | None) -> str:
    """What a prompt says of an earlier answer: the same prompt again would get the same answer again."""
    return "" if finding is None else finding.detail
