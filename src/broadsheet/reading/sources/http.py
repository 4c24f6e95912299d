"""One GET: the one place of reading that touches the network. Nothing is believed here, and nothing asked twice."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import logging
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from broadsheet import __version__
from broadsheet.errors import SourceError
from broadsheet.settings.loading import Fetch

LARGEST_BODY = 64 * 2**20


_ENCODINGS = (
    "iso-8859-(?:[2-9]|1[0-6])|windows-125[0134-8]|koi8-[ru]|gb2312|gbk|gb18030|big5|"
    "shift_jis|euc-jp|euc-kr|iso-2022-jp"
)
"""Only these: Python also knows encodings that take a hostile body hours to decode."""


class Later(Exception):
    """No answer, or one that says to come back; `wait` is in seconds where the server named them."""

    def __init__(self, why: str, wait: float | None = None, *, status: int | None = None, nobody: bool = False) -> None:
        super().__init__(why)
        self.why, self.wait, self.status = why, wait, status
        self.nobody = nobody
        """Whether there was no server at all, which seldom changes while one waits."""


@dataclasses.dataclass(frozen=True, slots=True)
class HttpReply:
    """One answer of a server, its body whole."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    """By names in lower case."""

    @property
    def charset(self) -> str:
        """The encoding the server names, where it is another than those that are found out anyway."""
        match = re.search(rf"charset\s*=\s*[\"']?({_ENCODINGS})\b", self.headers.get("content-type", ""), re.IGNORECASE)
        return match[1].lower() if match else ""

    @property
    def message(self) -> str:
        """The words of an error that came as JSON or as a line of text; nothing of a whole page."""
        return _message(self.body[:20_000].decode("utf-8", "replace"))

    def retry_after(self, now: float) -> float | None:
        """Seconds the server asks to wait, which it gives as a number or a date."""
        said = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"\d{1,9}(?:\.\d+)?", said):
            return float(said)
        try:
            return max(0.0, parsedate_to_datetime(said).timestamp() - now)
        except (ValueError, TypeError, OverflowError):
            return None


class HttpClient:
    """One GET at a time; a body that is too large or too slow is left."""

    def __init__(self, fetch: Fetch, *, largest: int = LARGEST_BODY) -> None:
        self._timeout, self._largest = fetch.timeout, largest
        contact = f"; mailto:{fetch.mailto}" if fetch.mailto else ""
        self._agent = f"Broadsheet/{__version__} (digests of papers{contact})"
        self._client: httpx2.Client | None = None

    def get(self, url: str, headers: Mapping[str, str]) -> HttpReply:
        """What an address answers, a redirect as it is; raises `Later`, or `SourceError` where waiting is vain."""
        late = threading.Event()
        try:
            with self._bounded(late), self._open().stream("GET", url, headers=dict(headers)) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > self._largest:
                        size = (
                            f"{self._largest // 2**20:,} MiB" if self._largest >= 2**20 else f"{self._largest:,} bytes"
                        )
                        raise SourceError(
                            f"the answer is larger than {size}: ask for less with ?limit=, or fewer days."
                        )
                return HttpReply(response.status_code, bytes(body), {k.lower(): v for k, v in response.headers.items()})
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise SourceError("the address cannot be asked: check its spelling.") from error
        except httpx2.TimeoutException as error:
            raise Later(f"it did not answer within {self._timeout:g} s") from error
        except (httpx2.HTTPError, httpx2.StreamError, OSError, ValueError, RuntimeError) as error:
            if late.is_set():
                raise Later(f"its answer was not complete after {self._timeout:g} s") from error
            if not isinstance(error, (httpx2.HTTPError, httpx2.StreamError, OSError)):
                raise
            nobody = isinstance(error, httpx2.ConnectError)
            raise Later(f"it cannot be reached ({_reason(error)})", nobody=nobody) from error

    def close(self) -> None:
        """Ends the connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(self) -> httpx2.Client:
        if self._client is None:
            logging.getLogger("httpx2").setLevel(logging.WARNING)  # it logs whole addresses, keys and all
            self._client = httpx2.Client(
                verify=_trusted(),
                timeout=self._timeout,
                limits=httpx2.Limits(max_connections=1),
                headers={"User-Agent": self._agent, "Accept": "*/*"},
                follow_redirects=False,
            )
        return self._client

    @contextlib.contextmanager
    def _bounded(self, late: threading.Event) -> Iterator[None]:
        """Cuts the connection when the time is over: a timeout of the client starts anew with every byte."""

        def cut() -> None:
            late.set()
            with contextlib.suppress(Exception):
                self.close()

        watch = threading.Timer(self._timeout, cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whom to trust; to load it takes longer than a request on a good line."""
    return httpx2.create_ssl_context()


def _message(text: str) -> str:
    """The words of an error that came as JSON or as a line of text; nothing of a whole page."""
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        said = None if "<" in text or len(text) > 500 else text
    for _ in range(3):
        if isinstance(said, dict):
            said = next((said[key] for key in ("message", "error", "detail", "errors") if said.get(key)), None)
        elif isinstance(said, list):
            said = said[0] if said else None
    return " ".join(said.split()) if isinstance(said, str) else ""


def quoted(said: str) -> str:
    """What somebody else said, fit to stand in a sentence of ours."""
    shown = " ".join(said.split())
    shown = shown if len(shown) <= 160 else f"{shown[:160]}…"
    return "".join(character if character.isprintable() else " " for character in shown).rstrip(". ")


def _reason(error: Exception) -> str:
    return quoted(str(error)) or type(error).__name__
