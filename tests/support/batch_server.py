"""A batch endpoint on loopback in OpenAI's documented form: files, batches, their states, answers in another order.

It checks files as the documents say they are checked, and refuses what they refuse. A batch goes on by one state each
time it is asked about. It counts what it was paid for: every answer, by the question without its delimiter.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from loopback import complete, write_faithfully
from scripted import PAPER

MOST_LINES, MOST_BYTES, LONGEST_ID = 50_000, 200_000_000, 64
ENDED = ("completed", "failed", "expired", "cancelled")
_SEAL = re.compile(r"(?<=[</])paper-\w+")

Line = dict[str, Any]
Answer = Callable[[Line, int], tuple[int, dict[str, Any]] | str]
"""What comes of a line that was asked so often before: a status and a body, or the code of an error without one."""


def answer_well(line: Line, asked: int) -> tuple[int, dict[str, Any]] | str:
    """A completion, as a model without fault gives it."""
    return complete(write_faithfully(line["body"]))


class BatchServer:
    """Keeps files and batches; a context manager.

    `answer` says what comes of a line; `bad` names the code for a line that validation refuses; `ends(number)` gives
    the state in which the batch of that number, from 1, ends, and how much of it is answered by then; `queue` is the
    most tokens of prompts that may wait; `watch` hears of each request, before and after it is done, and in the middle
    of its body and of the answer's.
    """

    def __init__(
        self,
        answer: Answer = answer_well,
        *,
        bad: Callable[[Line], str] = lambda line: "",
        ends: Callable[[int], tuple[str, float]] = lambda number: ("completed", 1.0),
        queue: int | None = None,
        watch: Callable[[str, str], None] = lambda when, what: None,
        prices: tuple[float, float] = (1.0, 4.0),
    ) -> None:
        self.answer, self.bad, self.ends, self.queue, self.watch, self.prices = answer, bad, ends, queue, watch, prices
        self.files: dict[str, dict[str, Any]] = {}
        self.contents: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.paid: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.dollars = 0.0
        self.seen: list[str] = []
        self.stalled = False
        """While it is, no batch goes on, unless it is cancelled."""
        self._lock = threading.RLock()
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def write_config(self, path: Path, *, attempts: int = 5, repairs: int = 1, **backend: Any) -> None:
        """A configuration in which the backend `near` is this server, at its prices, halved for batches."""
        prompt, completion = self.prices
        fields = {
            "base_url": self.url,
            "model": "plain-8b",
            "context": 8192,
            "prices": {"*": {"prompt": 2 * prompt, "completion": 2 * completion}},
            **backend,
        }
        tree = {
            "llm": {"backend": "near", "attempts": attempts},
            "writing": {"repairs": repairs},
            "backends": {"near": fields},
        }
        path.write_text(json.dumps(tree))

    def __enter__(self) -> BatchServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # ---- The interface

    def do(self, method: str, path: str, query: dict[str, list[str]], body: bytes, form: str) -> tuple[int, Any]:
        """The answer to a request: a status, and an object or bytes."""
        parts, what = path.removeprefix("/v1/").split("/"), name_of(method, path)
        with self._lock:
            self.seen.append(what)
            self.watch("before", what)
            reply = self._reply(what, parts, query, body, form)
            self.watch("after", what)
            return reply

    def _reply(self, what: str, parts: list[str], query: dict[str, list[str]], body: bytes, form: str) -> Any:
        match what:
            case "POST files":
                return self._upload(body, form)
            case "GET files":
                return 200, self._page(list(self.files.values()), query)
            case "GET files/ID/content":
                found = self.contents.get(parts[1])
                return (200, found) if found is not None else _error(404, "No such File object")
            case "DELETE files/ID":
                if self.files.pop(parts[1], None) is None:
                    return _error(404, "No such File object")
                del self.contents[parts[1]]
                return 200, {"id": parts[1], "object": "file", "deleted": True}
            case "POST batches":
                return self._create(json.loads(body))
            case "GET batches":
                return 200, self._page([_shown(one) for one in reversed(self.batches.values())], query)
            case "GET batches/ID" if parts[1] in self.batches:
                if not self.stalled or self.batches[parts[1]]["status"] == "cancelling":
                    self._go_on(self.batches[parts[1]])
                return 200, _shown(self.batches[parts[1]])
            case "POST batches/ID/cancel" if parts[1] in self.batches:
                return self._cancel(self.batches[parts[1]])
        return _error(404, f"unknown: {what}")

    def _page(self, all_: list[dict[str, Any]], query: dict[str, list[str]]) -> dict[str, Any]:
        limit, after = int(query.get("limit", ["20"])[0]), query.get("after", [""])[0]
        ids = [one["id"] for one in all_]
        start = ids.index(after) + 1 if after else 0
        page = all_[start : start + limit]
        return {
            "object": "list",
            "data": page,
            "first_id": page[0]["id"] if page else None,
            "last_id": page[-1]["id"] if page else None,
            "has_more": start + limit < len(all_),
        }

    def _upload(self, body: bytes, form: str) -> tuple[int, Any]:
        message = email.message_from_bytes(f"Content-Type: {form}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
        parts = {part.get_param("name", header="content-disposition"): part for part in message.iter_parts()}
        content = parts["file"].get_payload(decode=True)
        if parts["purpose"].get_content().strip() != "batch":
            return _error(400, "wrong purpose")
        return 200, self._keep(content, parts["file"].get_filename(), "batch")

    def _keep(self, content: bytes, name: str, purpose: str) -> dict[str, Any]:
        id = f"file-{len(self.seen)}-{purpose[-3:]}-{len(self.files)}"
        self.contents[id] = content
        self.files[id] = {
            "id": id,
            "object": "file",
            "bytes": len(content),
            "created_at": int(time.time()),
            "filename": name,
            "purpose": purpose,
            "status": "processed",
        }
        return self.files[id]

    def _create(self, told: dict[str, Any]) -> tuple[int, Any]:
        if told.get("input_file_id") not in self.files:
            return _error(400, "no such input file")
        if told.get("endpoint") != "/v1/chat/completions" or told.get("completion_window") != "24h":
            return _error(400, "wrong endpoint or window")
        id = f"batch_{len(self.batches) + 1:04d}"
        self.batches[id] = {
            "id": id,
            "object": "batch",
            "endpoint": told["endpoint"],
            "errors": None,
            "input_file_id": told["input_file_id"],
            "completion_window": "24h",
            "status": "validating",
            "output_file_id": None,
            "error_file_id": None,
            "created_at": int(time.time()),
            "metadata": told.get("metadata"),
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
            "-number": len(self.batches) + 1,
        }
        return 200, _shown(self.batches[id])

    def _cancel(self, batch: dict[str, Any]) -> tuple[int, Any]:
        if batch["status"] not in ("validating", "in_progress", "finalizing"):
            return _error(409, f"Cannot cancel a batch with status '{batch['status']}'.")
        batch["status"] = "cancelling"
        return 200, _shown(batch)

    # ---- What becomes of a batch

    def _go_on(self, batch: dict[str, Any]) -> None:
        state = batch["status"]
        if state == "validating":
            lines = self._validate(batch)
            if lines is not None:
                batch |= {"status": "in_progress", "-lines": lines}
                batch["request_counts"]["total"] = len(lines)
        elif state == "in_progress":
            batch["status"] = "finalizing" if self.ends(batch["-number"])[0] == "completed" else "expired"
            if batch["status"] == "expired":
                self._run(batch, self.ends(batch["-number"])[1], "batch_expired")
        elif state == "finalizing":
            batch["status"] = "completed"
            self._run(batch, 1.0, "")
        elif state == "cancelling":
            batch["status"] = "cancelled"
            self._run(batch, self.ends(batch["-number"])[1], "batch_cancelled")

    def _validate(self, batch: dict[str, Any]) -> list[Line] | None:
        content = self.contents[batch["input_file_id"]]
        mistakes: list[tuple[int | None, str]] = []
        lines: list[Line] = []
        ids: set[str] = set()
        for number, text in enumerate(content.splitlines(), 1):
            line = json.loads(text)
            lines.append(line)
            if set(line) != {"custom_id", "method", "url", "body"} or not 0 < len(line["custom_id"]) <= LONGEST_ID:
                mistakes.append((number, "invalid_request"))
            elif line["custom_id"] in ids:
                mistakes.append((number, "duplicate_custom_id"))
            elif (line["method"], line["url"]) != ("POST", batch["endpoint"]):
                mistakes.append((number, "invalid_url"))
            elif line["body"]["model"] != lines[0]["body"]["model"]:
                mistakes.append((number, "mismatched_model"))
            elif code := self.bad(line):
                mistakes.append((number, code))
            ids.add(line["custom_id"])
        if not lines or len(lines) > MOST_LINES or len(content) > MOST_BYTES:
            mistakes.append((None, "invalid_file"))
        batch["-tokens"] = sum(_tokens(line) for line in lines)
        waiting = sum(
            one.get("-tokens", 0) for one in self.batches.values() if one["status"] in ("in_progress", "finalizing")
        )
        if self.queue is not None and waiting + batch["-tokens"] > self.queue:
            mistakes = [(None, "token_limit_exceeded")]
        if not mistakes:
            return lines
        data = [{"code": code, "line": line, "message": f"it is {code}", "param": None} for line, code in mistakes]
        batch |= {"status": "failed", "errors": {"object": "list", "data": data}}
        return None

    def _run(self, batch: dict[str, Any], part: float, rest: str) -> None:
        """Answers a part of the lines, from the last to the first; the rest is told with a code."""
        lines = batch.get("-lines", [])
        done = int(part * len(lines))
        files: dict[str, list[Line]] = {"output_file_id": [], "error_file_id": []}
        for at, line in reversed(list(enumerate(lines))):
            told = self._ask(line) if at < done else rest
            if isinstance(told, str):
                error = {"code": told, "message": f"it is {told}"}
                files["error_file_id"].append({"custom_id": line["custom_id"], "response": None, "error": error})
                continue
            status, body = told
            response = {"status_code": status, "request_id": "r", "body": body}
            kind = "output_file_id" if status == 200 else "error_file_id"
            files[kind].append({"custom_id": line["custom_id"], "response": response, "error": None})
        for kind, told_of in files.items():
            if told_of:
                content = "".join(f"{json.dumps({'id': 'b', **one})}\n" for one in told_of).encode()
                batch[kind] = self._keep(content, f"{batch['id']}_{kind[:5]}.jsonl", "batch_output")["id"]
        batch["request_counts"] |= {"completed": len(files["output_file_id"]), "failed": len(files["error_file_id"])}

    def _ask(self, line: Line) -> tuple[int, dict[str, Any]] | str:
        text = paper_of(line)
        told = self.answer(line, self.asked[text])
        self.asked[text] += 1
        if not isinstance(told, str) and told[0] == 200:
            self.paid[question_of(line)] += 1
            usage = told[1]["usage"]
            prompt, completion = self.prices
            self.dollars += (usage["prompt_tokens"] * prompt + usage["completion_tokens"] * completion) / 1e6
        return told

    def _handler(outer) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self) -> None:
                parts = urlsplit(self.path)
                what, length = name_of(self.command, parts.path), int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length // 2)
                outer.watch("asked half of", what)
                body += self.rfile.read(length - len(body))
                if len(body) < length:
                    raise ConnectionAbortedError  # what is not whole is no request
                if "chunked" in self.headers.get("Transfer-Encoding", ""):
                    body = self._chunks()
                form = self.headers.get("Content-Type", "")
                status, told = outer.do(self.command, parts.path, parse_qs(parts.query), body, form)
                data = told if isinstance(told, bytes) else json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: len(data) // 2])
                outer.watch("told half of", what)
                self.wfile.write(data[len(data) // 2 :])

            def do_GET(self) -> None:
                self._do()

            def do_POST(self) -> None:
                self._do()

            def do_DELETE(self) -> None:
                self._do()

            def _chunks(self) -> bytes:
                found = b""
                while size := int(self.rfile.readline(), 16):
                    found += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return found

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def paper_of(line: Line) -> str:
    """The text of the paper that a line is about."""
    return "\n".join(dict(PAPER.findall(line["body"]["messages"][-1]["content"])).values())


def name_of(method: str, path: str) -> str:
    """A request as `watch` hears of it, such as `GET files/ID/content`."""
    parts = path.removeprefix("/v1/").split("/")
    return f"{method} {'/'.join(part if at != 1 else 'ID' for at, part in enumerate(parts))}"


def question_of(line: Line) -> str:
    """What a line asks, in the same words whatever delimiter stands around the paper."""
    return _SEAL.sub("paper", line["body"]["messages"][-1]["content"])


def _tokens(line: Line) -> int:
    return sum(len(re.findall(r"\w+", message["content"])) for message in line["body"]["messages"])


def _shown(batch: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in batch.items() if not name.startswith("-")}


def _error(status: int, message: str) -> tuple[int, Any]:
    return status, {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}
