"""What became of the lines of a batch, by the files that it left, and what they took."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from broadsheet.bulk.batch_ledger import BatchLine, LineOutcome, add_usage
from broadsheet.errors import BackendBusy, BackendError, BadAnswer
from broadsheet.llm.budget import Amount, cost
from broadsheet.llm.client import Endpoint
from broadsheet.llm.openai_calls import LARGEST_ANSWER
from broadsheet.llm.replies import excerpt, read_completion, status_error
from broadsheet.models import Usage
from broadsheet.settings.model import Price

_UNASKED = ("batch_expired", "batch_cancelled")
"""Codes of lines that the end of their batch left unasked, and unpaid."""


def read_outcomes(path: Path, address: Endpoint) -> Iterator[tuple[LineOutcome, bool]]:
    """What a file of answers or errors says of lines, and whether a line without an answer may have been billed."""
    with path.open("rb") as file:
        while line := file.readline(LARGEST_ANSWER):
            try:
                told = json.loads(line)
            except (ValueError, RecursionError):
                continue  # a line that says nothing counts like one that is not there
            if isinstance(told, dict) and isinstance(told.get("custom_id"), str):
                yield _judge_line(told["custom_id"], told, address)


def _judge_line(id: str, told: Mapping[str, Any], address: Endpoint) -> tuple[LineOutcome, bool]:
    response, error = told.get("response"), told.get("error")
    if isinstance(response, dict) and isinstance(status := response.get("status_code"), int):
        body = json.dumps(response.get("body"))
        try:
            if status != 200:
                raise status_error(status, body, backend=address.name, model=address.model)
            return LineOutcome(id, "answered", read_completion(body.encode(), where=address.shown)), True
        except BackendError as failure:
            again = isinstance(failure, BackendBusy | BadAnswer)
            return LineOutcome(id, "again" if again else "refused", why=str(failure)), status == 200
    code, message = (error.get("code"), error.get("message")) if isinstance(error, dict) else (None, None)
    if code in _UNASKED:
        return LineOutcome(id, "unasked"), False
    return LineOutcome(id, "again", why=f"{address.name} answered {code}: {excerpt(str(message))}"), True


def add_up(
    lines: Iterable[BatchLine],
    outcomes: Iterable[tuple[LineOutcome, bool]],
    price: Price | None,
    *,
    absent: LineOutcome | None,
    count: Callable[[str], int],
) -> tuple[list[LineOutcome], dict[int, Usage], Amount]:
    """The outcomes of lines that were asked, what they took by shard, and what counts against the caps.

    What became of a line that is in no file says `absent`, and it may have been billed; `None` where it was not asked.
    """
    left = {line.id: line for line in lines}
    used: dict[int, Usage] = {}
    kept, charged = list[LineOutcome](), Amount()
    missing = ((dataclasses.replace(absent, id=id), True) for id in list(left)) if absent else ()
    for outcome, billed in itertools.chain(outcomes, missing):
        line = left.pop(outcome.id, None)
        if line is None or outcome.kind == "unasked":
            continue
        kept.append(outcome)
        prompt, room = line.prompt, line.room
        completion = outcome.completion
        paid = cost(price, prompt, room) if price and billed else 0.0
        if completion is not None:
            prompt, room = completion.prompt_tokens or prompt, completion.completion_tokens or count(completion.text)
            paid = cost(price, prompt, room, completion.cached_tokens) if price else 0.0
            taken = Usage(
                calls=1,
                prompt_tokens=prompt,
                completion_tokens=room,
                cached_tokens=completion.cached_tokens,
                money=paid if price else None,
            )
            used[line.shard] = add_usage(used[line.shard], taken) if line.shard in used else taken
        charged += Amount(money=paid, calls=1, tokens=prompt + room if billed else 0)
    return kept, used, charged
