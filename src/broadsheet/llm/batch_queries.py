"""Asks a model about many items in batches, matched by id; only missing or wrong answers are asked for again."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from broadsheet.errors import BackendError, BackendRefused, Stopped
from broadsheet.llm.answers import read_answers
from broadsheet.llm.batching import Limits, halves, pack
from broadsheet.llm.cache import cache_key
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.models import Finding

MOST_SALTS = 64
"""Hashes of a key that are tried at one length of ids."""
# No vowels, so no words; no signs that look alike (l and 1, o and 0).
ALPHABET = "bcdfghjkmnpqrstvwxz"
DIGITS = "23456789"


@dataclasses.dataclass(frozen=True)
class Item:
    """One thing to ask about: its key in the program, its short id and its text in the prompt.

    `trimmed` says that the text is only the beginning of the whole, `alone` that no other item may be in its prompt.
    """

    key: str
    id: str
    text: str
    trimmed: bool = False
    alone: bool = False


@dataclasses.dataclass(frozen=True)
class Reply:
    """The result for an item: a text, or `None` and the reason; `asked` counts the calls that contained it."""

    text: str | None
    asked: int
    findings: tuple[Finding, ...] = ()
    why: str = ""


class Question(Protocol):
    """What is asked of each item: how a prompt is made of a batch, and what is wrong with the answers to it."""

    field: str
    fingerprint: str
    """Names everything an answer depends on besides the item's text."""
    distinct: bool
    """Whether one answer for two items is wrong for both."""

    def prompt(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> Prompt:
        """The prompt for a batch; `faults` says by key what was wrong with an earlier answer."""
        ...

    def judge(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Mapping[str, Finding]:
        """By key, the answers (also by key) that must be asked again, and why."""
        ...

    async def examine(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Mapping[str, Finding]:
        """The same for answers that passed `judge`, by a check that needs a call of its own; raises nothing."""
        ...


class BatchQuery:
    """One question put to all items of a run; `replies` grows as answers come in.

    `limits` and `count` (an item's tokens) are called only when something must be asked.
    """

    def __init__(  # noqa: PLR0913 - what is asked, through whom, in which measures
        self,
        question: Question,
        dispatcher: Dispatcher,
        *,
        limits: Callable[[], Limits],
        count: Callable[[Item], int],
        repairs: int,
        report: Callable[[int], None] = lambda settled: None,
    ) -> None:
        self._question, self._dispatcher = question, dispatcher
        self._limits, self._count = limits, count
        self._repairs, self._report = repairs, report
        self._asked: dict[str, int] = {}
        self._keys: dict[str, str] = {}
        self._settled = 0
        self.replies: dict[str, Reply] = {}

    async def run(self, items: Sequence[Item]) -> dict[str, Reply]:
        """A reply for every item; raises `BackendError` only if the server failed before any answer."""
        self._keys = {item.key: cache_key(self._question.fingerprint, item.text) for item in items}
        batches = self._batches(self._not_recalled(items))
        await self._dispatcher.run_all(self._ask(batch, {}) for batch in batches)
        stopped = self._dispatcher.stopped
        nothing = all(reply.text is None for reply in self.replies.values())
        if stopped is not None and nothing and not isinstance(stopped, Stopped):
            raise stopped
        return self.replies

    def _batches(self, items: Sequence[Item]) -> list[list[Item]]:
        """The items in batches, the longest first, so that no long batch runs alone at the end."""
        if not items:
            return []  # nothing is left to count, so no vocabulary is loaded
        sizes = {item.key: self._count(item) for item in items}
        batches = batch_items(items, [sizes[item.key] for item in items], self._limits())
        return sorted(batches, key=lambda batch: -sum(sizes[item.key] for item in batch))

    def _not_recalled(self, items: Sequence[Item]) -> list[Item]:
        """Settles items whose cached answers still pass the checks; returns the other items."""
        memory = self._dispatcher.memory
        known = memory.recall([self._keys[item.key] for item in items])
        times = Counter(_form(text) for text in known.values())
        left = []
        for item in items:
            text = known.get(self._keys[item.key])
            # One sentence kept for several items is good for none: only side by side does it show.
            again = self._question.distinct and text is not None and times[_form(text)] > 1
            if text is None or again or self._question.judge([item], {item.key: text}):
                left.append(item)
            else:
                self._settle(item, Reply(text=text, asked=0))
        return left

    async def _ask(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> None:
        for item in batch:
            self._asked[item.key] = self._asked.get(item.key, 0) + 1
        try:
            completion = await self._dispatcher.call(self._question.prompt(batch, faults))
        except BackendError as error:
            await self._ask_parts_after(error, batch, faults)
            return
        wrong = await self._keep_good(batch, completion)
        await self._ask_again([item for item in batch if item.key in wrong], wrong)

    async def _ask_parts_after(self, error: BackendError, batch: Sequence[Item], faults: Mapping[str, Finding]) -> None:
        """After the last retry failed: one item of the batch may be the cause, so each half gets a call of its own."""
        if len(batch) > 1 and self._dispatcher.stopped is None:
            # Halving down to single items isolates one bad item: a batch of n costs at most 2n - 1 calls.
            await self._in_parts(batch, faults)
            return
        for item in batch:
            asked = self._asked[item.key] - isinstance(error, Stopped)  # a call that was not made asked nothing
            self._settle(item, Reply(text=None, asked=asked, why=_plain(error)))

    async def _keep_good(self, batch: Sequence[Item], completion: Completion) -> dict[str, Finding]:
        """Settles what was answered well; returns by key what is wrong with the rest."""
        by_id = {item.id: item for item in batch}
        answers = read_answers(completion.text, by_id, field=self._question.field)
        texts = {by_id[id].key: text for id, text in answers.texts.items()}
        wrong = dict(self._question.judge(batch, texts))
        good = {key: text for key, text in texts.items() if key not in wrong}
        wrong |= await self._question.examine([item for item in batch if item.key in good], good)
        for item in batch:
            if item.key not in texts:
                wrong[item.key] = _missing(item, completion, repeated=item.id in answers.repeated)
            elif item.key not in wrong:
                self._dispatcher.memory.keep(self._keys[item.key], texts[item.key])
                self._settle(item, Reply(text=texts[item.key], asked=self._asked[item.key]))
        return wrong

    async def _ask_again(self, batch: Sequence[Item], wrong: Mapping[str, Finding]) -> None:
        """Asks again in halves for the items that may have another try; gives up those that used all their tries."""
        again = [item for item in batch if self._asked[item.key] <= self._repairs]
        for item in batch:
            if item not in again:
                finding = wrong[item.key]
                reply = Reply(text=None, asked=self._asked[item.key], findings=(finding,), why=finding.detail)
                self._settle(item, reply)
        if again:
            await self._in_parts(again, wrong)

    async def _in_parts(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> None:
        parts = [[batch[position] for position in part] for part in halves(range(len(batch)))]
        await self._dispatcher.run_all(self._ask(part, faults) for part in parts)

    def _settle(self, item: Item, reply: Reply) -> None:
        self.replies[item.key] = reply
        if reply.text is not None or self._dispatcher.stopped is None:
            self._settled += 1  # what the end of the run sends home unasked is no progress
            self._report(self._settled)


def batch_items(items: Sequence[Item], sizes: Sequence[int], limits: Limits) -> list[list[Item]]:
    """Items in batches by their sizes in tokens; an item marked `alone` gets a batch of its own."""
    together = [(item, size) for item, size in zip(items, sizes, strict=True) if not item.alone]
    ranges = pack([size for _, size in together], limits)
    batches = [[together[position][0] for position in batch] for batch in ranges]
    return batches + [[item] for item in items if item.alone]


def short_ids(keys: Sequence[str]) -> dict[str, str]:
    """A short id for each key, made of a hash of it: the same in every batch, and with no order that a model could
    continue instead of copying ids."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for key in keys:
        salt = 0
        # A hash that is taken is salted; where that no longer helps, the ids of 23,104 papers being taken, ids grow.
        while (id := _short(f"{salt}{key}", pairs=2 + salt // MOST_SALTS)) in taken:
            salt += 1
        taken.add(id)
        ids[key] = id
    return ids


def _short(text: str, *, pairs: int) -> str:
    # Pairs of a letter and a digit, 19 × 8 of each: two of them are 23,104 ids.
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    letters = []
    for signs in (ALPHABET, DIGITS) * pairs:
        number, place = divmod(number, len(signs))
        letters.append(signs[place])
    return "".join(letters)


def _form(text: str) -> str:
    """A text reduced to its words in lower case, to compare answers without punctuation."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _missing(item: Item, completion: Completion, *, repeated: bool) -> Finding:
    if repeated:
        return Finding(kind="repeated", span=item.id, detail="the model answered twice, and differently")
    reason = {
        "length": "the answer was cut off before it",
        "content_filter": "the server's content filter held it back",
        "refusal": "the model refused",
    }.get(completion.finish, "the model left it out")
    return Finding(kind="missing", span=item.id, detail=reason)


def _plain(error: BackendError) -> str:
    if isinstance(error, Stopped):
        return str(error)
    kind = "the server refused" if isinstance(error, BackendRefused) else "the call failed"
    return f"{kind}: {error}"
