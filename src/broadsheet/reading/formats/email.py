"""E-mail messages and mailboxes -> records: each message's text is read as whatever listing it holds."""

from __future__ import annotations

import email
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import Message

from broadsheet.errors import ReadingError
from broadsheet.reading.input import decode
from broadsheet.reading.record import Gap, Parsed
from broadsheet.text.lazy_regex import lazy_regex

_HEADER = lazy_regex(
    r"(?:From|To|Subject|Date|Message-ID|MIME-Version|Content-Type|Content-Transfer-Encoding|Received|Return-Path|Reply-To"
    r"|Delivered-To|List-Id|List-Unsubscribe|DKIM-Signature|X-[\w-]{2,60}|Sender|Cc|Precedence):[ \t]?.*",
    re.IGNORECASE,
)
_TELLING = lazy_regex(
    r"^(?:From|MIME-Version|Received|Return-Path|Message-ID|Delivered-To):", re.IGNORECASE | re.MULTILINE
)
_POSTMARK = lazy_regex(r"^From [^\n]{1,200}\d\d:\d\d[^\n]{0,60}\n(?=[!-9;-~]{1,80}:)", re.MULTILINE)
_QUOTED_FROM = lazy_regex(r"^>(>*From )", re.MULTILINE)
_TEXTS = frozenset({"application/json", "application/xml", "application/x-bibtex"})
_MOST_MESSAGES = 10_000
_MOST_PARTS = 200


def recognises(text: str) -> bool:
    """Whether a text begins with a mailbox's postmark or with a message's header."""
    head = text[:20_000].lstrip("\ufeff\n")
    if _POSTMARK.match(head):
        return True
    header = head.partition("\n\n")[0].split("\n")
    fields = sum(_HEADER.fullmatch(line) is not None for line in header)
    folded = sum(line[:1] in {" ", "\t"} for line in header)
    return fields >= 2 and fields + folded >= 0.6 * len(header) and _TELLING.search(head[:10_000]) is not None


def parse(text: str, read: Callable[[str], tuple[str, Parsed]]) -> Parsed:
    """The papers of all messages; `read` understands the text of one part and names its format."""
    records, gaps, formats = [], [], []
    for line, message in _messages(text):
        try:
            parts = list(_parts(_message_of(message), 0))[:_MOST_PARTS]
        except RecursionError as error:
            raise ReadingError("the message's parts are nested too deeply: save its text instead.") from error
        found = [_best(choices, read) for choices in parts]
        for name, parsed in found:
            records += [replace(record, line=line) for record in parsed.records]
            formats += [name] if parsed.records else []
        if not any(parsed.records for _, parsed in found):
            subject = " ".join(re.findall(r"^Subject: ?(.{0,200})", message[:20_000], re.MULTILINE)[:1])
            last = line + message.count("\n")
            gaps.append(Gap(line, last, subject, "there is no listing in the message"))
        else:
            gaps += [replace(gap, first_line=line, last_line=line) for _, parsed in found for gap in parsed.gaps]
    kinds = ", ".join(dict.fromkeys(formats))
    return Parsed(tuple(records), tuple(gaps), f"e-mail with {kinds}" if kinds else "e-mail")


def _message_of(text: str) -> Message:
    """A message; one of a single part without a look at each line of it."""
    head, blank, body = text.partition("\n\n")
    message = email.message_from_string(head + blank)
    if not blank or message.get_payload() or message.get_content_maintype() in {"multipart", "message"}:
        return email.message_from_string(text)
    message.set_payload(body)
    return message


def _messages(text: str) -> Iterator[tuple[int, str]]:
    """The messages of a mailbox, or the only one, each with the line it begins on."""
    marks = [match.start() for match in _POSTMARK.finditer(text)][:_MOST_MESSAGES] if "From " in text else []
    marks = [mark for mark in marks if mark == 0 or text[max(0, mark - 2) : mark].strip() == ""]
    if not marks or text[: marks[0]].strip():
        yield 1, text.lstrip("\n")
        return
    line, seen = 1, 0
    for mark, end in zip(marks, [*marks[1:], len(text)], strict=True):
        line, seen = line + text.count("\n", seen, mark), mark
        yield line, _QUOTED_FROM.sub(r"\1", text[text.index("\n", mark) + 1 : end])


def _parts(message: Message, depth: int) -> Iterator[list[str]]:
    """The parts to read, each as its alternatives in the order of preference: HTML knows links, plain text does not."""
    if depth > 20:
        return
    payload = message.get_payload()
    if isinstance(payload, list):
        inner = [part for part in payload if isinstance(part, Message)]
        if message.get_content_type() == "multipart/alternative":
            choices = [text for part in inner for texts in _parts(part, depth + 1) for text in texts]
            if choices:
                yield sorted(choices, key=lambda text: "</" not in text)
            return
        for part in inner:
            yield from _parts(part, depth + 1)
    elif _is_text(message) and (text := _text(message)):
        yield [text]


def _is_text(message: Message) -> bool:
    return message.get_content_maintype() == "text" or message.get_content_type() in _TEXTS


def _text(message: Message) -> str:
    """A part's text; where the transfer encoding is none, the text is decoded already."""
    encoding = str(message.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding not in {"base64", "quoted-printable"}:
        payload = message.get_payload()
        return payload if isinstance(payload, str) else ""
    data = message.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    try:
        return data.decode(str(message.get_content_charset("utf-8"))).replace("\r\n", "\n")
    except (LookupError, UnicodeDecodeError, ValueError):
        pass
    try:
        return decode(data, name="the message")
    except ReadingError:
        return ""


def _best(choices: list[str], read: Callable[[str], tuple[str, Parsed]]) -> tuple[str, Parsed]:
    """The first of the alternatives that holds papers."""
    found: tuple[str, Parsed] = ("", Parsed())
    for text in choices:
        try:
            found = read(text)
        except ReadingError:
            continue
        if found[1].records:
            break
    return found
