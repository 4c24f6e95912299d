"""Papers -> TL;DRs, written by a model and checked, or extracted where there is none or where it failed."""

from __future__ import annotations

import dataclasses
from collections import Counter as Tally
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from broadsheet.errors import BackendError
from broadsheet.llm.answers import read_answers
from broadsheet.llm.asking import Asking, Item, Reply, short_ids
from broadsheet.llm.batching import Limits
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.memory import memory_key
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.tokens import Counter
from broadsheet.model_settings import Backend
from broadsheet.models import Finding, Paper, Summary
from broadsheet.resources import Resources
from broadsheet.settings import Choice, Settings
from broadsheet.writing.extract import best_sentences
from broadsheet.writing.fence import fence, seal, strip_hidden
from broadsheet.writing.form import find_misfit
from broadsheet.writing.ground import Checker, check_tldr, find_evidence, find_swapped, tidy_tldr
from broadsheet.writing.sentences import split_sentences
from broadsheet.writing.trust import Trust, extract_trusted, find_stray, trust

TOKENS_AROUND = 32
"""Tokens that the fence and the id of a paper add to its text."""
TOKENS_PER_WORD = 3
"""Room for a word of an answer, in whatever language and with its JSON."""

HINTS = {"first": 3, "only": 2}
"""Sentences that a model is given before the abstract, or in its place, as `writing.hints` says."""


def _keyed(field: str) -> Mapping[str, Any]:
    """The form of an answer that says something of each paper under its id."""
    item = {
        "type": "object",
        "properties": {"id": {"type": "string"}, field: {"type": "string"}},
        "required": ["id", field],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"papers": {"type": "array", "items": item}},
        "required": ["papers"],
        "additionalProperties": False,
    }


SCHEMA = _keyed("tldr")
ALONE_SCHEMA = {
    "type": "object",
    "properties": {"tldr": {"type": "string"}},
    "required": ["tldr"],
    "additionalProperties": False,
}
"""The form of an answer about the only paper of its prompt: with nothing to mix up, ids are only more to write."""
JUDGE_SCHEMA = _keyed("fault")


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
    secret: bytes = b""
    """What no abstract knows: the tags round the papers of a prompt are made with it."""
    trust: Callable[[Paper], Trust] = trust

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
    def alone(self) -> bool:
        """Whether every prompt holds one paper."""
        return self.most_items == 1

    @property
    def at_once(self) -> int:
        """How many calls may run at once."""
        return self.settings.llm.concurrency or self.backend.concurrency

    @property
    def hints(self) -> str:
        """What a prompt holds of a paper; a model in this process reads slowly, and writes better of less."""
        chosen = self.settings.writing.hints
        if chosen != "auto":
            return chosen
        return "only" if self.backend.in_process else "none"

    @property
    def blurbs(self) -> bool:
        """Whether a heading comes with a blurb."""
        return self._is_wanted(self.settings.writing.blurbs)

    @property
    def overview(self) -> bool:
        """Whether the digest begins with an overview."""
        return self._is_wanted(self.settings.overview)

    def _is_wanted(self, chosen: Choice) -> bool:
        """A small model reads long for what speaks of many papers, and what it then writes is refused."""
        return not self.backend.in_process if chosen == "auto" else chosen

    def instructions(self, *, alone: bool | None = None) -> str:
        """The standing part of the prompt, the same for every batch so that a server's prompt cache hits.

        `alone` words it for one paper or for several, and not as the prompts of this run are.
        """
        writing = self.settings.writing
        text = self.resources.render(
            "prompts",
            "summarise.txt",
            length=writing.length,
            max_words=writing.length,
            audience=writing.audience,
            alone=self.alone if alone is None else alone,
            hints=self.hints,
            language=self.settings.language,
        )
        return text.strip()

    def answer_room(self, papers: int) -> int:
        """Tokens kept for the answer to a batch."""
        return self.backend.thinking + 64 + papers * (32 + TOKENS_PER_WORD * self.settings.writing.max_words)


class TldrQuestion:
    """What is asked of each paper, and what is wrong with an answer."""

    field = "tldr"
    distinct = True

    def __init__(self, papers: Sequence[Paper], writer: Writer) -> None:
        self._papers = {paper.key: writer.trust(paper).checked for paper in papers}
        self._writer = writer
        self._checker = Checker(list(self._papers.values()))
        self._instructions = writer.instructions()
        judged = [writer.resources.render("prompts", "judge.txt")] if writer.settings.writing.judge else []
        self._schema = ALONE_SCHEMA if writer.alone else SCHEMA
        asked = writer.instructions(alone=False)  # another number of papers in a prompt is the same question
        self.fingerprint = memory_key(writer.identity, asked, SCHEMA, self.field, *judged)

    def prompt(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> Prompt:
        """The prompt for a batch of papers; an earlier answer's fault is named beside its paper."""
        told = [{"id": item.id, "text": item.text, "fault": _fault(faults.get(item.key))} for item in batch]
        letters = seal(self._writer.secret, [item.text for item in batch])
        render, alone = self._writer.resources.render, self._writer.alone
        user = render("prompts", "summarise_papers.txt", papers=told, seal=letters, alone=alone).strip()
        room = self._writer.answer_room(len(batch))
        return Prompt(system=self._instructions, user=user, schema=self._schema, max_tokens=room, seal=letters)

    def judge(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Mapping[str, Finding]:
        """By key, the answers that their abstracts do not bear out."""
        settings = self._writer.settings
        max_words, english = settings.writing.max_words, is_english(settings.language)
        wrong = find_swapped([self._papers[item.key] for item in batch], texts) if english else {}
        for key, text in texts.items():
            paper, tidy = self._papers[key], tidy_tldr(strip_hidden(text), max_words=max_words)
            finding = find_misfit(tidy) or check_tldr(
                paper, tidy, max_words=max_words, english=english, checker=self._checker
            )
            if finding is None and english:
                finding = find_stray(paper, tidy)
            if finding is not None:
                wrong.setdefault(key, finding)
        return wrong

    async def examine(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Mapping[str, Finding]:
        """With `writing.judge`, what a second reading by the model finds; what it garbles it did not find."""
        if not self._writer.settings.writing.judge or not batch:
            return {}
        return await ask_judge(batch, texts, self._writer)


async def ask_judge(batch: Sequence[Item], texts: Mapping[str, str], writer: Writer) -> dict[str, Finding]:
    """By key, the TL;DRs that the model itself says are not in their abstracts; none where it cannot be asked."""
    told = [{"id": item.id, "text": item.text, "tldr": fence(" ".join(texts[item.key].split()))} for item in batch]
    letters = seal(writer.secret, [value for paper in told for value in paper.values()])
    system = writer.resources.render("prompts", "judge.txt").strip()
    user = writer.resources.render("prompts", "judge_papers.txt", papers=told, seal=letters).strip()
    room = writer.answer_room(len(batch))
    prompt = Prompt(system=system, user=user, schema=JUDGE_SCHEMA, max_tokens=room, seal=letters)
    try:
        completion = await writer.dispatcher.call(prompt)
    except BackendError:
        return {}
    keys = {item.id: item.key for item in batch}
    faults = read_answers(completion.text, keys, field="fault").texts
    return {keys[id]: _judged(texts[keys[id]], words) for id, words in faults.items()}


def _judged(tldr: str, words: str) -> Finding:
    """What the judge found; its own words are told only where they are the TL;DR's."""
    quoted = words.strip("\"'“”. ")
    if quoted and quoted in tldr:
        return Finding(kind="judge", span=quoted, detail=f"the abstract does not say “{quoted}”")
    return Finding(kind="judge", detail="a second reading found something that the abstract does not say")


async def summarise(
    papers: Sequence[Paper], writer: Writer | None, *, report: Callable[[int], None] = lambda settled: None
) -> tuple[Summary, ...]:
    """A summary for every paper, in the papers' order; raises `BackendError` only when nothing at all was answered."""
    if writer is None:
        return tuple(extract_trusted(paper) for paper in papers)
    asked = askable(papers, writer)
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


def askable(papers: Sequence[Paper], writer: Writer) -> list[Paper]:
    """The papers with an abstract in which there is anything to sum up."""
    return [paper for paper in papers if writer.trust(paper).checked.abstract.strip()]


def is_english(language: str) -> bool:
    """Whether TL;DRs are in the abstracts' own language, so that their words can be compared."""
    return language.strip().lower() in ("english", "en", "en-us", "en-gb")


def to_items(papers: Sequence[Paper], writer: Writer) -> list[Item]:
    """The papers as they go into a prompt, each trimmed to what a prompt can hold."""
    ids = short_ids([paper.key for paper in papers])
    surely = writer.backend.context - len(writer.instructions()) - writer.answer_room(writer.most_items) - TOKENS_AROUND
    items = []
    for paper in papers:
        believed = writer.trust(paper)
        whole = fence(_text(believed.told, writer))
        # No token is shorter than a character: most papers fit without being counted.
        text = whole if len(whole) <= surely else fit(whole, writer.limits.tokens - TOKENS_AROUND, writer.count)
        trimmed = text != whole
        items.append(Item(key=paper.key, id=ids[paper.key], text=text, trimmed=trimmed, alone=believed.alone))
    return items


def _text(paper: Paper, writer: Writer) -> str:
    """A paper as a prompt holds it: title and abstract, or its best sentences before the abstract, or in its place."""
    best = best_sentences(paper, HINTS[writer.hints]) if writer.hints in HINTS else []
    if writer.hints == "only":
        best.sort(key=lambda sentence: sentence.index)
    sentences = " ".join(sentence.text for sentence in best)
    render, title, abstract = writer.resources.render, paper.title, paper.abstract
    text = render("prompts", "paper.txt", title=title, abstract=abstract, sentences=sentences, hints=writer.hints)
    return text.strip()


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
        return extract_trusted(paper)
    if reply.text is None:
        findings = tuple(map(_without_quotation, reply.findings))
        why = findings[0].detail if findings else reply.why
        update = {"asked": reply.asked, "why": why, "findings": findings}
        return extract_trusted(paper).model_copy(update=update)
    tldr = tidy_tldr(strip_hidden(reply.text), max_words=max_words)
    return Summary(
        paper_key=paper.key,
        tldr=tldr,
        method="written",
        evidence=find_evidence(paper.abstract, tldr),
        asked=reply.asked,
    )


def _without_quotation(finding: Finding) -> Finding:
    """A finding that quotes no more than a name or a number of the answer that was refused: pages show findings."""
    if len(finding.span.split()) <= 2:
        return finding
    detail = finding.detail.replace(f"“{finding.span}”", "what it said")
    return finding.model_copy(update={"span": "", "detail": detail})


def _say_trimmed(summary: Summary) -> Summary:
    finding = Finding(kind="trimmed", detail="the model saw only the abstract's first sentences: it is longer")
    return summary.model_copy(update={"findings": (*summary.findings, finding)})


def _without_repeats(papers: Sequence[Paper], summaries: Sequence[Summary]) -> list[Summary]:
    """Summaries in which no written sentence serves two papers: such a one says nothing of either."""
    times = Tally(summary.tldr for summary in summaries if summary.method == "written")
    why = "the model wrote the same sentence for several papers"
    return [
        extract_trusted(paper).model_copy(update={"asked": summary.asked, "why": why})
        if summary.method == "written" and times[summary.tldr] > 1
        else summary
        for paper, summary in zip(papers, summaries, strict=True)
    ]


def _fault(finding: Finding | None) -> str:
    """What a prompt says of an earlier answer: the same prompt again would get the same answer again."""
    return "" if finding is None else finding.detail
