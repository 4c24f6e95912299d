"""Reads lists of subscribers from CSV, as spreadsheets and mailing services export it, and writes them.

Pure. An invalid row is kept with its line and the reason, and does not affect other rows.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Iterator, Mapping

from broadsheet.errors import BadAddress, BinaryInput, EmptyInput, InputTooLarge, ReadingError
from broadsheet.mailing.addresses import Address, clean_language, clean_name, clean_phrases, parse_address
from broadsheet.mailing.subscribers import FREQUENCIES, STATES, Preferences, State, Subscriber
from broadsheet.text.lazy_regex import lazy_regex

LARGEST = 16 << 20
"""The most bytes of a list."""
COLUMNS = ("address", "name", "state", "frequency", "language", "interests", "asked", "confirmed", "ended", "why")
_CALLED: Mapping[str, tuple[str, ...]] = {
    "address": ("address", "email", "e-mail", "mail", "email address", "e-mail address", "emailaddress"),
    "name": ("name", "full name", "fullname"),
    "state": ("state", "status"),
    "frequency": ("frequency",),
    "language": ("language", "lang", "locale"),
    "interests": ("interests", "tags", "topics"),
}
_STATES: Mapping[str, State] = {
    **{state: state for state in STATES},
    "subscribed": "active",
    "confirmed": "active",
    "unconfirmed": "pending",
    "unsubscribed": "left",
    "cleaned": "suppressed",
    "bounced": "suppressed",
}
_LINE_END = lazy_regex("\r\n|\r|\n")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclasses.dataclass(frozen=True, slots=True)
class SubscriberRow:
    """A valid row; `state` is that in the list, `None` where it has none."""

    line: int
    address: Address
    wishes: Preferences
    state: State | None


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """An invalid row, and the reason."""

    line: int
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class Roster:
    """A list of subscribers; of rows with the same mailbox the first counts."""

    entries: tuple[SubscriberRow, ...]
    refused: tuple[Refused, ...]


def read_roster(data: bytes) -> Roster:
    """Parses a list; raises `ReadingError` where the file as a whole is not one."""
    if len(data) > LARGEST:
        raise InputTooLarge("the list is larger than 16 MiB; split it.")
    text = _decoded(data)
    if not text.strip():
        raise EmptyInput("the list is empty; write an address a line, or a CSV file with a column `address`.")
    entries: dict[str, SubscriberRow] = {}
    refused: list[Refused] = []
    for line, row in _rows(text, refused):
        entry = _entry(line, row)
        if isinstance(entry, Refused):
            refused.append(entry)
        elif entry.address.mailbox in entries:
            first = entries[entry.address.mailbox].line
            refused.append(Refused(line, f"the same mailbox as line {first}; that one counts."))
        else:
            entries[entry.address.mailbox] = entry
    return Roster(tuple(entries.values()), tuple(sorted(refused, key=lambda item: item.line)))


def write_roster(people: Iterable[Subscriber]) -> str:
    """The list as CSV, which `read_roster` reads back; no cell is a formula in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in people:
        values = {**dataclasses.asdict(one), "interests": "; ".join(one.interests)}
        writer.writerow([_inert(str(values[column] or "")) for column in COLUMNS])
    return out.getvalue()


def _decoded(data: bytes) -> str:
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BinaryInput("the list is binary; export it as CSV.")
    for encoding in ("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReadingError("the list is in no encoding we know; save it as UTF-8.")


def _rows(text: str, refused: list[Refused]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields line number and cells by column for each row; a list without a header is one of addresses.

    A row never spans lines, since no field has line breaks, and an unclosed quote would take in the rest of the file.
    """
    lines = _LINE_END.split(text)
    first = next(number for number, line in enumerate(lines) if line.strip())
    delimiter = max(",;\t", key=lines[first].count)
    header = [cell.strip().lower() for cell in _cells(lines[first], delimiter)]
    columns = {field: header.index(name) for field, names in _CALLED.items() for name in names if name in header}
    if "address" in columns:
        first += 1
    elif "@" in lines[first]:
        columns = {"address": 0}
    else:
        raise ReadingError(
            f"the list has no column `address` or `email` in its first line ({', '.join(header)[:100]})."
        )
    for number, line in enumerate(lines[first:], start=first + 1):
        if not line.strip():
            continue
        try:
            cells = _cells(line, delimiter)
        except csv.Error as error:
            refused.append(Refused(number, f"is no row of CSV ({error})."))
            continue
        yield number, {field: cells[at] if at < len(cells) else "" for field, at in columns.items()}


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _entry(line: int, row: Mapping[str, str]) -> SubscriberRow | Refused:
    row = {field: _live(value) for field, value in row.items()}
    try:
        address = parse_address(row["address"])
    except BadAddress as error:
        return Refused(line, str(error))
    said = row.get("state", "").strip().lower()
    if said and said not in _STATES:
        return Refused(line, f"the state {said[:40]!r} is none of {', '.join(STATES)}.")
    often = row.get("frequency", "").strip().lower()
    frequency = next((each for each in FREQUENCIES if each == often), None)
    if often and frequency is None:
        return Refused(line, f"the frequency {often[:40]!r} is none of {', '.join(FREQUENCIES)}.")
    wishes = Preferences(
        name=clean_name(row.get("name", "")) or None,
        frequency=frequency,
        language=clean_language(row.get("language", "")) or None,
        interests=clean_phrases(row.get("interests", "").split(";")) or None,
    )
    return SubscriberRow(line, address, wishes, _STATES[said] if said else None)


def _inert(cell: str) -> str:
    """A cell that is no formula in a spreadsheet: one that looks like a formula gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _live(cell: str) -> str:
    """The inverse of `_inert`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
