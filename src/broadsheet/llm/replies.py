"""Parses what a server sent: completions from bodies, errors from refusals. Pure, and safe on any bytes."""

from __future__ import annotations

import email.utils
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from broadsheet.errors import BackendBusy, BackendError, BackendRefused, BadAnswer, ContextTooLong
from broadsheet.llm.prompt import Allowance, Completion

EXCERPT = 300
_TOO_LONG = re.compile(
    r"context[ _](?:length|window|size)|maximum context|too many tokens|prompt is too long|"
    r"exceeds? the (?:available )?context",
    re.IGNORECASE,
)
_NO_CREDIT = re.compile(r"insufficient[_ ](?:quota|credits?|balance|funds)|credit balance is too low", re.IGNORECASE)
_SECRET = re.compile(r"(?i)\b(?:bearer\s+\S+|(?:sk|pk|key|gsk|xai|AIza)[-_]?[A-Za-z0-9*_\-]{8,})")


def read_completion(body: bytes, *, where: str, headers: Mapping[str, str] | None = None) -> Completion:
    """The completion in a body with status 200; raises `BadAnswer` with an excerpt when there is none."""
    try:
        data = json.loads(body.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError) as error:
        kind = "an HTML page" if body.lstrip()[:1] == b"<" else "no JSON we can read"
        raise BadAnswer(
            f"{where} sent {kind} in place of a completion; check that the address ends where the API begins.",
            evidence=excerpt(body),
        ) from error
    choice = _first_choice(data)
    if choice is None:
        if (error_body := data.get("error") if isinstance(data, dict) else None) is not None:
            raise status_error(_code_of(error_body), json.dumps(data), backend=where)
        raise BadAnswer(f"{where} sent an answer without a choice.", evidence=excerpt(body))
    message = _dict(choice.get("message"))
    text, refusal = _text_of(message.get("content")), message.get("refusal")
    finish = str(choice.get("finish_reason") or "stop")
    if isinstance(refusal, str) and refusal.strip() and not text.strip():
        finish = "refusal"
    usage = _dict(data.get("usage"))
    return Completion(
        text=text,
        finish=finish,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
        cached_tokens=_count(_dict(usage.get("prompt_tokens_details")).get("cached_tokens")),
        allowance=_allowance(headers or {}),
    )


def status_error(
    status: int, body: str, *, headers: Mapping[str, str] | None = None, backend: str, model: str = ""
) -> BackendError:
    """The `BackendError` for an HTTP status and its body."""
    said = excerpt(body)
    # The body comes first: servers report a too long prompt or missing credit with statuses (429, 500) that otherwise
    # mean "try again".
    if _TOO_LONG.search(body[:5000]) and status in (400, 413, 422, 500, 0):
        message = f"{backend}: the prompt is longer than the model's context."
        return ContextTooLong(message, evidence=said, status=status)
    if _NO_CREDIT.search(body[:5000]) and status in (402, 403, 429, 400, 0):
        return BackendRefused(f"{backend} says the account has no credit left: {said}", evidence=said, status=status)
    if status in (401, 403):
        message = f"{backend} refuses the key ({status}): check the variable that holds it."
        return BackendRefused(message, evidence=said, status=status)
    if status == 404:
        return BackendRefused(
            f"{backend} knows no model {model!r}, or has no API at its address (404): "
            "`broadsheet doctor` lists the models it has.",
            evidence=said,
            status=status,
        )
    if status in (408, 409, 425, 429) or status >= 500:
        wait = retry_after(headers or {})
        return BackendBusy(f"{backend} is busy ({status}): {said}", retry_after=wait, evidence=said, status=status)
    return BackendRefused(f"{backend} refuses the call ({status}): {said}", evidence=said, status=status)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait (`retry-after-ms`; `retry-after` as seconds or a date), `None` if it does not.

    A date is measured against the server's own `date`, so that a wrong clock on either side does no harm.
    """
    try:
        if (ms := headers.get("retry-after-ms")) is not None:
            return _seconds(float(ms) / 1000)
        # RFC 9110, section 10.2.3: seconds or an HTTP date.
        value = (headers.get("retry-after") or "").strip()
        if re.fullmatch(r"-?\d+(\.\d*)?(ms)?", value):
            return _seconds(float(value[:-2]) / 1000 if value.endswith("ms") else float(value))
        moment, sent = (email.utils.parsedate_to_datetime(text) for text in (value, headers.get("date") or ""))
        return _seconds((moment - sent).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _allowance(headers: Mapping[str, str]) -> Allowance | None:
    """What the `x-ratelimit-*` headers say, `None` where they are missing or not understood."""
    left = {kind: headers.get(f"x-ratelimit-remaining-{kind}", "") for kind in ("requests", "tokens")}
    counts = {kind: int(value) for kind, value in left.items() if re.fullmatch(r"\d{1,12}", value.strip())}
    if not counts:
        return None
    resets = [_duration(headers.get(f"x-ratelimit-reset-{kind}", "")) for kind in counts]
    limit = headers.get("x-ratelimit-limit-tokens", "")
    return Allowance(
        requests=counts.get("requests"),
        tokens=counts.get("tokens"),
        reset=max(resets),
        limit=int(limit) if re.fullmatch(r"\d{1,12}", limit.strip()) else None,
    )


def _duration(text: str) -> float:
    """Seconds in `6m0s`, `1.5s`, `20ms` or a bare number; 0 for anything else."""
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "": 1.0}
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|h|m|s|)", text.strip()[:40])
    return sum(float(number) * units[unit] for number, unit in parts)


def _seconds(value: float) -> float | None:
    return max(0.0, value) if math.isfinite(value) else None


def excerpt(body: bytes | str) -> str:
    """The first few hundred characters of a body on one line, with what looks like a key replaced."""
    text = body[: EXCERPT * 8].decode("utf-8", errors="replace") if isinstance(body, bytes) else body[: EXCERPT * 8]
    try:
        data = json.loads(text)
        inner = data.get("error", data) if isinstance(data, dict) else data
        text = str(inner.get("message", inner)) if isinstance(inner, dict) else str(inner)
    except (ValueError, RecursionError):
        pass
    line = " ".join(_SECRET.sub("[key]", text).split())
    return line[:EXCERPT] + ("…" if len(line) > EXCERPT else "")


def _first_choice(data: Any) -> dict[str, Any] | None:
    choices = data.get("choices") if isinstance(data, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text_of(content: Any) -> str:
    """The text of a message: a string, or a list of parts as some servers send."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40 else 0


def _code_of(error: Any) -> int:
    code = error.get("code", error.get("status")) if isinstance(error, dict) else None
    try:
        return int(code)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 500
