"""A shard's question put to what batches have brought: answers where that is enough, else lines for the next file.

It is put as it is live, to a dispatcher that makes no call. So prompts, checks and repairs are those of a live run.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from broadsheet.bulk.answers import PaperAnswer
from broadsheet.bulk.batch_ledger import BatchLine, LineOutcome
from broadsheet.bulk.shard import answer_of
from broadsheet.errors import BackendRefused, BadAnswer, Stopped
from broadsheet.injection.sanitise import sanitise
from broadsheet.llm.batch_queries import BatchQuery, Share
from broadsheet.llm.batching import Limits
from broadsheet.llm.cache import cache_key
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.openai_batches import URL
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.llm.servers.capabilities import Abilities
from broadsheet.llm.session import Session
from broadsheet.models import Paper
from broadsheet.settings.model import Price
from broadsheet.tldr.summarise import TldrQuestion, askable, to_items, to_summary

_WAITS = "it waits for a batch"
_ASIDE = 16
"""Tokens of a call beside its texts: roles and marks."""
_ALONE = Limits(items=1, tokens=1, at_once=1)


@dataclasses.dataclass(frozen=True)
class RequestLine:
    """A line for a file of requests: what the ledger notes of it, and the line itself."""

    noted: BatchLine
    text: bytes


class AnsweredCalls(Dispatcher):
    """Answers calls with what batches have brought; what is not answered yet is a line in `wanted`, and `_WAITS`."""

    def __init__(self, shard: int, known: Mapping[str, LineOutcome], session: Session, model: str) -> None:
        super().__init__(_Nobody(), at_once=1, count=session.count)
        self.wanted: dict[str, RequestLine] = {}
        self.session, self._shard, self._known = session, shard, known
        self._model_name = model
        self._abilities = Abilities(session.backend, temperature=session.settings.llm.temperature)

    async def call(self, prompt: Prompt, *, partial: bool = False, early: bool = False) -> Completion:
        """The completion of this question, or the error that it ended in.

        It is named by its words alone: delimiters hang on the installation, and the form of a request on the settings,
        and what was answered counts on another machine and after a change as well.
        """
        fields, words = self._abilities.fields(prompt, model=self._model_name), prompt.unsealed()
        id = f"{self._shard:05d}-{cache_key(self._model_name, words.system, words.user)[:40]}"
        known = self._known.get(id)
        if known is not None and known.completion is not None:
            if known.completion.finish == "length" and not partial:
                raise BadAnswer("the answer was cut off.")
            return known.completion
        if known is not None and known.kind == "refused":
            raise BackendRefused(known.why)
        if known is not None and known.tries >= self.session.settings.llm.attempts:
            raise BadAnswer(known.why)
        if id not in self.wanted:
            self.wanted[id] = self._line(id, prompt, fields)
        raise Stopped(_WAITS)

    def _line(self, id: str, prompt: Prompt, fields: Mapping[str, Any]) -> RequestLine:
        told = {"custom_id": id, "method": "POST", "url": URL, "body": fields}
        count = self.session.count
        form = _once(count, json.dumps(fields.get("response_format", ""), sort_keys=True))
        tokens = _once(count, prompt.system) + count(prompt.user) + form + _ASIDE
        text = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        return RequestLine(BatchLine(id, self._shard, tokens, prompt.max_tokens), text)


@functools.lru_cache(maxsize=8)
def _once(count: Callable[[str], int], text: str) -> int:
    """The tokens of a text that every prompt has."""
    return count(text)


class _Nobody:
    """The model of a dispatcher that makes no call itself."""

    async def complete(self, prompt: Prompt) -> Completion:
        raise Stopped(_WAITS)


async def settle_papers(
    papers: Sequence[Paper],
    left: Sequence[Paper],
    calls: AnsweredCalls,
    *,
    model: str,
    price: Price | None,
) -> list[PaperAnswer]:
    """The answers about the papers `left` that what is known settles; all papers of the shard are compared with.

    What is not known is a line in `calls.wanted` then.
    """
    own = calls.session.beside(calls)
    sanitised = {paper.key: sanitise(paper) for paper in papers}
    asked = askable(list(sanitised.values()))
    wanted = {paper.key for paper in left}
    items = {item.key: item for item in to_items(asked, own) if item.key in wanted}
    query = BatchQuery(
        TldrQuestion(asked, own),
        calls,
        limits=lambda: _ALONE,
        count=lambda item: 1,
        repairs=own.settings.writing.repairs,
    )
    replies = await query.run(list(items.values()))
    settled = []
    for paper in left:
        reply = replies.get(paper.key)
        if reply is not None and reply.why == _WAITS:
            continue
        trimmed = paper.key in items and items[paper.key].trimmed
        summary = to_summary(sanitised[paper.key], reply, own, trimmed=trimmed)
        share = reply.share if reply is not None else Share()
        settled.append(answer_of(paper, summary, share, model=model, price=price))
    return settled
