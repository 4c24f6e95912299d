"""A mail that asks to leave: its subject holds the word that stood in the link of a mail of ours."""

from __future__ import annotations

import re
from email import policy
from email.errors import MessageError
from email.parser import BytesHeaderParser

MOST_READ = 1 << 16
_ASKS = re.compile(r"\s*(?:re:\s*)?leave\s+(?P<word>[\w-]{8,256})\s*", re.IGNORECASE | re.ASCII)


def asked_to_leave(data: bytes) -> str | None:
    """The signed word in the subject of a mail that asks to leave; `None` for any other mail."""
    head = re.split(rb"\r?\n\r?\n", data[:MOST_READ], maxsplit=1)[0]
    try:
        subject = str(BytesHeaderParser(policy=policy.default).parsebytes(head + b"\n\n")["subject"] or "")
    except (MessageError, ValueError, IndexError, AttributeError):  # what its parser raises on broken headers
        return None
    found = _ASKS.fullmatch(subject)
    return found["word"] if found else None
