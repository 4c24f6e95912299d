"""Parses what a server sent: completions from bodies, errors from refusals. Pure, and safe on any bytes."""

from __future__ import annotations

import contextlib
import email.utils
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from broadsheet.errors import BackendBusy, BackendError, BackendRefused, BadAnswer, ContextTooLong
from broadsheet.llm.prompt import Allowance, Completion
from broadsheet.text.lazy_regex import lazy_regex

EXCERPT = 300
_CUT = ("length", "max_tokens", "model_length")
"""What servers call an answer that they cut off."""
_OPEN_THOUGHTS = lazy_regex(r"[^{\[]{,200}?(?:<(?:think|thinking|reasoning)>|<\|channel\|>analysis)")
_TOO_LONG = lazy_regex(
    r"context[ _](?:length|window|size)|maximum context|too many tokens|prompt is too long|"
    r"exceeds? the (?:available )?context",
    re.IGNORECASE,
)
_TEMPLATE = lazy_regex(
    r"system (?:role|message)|roles must alternate|chat template|jinja|only user and assistant roles", re.IGNORECASE
)
_NO_CREDIT = lazy_regex(r"insufficient[_ ](?:quota|credits?|balance|funds)|credit balance is too low", re.IGNORECASE)
_SECRET = lazy_regex(r"(?i)\b(?:bearer\s+\S+|(?:sk|pk|key|gsk|xai|AIza)[-_]?[A-Za-z0-9*_\-]{8,})")


def read_completion(body: bytes, *, where: str, headers: Mapping[str, str] | None = None) -> Completion:
    """The completion in a body with status 200; raises a `BackendError` with an excerpt when there is none.

    An answer that stands in the field of the model's thoughts, beside no content, is taken for what it is: servers
    that take thoughts apart do so with answers held to a schema.
    """
    # Bytes that are no UTF-8 become U+FFFD, by which an answer that holds them is known and asked for again.
    text = body.decode("utf-8-sig", errors="replace")
    try:
        data = _joined(text) if _STREAMED.match(text) else json.loads(text)
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
    finish = str(choice.get("finish_reason") or "stop").lower()
    if finish == "error" or isinstance(choice.get("error"), dict):
        broken = choice.get("error")
        said = excerpt(json.dumps(broken)) if broken else "it says no reason"
        raise BackendBusy(f"{where} broke off its answer: {said}", evidence=said, status=_code_of(broken))
    message = _dict(choice.get("message"))
    text, refusal = _text_of(message.get("content")), message.get("refusal")
    thoughts = _text_of(message.get("reasoning_content")) or _text_of(message.get("reasoning"))
    usage = _dict(data.get("usage"))
    thinking = _count(_dict(usage.get("completion_tokens_details")).get("reasoning_tokens"))
    if not text.strip():
        if isinstance(refusal, str) and refusal.strip():
            finish = "refusal"
        elif message.get("tool_calls") or message.get("function_call"):
            finish = "tool_call"
        elif thoughts.strip() and finish not in _CUT:
            text, finish = (thoughts, finish) if _is_answer(thoughts) else ("", "reasoning")
    return Completion(
        text=_whole(text),
        finish="length" if finish in _CUT else finish,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
        cached_tokens=_count(_dict(usage.get("prompt_tokens_details")).get("cached_tokens")),
        allowance=_allowance(headers or {}),
        thought=bool(thoughts.strip()) or thinking > 0 or _OPEN_THOUGHTS.match(text) is not None,
        thinking_tokens=thinking,
    )


def _joined(stream: str) -> dict[str, Any]:
    """The whole answer of a server that sends its events though nobody asked it to; one without its end is broken off.

    Events as in the HTML standard, section 9.2, with chunks of OpenAI's. Raises `ValueError` for an event that is no
    JSON.
    """
    whole: dict[str, Any] = {"usage": None}
    message: dict[str, str] = {}
    choice: dict[str, Any] = {"message": message, "finish_reason": None}
    for line in stream.splitlines():
        told = line.removeprefix("data:").strip() if line.startswith("data:") else ""
        if told in ("", "[DONE]"):
            continue
        chunk = json.loads(told)
        first = _first_choice(chunk)
        if first is None:
            whole |= {name: chunk[name] for name in ("usage", "error") if _dict(chunk).get(name)}
            continue
        whole |= {"choices": [choice], "usage": chunk.get("usage") or whole["usage"]}
        for name, piece in _dict(first.get("delta", first.get("message"))).items():
            if piece and name != "role":
                message[name] = message.get(name, "") + (_text_of(piece) or str(piece))
        choice["finish_reason"] = first.get("finish_reason") or choice["finish_reason"]
    if "choices" in whole and not choice["finish_reason"]:
        choice |= {"finish_reason": "error", "error": whole.pop("error", None)}
    return whole


_STREAMED = lazy_regex(r"\s*(?:data|event|id|retry)?:")


def _is_answer(thoughts: str) -> bool:
    """Whether what stands in the field of thoughts is all JSON, as an answer is."""
    return re.fullmatch(r"(?:```\w*)?\s*[{\[].*[}\]]\s*(?:```)?", thoughts.strip(), re.DOTALL) is not None


def _whole(text: str) -> str:
    """A text whose lone halves of surrogate pairs, which no file can hold, are U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def status_error(
    status: int, body: str, *, headers: Mapping[str, str] | None = None, backend: str, model: str = ""
) -> BackendError:
    """The `BackendError` for an HTTP status and its body."""
    said = excerpt(body)
    evidence = f"{said} {_codes(body)}".strip()
    # The body comes first: servers report a too long prompt or missing credit with statuses (429, 500) that otherwise
    # mean "try again".
    if _TOO_LONG.search(body[:5000]) and status in (400, 413, 422, 500, 0):
        message = f"{backend}: the prompt is longer than the model's context."
        return ContextTooLong(message, evidence=evidence, status=status)
    if _NO_CREDIT.search(body[:5000]) and status in (402, 403, 429, 400, 0):
        return BackendRefused(
            f"{backend} says the account has no credit left: {said}", evidence=evidence, status=status
        )
    if status == 500 and _TEMPLATE.search(body[:5000]):
        return BackendRefused(f"{backend} refuses the call ({status}): {said}", evidence=evidence, status=status)
    if status in (401, 403):
        message = f"{backend} refuses the key ({status}): check the variable that holds it."
        return BackendRefused(message, evidence=evidence, status=status)
    if status == 404:
        return BackendRefused(
            f"{backend} knows no model {model!r}, or has no API at its address (404): "
            "`broadsheet doctor` lists the models it has.",
            evidence=evidence,
            status=status,
        )
    if status in (408, 409, 425, 429) or status >= 500:
        wait = retry_after(headers or {})
        return BackendBusy(f"{backend} is busy ({status}): {said}", retry_after=wait, evidence=evidence, status=status)
    return BackendRefused(f"{backend} refuses the call ({status}): {said}", evidence=evidence, status=status)


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
    with contextlib.suppress(ValueError, RecursionError):
        inner = _error_in(json.loads(text))
        text = str(inner.get("message", inner)) if isinstance(inner, dict) else str(inner)
    line = " ".join(_SECRET.sub("[key]", _whole(text)).split())
    return line[:EXCERPT] + ("…" if len(line) > EXCERPT else "")


def _codes(body: str) -> str:
    """What an error says beside its message: its code, and the field it objects to; empty where it says neither."""
    with contextlib.suppress(ValueError, RecursionError):
        inner = _error_in(json.loads(body))
        told = (inner.get(name) for name in ("code", "param")) if isinstance(inner, dict) else ()
        return " ".join(code[:40] for code in told if isinstance(code, str))
    return ""


def _error_in(data: Any) -> Any:
    """The error of a body: under `error`, the body itself, or the first of a list, as Google sends it."""
    data = data[0] if isinstance(data, list) and data else data
    return data.get("error", data) if isinstance(data, dict) else data


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
