"""A model server that plays a plan of faults over a real socket and answers faithfully otherwise; and a loop that never
waits, so that a pause of ten minutes takes none."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import json
import random
import re
import selectors
import socket
import struct
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from broadsheet.models import Digest, Listing, Paper
from broadsheet.settings.loading import Cache, Settings, load_settings
from broadsheet.settings.model import LLM, Backend
from broadsheet.themes.group import group_papers
from broadsheet.tldr.extractive.extract import extract_tldr
from corpora import corpus_of
from scripted import PAPER, RawServer, answer, completion_body, http

TOPICS = (  # noqa: SIM905
    "kettle lighthouse beehive glacier trombone harbour orchard volcano satellite violin bakery compass "
    "lantern tortoise windmill parachute saxophone telescope cathedral dandelion elevator flamingo greenhouse hammock"
).split()
COLOURS = ("amber", "crimson", "indigo", "ochre", "violet", "scarlet", "turquoise")
_FACTS = re.compile(r"measure the (\w+) for (\d+) days.*turned (\w+)", re.DOTALL)

T = TypeVar("T")


def paper(number: int) -> Paper:
    """An invented paper that no other one's TL;DR could be of."""
    topic = TOPICS[number % len(TOPICS)] + "x" * (number // len(TOPICS))
    days, colour = 20 + number, COLOURS[number % len(COLOURS)]
    return Paper(
        key=f"hash:{topic}",
        title=f"On the {topic} and its neighbours",
        abstract=f"We measure the {topic} for {days} days in the valley of Nowhere. "
        f"On most of them it rained, and the {topic} turned {colour}. Nobody has asked why.",
    )


def listing_of(count: int) -> Listing:
    return Listing(papers=tuple(paper(number) for number in range(count)))


def listing_text(count: int) -> str:
    """The same papers as somebody pastes them."""
    return "\n\n".join(f"{paper.title}\n\n{paper.abstract}" for paper in listing_of(count).papers) + "\n"


def truth(text: str) -> str:
    """The one TL;DR that a paper's text allows; it is no sentence of the abstract, so nobody can have extracted it."""
    topic, days, colour = _FACTS.search(text).groups()
    return f"The {topic} of Nowhere turned {colour} when measured for {days} days."


@dataclasses.dataclass(frozen=True)
class Call:
    """What a client asked: the body of its call, and the papers in it, text by id (none in a call for a heading)."""

    body: Mapping[str, Any]

    @property
    def papers(self) -> dict[str, str]:
        return dict(PAPER.findall(self.body["messages"][-1]["content"]))

    @property
    def tldrs(self) -> dict[str, str]:
        return {id: truth(text) for id, text in self.papers.items()}

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(_FACTS.search(text).group(1) for text in self.papers.values())

    def faithful(self) -> str:
        if self.papers:
            return answer(self.tldrs)
        topic = re.search(r"On the (\w+) and", self.body["messages"][-1]["content"]).group(1)
        return json.dumps({"title": f"Measuring {topic}s", "blurb": ""})


Fault = Callable[[Call], "bytes | Callable[[asyncio.StreamWriter], Awaitable[None]] | None"]
"""What is sent in place of an answer: bytes, `None` for ever nothing, or a function that does the sending."""


def well(call: Call) -> bytes:
    """No fault."""
    return http(completion_body(call.faithful()))


def says(text: str | Callable[[Call], str], **choice: Any) -> Fault:
    """An answer with this text in place of the faithful one; `choice` overrides fields beside the message."""

    def fault(call: Call) -> bytes:
        body = json.loads(completion_body(text(call) if callable(text) else text))
        body["choices"][0].update(choice)
        return http(json.dumps(body).encode())

    return fault


def message(content: Any = None, **fields: Any) -> Fault:
    """An answer whose message is this one."""
    return lambda call: http(completion_body(content, **fields))


def status(number: int, said: str = "no", *, headers: str = "", **fields: Any) -> Fault:
    """An error as OpenAI-compatible servers send it."""
    body = json.dumps({"error": {"message": said, "type": "error", **fields}}).encode()
    return lambda call: http(body, status=number, headers=headers)


def raw(data: bytes) -> Fault:
    """These bytes, whatever they are."""
    return lambda call: data


def when(holds: Callable[[Call], bool], fault: Fault, otherwise: Fault = well) -> Fault:
    """The fault for some calls, and another or none for the rest."""
    return lambda call: fault(call) if holds(call) else otherwise(call)


def about(topic: str) -> Callable[[Call], bool]:
    """Whether a call asks for the TL;DR of that paper."""
    return lambda call: topic in call.topics


def resets(sent: bytes = b"") -> Fault:
    """The connection is reset after these bytes."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        linger = struct.pack("ii", 1, 0)  # closing then throws away what is unsent and resets
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    return lambda call: send


def drips(data: bytes) -> Fault:
    """A byte a second."""

    async def send(writer: asyncio.StreamWriter) -> None:
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)

    return lambda call: send


def endless(head: str, *, chunked: bool = False) -> Fault:
    """300 MiB behind these headers, as long as somebody reads them."""
    piece = b" " * (1 << 20)

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode())
        for _ in range(300):
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            await writer.drain()

    return lambda call: send


def sometimes(seed: int, shares: Mapping[Fault, float]) -> Fault:
    """Each fault with its share of the calls, and none a third time about the same paper: calls come in any order, so a
    streak as long as a paper's tries would fall on some paper in one run of thirty, whatever the seed."""
    dice = random.Random(seed)
    faults, weights = [*shares, well], [*shares.values(), 1 - sum(shares.values())]
    met: Counter[str] = Counter()

    def fault(call: Call) -> Any:
        drawn = dice.choices(faults, weights)[0]
        if drawn is well or any(met[topic] == 2 for topic in call.topics):
            return well(call)
        met.update(call.topics)
        return drawn(call)

    return fault


class FaultyServer(RawServer):
    """Plays `plan`, one fault a call, and then `then` for ever; keeps what it was asked."""

    def __init__(self, plan: Iterable[Fault] = (), then: Fault = well) -> None:
        super().__init__([b""])
        self.plan, self._then = list(plan), then
        self.calls: list[Call] = []

    @property
    def asked(self) -> list[str]:
        """The topics asked for, each as often as it was."""
        return [topic for call in self.calls for topic in call.topics]

    def heal(self) -> None:
        """No more faults."""
        self.plan, self._then = [], well

    async def _play(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> bytes | None:
        if request["body"] is None:
            return http(b"{}", status=404)  # it is asked what it is, and is no server that says so
        call = Call(request["body"])
        self.calls.append(call)
        play = (self.plan.pop(0) if self.plan else self._then)(call)
        if callable(play):
            await play(writer)
            return b""
        return play


@contextlib.contextmanager
def in_background(server: FaultyServer) -> Iterator[FaultyServer]:
    """The server in a thread of its own, for commands and processes that bring their own loop."""
    up, loop = threading.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        server.over = asyncio.Event()
        async with server.running():
            up.set()
            await server.over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert up.wait(10)
        yield server
    finally:
        loop.call_soon_threadsafe(server.over.set)
        thread.join(10)
        loop.close()


class _Impatient(selectors.DefaultSelector):
    """Waits a moment for sockets where the loop would wait for a timer, and then says that the time is over."""

    ahead = 0.0
    threads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0 or self.threads:
            return super().select(timeout)
        # What is under way on loopback arrives within this; a jump too early costs a retry, not the result.
        ready = super().select(min(timeout, 0.05 if timeout > 70 else 0.001))
        if not ready:
            self.ahead += timeout
        return ready


class ImpatientLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer as soon as nothing moves."""

    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        return super().time() + self._impatient.ahead

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        future = super().run_in_executor(executor, func, *args)
        self._impatient.threads += 1
        future.add_done_callback(self._thread_is_done)
        return future

    def _thread_is_done(self, _: object) -> None:
        self._impatient.threads -= 1


def without_waiting(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, whose sleeps and deadlines take no time."""
    with asyncio.Runner(loop_factory=ImpatientLoop) as runner:
        return runner.run(work)


def settings_for(url: str, *, backend: Mapping[str, Any] | None = None, **llm: Any) -> Settings:
    """Real settings, in which the backend `faulty` is that address; the cache lies in ./kept."""
    fields = {"base_url": url, "model": "plain-8b", "batch_size": 6, "concurrency": 3, **(backend or {})}
    return _defaults().model_copy(
        update={
            "llm": LLM(backend="faulty", **llm),
            "backends": {"faulty": Backend(**fields)},
            "cache": Cache(folder=Path("kept")),
            "overview": False,  # its own faults are test_overview.py's
        }
    )


@functools.cache
def _defaults() -> Settings:
    return load_settings()


def check(listing: Listing, made: Digest) -> None:
    """What holds of every digest, whatever the server did."""
    account = made.account
    assert account.received == account.duplicates + account.left_out + account.digested == len(listing.papers)
    assert account.digested == account.written + account.extracted + account.without_abstract
    assert [summary.paper_key for summary in made.summaries] == [paper.key for paper in listing.papers]
    for source, summary in zip(listing.papers, made.summaries, strict=True):
        if summary.method == "written":
            assert summary.tldr == truth(source.abstract)
            assert summary.evidence
        else:
            assert summary.tldr == extract_tldr(source).tldr
            assert summary.why
    assert account.failed == account.extracted == sum(summary.method == "extracted" for summary in made.summaries)
    of_papers = [why for why in account.why if "built-in heading" not in why]
    assert bool(of_papers) == bool(account.failed)
    check_themes(listing, made)


def check_themes(listing: Listing, made: Digest) -> None:
    """The themes hold every paper once, under a heading of our own or of the server's faithful answer."""
    plain = group_papers(corpus_of(listing.papers), count=None)
    assert [theme.paper_keys for theme in made.themes] == [theme.paper_keys for theme in plain]
    for theme, own in zip(made.themes, plain, strict=True):
        topic = theme.paper_keys[0].removeprefix("hash:")
        assert theme.title in (own.title, f"Measuring {topic}s")
