"""Runs Broadsheet against the stub server and measures it; the tables are made in `calls.py`."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from broadsheet import api
from broadsheet.digests.open_session import open_session
from broadsheet.grounding.check import coverage
from broadsheet.injection.sanitise import sanitise
from broadsheet.llm.client import Client, find_endpoint
from broadsheet.llm.dispatch import Dispatcher, Patience
from broadsheet.llm.session import Session
from broadsheet.llm.tokens import token_counter
from broadsheet.models import Listing, Paper, Summary
from broadsheet.settings.loading import Settings
from broadsheet.settings.model import Backend
from broadsheet.tldr.summarise import summarise
from stub_server import COMPLETION_TOKENS_PER_SECOND, PROMPT_TOKENS_PER_SECOND, SECONDS_PER_CALL, quote

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
INSTRUCTIONS = 150
AROUND_PAPER = 8
PAPERS_A_PROMPT = 12
FOLDERS = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
count = token_counter("gpt-4o")


@dataclasses.dataclass(frozen=True)
class Floor:
    """The least that a run could take."""

    calls: int
    prompt_tokens: int
    seconds: float


def find_floor(papers: Sequence[Paper], at_once: int) -> Floor:
    """The floor for summaries of these papers: nothing is sent but instructions and papers, all streams begin at once.

    The busiest of `a` streams has P = ⌈n/a⌉ papers, in r = ⌈P/12⌉ calls. With p prompt tokens a paper (its text
    and 8 round it), c completion tokens a paper (what the stub answers, and 5 round all of them), and 150 tokens of
    instructions a call:

        calls   = ⌈n / ⌈P/r⌉⌉
        tokens  = 150 · calls + n · p
        seconds = r · (0.35 + 150/5000 + 5/80) + P · (p/5000 + c/80)
    """
    n, texts = len(papers), [f"{paper.title}\n\n{paper.abstract}" for paper in papers]
    asked = statistics.fmean(count(text) + AROUND_PAPER for text in texts)
    said = statistics.fmean(count(f'{{"id": "b2c3", "tldr": "{quote(text, refused=False)}"}}, ') for text in texts)
    busiest = math.ceil(n / at_once)
    rounds = math.ceil(busiest / PAPERS_A_PROMPT)
    calls = math.ceil(n / math.ceil(busiest / rounds))
    a_call = SECONDS_PER_CALL + INSTRUCTIONS / PROMPT_TOKENS_PER_SECOND + 5 / COMPLETION_TOKENS_PER_SECOND
    a_paper = asked / PROMPT_TOKENS_PER_SECOND + said / COMPLETION_TOKENS_PER_SECOND
    return Floor(calls, round(INSTRUCTIONS * calls + n * asked), rounds * a_call + busiest * a_paper)


class Stub:
    """The server, in a process of its own while this is entered as a context, or one that runs at a given address."""

    def __init__(self, url: str = "") -> None:
        self.url = url

    def __enter__(self) -> Stub:
        command = [sys.executable, str(HERE / "stub_server.py"), "--port", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def reset(self, **behaviour: float) -> None:
        """Forgets the past and behaves like this from now on."""
        self._fetch("/reset", json.dumps(behaviour).encode())

    def stats(self) -> dict[str, Any]:
        """What has happened since the last reset."""
        return self._fetch("/stats")

    def _fetch(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        with urllib.request.urlopen(self.url.removesuffix("/v1") + path, data=body, timeout=30) as reply:
            found: dict[str, Any] = json.load(reply)
            return found


@dataclasses.dataclass(frozen=True)
class Run:
    """One run as it was measured: its seconds, what the server saw, what went wrong."""

    seconds: float
    cpu: float
    """CPU seconds of this process."""
    waited: float
    """Seconds in which it could have run and other work had the CPUs; 0 where the system does not tell."""
    stats: dict[str, Any]
    lost: int
    misattributed: int
    placeholders: int
    extracted: int

    @property
    def tokens(self) -> int:
        """All tokens that were paid for."""
        return int(self.stats["prompt_tokens"] + self.stats["completion_tokens"])

    @property
    def astray(self) -> str:
        """Lost, misattributed, placeholders."""
        return f"{self.lost} / {self.misattributed} / {self.placeholders}"


def read_papers(wanted: int) -> list[Paper]:
    """That many papers: 109 of the pasted listing, any other number of the background file, else the examples'."""
    pasted, background = SHARED / "listings" / "hf_trending_pasted.txt", SHARED / "quality/abstracts_background.jsonl"
    if wanted == 109 and pasted.is_file():
        return list(api.read(pasted).papers)
    if background.is_file():
        with background.open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line, _ in zip(lines, range(wanted), strict=False)]
        return [Paper(key=f"hash:{n}", title=row["title"], abstract=row["abstract"]) for n, row in enumerate(rows)]
    shown = [paper for paper in api.read(HERE.parent / "examples" / "listing.txt").papers if paper.abstract]
    return [_number(shown[n % len(shown)], n) for n in range(wanted)]


def _number(paper: Paper, n: int) -> Paper:
    """A paper like this one with sentences of its own: a run refuses one sentence for several papers."""
    abstract = paper.abstract.replace(". ", f" in series {n}. ")
    return paper.model_copy(update={"key": f"hash:{n}", "title": f"{paper.title} {n}", "abstract": abstract})


@contextlib.contextmanager
def fresh_folders() -> Iterator[None]:
    """Empty folders where caches and state go."""
    before = {name: os.environ.get(name) for name in FOLDERS}
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update({name: f"{folder}/{name}" for name in FOLDERS})
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


def settings_for(url: str, at_once: int) -> Settings:
    """Broadsheet's defaults, pointed at the stub."""
    backend = Backend(base_url=url, model="stub", context=128_000, batch_size=PAPERS_A_PROMPT, concurrency=at_once)
    return Settings.model_validate({"llm": {"backend": "stub"}, "backends": {"stub": backend}})


@contextlib.asynccontextmanager
async def quick_writer(settings: Settings, speed: float) -> AsyncIterator[Session]:
    """Broadsheet's writer; where the stub is quicker than life its pauses are, too."""
    async with open_session(settings) as session:
        address = find_endpoint(settings)
        assert session is not None
        assert address is not None
        if speed == 1:
            yield session
            return
        llm = settings.llm
        client = Client(address, session.backend, temperature=llm.temperature, timeout=llm.timeout)
        dispatcher = Dispatcher(
            client,
            at_once=session.at_once,
            patience=Patience(attempts=llm.attempts, seconds=llm.patience),
            count=session.count,
            memory=session.dispatcher.memory,
            clock=lambda: time.monotonic() * speed,
            sleep=lambda seconds: asyncio.sleep(seconds / speed),
        )
        try:
            yield dataclasses.replace(session, dispatcher=dispatcher)
        finally:
            await client.close()


async def write_summaries(papers: Sequence[Paper], settings: Settings, speed: float) -> Sequence[Summary]:
    """The summaries alone."""
    async with quick_writer(settings, speed) as session:
        return await summarise([sanitise(paper) for paper in papers], session)


async def write_digest(papers: Sequence[Paper], settings: Settings, speed: float) -> Sequence[Summary]:
    """The whole digest, themes and headings too, as `broadsheet.adigest` makes it; its pauses are real seconds."""
    now = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    return (await api.adigest(Listing(papers=tuple(papers)), settings, now=now)).summaries


def measure(
    stub: Stub,
    papers: Sequence[Paper],
    at_once: int,
    *,
    whole: bool = False,
    behaviour: Mapping[str, float] = {},
    real: bool = False,
) -> Run:
    """One run against a server that behaves like this, in whatever folders there are.

    Seconds and pauses are the model's; `real` ones are the clock's.
    """
    stub.reset(**behaviour)
    random.seed(behaviour.get("seed", 0))
    speed = 1.0 if real else behaviour.get("speed", 1.0)
    write = write_digest if whole else write_summaries
    began, cpu, waited = time.perf_counter(), time.process_time(), _waited()
    summaries = asyncio.run(write(papers, settings_for(stub.url, at_once), speed))
    seconds, cpu, waited = time.perf_counter() - began, time.process_time() - cpu, _waited() - waited
    lost, misattributed, placeholders = find_astray(papers, summaries)
    extracted = sum(summary.method != "written" for summary in summaries)
    return Run(seconds * speed, cpu, waited, stub.stats(), lost, misattributed, placeholders, extracted)


def measure_afresh(
    stub: Stub,
    papers: Sequence[Paper],
    at_once: int,
    *,
    whole: bool = False,
    behaviour: Mapping[str, float] = {},
    real: bool = False,
) -> Run:
    """One run that finds nothing from earlier ones."""
    with fresh_folders():
        return measure(stub, papers, at_once, whole=whole, behaviour=behaviour, real=real)


def _waited() -> float:
    """Seconds this thread has waited for a CPU, as Linux counts them."""
    told = Path("/proc/thread-self/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.is_file() else 0.0


def find_astray(papers: Sequence[Paper], summaries: Sequence[Summary]) -> tuple[int, int, int]:
    """How many papers have no summary, one quoted from another's abstract, or one that says nothing of any.

    The stub quotes, so a summary is its own abstract's when its letters stand there in one piece; an extracted one
    may be trimmed and is judged by its words.
    """
    held = {paper.key: _letters(f"{paper.title} {paper.abstract}") for paper in papers}
    by_key = {summary.paper_key: summary for summary in summaries}
    misattributed = placeholders = 0
    for paper in papers:
        if paper.key not in by_key:
            continue
        tldr = by_key[paper.key].tldr
        said = _letters(tldr)
        if len(said) <= 20:
            placeholders += 1
        elif said not in held[paper.key] and any(said in other for other in held.values()):
            misattributed += 1
        elif coverage(tldr, f"{paper.title} {paper.abstract}") < 0.8:
            placeholders += 1
    return len(held) - len(held.keys() & by_key.keys()), misattributed, placeholders


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
