#!/usr/bin/env bash
# fsspec 2026.9.0 with aiohttp 3.14.3, 2026-11-29.
# Guess: what fsspec.open gives is a binary file like any other, so that readline(10) reads a line up to ten bytes, which
# is how one reads JSON Lines from strangers without holding a line of any length; its class derives from io.IOBase,
# whose readline takes that argument, and a file of memory:// or of this machine does too.
# Seen: the same call at an http address raises TypeError, for the buffered file behind remote addresses has a readline
# without a size. So code that was tried on local files fails on its first remote one; readuntil(b"\n") is there, and
# takes no length either.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"; "$folder/venv/bin/pip" install -q fsspec==2026.9.0 aiohttp==3.14.3
"$folder/venv/bin/python" - <<'PY'
import http.server
import io
import threading

import fsspec

TEXT = b'{"title": "Kettles"}\n{"title": "Ferns"}\n'


class Ranges(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(TEXT)))
        self.end_headers()

    def do_GET(self):
        asked = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
        part = TEXT[int(asked[0]) : int(asked[2] or len(TEXT)) + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {asked[0]}-{int(asked[0]) + len(part) - 1}/{len(TEXT)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ranges)
threading.Thread(target=server.serve_forever, daemon=True).start()
fsspec.filesystem("memory").pipe("/papers.jsonl", TEXT)
with fsspec.open("memory://papers.jsonl", "rb") as near:
    assert near.readline(10) == TEXT[:10]
with fsspec.open(f"http://127.0.0.1:{server.server_port}/papers.jsonl", "rb") as far:
    assert isinstance(far, io.IOBase)
    assert far.readline() == TEXT[:21]
    try:
        far.readline(10)
    except TypeError as error:
        print(type(far).__name__, "-", error)
    else:
        raise SystemExit("readline takes a size by now")
PY
