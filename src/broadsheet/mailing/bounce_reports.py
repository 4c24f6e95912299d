"""Parses delivery reports (RFC 3464), informal reports of older servers, and spam complaints (RFC 5965).

Pure. flufl.bounce finds the recipients, the status code (RFC 3463) tells whether the failure is permanent, and the
Message-IDs tell which mail it was. Reports are untrusted: only the beginning is read, and one that breaks the parser is
ignored.
"""

from __future__ import annotations

import email
import email.policy
import logging
import re
from email.message import Message

from flufl.bounce import all_failures

from broadsheet.errors import BadAddress
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.bounces import ReturnedMail
from broadsheet.text.lazy_regex import lazy_regex

LONGEST = 64 << 10
"""The bytes of a report that are read: the failure comes before the copy of the mail."""
MOST_IDS = 20
MOST_PARTS = 50
_ID = lazy_regex(
    rb"^[ \t>]*(?:Message-ID|In-Reply-To|References|X-Original-Message-ID):((?:[^\n]{0,900}\n?){1,2})", re.I | re.M
)
_ANGLED = lazy_regex(rb"<[^<>\s]{3,250}>")
_STATUS = lazy_regex(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = lazy_regex(r"\b([45]\d\d)\b")
_HARD_SUBJECTS = {"1", "4"}
"""Subjects (the second number) of a status 5.x.x that are permanent: addressing, and routing to the domain."""
_SOFT_DETAILS = {"1.7", "1.8", "4.5", "4.6", "4.7"}
"""Exceptions to these: status details on the sender, a loop or a delay."""
_HARD_DETAILS = {"0.0", "2.0", "2.1"}
"""Other permanent details: unspecified, a mailbox fault, a disabled mailbox. Full (2.2) and spam (7) are not."""


def read_report(data: bytes) -> ReturnedMail | None:
    """The returned mail in a report; `None` for another mail, a delay, or a report that cannot be parsed."""
    try:
        return _read(data[:LONGEST])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return None  # email and its detectors raise these for one broken mail or another


def is_hard(said: str) -> bool:
    """Whether a status such as `5.1.1`, or the server's text, means that the address never accepts mail."""
    if found := _STATUS.search(said):
        kind, subject, detail = found.groups()
        about = f"{int(subject)}.{int(detail)}"
        return kind == "5" and (about in _HARD_DETAILS or (subject in _HARD_SUBJECTS and about not in _SOFT_DETAILS))
    if found := _CODE.search(said):
        return found[1] in {"550", "551", "553"}
    return True  # a server that says it has given up, and no more


def _read(data: bytes) -> ReturnedMail | None:
    logging.getLogger("flufl.bounce").disabled = True  # it logs a traceback for each mail it cannot read
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    parts = list(_parts(message))
    ids = _message_ids(data, parts)
    if any(_is_complaint(part) for part in parts):
        return ReturnedMail(ids, (), "complaint", "was reported as spam")
    if not ids:
        return None  # none of ours, whatever it says: no need to look closer
    _, failed = all_failures(message)
    mailboxes = _mailboxes(failed)
    if not mailboxes:
        return None
    status = " ".join(_statuses(parts))
    said = status or _first_answer(message)
    return ReturnedMail(ids, mailboxes, "hard" if is_hard(said) else "soft", said or "the mail came back")


def _parts(message: Message) -> list[Message]:
    found = []
    for part in message.walk():
        found.append(part)
        if len(found) == MOST_PARTS:
            break
    return found


def _message_ids(data: bytes, parts: list[Message]) -> tuple[str, ...]:
    """The distinct Message-IDs in a report except its own; the original may be attached, as headers, or quoted."""
    texts = [data]
    for part in parts:
        if part.get_content_maintype() == "text" and part.get("content-transfer-encoding", "7bit").lower() == "base64":
            decoded = part.get_payload(decode=True)
            texts.append(decoded if isinstance(decoded, bytes) else b"")
    found = [
        angled.decode("ascii", "replace")
        for text in texts
        for line in _ID.findall(text)
        for angled in _ANGLED.findall(line)
    ]
    own = str(parts[0].get("message-id", "")).strip()
    return tuple(dict.fromkeys(one for one in found if one != own))[:MOST_IDS]


def _mailboxes(failed: object) -> tuple[str, ...]:
    assert isinstance(failed, frozenset | set)  # noqa: S101 - what flufl.bounce gives
    found = []
    for address in sorted(failed):
        try:
            found.append(parse_address(bytes(address).decode("ascii")).mailbox)
        except (BadAddress, UnicodeDecodeError):
            continue
    return tuple(found)


def _statuses(parts: list[Message]) -> list[str]:
    """The status and diagnosis of the first failed recipient."""
    lists = (part.get_payload() for part in parts if part.get_content_type() == "message/delivery-status")
    blocks = [block for blocks in lists if isinstance(blocks, list) for block in blocks if isinstance(block, Message)]
    failed = (block for block in blocks if str(block.get("action", "")).lower().startswith(("fail", "error")))
    return [_plain(f"{block.get('status', '')} {block.get('diagnostic-code', '')}") for block in failed][:1]


def _first_answer(message: Message) -> str:
    """The first line with a status or reply code in a report without a standard form."""
    for part in _parts(message):
        if part.get_content_type() == "text/plain":
            text = part.get_payload(decode=True)
            for line in (text if isinstance(text, bytes) else b"").decode("ascii", "replace").splitlines()[:200]:
                if _STATUS.search(line) or re.search(r"\b[45]\d\d[ -]", line):
                    return _plain(line)
    return ""


def _is_complaint(part: Message) -> bool:
    """Whether a part is a feedback report (RFC 5965) of abuse; others report that a mail is not spam."""
    if part.get_content_type() != "message/feedback-report":
        return False
    fields = part.get_payload()
    first = fields[0] if isinstance(fields, list) and fields else part
    return isinstance(first, Message) and str(first.get("feedback-type", "")).strip().lower() in {"abuse", "fraud"}


def _plain(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:300]
