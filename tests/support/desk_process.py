"""A desk as a process of its own, and a program that asks it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commands import PROCESS

PATIENCE = 60.0


class Answered:
    """What came back: status, headers by small letters, body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class DeskProcess:
    """Where a desk is, with its token and its file."""

    def __init__(self, process: subprocess.Popen[str], opened: str, state: Path) -> None:
        self.process, self.opened, self.state = process, opened, state
        self.url = opened.partition("/?")[0]
        self.token = state.with_name("desk-token").read_text().strip()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        """An answer to a program with the token; a header given as empty is left out."""
        with contextlib.closing(self.send(method, path, body, **headers)) as client:
            return Answered(client.getresponse())

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPConnection:
        """A connection on which the request was made, and its answer not read."""
        where = urllib.parse.urlsplit(self.url)
        named = {"Authorization": f"Bearer {self.token}"}
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        client = http.client.HTTPConnection(where.netloc, timeout=PATIENCE)
        client.request(method, path, data, {name: value for name, value in named.items() if value})
        return client

    def digest(self, text: str, **settings: Any) -> dict[str, Any]:
        """The run of a pasted text once it is over."""
        answer = self.ask("POST", "/api/v1/digests", {"text": text, "settings": settings})
        assert answer.status == 202, answer.body
        return self.wait(answer.json["id"])

    def wait(self, run: str) -> dict[str, Any]:
        """How a run stands once its events have ended."""
        self.ask("GET", f"/api/v1/digests/{run}/events")
        found: dict[str, Any] = self.ask("GET", f"/api/v1/digests/{run}").json
        return found

    def events(self, run: str, **headers: str) -> list[tuple[int, str, Any]]:
        """All events of a run that is over: number, kind, data."""
        told = self.ask("GET", f"/api/v1/digests/{run}/events", **headers).body.decode()
        found = []
        for block in told.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines())
            if "event" in lines:
                found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
        return found

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ends the desk; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def open_desk(
    state: Path, *flags: str, config: Path | None = None, password: str | None = None
) -> Iterator[DeskProcess]:
    """A desk on a free port of this machine; `password` is the one that its environment has."""
    more = ["--config", str(config)] if config else []
    command = [*PROCESS, "desk", "--port", "0", "--no-open", "--state", str(state), *more, *flags]
    environment = {**os.environ, **({"BROADSHEET_DESK_PASSWORD": password} if password else {})}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("the desk is open at "), line
            yield DeskProcess(
                process, line.split()[5].rstrip(";"), state
            )  # it listens: a request waits until it serves
        finally:
            if process.poll() is None:
                process.kill()
