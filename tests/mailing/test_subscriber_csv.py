"""Lists from elsewhere: what is understood is taken, the rest is named by line, and nothing runs in a spreadsheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import BroadsheetError, EmptyInput, InputTooLarge, ReadingError
from broadsheet.mailing.subscriber_csv import LARGEST, read_roster, write_roster
from broadsheet.mailing.subscribers import Subscriber


def subscriber(**fields):
    base = {
        "id": 1, "public": "p", "address": "ann@example.org", "mailbox": "ann@example.org", "name": "Ann",
        "state": "active", "frequency": "weekly", "language": "", "interests": (), "asked": None, "confirmed": None,
        "ended": None, "why": "",
    }  # fmt: skip
    return Subscriber(**{**base, **fields})


def mailboxes(roster):
    return [entry.address.mailbox for entry in roster.entries]


@pytest.mark.parametrize(
    "text",
    [
        "address,name\nann@example.org,Ann\nbo@example.org,Bo\n",
        "Name;E-Mail\r\nAnn;ann@example.org\r\nBo;bo@example.org\r\n",
        "email\tname\nann@example.org\tAnn\nbo@example.org\tBo\n",
        "ann@example.org\nbo@example.org\n",
        "\ufeffemail\n\nann@example.org\n\n  bo@example.org",
    ],
)
def test_the_usual_forms_are_read(text):
    assert mailboxes(read_roster(text.encode())) == ["ann@example.org", "bo@example.org"]


def test_an_excel_file_in_utf_16_is_read():
    roster = read_roster("email\tname\nann@example.org\tÅnn\n".encode("utf-16"))
    assert roster.entries[0].wishes.name == "Ånn"


def test_every_column_counts():
    text = "email,name,status,frequency,lang,tags\nann@example.org,Ann,unsubscribed,Monthly,DE,moss; tides ;\n"
    entry = read_roster(text.encode()).entries[0]
    assert entry.state == "left"
    assert (entry.wishes.frequency, entry.wishes.language) == ("monthly", "de")
    assert entry.wishes.interests == ("moss", "tides")


def test_hostile_rows_are_named_and_stop_no_other():
    rows = [
        "address,name,state,frequency",
        'ann@example.org,"Ann\x07 \u202eReed",,',
        "not an address,x,,",
        '"ann@example.org, eve@example.org",x,,',
        'bo@example.org,"never closed,,',
        "eve@example.org\x0bBcc: x@example.org,x,,",
        "ANN@example.org,again,,",
        f"{'a' * 200_000}@example.org,x,,",
        "cy@example.org,x,emperor,",
        "di@example.org,x,,hourly",
        ",,,",
        "=HYPERLINK(1)@example.org,x,,",
        "last@example.org,Last,,",
    ]
    roster = read_roster("\n".join(rows).encode())
    assert mailboxes(roster) == ["ann@example.org", "bo@example.org", "last@example.org"]
    assert roster.entries[0].wishes.name == "Ann Reed"
    why = {refused.line: refused.why for refused in roster.refused}
    assert "the same mailbox as line 2" in next(text for text in why.values() if "same" in text)
    assert len(why) >= 9
    assert all("\n" not in text and len(text) < 400 for text in why.values())


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyInput),
        (b" \n\n", EmptyInput),
        (b"name,telephone\nAnn,1\n", ReadingError),
        (b"PK\x03\x04\0\0\0", ReadingError),
        (b"x" * (LARGEST + 1), InputTooLarge),
    ],
)
def test_what_is_no_list_is_refused(data, error):
    with pytest.raises(error) as caught:
        read_roster(data)
    assert str(caught.value).endswith((".", ")."))


def test_what_is_written_is_read_back():
    ann = subscriber(name="=cmd|' /C calc'!A0", interests=("moss", "tidal pools"), language="de", state="left")
    bo = subscriber(address="=bo@example.org", mailbox="=bo@example.org", name="'quoted'", frequency="monthly")
    text = write_roster([ann, bo])
    assert ",=" not in text.replace("\r\n", ",")
    roster = read_roster(text.encode())
    assert roster.refused == ()
    first, second = roster.entries
    assert (first.wishes.name, first.wishes.interests, first.state) == (ann.name, ann.interests, "left")
    assert (second.address.text, second.wishes.name, second.wishes.frequency) == (bo.address, "'quoted'", "monthly")


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_a_list_or_a_plain_refusal(data):
    try:
        roster = read_roster(data)
    except BroadsheetError:
        return
    assert all(entry.address.text.isascii() for entry in roster.entries)
