"""A web site on loopback that answers as it is told, and the clock and settings to ask it with."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from broadsheet.models import Progress
from broadsheet.reading.sources.fetcher import Fetcher
from broadsheet.settings.loading import Fetch, Service, Sources

NOW = 1_795_172_400.0
"""Friday 20 November 2026, 11:00 in UTC."""
DAY = 86_400.0


@dataclasses.dataclass(frozen=True)
class Call:
    """What was asked: the path without its query, the query, the headers by names in lower case."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Said:
    """What is answered."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Site:
    """Answers each GET by `answer`, or with a list of answers in turn, and keeps the calls; a context manager."""

    def __init__(self, answer: Callable[[Call], Said] | list[Said]) -> None:
        said = iter(answer) if isinstance(answer, list) else None
        self.answer: Callable[[Call], Said] = (lambda call: next(said)) if said is not None else answer
        self.calls: list[Call] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def asked(self) -> list[str]:
        return [call.path for call in self.calls]

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(outer) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers)
                outer.calls.append(call)
                said = outer.answer(call)
                data = said.body.encode() if isinstance(said.body, str) else said.body
                self.send_response(said.status)
                for name, value in {"Content-Length": str(len(data)), **said.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


class Clock:
    """A clock that only sleeping moves, and the sleeps."""

    def __init__(self, at: float = NOW) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.at += seconds


def settings(site: Site, **fields: Any) -> Fetch:
    """Settings in which every service is the site."""
    services = {name: field.default for name, field in Sources.model_fields.items()}
    moved = {name: Service(base_url=site.url, key_env=service.key_env) for name, service in services.items()}
    return Fetch(sources=Sources(**moved), **fields)


def fetcher(
    site: Site, clock: Clock | None = None, report: Callable[[Progress], None] | None = None, **fields: Any
) -> Fetcher:
    """A fetcher of the site's that never sleeps; its cache and pace are in the user's folders of the test."""
    clock = clock or Clock()
    fetch = settings(site, **{"folder": Path("fetched"), **fields})
    shared = Path("pace").resolve()
    return Fetcher(fetch, now=clock.now, clock=clock.now, sleep=clock.sleep, shared=shared, report=report)


def papers(first: int, count: int) -> list[dict[str, Any]]:
    """Invented papers, as JSON objects."""
    return [
        {
            "title": f"Kettle number {number} whistles later than its neighbours",
            "abstract": f"We boiled kettle {number} and its neighbours. It whistled {number} seconds later.",
        }
        for number in range(first, first + count)
    ]


def json_of(value: Any, status: int = 200) -> Said:
    return Said(json.dumps(value), status, {"Content-Type": "application/json"})


def atom(first: int, count: int, total: int) -> Said:
    """A page of arXiv's search."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2611.{number:05}v1</id><title>{paper['title']}</title>"
        f"<summary>{paper['abstract']}</summary><author><name>Ada Invented</name></author></entry>\n"
        for number, paper in enumerate(papers(first, count), start=first)
    )
    head = f'<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{total}'
    return Said(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"{head}</opensearch:totalResults>\n{entries}</feed>\n"
    )
