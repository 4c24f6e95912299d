"""A model server on loopback, in a thread of its own: for commands that bring their own event loop."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from scripted import PAPER, answer, first_sentence

Reply = tuple[int, dict[str, Any]]


def write_faithfully(call: dict[str, Any]) -> str:
    """What a model without fault answers: the first sentence of each abstract, or a heading for a theme."""
    papers = dict(PAPER.findall(call["messages"][-1]["content"]))
    if papers:
        return answer({id: first_sentence(text) for id, text in papers.items()})
    return json.dumps({"title": "Household physics", "blurb": "", "word": "zarf"})


def complete(text: str) -> Reply:
    """A chat completion of that text."""
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    return 200, {"id": "1", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}


def refuse(status: int, message: str) -> Reply:
    """An error as OpenAI-compatible servers send it."""
    return status, {"error": {"message": message, "type": "error"}}


class _QuietServer(ThreadingHTTPServer):
    """A client that has left before its answer is no error of the server."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class ModelServer:
    """Lists `models`, answers each call by `reply`, and keeps the calls; a context manager."""

    def __init__(
        self,
        reply: Callable[[dict[str, Any]], Reply] = lambda call: complete(write_faithfully(call)),
        *,
        listing: Reply = (200, {"object": "list", "data": [{"id": "plain-8b"}, {"id": "plain-70b"}]}),
    ) -> None:
        self.reply, self.listing = reply, listing
        self.calls: list[dict[str, Any]] = []
        self.called = threading.Event()
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def write_config(self, path: Path, **backend: Any) -> None:
        """A configuration in which the backend `near` is this server."""
        fields = {"base_url": self.url, "model": "plain-8b", "context": 8192, **backend}
        path.write_text(json.dumps({"llm": {"backend": "near", "attempts": 1}, "backends": {"near": fields}}))

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(outer) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler below
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(outer.listing)

            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.calls.append(call)
                outer.called.set()
                self._send(outer.reply(call))

            def _send(self, reply: Reply) -> None:
                status, body = reply
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


@contextlib.contextmanager
def paid_server() -> Iterator[ModelServer]:
    """A server with a price that is asked about one paper after the other, named by the folder's `config.yaml`."""
    with ModelServer() as running:
        prices = {"plain-8b": {"prompt": 1.0, "completion": 4.0}}
        running.write_config(Path("config.yaml"), prices=prices, batch_size=1, concurrency=1)
        yield running
