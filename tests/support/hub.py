"""A model hub on loopback: says what a file is, sends on to where it lies, and there as much of it as it likes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hub:
    """One file under whatever name, `names` in its listing.

    `cut` are bytes after which the first sending breaks off; `status` comes instead of any answer.
    """

    def __init__(self, content: bytes, *, cut: int | None = None, status: int | None = None, code: str = "") -> None:
        self.content, self.cut, self.status, self.code = content, cut, status, code
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.ranges: list[str] = []
        self.names: list[str] = []
        self.url = ""


@contextlib.contextmanager
def running(hub: Hub) -> Iterator[Hub]:
    """The hub in a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *said: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(send=False)

        def do_GET(self) -> None:
            self._answer(send=True)

        def _answer(self, *, send: bool) -> None:
            if hub.status:
                self._head(hub.status, {"X-Error-Code": hub.code, "Content-Length": "0"})
            elif "/api/" in self.path:
                listing = json.dumps([{"type": "file", "path": name, "size": 1, "oid": "0"} for name in hub.names])
                self._head(200, {"Content-Length": str(len(listing)), "Content-Type": "application/json"})
                self.wfile.write(listing.encode())
            elif "/resolve/" in self.path:
                elsewhere = hub.url.replace("127.0.0.1", "localhost")  # the client follows a hub to itself
                told = {"X-Repo-Commit": "c" * 40, "X-Linked-Etag": f'"{hub.sha256}"'}
                told |= {
                    "X-Linked-Size": str(len(hub.content)),
                    "Location": f"{elsewhere}/files/one",
                    "Content-Length": "0",
                }
                self._head(302, told)
            elif send:
                self._send()
            else:
                self._head(200, {"Content-Length": str(len(hub.content)), "ETag": '"file"'})

        def _send(self) -> None:
            wanted = self.headers.get("Range", "")
            hub.ranges.append(wanted)
            first = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted else 0
            rest = hub.content[first:]
            about = {"Content-Length": str(len(rest)), "ETag": '"file"'}
            if wanted:
                about["Content-Range"] = f"bytes {first}-{len(hub.content) - 1}/{len(hub.content)}"
            self._head(206 if wanted else 200, about)
            if hub.cut is not None:
                rest, hub.cut = rest[: hub.cut], None
                self.close_connection = True
            self.wfile.write(rest)

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hub.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()
