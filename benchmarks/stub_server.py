"""A model server on loopback that keeps time like a hosted one, fails on demand, and answers faithfully.

    python benchmarks/stub_server.py --port 0 --speed 20 --errors 0.02 --garbled 0.03 --drops 0.05

It prints its address and serves `POST …/chat/completions`, `GET …/models`, `GET /stats` and `POST /reset` (a JSON
object of the options below, by name). A call takes 0.35 s + prompt tokens / 5000 + completion tokens / 80, divided
by `--speed`, counted from the moment its last byte is in; calls do not slow each other. The waits it asks for in
headers are the model's seconds as well: a client with a quick clock takes them as it takes its own. Tokens are
those of the messages' contents and of the answer (o200k_base); a hosted server adds a few for roles and for the
schema. Each paper gets a sentence of its own abstract, so that whose summary it is can be told afterwards. Faults
hang on the seed and the call's number alone; a call has at most one.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import dataclasses
import gc
import hashlib
import json
import re
import signal
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

from broadsheet.llm.tokens import token_counter

SECONDS_PER_CALL = 0.35
PROMPT_TOKENS_PER_SECOND = 5000
COMPLETION_TOKENS_PER_SECOND = 80
SECONDS_PER_ERROR = 0.1
MOST_REMEMBERED = 40_000

_PAPER = re.compile(r'<paper(?:-\w+)?(?: id="([^"]+)")?>\n(.*?)\n</paper', re.DOTALL)
_REFUSED = re.compile(r"^An earlier TL;DR(?: of (\S+))? was refused", re.MULTILINE)
_THEME = re.compile(r"<papers(?:-\w+)?>\n(.*?)\n</papers", re.DOTALL)
_LINE = re.compile(r"([a-z][0-9][a-z][0-9]) \| ([^|]*) \| (.*)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_AS_A_PAPER = re.compile(
    r"(?:in (?:this|our) \w+,? )?(?:we|our|(?:this|the present) (?:paper|work|study|article))\b", re.I
)
_UNQUOTABLE = re.compile(r"https?:|www\.|[<>\[\]`|]")
_WORD = re.compile(r"[a-z]{5,}")
_PLAIN_WORDS = {"using", "based", "towards", "their", "under", "through", "learning", "models", "large", "language"}


@dataclasses.dataclass(frozen=True)
class Behaviour:
    """What the server does: shares are of calls, seconds are the model's (before `speed`)."""

    speed: float = 1.0
    seed: int = 0
    limit: int = 0
    """Calls at once; 0 for no limit. A call above it is refused at once."""
    retry_after: float = 0.0
    """Seconds that a refusal above `limit` asks to wait; 0 says nothing."""
    tpm: int = 0
    """Tokens per minute, as a bucket of that size; 0 for no limit."""
    errors: float = 0.0
    """500, 502, 503 or a connection reset."""
    garbled: float = 0.0
    """An answer cut off, in prose, or empty, or an HTML page with status 200 in its place."""
    drops: float = 0.0
    """Answers about several papers that leave one out."""
    swaps: float = 0.0
    """Answers about several papers with two texts exchanged."""


@dataclasses.dataclass
class Stats:
    """What has happened since the last reset; `first` and `last` are seconds on a steady clock."""

    calls: int = 0
    answered: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    peak: int = 0
    peak_asked: int = 0
    refused: int = 0
    errors: int = 0
    garbled: int = 0
    drops: int = 0
    swaps: int = 0
    connections: int = 0
    first: float = 0.0
    last: float = 0.0


class Scribe:
    """Answers prompts: pure but for what it remembers of texts it has seen."""

    def __init__(self) -> None:
        self._count = token_counter("gpt-4o")
        self._counts: dict[str, int] = {}

    def count(self, text: str) -> int:
        """The tokens of a text."""
        known = self._counts.get(text)
        if known is None:
            if len(self._counts) > MOST_REMEMBERED:
                self._counts.clear()
            known = self._counts[text] = self._count(text)
        return known

    def answer(self, user: str, fault: str | None, dice: int) -> tuple[str, str]:
        """The text of an answer and how it ended."""
        papers = [(id, quote(text, refused=False)) for id, text in _PAPER.findall(user)]
        if refused := set(_REFUSED.findall(user)):
            texts = dict(_PAPER.findall(user))
            papers = [(id, quote(texts[id], refused=True) if id in refused else said) for id, said in papers]
        if not papers:
            theme = _THEME.search(user)
            said = speak_of(theme.group(1).split("\n")) if theme else {"word": "ready"}
            return _garble(json.dumps(said), fault, dice)
        if len(papers) > 1 and fault == "drops":
            papers.pop(dice % len(papers))
        if len(papers) > 1 and fault == "swaps":
            one = dice % len(papers)
            other = (one + 1) % len(papers)
            (id, text), (other_id, other_text) = papers[one], papers[other]
            papers[one], papers[other] = (id, other_text), (other_id, text)
        told = [{"id": id, "tldr": said} if id else {"tldr": said} for id, said in papers]
        text = json.dumps({"papers": told}, ensure_ascii=False)
        return _garble(text, fault, dice)


def quote(text: str, *, refused: bool) -> str:
    """A sentence of a paper's own abstract: the longest of 12 to 25 words, the next one when that was refused."""
    _, _, abstract = text.partition("\n")
    abstract = " ".join((abstract or text).split())
    sentences = [one for one in _SENTENCE_END.split(abstract) if not _UNQUOTABLE.search(one)]
    # The prompt forbids "We" and "This paper" at the head, and models mostly heed that.
    sentences = [one for one in sentences if not _AS_A_PAPER.match(one)] or sentences
    fitting = sorted((one for one in sentences if 12 <= one.count(" ") + 1 <= 25), key=lambda one: -one.count(" "))
    if len(fitting) > refused:
        return fitting[refused]
    longer = [one for one in sentences if one.count(" ") >= 12] or [abstract]
    words = longer[-1 if refused else 0].split()
    # Up to where a clause ends, where one does: a sentence that breaks off is refused.
    ends = [at for at in range(8, 26) if words[at - 1 : at] and words[at - 1][-1] in ",;:.)"] or [25]
    return " ".join(words[: ends[-1]]).rstrip(",;:")


def speak_of(lines: Sequence[str]) -> dict[str, Any]:
    """What is asked of several papers: an overview of themes, themes of papers with ids, or a heading."""
    told = [found.groups() for line in lines if (found := _LINE.match(line))]
    if lines[0].startswith("Theme: "):
        chosen = told[:: max(1, len(told) // 4)][:4]
        sentences = [{"text": tldr, "ids": [id]} for id, _, tldr in chosen]
        return {"sentences": sentences, "highlights": [{"id": id, "reason": tldr[:90]} for id, _, tldr in told[:1]]}
    if told:
        parts = [told[start : start + 8] for start in range(0, len(told), 8)]
        named = [(part, name_theme([title for _, title, _ in part])) for part in parts]
        return {"themes": [{**name, "ids": [id for id, *_ in part], "cites": [part[0][0]]} for part, name in named]}
    return name_theme(lines)


def name_theme(lines: Sequence[str]) -> dict[str, str]:
    """A heading made of the words that most of a theme's titles have."""
    words = collections.Counter(
        word for line in lines for word in dict.fromkeys(_WORD.findall(line.partition(" | ")[0].lower()))
    )
    telling = [word for word, _ in words.most_common() if word not in _PLAIN_WORDS] + ["methods", "evidence", "data"]
    a, b, c, d = (*telling[:4], "results", "analysis")[:4]
    return {
        "title": f"{a.capitalize()} and {b}",
        "blurb": f"These papers share an interest in {a} and {b}, and most of them test what they propose. "
        f"They part ways where some turn to {c} and others keep to {d}.",
    }


def _garble(text: str, fault: str | None, dice: int) -> tuple[str, str]:
    if fault != "garbled":
        return text, "stop"
    kinds = (
        (text[: len(text) * (30 + dice % 60) // 100], "length"),
        ("Certainly. I have read the papers with interest and find that they advance their fields.", "stop"),
        ("<html><head><title>502 Bad Gateway</title></head><body>upstream timed out</body></html>", "stop"),
        ("", "stop"),
    )
    return kinds[dice // 64 % len(kinds)]


class Bucket:
    """Tokens per minute, refilled steadily; `speed` makes its minutes shorter."""

    def __init__(self, per_minute: int, speed: float) -> None:
        self.size, self.speed, self._rate = per_minute, speed, per_minute / 60 * speed
        self._held, self._at = float(per_minute), time.monotonic()

    @property
    def held(self) -> float:
        """What may be spent now."""
        now = time.monotonic()
        self._held = min(self.size, self._held + (now - self._at) * self._rate)
        self._at = now
        return self._held

    def take(self, tokens: int) -> float:
        """Takes tokens and returns 0, or takes none and returns the model's seconds until there are enough."""
        tokens = min(tokens, self.size)
        if self.held >= tokens:
            self._held -= tokens
            return 0.0
        return (tokens - self._held) / self._rate * self.speed

    @property
    def reset(self) -> float:
        """The model's seconds until it is full again."""
        return (self.size - self.held) / self._rate * self.speed


class Office:
    """The whole server's state: behaviour, counters, calls under way."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.scribe = Scribe()
        self.reset(behaviour)

    def reset(self, behaviour: Behaviour) -> None:
        """Begins anew; calls still under way are forgotten."""
        self.behaviour = behaviour
        self.stats = Stats()
        self.under_way = 0
        self.bucket = Bucket(behaviour.tpm, behaviour.speed) if behaviour.tpm else None

    def draw(self, call: int) -> tuple[str | None, int]:
        """The fault of a call, and a number to choose its kind by."""
        digest = hashlib.blake2b(f"{self.behaviour.seed}:{call}".encode(), digest_size=12).digest()
        share, dice = int.from_bytes(digest[:4], "big") / 2**32, int.from_bytes(digest[4:], "big")
        for fault in ("errors", "garbled", "drops", "swaps"):
            share -= getattr(self.behaviour, fault)
            if share < 0:
                return fault, dice
        return None, dice


class Connection(asyncio.Protocol):
    """One keep-alive connection: requests one after another, as clients without pipelining send them."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._office.stats.connections += 1
        if (opened := transport.get_extra_info("socket")) is not None:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = bytes(self._received[:head_end]).decode("latin-1")
        found = re.search(r"(?i)\r\ncontent-length:\s*(\d+)", head)
        end = head_end + 4 + (int(found.group(1)) if found else 0)
        if len(self._received) < end:
            return
        body = bytes(self._received[head_end + 4 : end])
        del self._received[:end]
        method, path, _ = head.split(" ", 2)
        self._route(method, path.partition("?")[0], body)

    def _route(self, method: str, path: str, body: bytes) -> None:
        office = self._office
        if method == "POST" and path.endswith("/chat/completions"):
            self._complete(json.loads(body))
        elif path.endswith("/models"):
            self._send(200, {"object": "list", "data": [{"id": "stub", "object": "model"}]})
        elif path == "/stats":
            self._send(200, dataclasses.asdict(office.stats))
        elif method == "POST" and path == "/reset":
            gc.collect()
            office.reset(Behaviour(**json.loads(body or b"{}")))
            self._send(200, dataclasses.asdict(office.behaviour))
        else:
            self._send(404, {"error": {"message": f"there is nothing at {path}", "code": 404}})

    def _complete(self, call: Mapping[str, Any]) -> None:
        office, now = self._office, self._loop.time()
        stats, behaviour = office.stats, office.behaviour
        stats.calls += 1
        stats.first = stats.first or now
        stats.peak_asked = max(stats.peak_asked, office.under_way + 1)
        if behaviour.limit and office.under_way >= behaviour.limit:
            self._refuse("too many calls at once", behaviour.retry_after)
            return
        scribe, contents = office.scribe, [str(message["content"]) for message in call["messages"]]
        fault, dice = office.draw(stats.calls)
        if fault == "errors":
            stats.errors += 1
            self._begin(now, SECONDS_PER_ERROR, lambda: self._fail(dice))
            return
        text, finish = scribe.answer(contents[-1], fault, dice)
        asked, said = sum(map(scribe.count, contents)), scribe.count(text)
        if office.bucket is not None and (wait := office.bucket.take(asked + said)):
            self._refuse("tokens per minute are used up", wait)
            return
        if fault == "garbled" or (fault is not None and len(_PAPER.findall(contents[-1])) > 1):
            setattr(stats, fault, getattr(stats, fault) + 1)
        stats.answered += 1
        stats.prompt_tokens += asked
        stats.completion_tokens += said
        seconds = SECONDS_PER_CALL + asked / PROMPT_TOKENS_PER_SECOND + said / COMPLETION_TOKENS_PER_SECOND
        body = text if text.startswith("<") else _completion(stats.calls, text, finish, (asked, said))
        self._begin(now, seconds, lambda: self._send(200, body, self._limits()))

    def _begin(self, now: float, seconds: float, answer: Any) -> None:
        """Answers after the seconds a model would take, counted from when the call was in."""
        office = self._office
        office.under_way += 1
        stats = office.stats
        stats.peak = max(stats.peak, office.under_way)

        def finish() -> None:
            if stats is office.stats:
                office.under_way -= 1
                stats.last = self._loop.time()
            answer()

        self._loop.call_at(now + seconds / office.behaviour.speed, finish)

    def _limits(self) -> dict[str, str]:
        bucket = self._office.bucket
        if bucket is None:
            return {}
        return {
            "x-ratelimit-limit-tokens": str(bucket.size),
            "x-ratelimit-remaining-tokens": str(int(bucket.held)),
            "x-ratelimit-reset-tokens": f"{bucket.reset:.3f}s",
        }

    def _refuse(self, why: str, wait: float) -> None:
        self._office.stats.refused += 1
        headers = {**self._limits(), **({"Retry-After": f"{wait:.3f}"} if wait else {})}
        self._send(429, {"error": {"message": f"Rate limit reached: {why}.", "type": "rate_limit"}}, headers)

    def _fail(self, dice: int) -> None:
        status = (500, 502, 503, 0)[dice % 4]
        if status:
            self._send(status, {"error": {"message": "The server had an error.", "type": "server_error"}})
        elif self._transport is not None:
            opened = self._transport.get_extra_info("socket")
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()

    def _send(self, status: int, body: Mapping[str, Any] | str, headers: Mapping[str, str] | None = None) -> None:
        if self._transport is None:
            return
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        form = "text/html" if isinstance(body, str) else "application/json"
        lines = [f"HTTP/1.1 {status} {'OK' if status == 200 else 'Refused'}", f"Content-Type: {form}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        head = "\r\n".join([*lines, f"Content-Length: {len(data)}", "", ""])
        self._transport.write(head.encode() + data)


def _completion(number: int, text: str, finish: str, tokens: tuple[int, int]) -> dict[str, Any]:
    asked, said = tokens
    return {
        "id": f"stub-{number}",
        "object": "chat.completion",
        "created": 0,
        "model": "stub",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}],
        "usage": {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said},
    }


async def serve(port: int, behaviour: Behaviour) -> None:
    """Serves until it is told to end (SIGTERM or SIGINT)."""
    office = Office(behaviour)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(office), "127.0.0.1", port, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    ended = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, ended.set)
    await ended.wait()
    server.close()


def main() -> None:
    """The command line: a flag for each field of `Behaviour`."""
    parser = argparse.ArgumentParser(description="A model server on loopback with honest latency and seeded faults.")
    parser.add_argument("--port", type=int, default=8399, help="0 for any that is free")
    for field in dataclasses.fields(Behaviour):
        kind = type(field.default)
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, default=field.default)
    flags = vars(parser.parse_args())
    asyncio.run(serve(flags.pop("port"), Behaviour(**flags)))


if __name__ == "__main__":
    main()
