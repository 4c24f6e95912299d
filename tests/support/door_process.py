"""The door as a process of its own, asked by a plain client; and the mails it sends, read from a folder."""

from __future__ import annotations

import contextlib
import email
import email.policy
import http.client
import re
import signal
import subprocess
import time
import urllib.parse
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from commands import PROCESS

CONFIG = """\
title: Group weekly
edition: {{archive: site}}
mail: {{from: "Group weekly <digest@example.org>"}}
door: {{port: 0, {door}}}
"""
OURS = {"Sec-Fetch-Site": "same-origin"}
PATIENCE = 30.0


class Answer:
    """What came back: status, headers by small letters, body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.body.decode())
        return found[1] if found else ""


class DoorProcess:
    """Where the door is, and its folder."""

    def __init__(self, folder: Path, process: subprocess.Popen[str], url: str) -> None:
        self.folder, self.process, self.url = folder, process, url

    def ask(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Answer:
        where = urllib.parse.urlsplit(self.url)
        with contextlib.closing(
            http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)
        ) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            client.putrequest(method, path, skip_host="Host" in named)
            body = body.encode() if isinstance(body, str) else body
            if body or method == "POST":
                named = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body)), **named}
            for name, value in named.items():
                client.putheader(name, value)
            client.endheaders(body)
            return Answer(client.getresponse())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: bytes | str = b"", **headers: str) -> Answer:
        return self.ask("POST", path, body, **{**OURS, **headers})

    def subscribe(self, address: str) -> Answer:
        return self.post("/subscribe", urllib.parse.urlencode({"address": address}))

    def mails(self) -> list[EmailMessage]:
        files = sorted((self.folder / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]  # type: ignore[misc]

    def mail_to(self, address: str) -> EmailMessage:
        """The mail to an address, once it is there."""
        return until(lambda: next((mail for mail in self.mails() if mail["To"] == address), None))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def until(look):
    """What a look finds, once it finds something: the door posts its mails after it has answered."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")


def link_in(mail: EmailMessage) -> str:
    """The path of the one link in a mail's plain text."""
    plain = mail.get_body(("plain",))
    assert plain is not None
    (link,) = re.findall(r"https?://\S+", plain.get_content())
    return urllib.parse.urlsplit(link).path


@contextlib.contextmanager
def open_door(folder: Path, *, door: str = "requests_per_minute: 1000, mails_per_hour: 1000") -> Iterator[DoorProcess]:
    """Starts `broadsheet serve` in a folder, with an archive of one page."""
    (folder / "site").mkdir(parents=True, exist_ok=True)
    (folder / "site" / "index.html").write_text("<!doctype html><html lang=en><title>Archive</title><h1>Archive</h1>")
    (folder / "weekly.yaml").write_text(CONFIG.format(door=door))
    process = subprocess.Popen(
        [*PROCESS, "serve", "--config", "weekly.yaml"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://[\d.:]+", line)
        assert found, (line, process.stderr.read() if process.stderr and process.poll() is not None else "")
        yield DoorProcess(folder, process, found[0])
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
