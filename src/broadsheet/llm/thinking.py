"""How many tokens a model is given to think before it answers: found out from answers that were cut off, and kept.

Models that think spend their cap on it before they write a word. No server says beforehand which models do, so the
first answer that is cut off while the model thinks is asked for again with room, and later runs begin with it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from broadsheet.llm.answers import without_thoughts
from broadsheet.llm.cache import AnswerCache, cache_key
from broadsheet.llm.prompt import Completion

ROOMS = (2048, 8192, 16384)
"""Tokens for thoughts, beside those of the answer: the next is tried where the one before is too little."""


@dataclasses.dataclass(frozen=True)
class Thinking:
    """Tokens kept for thoughts beside those of the answer, and how many an answer's thoughts took at most."""

    room: int = 0
    tokens: int = 0


UNTHINKING = Thinking()
"""What is taken of a model before anything is found out."""


def is_cut_in_thought(completion: Completion) -> bool:
    """Whether an answer was cut off because the model thought: it says so, or wrote nothing else."""
    return completion.finish == "length" and (completion.thought or not without_thoughts(completion.text).strip())


def next_room(room: int, most: int) -> int:
    """The next larger room, at most `most`; the same room where there is none."""
    return max(room, min(next((larger for larger in ROOMS if larger > room), room), most))


def recall_thinking(memory: AnswerCache, identity: Sequence[str]) -> Thinking:
    """What an earlier run found out about a model."""
    for text in memory.recall_notes([_key(identity)]).values():
        room, tokens = json.loads(text)
        return Thinking(room, tokens)
    return UNTHINKING


def keep_thinking(memory: AnswerCache, identity: Sequence[str], thinking: Thinking) -> None:
    """Keeps what was found out for later runs."""
    memory.note(_key(identity), json.dumps([thinking.room, thinking.tokens]))


def _key(identity: Sequence[str]) -> str:
    return cache_key("thinking", list(identity))
