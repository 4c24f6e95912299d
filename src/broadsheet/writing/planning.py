"""Says what a digest would take before anything is spent: the calls it would make, counted and priced, not made."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

from broadsheet.llm.asking import batch_items
from broadsheet.llm.budget import cost
from broadsheet.llm.memory import memory_key
from broadsheet.models import Paper
from broadsheet.store.answers import Speed
from broadsheet.writing.front import group, wants_lead
from broadsheet.writing.overview import ANSWER_TOKENS, MOST_TOKENS
from broadsheet.writing.placing import MOST_PAPERS
from broadsheet.writing.proposing import named_by_content, plan_parts
from broadsheet.writing.summarise import TOKENS_AROUND, TldrQuestion, Writer, askable, to_items

TOKENS_A_TLDR = 50
"""What an answer takes for one paper: about 25 words, an id and the JSON round them."""
TOKENS_ALONE = 36
"""The same where every prompt holds one paper, whose answer has no id."""
TOKENS_A_HEADING = 110
TOKENS_A_TITLE = 20
"""A heading without a blurb, and a paper in the prompt for it: a title."""
TOKENS_A_PLACE = 8
"""A paper in an answer that groups: its id."""
TOKENS_A_LEAD = 350
TOKENS_A_LINE = 60
"""A paper in the prompt for a heading: its title and its TL;DR."""
Tempo = Callable[[int, int], float]
"""Seconds for so many tokens of prompts and of answers, where the machine was measured."""
AGAIN = 1.26
"""A timed model's calls, repairs and refused headings among them, for each one planned: a 1.5B's over 109 papers."""
GUESS = (0.35, 1 / 5000, 1 / 80)
"""Seconds a call, a prompt token and an answer's token, of a hosted server nobody has measured."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a digest would take: money is in US dollars (`None` without a price), seconds a guess unless `measured`."""

    papers: int
    cached: int
    without_abstract: int
    trimmed: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    money: float | None
    seconds: float
    measured: str
    """What the seconds go by: `calls` the model has answered, a `trial` on this machine, or nothing."""


def plan_digest(
    papers: Sequence[Paper], writer: Writer, *, themes: int | None, speed: Speed | None, tempo: Tempo | None = None
) -> Plan:
    """The plan for these papers, at the speed the model has had so far, where it had any, or at a machine's `tempo`.

    Repairs are not planned for: a good model needs few, and the caps hold them; only the time of a model that was
    timed on this machine allows for them. A judge takes a call a batch.
    """
    asked = askable(papers, writer)
    items = to_items(asked, writer)
    question = TldrQuestion(asked, writer)
    known = writer.dispatcher.memory.recall([memory_key(question.fingerprint, item.text) for item in items])
    new = [item for item in items if memory_key(question.fingerprint, item.text) not in known]
    sizes = [writer.count(item.text) + TOKENS_AROUND for item in new]
    batches = batch_items(new, sizes, writer.limits)
    standing = writer.count(writer.instructions())
    front = _plan_front(papers, writer, themes, standing) if new else Load()
    calls = len(batches) + front.calls
    prompt = len(batches) * standing + sum(sizes) + front.prompt_tokens
    a_tldr = TOKENS_ALONE if writer.alone else TOKENS_A_TLDR
    completion = len(new) * a_tldr + front.completion_tokens
    if writer.settings.writing.judge:
        calls += len(batches)
        prompt += len(batches) * standing + sum(sizes) + len(new) * a_tldr
        completion += len(batches) * TOKENS_A_TLDR
    if tempo is not None and not (speed and speed.calls):
        once = min(len(batches), writer.at_once)  # the instructions are read once a slot
        measured, seconds = "trial", AGAIN * tempo(prompt - (len(batches) - once) * standing, completion)
    else:
        measured = "calls" if speed is not None and speed.calls else ""
        seconds = _seconds_a_call(calls, prompt, completion, speed) * math.ceil(calls / writer.at_once)
    price = writer.dispatcher.price
    return Plan(
        papers=len(papers),
        cached=len(items) - len(new),
        without_abstract=len(papers) - len(asked),
        trimmed=sum(item.trimmed for item in new),
        calls=calls,
        prompt_tokens=prompt,
        completion_tokens=completion,
        money=cost(price, prompt, completion) if price else None,
        seconds=seconds,
        measured=measured,
    )


@dataclasses.dataclass(frozen=True)
class Load:
    """Calls, and their tokens both ways."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )


def _plan_front(papers: Sequence[Paper], writer: Writer, themes: int | None, standing: int) -> Load:
    """Themes and overview: a heading a theme, or the parts that a model groups and a call that joins them."""
    groups = group(papers, count=themes, named=writer.settings.named_themes)
    load = Load()
    if writer.settings.named_themes:
        if writer.settings.grouping != "builtin":
            calls = math.ceil(len(papers) / MOST_PAPERS)
            load = Load(calls, calls * standing + len(papers) * TOKENS_A_LINE, len(papers) * TOKENS_A_PLACE * 2)
    elif writer.settings.grouping == "auto":
        asked = named_by_content(groups)
        line, heading = (TOKENS_A_LINE, TOKENS_A_HEADING) if writer.blurbs else (TOKENS_A_TITLE, TOKENS_A_TITLE)
        lines = sum(len(groups[position].paper_keys) for position in asked) * line
        load = Load(len(asked), len(asked) * standing + lines, len(asked) * heading)
    elif writer.settings.grouping == "model" and len(groups) > 1:
        parts = plan_parts(papers, groups, writer)
        said = len(papers) * TOKENS_A_PLACE + len(groups) * TOKENS_A_HEADING
        load = Load(len(parts), len(parts) * standing + len(papers) * TOKENS_A_LINE, said)
        if len(parts) > 1:
            load += Load(1, standing + len(groups) * TOKENS_A_LINE, len(groups) * TOKENS_A_HEADING)
    if wants_lead(papers, writer):
        room = writer.backend.context - ANSWER_TOKENS - standing
        told = max(0, min(MOST_TOKENS, len(papers) * TOKENS_A_LINE, room))
        load += Load(1, standing + told, TOKENS_A_LEAD)
    return load


def _seconds_a_call(calls: int, prompt: int, completion: int, speed: Speed | None) -> float:
    """The mean call's seconds: as the model's calls so far, by tokens; without any, a hosted server's."""
    if not calls:
        return 0.0
    if speed is not None and speed.calls:
        return speed.seconds / max(1, speed.prompt_tokens + speed.completion_tokens) * (prompt + completion) / calls
    a_call, a_prompt, an_answer = GUESS
    return a_call + (prompt * a_prompt + completion * an_answer) / calls
