"""Asks a model about many items in batches, matched by id; only missing or wrong answers are asked for again."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import itertools
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from broadsheet.errors import BackendError, BackendRefused, Stopped
from broadsheet.llm.answers import Answers, read_answers
from broadsheet.llm.batching import Limits, halves, pack
from broadsheet.llm.cache import cache_key, code_key
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.llm.thinking import is_cut_in_thought
from broadsheet.models import Finding

log = logging.getLogger(__name__)

CALL_REFUSED, CALL_FAILED = "the server refused", "the call failed"
"""How the reason for an item begins whose call gave no answer; what ended the run is told in its own words."""
MISSING, CUT = "missing", "cut"
"""Findings of an answer that was not there to judge, or was cut off: the same call may have another one."""
ROUNDS_TO_READ = 8
"""Of the event loop: connecting what is read to who waits for it takes five or six of them, and an idle one 20 µs."""
MOST_PREPARED = 500
"""Items that are prepared for: as many as those who judge remember."""
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
class Share:
    """An item's part of the tokens that calls took."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached_tokens + other.cached_tokens,
        )


@dataclasses.dataclass(frozen=True)
class Reply:
    """The result for an item: a text, or `None` and the reason; `asked` counts the calls that contained it."""

    text: str | None
    asked: int
    findings: tuple[Finding, ...] = ()
    why: str = ""
    share: Share = Share()
    """Its part of what was answered to the prompts that it stood in."""


Settled = Callable[[int, str, Reply], None]
"""Hears of an item that is settled: how many are by now, its key, and its reply."""


class Question(Protocol):
    """What is asked of each item: how a prompt is made of a batch, and what is wrong with the answers to it."""

    field: str
    fingerprint: str
    """Names everything an answer depends on besides the item's text."""
    rules: str
    """Names everything that `judge` depends on besides the items, their answers, and the code."""
    distinct: bool
    """Whether one answer for two items is wrong for both."""
    examines: bool
    """Whether `examine` makes calls. Answers that it has not been asked about are kept apart, for the next run."""

    def prompt(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> Prompt:
        """The prompt for a batch; `faults` says by key what was wrong with an earlier answer."""
        ...

    def prepare(self, item: Item) -> None:
        """Does of the work of `judge` what needs no answer: asked for while the first answers are awaited."""
        ...

    def judge(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Iterator[tuple[str, Finding | None]]:
        """Of the answers (by key) one after another: its key, and why it must be asked again, `None` if it need not."""
        ...

    async def examine(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Mapping[str, Finding]:
        """The same for answers that passed `judge`, by a check that needs a call of its own; raises nothing."""
        ...


class BatchQuery:
    """One question put to all items of a run; `replies` grows as answers come in.

    `limits` and `count` (an item's tokens) are called only when something must be asked. What an earlier run refused
    after all its tries is asked for again only on `retry`.
    """

    def __init__(  # noqa: PLR0913 - what is asked, through whom, in which measures
        self,
        question: Question,
        dispatcher: Dispatcher,
        *,
        limits: Callable[[], Limits],
        count: Callable[[Item], int],
        repairs: int,
        retry: bool = False,
        report: Settled = lambda settled, key, reply: None,
    ) -> None:
        self._question, self._dispatcher = question, dispatcher
        self._limits, self._count = limits, count
        self._repairs, self._retry, self._report = repairs, retry, report
        self._asked: dict[str, int] = {}
        self._keys: dict[str, str] = {}
        self._shares: dict[str, Share] = {}
        self._refused: dict[str, str] = {}
        self._insisted: set[str] = set()
        self._put_off: dict[str, tuple[Item, Finding]] = {}
        self._under_way = 0
        self._settled = 0
        self._judging = asyncio.Lock()
        self.replies: dict[str, Reply] = {}

    async def run(self, items: Sequence[Item]) -> dict[str, Reply]:
        """A reply for every item; raises `BackendError` only if the server failed before any answer."""
        self._keys = {item.key: cache_key(self._question.fingerprint, item.text) for item in items}
        left = self._not_recalled(items)
        unexamined = self._recall_unexamined(left)
        answered = self._batches([item for item in left if item.key in unexamined])
        batches = self._batches([item for item in left if item.key not in unexamined])
        examining = [self._examine_kept(batch, unexamined) for batch in answered]
        asking = [self._ask(batch, {}) for batch in batches]
        await self._dispatcher.run_all([*examining, *asking, self._prepare(batches)])
        self._note_passed(items)
        stopped = self._dispatcher.stopped
        nothing = all(reply.text is None for reply in self.replies.values())
        if nothing and stopped is not None and not isinstance(stopped, Stopped):
            raise stopped
        return self.replies

    def _batches(self, items: Sequence[Item], *, at_once: int | None = None) -> list[list[Item]]:
        """The items in batches, the longest first, so that no long batch runs alone at the end."""
        if not items:
            return []  # nothing is left to count, so no vocabulary is loaded
        if self._dispatcher.stopped is not None:
            return [list(items)]  # nobody is asked, so that it does not matter how much fits
        sizes = {item.key: self._count(item) for item in items}
        limits = self._limits()
        limits = dataclasses.replace(limits, at_once=at_once or limits.at_once)
        batches = batch_items(items, [sizes[item.key] for item in items], limits)
        return sorted(batches, key=lambda batch: -sum(sizes[item.key] for item in batch))

    def _not_recalled(self, items: Sequence[Item]) -> list[Item]:
        """Settles items whose cached answers still pass the checks; returns the other items."""
        memory = self._dispatcher.memory
        known = memory.recall([self._keys[item.key] for item in items])
        times = Counter(_form(text) for text in known.values())
        refused = {} if self._retry else memory.recall_notes([self._refusal_key(item) for item in items])
        passed = bool(memory.recall_notes([self._passed_key(items, known)]))
        left, given_up = [], 0
        for item in items:
            text = known.get(self._keys[item.key])
            if text is None and (note := refused.get(self._refusal_key(item))) is not None:
                finding = Finding.model_validate_json(note)
                given_up += 1
                self._settle(item, Reply(text=None, asked=0, findings=(finding,), why=finding.detail))
                continue
            # One sentence kept for several items is good for none: only side by side does it show.
            again = self._question.distinct and text is not None and times[_form(text)] > 1
            if text is None or again or not (passed or self._passes(item, text)):
                left.append(item)
            else:
                self._settle(item, Reply(text=text, asked=0))
        if given_up:
            answers = "1 answer" if given_up == 1 else f"{given_up:,} answers"
            log.warning("%s refused in an earlier run: not asked for again without --retry.", answers)
        return left

    def _recall_unexamined(self, items: Sequence[Item]) -> dict[str, str]:
        """By key, the answers that an earlier run was ended before it could have them examined."""
        if not self._question.examines:
            return {}
        places = {item.key: self._arrival_key(item.key) for item in items}
        known = self._dispatcher.memory.recall(list(places.values()))
        return {key: known[place] for key, place in places.items() if place in known}

    async def _prepare(self, batches: Sequence[Sequence[Item]]) -> None:
        """Prepares for the answers that come first, and nearly all at once; later ones are judged as they come.

        So are those that wait behind other answers of the run: to prepare them takes memory and saves no wait.
        """
        if not batches or self._dispatcher.stopped is not None or self._dispatcher.spent.calls:
            return
        first = itertools.chain.from_iterable(batches[: self._limits().at_once])
        async with self._judging:  # what the first loads for all of them takes a second, in which answers may come
            await asyncio.to_thread(self._question.prepare, next(first))
        for item in itertools.islice(first, MOST_PREPARED):
            async with self._judging:  # what was answered is judged first
                if item.key not in self.replies:  # a quick server has answered about some by now
                    self._question.prepare(item)
            await asyncio.sleep(0)

    def _passes(self, item: Item, text: str) -> bool:
        return all(finding is None for _, finding in self._question.judge([item], {item.key: text}))

    def _note_passed(self, items: Sequence[Item]) -> None:
        """Notes that these answers passed the checks side by side, so that a run of the same items checks none anew."""
        texts = {key: reply.text for key, reply in self.replies.items() if reply.text is not None}
        kept = {self._keys[key]: text for key, text in texts.items()}
        if kept:
            self._dispatcher.memory.note(self._passed_key(items, kept), "")

    def _passed_key(self, items: Sequence[Item], kept: Mapping[str, str]) -> str:
        # Which items are asked about counts: an answer is also compared with the others' texts.
        asked = sorted(self._keys[item.key] for item in items)
        return cache_key("passed", self._question.rules, asked, sorted(kept.items()), code_key())

    def _arrival_key(self, key: str) -> str:
        """The key under which an answer is kept before it is checked."""
        return cache_key("unexamined", self._keys[key]) if self._question.examines else self._keys[key]

    def _refusal_key(self, item: Item) -> str:
        return refusal_key(self._keys[item.key], self._repairs)

    async def _ask(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> None:
        for item in batch:
            self._asked[item.key] = self._asked.get(item.key, 0) + 1
        prompt = self._question.prompt(batch, faults)
        if any(finding.kind == CUT for finding in faults.values()):
            prompt = dataclasses.replace(prompt, max_tokens=2 * prompt.max_tokens)
        self._under_way += 1
        try:
            completion = await self._dispatcher.call(prompt, partial=True, early=True)
        except BackendError as error:
            self._under_way -= 1
            await self._ask_parts_after(error, batch, faults)
            await self._ask_again([], {})
            return
        for at, item in enumerate(batch):
            self._shares[item.key] = self._shares.get(item.key, Share()) + share_of(completion, at, len(batch))
        by_id = {item.id: item for item in batch}
        cut = completion.finish == "length"
        answers = read_answers(completion.text, by_id, field=self._question.field, cut=cut)
        wrong = await self._keep_good(batch, {by_id[id].key: text for id, text in answers.texts.items()})
        wrong |= {item.key: _missing(item, completion, answers) for item in batch if item.id not in answers.texts}
        self._under_way -= 1
        await self._ask_again([item for item in batch if item.key in wrong], wrong)

    async def _examine_kept(self, batch: Sequence[Item], unexamined: Mapping[str, str]) -> None:
        """Does with answers of an earlier run what that run would have done next."""
        for item in batch:
            self._asked[item.key] = 0
        wrong = await self._keep_good(batch, {item.key: unexamined[item.key] for item in batch})
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

    async def _keep_good(self, batch: Sequence[Item], texts: Mapping[str, str]) -> dict[str, Finding]:
        """Settles what was answered well; returns by key what is wrong with the other answers."""
        memory = self._dispatcher.memory
        for key, text in texts.items():  # before the checks: a run that is killed in them has paid already
            memory.keep(self._arrival_key(key), text)
        wrong = await self._judge(batch, texts)
        if self._question.examines:
            good = {key: text for key, text in texts.items() if key not in wrong}
            wrong |= await self._question.examine([item for item in batch if item.key in good], good)
            for item in batch:
                if item.key in good and item.key not in wrong:
                    memory.keep(self._keys[item.key], good[item.key])
                    memory.forget(self._arrival_key(item.key))
                    self._take(item, good[item.key])
        for item in batch:
            if item.key in wrong:
                # Beside others it may be they that spoil the answer: a call of its own can still turn out well.
                if len(batch) == 1 and self._refused.get(item.key) == texts[item.key]:
                    self._insisted.add(item.key)
                self._refused[item.key] = texts[item.key]
                memory.forget(self._arrival_key(item.key))
        return wrong

    async def _judge(self, batch: Sequence[Item], texts: Mapping[str, str]) -> dict[str, Finding]:
        """Takes what passed, where nobody examines it further; returns by key what is wrong with the others.

        Between two answers what has come in meanwhile is read and kept. The call's place is held so long: where answers
        come faster than they are judged, no more is asked than was judged.
        """
        by_key, wrong = {item.key: item for item in batch}, dict[str, Finding]()
        with self._dispatcher.hold_place():
            async with self._judging:  # one prompt's answers at a time, so that the first are asked again first
                for key, finding in self._question.judge(batch, texts):
                    if finding is not None:
                        wrong[key] = finding
                    elif not self._question.examines:
                        self._take(by_key[key], texts[key])
                    for _ in range(ROUNDS_TO_READ):
                        await asyncio.sleep(0)
        return wrong

    def _take(self, item: Item, text: str) -> None:
        self._settle(item, Reply(text=text, asked=self._asked[item.key]))

    async def _ask_again(self, batch: Sequence[Item], wrong: Mapping[str, Finding]) -> None:
        """Asks again in halves for the items that may have another try; gives up those that used all their tries.

        So are those of which the model, asked about nothing else, says again word for word what was refused. What was
        refused for the first time is put off while other calls come first, so that one prompt holds it with others.
        """
        again = [item for item in batch if self._asked[item.key] <= self._repairs and item.key not in self._insisted]
        for item in batch:
            if item not in again:
                finding = wrong[item.key]
                reply = Reply(text=None, asked=self._asked[item.key], findings=(finding,), why=finding.detail)
                if finding.kind not in (MISSING, CUT):
                    self._dispatcher.memory.note(self._refusal_key(item), finding.model_dump_json())
                self._settle(item, reply)
        late = [item for item in again if self._may_wait(item)]
        self._put_off.update({item.key: (item, wrong[item.key]) for item in late})
        due = self._due()
        faults = {item.key: fault for item, fault in due}
        batches = self._batches([item for item, _ in due], at_once=1)
        now = [item for item in again if item.key not in self._put_off and item.key not in faults]
        asking = [self._ask(batch, faults) for batch in batches]
        await self._dispatcher.run_all([*asking, *([self._in_parts(now, wrong)] if now else [])])

    def _may_wait(self, item: Item) -> bool:
        # What was not answered at all is asked in other company at once: it may be what spoils the answers.
        is_first = self._asked[item.key] == 1 and item.key in self._refused
        return is_first and not item.alone and self._dispatcher.has_waiting

    def _due(self) -> list[tuple[Item, Finding]]:
        """What was put off and is to be asked now: full prompts, and everything once nothing comes before it."""
        if not self._put_off:
            return []
        most = self._limits().items
        waits = self._under_way and self._dispatcher.has_waiting
        keys = list(self._put_off)[: len(self._put_off) - (len(self._put_off) % most if waits else 0)]
        return [self._put_off.pop(key) for key in keys]

    async def _in_parts(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> None:
        parts = [[batch[position] for position in part] for part in halves(range(len(batch)))]
        await self._dispatcher.run_all(self._ask(part, faults) for part in parts)

    def _settle(self, item: Item, reply: Reply) -> None:
        reply = dataclasses.replace(reply, share=self._shares.get(item.key, reply.share))
        self.replies[item.key] = reply
        if reply.text is not None or self._dispatcher.stopped is None:
            self._settled += 1  # what the end of the run sends home unasked is no progress
            self._report(self._settled, item.key, reply)


def refusal_key(answer_key: str, repairs: int) -> str:
    """The key under which it is noted that the answers under a key were refused."""
    # Other checks may take what these refuse, and so may one more try.
    return cache_key("refused", answer_key, repairs, code_key())


def share_of(completion: Completion, at: int, items: int) -> Share:
    """The share of the item at a place of a prompt of so many: whole tokens, that add up to those of the call."""
    taken = (completion.prompt_tokens, completion.completion_tokens, completion.cached_tokens)
    return Share(*((tokens + items - 1 - at) // items for tokens in taken))


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


def _missing(item: Item, completion: Completion, answers: Answers) -> Finding:
    """Why there is no text for an item; what is `refused` or `repeated` is so again when the same is asked again."""
    if item.id in answers.repeated:
        return Finding(kind="repeated", span=item.id, detail="the model answered twice, and differently")
    if item.id in answers.garbled:
        return Finding(kind=MISSING, span=item.id, detail="the answer held characters that no text has")
    told = {
        "length": (CUT, "the answer was cut off before it"),
        "content_filter": ("refused", "the server's content filter held it back"),
        "refusal": ("refused", "the model refused"),
        "tool_call": (MISSING, "the model called a tool in place of answering"),
        "reasoning": (MISSING, "the server handed on the model's thoughts, and no answer"),
    }
    kind, detail = told.get(completion.finish, (MISSING, "the model left it out"))
    if is_cut_in_thought(completion):
        detail += ", while the model thought"
    return Finding(kind=kind, span=item.id, detail=detail)


def _plain(error: BackendError) -> str:
    if isinstance(error, Stopped):
        return str(error)
    kind = CALL_REFUSED if isinstance(error, BackendRefused) else CALL_FAILED
    return f"{kind}: {error}"
