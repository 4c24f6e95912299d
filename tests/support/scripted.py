"""Fakes for the llm room: a model with a list of answers, and a server on loopback that sends any bytes at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from broadsheet.errors import BackendError
from broadsheet.llm.prompt import Completion, Prompt

PAPER = re.compile(r'<paper(?:-\w+)?(?: id="([^"]+)")?>\n(.*?)\n</paper', re.DOTALL)


def papers_in(prompt: Prompt) -> dict[str, str]:
    """The papers of a prompt, text by id; the only paper of a prompt has none."""
    return dict(PAPER.findall(prompt.user))


def answer(tldrs: dict[str, str]) -> str:
    """A well-formed answer."""
    if "" in tldrs:
        return json.dumps({"tldr": tldrs[""]})
    return json.dumps({"papers": [{"id": id, "tldr": tldr} for id, tldr in tldrs.items()]})


def first_sentence(text: str) -> str:
    """A faithful TL;DR: the first sentence of the abstract below the title."""
    return text.split("\n\n", 1)[-1].split(". ", 1)[0].rstrip(".") + "."


def faithful(prompt: Prompt) -> str:
    """The answer of a model that makes no mistake."""
    return answer({id: first_sentence(text) for id, text in papers_in(prompt).items()})


class ScriptedModel:
    """A model that plays its script, one entry a call, and then answers faithfully.

    An entry is a text, a `Completion`, an error to raise, or a function of the prompt that gives one of these.
    """

    def __init__(self, script: Iterable[Any] = (), then: Callable[[Prompt], Any] = faithful) -> None:
        self._script = list(script)
        self._then = then
        self.prompts: list[Prompt] = []
        self.at_once = self.most_at_once = 0

    async def complete(self, prompt: Prompt) -> Completion:
        self.prompts.append(prompt)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            play = self._script.pop(0) if self._script else self._then
            play = play(prompt) if callable(play) else play
            if isinstance(play, BackendError):
                raise play
            return play if isinstance(play, Completion) else Completion(text=play)
        finally:
            self.at_once -= 1


def completion_body(text: str, **message: Any) -> bytes:
    """A body as an OpenAI-compatible server sends it."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text, **message}}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 3}}
    return json.dumps({"object": "chat.completion", "choices": [choice], "usage": usage}).encode()


def http(body: bytes, *, status: int = 200, headers: str = "", length: int | None = None) -> bytes:
    """A whole HTTP response, with a Content-Length that may lie."""
    said = len(body) if length is None else length
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {said}\r\n{headers}"
    return f"{head}Connection: close\r\n\r\n".encode() + body


class RawServer:
    """A server on loopback that plays byte strings; `b""` closes without a word, `None` never answers."""

    def __init__(self, script: Iterable[bytes | None]) -> None:
        self._script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.url = ""
        self._serving: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[RawServer]:
        """The server, listening while the block runs."""
        self._over = asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        try:
            yield self
        finally:
            self._over.set()
            server.close()
            await server.wait_closed()
            while self._serving:
                await asyncio.wait(self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(re.search(r"content-length: (\d+)", head, re.IGNORECASE)[1]) if "ength:" in head else 0
            body = await reader.readexactly(length)
            request = {"head": head, "body": json.loads(body) if body else None}
            self.requests.append(request)
            play = await self._play(request, writer)
            if play is None:
                await self._over.wait()
            else:
                writer.write(play)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _play(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> bytes | None:
        """What is sent to a request: the next of the script, whose last entry is played for ever."""
        return self._script.pop(0) if len(self._script) > 1 else self._script[0]
