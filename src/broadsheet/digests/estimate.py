"""Estimates the calls, tokens, cost and time of a digest before any call is made.

A model that runs in this process is timed on this machine.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

from broadsheet.digests.builtin_themes import group
from broadsheet.digests.open_session import cache_path, open_session, resolve_model
from broadsheet.digests.overview import ANSWER_TOKENS, MOST_TOKENS
from broadsheet.digests.themes_and_overview import wants_lead
from broadsheet.llm.answer_store import AnswerStore, Speed
from broadsheet.llm.batch_queries import batch_items, refusal_key
from broadsheet.llm.budget import cost
from broadsheet.llm.cache import AnswerCache, cache_key
from broadsheet.llm.client import Endpoint
from broadsheet.llm.servers.adapt import adapt_settings
from broadsheet.llm.session import Session
from broadsheet.local.model import InProcessModel, LocalModel
from broadsheet.local.speed import MeasuredSpeed, keep_speed, recall_speed
from broadsheet.settings.loading import Settings
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.llm_assign import MOST_PAPERS
from broadsheet.themes.llm_grouping import named_by_content, plan_parts
from broadsheet.themes.sections import divide
from broadsheet.tldr.summarise import TOKENS_AROUND, TldrQuestion, askable, to_items

TOKENS_A_TLDR = 50
"""Answer tokens a paper: about 25 words, an id and the JSON syntax."""
TOKENS_ALONE = 36
"""Answer tokens where every prompt has one paper, whose answer needs no id."""
TOKENS_A_HEADING = 110
TOKENS_A_TITLE = 20
"""Tokens of a title: of a heading without a blurb, and of a paper in the prompt for it."""
TOKENS_A_PLACE = 8
"""Answer tokens a paper when grouping: its id."""
TOKENS_A_LEAD = 350
TOKENS_A_LINE = 60
"""Prompt tokens a paper in the prompt for a heading: its title and its TL;DR."""
SecondsFor = Callable[[int, int], float]
"""Maps numbers of prompt and answer tokens to seconds, by a measurement on this machine."""
AGAIN = 1.26
"""Actual calls for each planned one, with repairs and rejected headings: measured with a 1.5B model on 109 papers."""
GUESS = (0.35, 1 / 5000, 1 / 80)
"""Assumed seconds of a hosted server without measurements: a call, a prompt token, an answer token."""


@dataclasses.dataclass(frozen=True)
class DigestEstimate:
    """The estimate: `money` in US dollars (`None` without a price), `seconds` a guess unless `measured`."""

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
    """The basis of `seconds`: "calls" that the model has answered, a "trial" on this machine, or empty."""
    thinking: int = 0
    """The tokens of an answer's thoughts, which are counted in; 0 where no run found out that the model thinks."""


def estimate_calls(  # noqa: PLR0913 - what is asked of whom, and how quick it is
    corpus: Corpus,
    session: Session,
    *,
    themes: int | None,
    speed: Speed | None,
    seconds_for: SecondsFor | None = None,
    tldrs_only: bool = False,
) -> DigestEstimate:
    """The estimate for these papers, at the model's `speed` in earlier calls, or at the `seconds_for` of a trial.

    Repairs are not included: a good model needs few, and the caps bound them. Only the time after a trial allows for
    them, by `AGAIN`. A judge takes one call a batch. `tldrs_only` leaves themes and overview out.
    """
    papers = corpus.papers
    asked = askable(papers)
    items = to_items(asked, session)
    question = TldrQuestion(asked, session)
    keys = {item.key: cache_key(question.fingerprint, item.text) for item in items}
    known = _known(session, list(keys.values()))
    new = [item for item in items if keys[item.key] not in known]
    sizes = [session.count(item.text) + TOKENS_AROUND for item in new]
    batches = batch_items(new, sizes, session.limits)
    standing = session.count(session.instructions())
    front = _plan_front(corpus, session, themes, standing) if new and not tldrs_only else Load()
    calls = len(batches) + front.calls
    prompt = len(batches) * standing + sum(sizes) + front.prompt_tokens
    a_tldr = TOKENS_ALONE if session.alone else TOKENS_A_TLDR
    completion = len(new) * a_tldr + front.completion_tokens
    if session.settings.writing.judge:
        calls += len(batches)
        prompt += len(batches) * standing + sum(sizes) + len(new) * a_tldr
        completion += len(batches) * TOKENS_A_TLDR
    completion += calls * session.thinking_tokens
    # After a trial: prompts and answers at this machine's speeds. Otherwise the mean time of a call, times the number
    # of rounds of parallel calls.
    if seconds_for is not None and not (speed and speed.calls):
        once = min(len(batches), session.at_once)  # the instructions are read once a slot
        measured, seconds = "trial", AGAIN * seconds_for(prompt - (len(batches) - once) * standing, completion)
    else:
        measured = "calls" if speed is not None and speed.calls else ""
        seconds = _seconds_a_call(calls, prompt, completion, speed) * math.ceil(calls / session.at_once)
    price = session.dispatcher.price
    return DigestEstimate(
        papers=len(papers),
        cached=len(items) - len(new),
        without_abstract=len(papers) - len(asked),
        trimmed=sum(item.trimmed for item in new),
        calls=calls,
        prompt_tokens=prompt,
        completion_tokens=completion,
        money=cost(price, prompt, completion) if price else None,
        seconds=seconds,
        thinking=session.thinking_tokens if calls else 0,
        measured=measured,
    )


def _known(session: Session, keys: Sequence[str]) -> set[str]:
    """The keys of answers that are not asked for: those there are, and those that an earlier run refused."""
    memory, repairs = session.dispatcher.memory, session.settings.writing.repairs
    refused = {} if session.settings.llm.retry else memory.recall_notes([refusal_key(key, repairs) for key in keys])
    return {*memory.recall(keys), *(key for key in keys if refusal_key(key, repairs) in refused)}


@dataclasses.dataclass(frozen=True)
class Load:
    """A number of calls, and the tokens of their prompts and answers."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )


def _plan_front(corpus: Corpus, session: Session, themes: int | None, standing: int) -> Load:
    """The calls for themes and overview: one a heading, or one a part to group and one to merge the parts."""
    papers = corpus.papers
    groups = group(corpus, count=themes, named=session.settings.named_themes)
    load = Load()
    if session.settings.named_themes:
        if session.settings.grouping != "builtin":
            calls = math.ceil(len(papers) / MOST_PAPERS)
            load = Load(calls, calls * standing + len(papers) * TOKENS_A_LINE, len(papers) * TOKENS_A_PLACE * 2)
    elif session.settings.grouping == "auto":
        asked = named_by_content(groups)
        line, heading = (TOKENS_A_LINE, TOKENS_A_HEADING) if session.blurbs else (TOKENS_A_TITLE, TOKENS_A_TITLE)
        lines = sum(len(groups[position].paper_keys) for position in asked) * line
        load = Load(len(asked), len(asked) * standing + lines, len(asked) * heading)
    elif session.settings.grouping == "model" and len(groups) > 1:
        parts = plan_parts(papers, groups, session)
        said = len(papers) * TOKENS_A_PLACE + len(groups) * TOKENS_A_HEADING
        load = Load(len(parts), len(parts) * standing + len(papers) * TOKENS_A_LINE, said)
        if len(parts) > 1:
            load += Load(1, standing + len(groups) * TOKENS_A_LINE, len(groups) * TOKENS_A_HEADING)
    settings, named = session.settings, bool(session.settings.named_themes)
    if settings.grouping != "builtin" and divide(groups, corpus, settings.sections, named=named):
        load += Load(1, standing + len(groups) * TOKENS_A_TITLE, len(groups) * TOKENS_A_TITLE)
    if wants_lead(corpus, session):
        room = session.backend.context - ANSWER_TOKENS - standing
        told = max(0, min(MOST_TOKENS, len(papers) * TOKENS_A_LINE, room))
        load += Load(1, standing + told, TOKENS_A_LEAD)
    return load


def _seconds_a_call(calls: int, prompt: int, completion: int, speed: Speed | None) -> float:
    """The seconds of a mean call, by tokens: at the speed of earlier calls, or else that of a hosted server."""
    if not calls:
        return 0.0
    if speed is not None and speed.calls:
        return speed.seconds / max(1, speed.prompt_tokens + speed.completion_tokens) * (prompt + completion) / calls
    a_call, a_prompt, an_answer = GUESS
    return a_call + (prompt * a_prompt + completion * an_answer) / calls


FEW_CALLS = 8
"""The number of calls from which their speed is a better estimate than a short trial."""


async def estimate_digest(corpus: Corpus, settings: Settings, *, tldrs_only: bool = False) -> DigestEstimate | None:
    """The estimate for these papers without any call to a hosted model; `None` for the built-in engine.

    A local server is asked for its capabilities, which the run depends on. A model in this process is loaded and timed
    if it has no timing on this machine.
    """
    silent = settings.model_copy(update={"llm": settings.llm.model_copy(update={"offline": True, "max_cost": None})})
    address, in_process = resolve_model(silent)
    if in_process is None and not settings.llm.offline and settings.llm.replay is None and settings.llm.record is None:
        silent = await adapt_settings(silent, address)
    async with open_session(silent) as session:
        if session is None or address is None:
            return None
        speed, seconds_for = _speed(session.dispatcher.memory, address), None
        if in_process is not None and (speed is None or speed.calls < FEW_CALLS):
            speed, seconds_for = None, (await time_model(in_process, settings)).seconds
        return estimate_calls(
            corpus,
            session,
            themes=settings.theme_count,
            speed=speed,
            seconds_for=seconds_for,
            tldrs_only=tldrs_only,
        )


async def time_model(in_process: InProcessModel, settings: Settings) -> MeasuredSpeed:
    """The speed of a model in this process on this machine: from the cache, or measured now and kept there."""
    file = cache_path(settings).with_name("local-speed.json")
    who = f"{in_process.address.who} {in_process.fit.threads} threads {in_process.fit.slots} slots"
    known = recall_speed(file, who)
    if known is not None:
        return known
    assert settings.backend is not None  # noqa: S101 - an in-process model belongs to one
    model = LocalModel(in_process, settings.backend, settings)
    try:
        measured_speed = await model.measure()
    finally:
        await model.close()
    keep_speed(file, who, measured_speed)
    return measured_speed


def _speed(memory: AnswerCache, address: Endpoint) -> Speed | None:
    return memory.speed(address.who) if isinstance(memory, AnswerStore) else None
