"""Who is forgotten is in no byte of the file; what else holds their address is named."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from broadsheet.errors import StateError
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.bounces import ReturnedMail, note_returned
from broadsheet.mailing.erasure import erase_subscriber, holding
from broadsheet.mailing.request_limits import Limit, spend
from broadsheet.mailing.signed_links import signing_key
from broadsheet.mailing.subscribers import Preferences, subscribe
from broadsheet.models import Paper
from broadsheet.store import state
from broadsheet.store.state import check_state, open_state
from broadsheet.store.subscriber_stars import keep_star
from standing import NOW, sent

ANN = parse_address("ann.reed@example.org")


def bytes_beside(path):
    """All that lies in the file and in its journals."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def crowd(db, number):
    for count in range(number):
        subscribe(db, parse_address(f"reader{count}@example.org"), Preferences(name=f"Reader {count}" * 9), now=NOW)


def test_an_address_is_in_no_byte_of_the_file_once_forgotten(tmp_path):
    path = tmp_path / "weekly.sqlite"
    with contextlib.closing(open_state(path)) as db:
        crowd(db, 40)
        ann = subscribe(db, ANN, Preferences(name="Ann Reed", interests=("tidal pools",)), now=NOW)
        crowd(db, 80)  # pages split around her row
        keep_star(db, ann.id, Paper(key="hash:9", title="Snails by moonlight"), now=NOW)
        sent(db, 1, ann.id, f"<1.{ann.public}@example.org>")
        note_returned(
            db, ReturnedMail((f"<1.{ann.public}@example.org>",), (ANN.mailbox,), "hard", "no ann.reed here"), now=NOW
        )
        spend(db, Limit("mails", 3, 60), ANN.mailbox, key=signing_key(db), now=NOW.timestamp())
        assert b"Snails by moonlight" in bytes_beside(path)
        assert b"ann.reed" in bytes_beside(path)
        assert erase_subscriber(db, ANN.mailbox, key=signing_key(db))
        held = bytes_beside(path)
        for trace in (b"ann.reed", b"Ann Reed", b"tidal pools", b"Snails by moonlight", ann.public.encode()):
            assert trace not in held, trace
        assert db.execute("SELECT count(*) FROM sendings").fetchone()[0] == 0
        assert db.execute("SELECT count(*) FROM bounces").fetchone()[0] == 0
        assert db.execute("SELECT count(*) FROM limits").fetchone()[0] == 0
        assert db.execute("SELECT count(*) FROM subscribers").fetchone()[0] == 80
        assert check_state(db) == []
    assert b"ann.reed" not in bytes_beside(path)


def test_forgetting_one_counts_not_for_another(tmp_path):
    with contextlib.closing(open_state(tmp_path / "weekly.sqlite")) as db:
        limit, key = Limit("mails", 1, 60), signing_key(db)
        spend(db, limit, "bo@example.org", key=key, now=5.0)
        assert not erase_subscriber(db, ANN.mailbox, key=key)
        assert not spend(db, limit, "bo@example.org", key=key, now=6.0)


def test_a_file_that_another_reads_says_to_try_again(tmp_path, monkeypatch):
    monkeypatch.setattr(state, "PATIENCE_SECONDS", 0.1)
    path = tmp_path / "weekly.sqlite"
    with contextlib.closing(open_state(path)) as db, contextlib.closing(sqlite3.connect(path)) as reader:
        subscribe(db, ANN, now=NOW)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM subscribers").fetchall()
        with pytest.raises(StateError, match="once more"):
            erase_subscriber(db, ANN.mailbox, key=signing_key(db))
        reader.execute("COMMIT")
        assert not erase_subscriber(db, ANN.mailbox, key=signing_key(db))
    assert b"ann.reed" not in bytes_beside(path)


def test_mail_that_names_the_address_is_found_in_folders_and_below(tmp_path):
    (tmp_path / "outbox" / "new").mkdir(parents=True)
    (tmp_path / "outbox" / "new" / "1.eml").write_text("To: Ann.Reed@example.org\n\n")
    (tmp_path / "outbox" / "2.eml").write_text("To: bo@example.org\n\n")
    assert [file.name for file in holding([tmp_path / "outbox", tmp_path / "gone"], ANN.mailbox)] == ["1.eml"]


def test_the_test_would_see_what_a_mere_delete_leaves(tmp_path):
    path = tmp_path / "weekly.sqlite"
    with contextlib.closing(open_state(path)) as db:
        subscribe(db, ANN, now=NOW)
        db.execute("DELETE FROM subscribers")
        assert b"ann.reed" in bytes_beside(path)
        state.scrub(db)
        assert b"ann.reed" not in bytes_beside(path)


def test_what_another_program_deleted_and_did_not_overwrite_is_gone_too(tmp_path):
    path = tmp_path / "weekly.sqlite"
    with contextlib.closing(open_state(path)) as db:
        subscribe(db, ANN, now=NOW)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA secure_delete = OFF")
        other.execute("DELETE FROM subscribers")
    assert b"ann.reed" in path.read_bytes()
    with contextlib.closing(open_state(path)) as db:
        assert not erase_subscriber(db, ANN.mailbox, key=signing_key(db))
    assert b"ann.reed" not in bytes_beside(path)
