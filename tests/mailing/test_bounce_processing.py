"""A folder of returned mail and a mailbox, gone through once: what became of each mail, and what stays unread."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.errors import ConfigError
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.bounce_processing import process_bounces
from broadsheet.mailing.signed_links import sign, signing_key
from broadsheet.mailing.subscribers import by_mailbox, subscribe
from broadsheet.settings.edition import Bounces
from broadsheet.store.state import open_state
from mailbox_server import MailboxServer
from returned_mail import dsn
from standing import NOW, sent

OURS = "<1.ann@example.org>"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A state in which an edition was sent to ann and to bob."""
    with contextlib.closing(open_state(tmp_path / "weekly.sqlite")) as opened:
        for name in ("ann", "bob"):
            person = subscribe(opened, parse_address(f"{name}@example.org"), now=NOW)
            sent(opened, 1, person.id, f"<1.{name}@example.org>")
        yield opened


def process(db: sqlite3.Connection, where: Bounces, home: Path, **environment: str) -> Counter:
    return process_bounces(db, where, home=home, environment=environment, now=NOW)


def test_each_mail_of_a_folder_is_looked_at_and_counted_by_what_became_of_it(db, tmp_path):
    word = sign("leave", by_mailbox(db, "bob@example.org").public, signing_key(db))
    folder = tmp_path / "papers" / "returned"
    folder.mkdir(parents=True)
    (folder / "1").write_bytes(dsn("ann@example.org", OURS))
    (folder / "2").write_bytes(dsn("ann@example.org", "<forged@example.org>"))
    (folder / "3").write_bytes(f"Subject: leave {word}\r\n\r\n".encode())
    (folder / "4").write_bytes(b"Subject: hello\r\n\r\n")
    where = Bounces(folder=Path("returned"))
    assert process(db, where, tmp_path / "papers") == {"suppressed": 1, "foreign": 1, "left": 1, "other": 1}
    assert [by_mailbox(db, f"{name}@example.org").state for name in ("ann", "bob")] == ["suppressed", "left"]
    assert process(db, where, tmp_path / "papers") == {"known": 2, "foreign": 1, "other": 1}


def test_in_a_mailbox_only_what_is_ours_is_marked_as_read(db, tmp_path, monkeypatch):
    with MailboxServer({1: dsn("ann@example.org", OURS), 2: b"Subject: private\r\n\r\n"}) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority_file(tmp_path)))
        where = Bounces(host="localhost", port=server.port, user="digest", password_env="BOX")
        assert process(db, where, tmp_path, BOX="secret") == {"suppressed": 1, "other": 1}
        assert server.seen == {1}


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (Bounces(), r"bounces\.folder"),
        (Bounces(host="localhost"), r"bounces\.password_env is not set"),
        (Bounces(host="localhost", password_env="BOX"), "the environment variable BOX is empty"),
    ],
)
def test_what_is_missing_is_named_before_anybody_is_asked(db, tmp_path, where, said):
    with pytest.raises(ConfigError, match=said):
        process(db, where, tmp_path)
