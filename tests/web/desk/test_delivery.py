"""A digest of the desk sent on: to the reader by a real mail server, once; and into the archive of a weekly."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import signal
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from broadsheet.store.desk import list_stars, open_desk
from broadsheet.store.editions import digest_of, published_numbers
from broadsheet.store.state import open_state
from commands import run as command
from desk_process import DeskProcess
from desk_process import open_desk as desk_of
from door_process import until
from mailserver import MailServer
from places import EXAMPLES

TEXT = (EXAMPLES / "listing.txt").read_text(encoding="utf-8")
RIS = "TY  - JOUR\nTI  - Knots in nets\nAU  - Ash, Ada\nAB  - Knots slip when wet, and hold when dry.\nER  - \n"
OWN = "ada@example.org"
SENDER = "Harbour weekly <weekly@example.org>"


def configure(folder: Path, server: MailServer | None = None, **more: Any) -> Path:
    """A weekly with one source, whose mails go to a server on loopback."""
    smtp = {"kind": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none"} if server else {}
    mail = {"from": SENDER, "to": [OWN], "transport": smtp}
    fields = {"title": "Harbour", "edition": {"title": "Harbour weekly"}, "sources": ["inbox"], "mail": mail, **more}
    (folder / "weekly.yaml").write_text(json.dumps(fields))
    (folder / "inbox").mkdir(exist_ok=True)
    return folder / "weekly.yaml"


def reworded(desk: DeskProcess, **settings: Any) -> dict[str, Any]:
    """A digest whose first TL;DR is the reader's own, and whose first paper has a star."""
    made = desk.digest(TEXT, **settings)
    key = made["digest"]["papers"][0]["key"]
    desk.ask("PATCH", path(made), {"edit": "reword", "paper_key": key, "tldr": "Lamps burn blue."})
    desk.ask("PUT", f"/api/v1/stars/{key}", {"run": made["id"]})
    return made


def path(made: dict[str, Any], rest: str = "") -> str:
    return f"/api/v1/digests/{made['id']}{rest}"


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(tls="none") as opened:
        yield opened


def test_a_digest_is_sent_to_its_reader_as_it_stands_and_once(tmp_path: Path, server: MailServer) -> None:
    with desk_of(tmp_path / "desk.sqlite", config=configure(tmp_path, server)) as desk:
        made = reworded(desk, title="Lamps of the week")
        first, second = (desk.ask("POST", path(made, "/mail"), {}) for _ in range(2))
        assert (first.status, first.json) == (200, second.json)
        ((to, data),) = server.kept
        message = parsed(data)
        assert (to, message["To"], message["From"]) == (OWN, OWN, SENDER)
        assert message["Message-ID"] == first.json["message_id"]
        assert "Lamps of the week" in message["Subject"]
        texts = [part.get_content() for part in message.iter_parts()]
        assert len(texts) == 2
        assert all("Lamps burn blue. (edited)" in text and text.count("Leave this list") == 0 for text in texts)
        key = made["digest"]["papers"][0]["key"]
        desk.ask("PATCH", path(made), {"edit": "reword", "paper_key": key, "tldr": "Lamps burn green."})
        assert desk.ask("POST", path(made, "/mail"), {}).status == 200
        assert "Lamps burn green." in parsed(server.kept[1][1]).as_string()


def test_what_a_server_puts_off_is_said_and_sent_again_under_its_message_id(tmp_path: Path) -> None:
    with (
        MailServer({("end", OWN): ["451 later", "lose"]}, tls="none") as server,
        desk_of(tmp_path / "desk.sqlite", config=configure(tmp_path, server)) as desk,
    ):
        made = desk.digest(TEXT)
        off = desk.ask("POST", path(made, "/mail"), {})
        assert (off.status, off.json["title"]) == (502, "The mail was not sent")
        assert "451 later" in off.json["detail"]
        assert desk.ask("POST", path(made, "/mail"), {}).status == 502  # taken, and hung up on without a word
        assert desk.ask("POST", path(made, "/mail"), {}).status == 200
        assert len({parsed(data)["Message-ID"] for _, data in server.kept}) == 1
        assert len(server.kept) == 2


def test_a_desk_that_is_killed_while_it_sends_sends_again_under_the_same_message_id(tmp_path: Path) -> None:
    with MailServer({("end", OWN): ["hang"]}, tls="none") as server:
        config = configure(tmp_path, server)
        with desk_of(tmp_path / "desk.sqlite", config=config) as desk:
            made = desk.digest(TEXT)
            with contextlib.closing(desk.send("POST", path(made, "/mail"), {})):
                until(lambda: not server.fails["end", OWN])
                busy = desk.ask("POST", path(made, "/mail"), {})
                assert (busy.status, "is being sent to you already" in busy.json["detail"]) == (409, True)
                desk.stop(signal.SIGKILL)
        with contextlib.closing(open_desk(tmp_path / "desk.sqlite")) as db:
            (claimed,) = db.execute("SELECT state, message_id FROM mails").fetchall()
        with desk_of(tmp_path / "desk.sqlite", config=config) as desk:
            sent = desk.ask("POST", path(made, "/mail"), {})
        assert (claimed["state"], sent.json["message_id"]) == ("claimed", claimed["message_id"])
        assert [parsed(data)["Message-ID"] for _, data in server.kept] == [claimed["message_id"]]


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        ({}, "mail.from is not set"),
        ({"from": SENDER}, "mail.to is empty: name your own address there"),
        ({"from": SENDER, "to": [OWN], "transport": {"kind": "smtp"}}, "mail.transport names no server"),
        ({"from": SENDER, "to": [OWN, "grace@example.org"]}, "`to` should be an address of mail.to"),
    ],
)
def test_what_is_missing_to_send_is_said_in_one_sentence(tmp_path: Path, mail: dict[str, Any], said: str) -> None:
    with desk_of(tmp_path / "desk.sqlite", config=configure(tmp_path, mail=mail)) as desk:
        made = desk.digest(TEXT)
        answer = desk.ask("POST", path(made, "/mail"), {})
        assert (answer.status, said in answer.json["detail"]) == (422, True), answer.json
        assert desk.ask("POST", path(made, "/mail"), {"to": "mallory@example.net"}).status == 422


def test_a_digest_becomes_the_next_edition_once_with_its_words_and_its_stars(tmp_path: Path) -> None:
    config = configure(tmp_path)
    with desk_of(tmp_path / "desk.sqlite", config=config) as desk:
        made = reworded(desk)
        kept = desk.ask("POST", path(made, "/edition"), {})
        assert (kept.status, kept.json) == (201, {"number": 1})
        page = (tmp_path / "site" / "editions" / "001" / "index.html").read_text(encoding="utf-8")
        assert "Lamps burn blue." in page
        again = desk.ask("POST", path(made, "/edition"), {})
        assert (again.status, again.json["title"]) == (409, "That edition exists")
        other = desk.digest(RIS)
        taken = desk.ask("POST", path(other, "/edition"), {"number": 1})
        assert (taken.status, "there is an edition 1 already" in taken.json["detail"]) == (409, True)
        assert desk.ask("POST", path(other, "/edition"), {"number": 2}).json == {"number": 2}
        digest = desk.ask("GET", path(made)).json["digest"]
        assert (digest["number"], digest["summaries"][0]["edited"]) == (None, True)
    with contextlib.closing(open_state(tmp_path / "weekly.sqlite")) as db:
        first = digest_of(db, 1)
        assert published_numbers(db) == [1, 2]
        assert first is not None
        assert (first.number, first.title, first.summaries[0].tldr) == (1, "Harbour weekly", "Lamps burn blue.")
    with contextlib.closing(open_desk(tmp_path / "desk.sqlite")) as db:
        assert [star.paper.key for star in list_stars(db)] == [made["digest"]["papers"][0]["key"]]


def test_what_was_kept_as_an_edition_is_not_new_to_the_weekly(tmp_path: Path) -> None:
    config = configure(tmp_path)
    with desk_of(tmp_path / "desk.sqlite", config=config) as desk:
        assert desk.ask("POST", path(desk.digest(TEXT), "/edition"), {}).status == 201
    (tmp_path / "inbox" / "same.txt").write_text(TEXT)
    made = command("weekly", "--config", str(config), "--json", "--no-send")
    assert made.exit_code == 0, made.stderr
    said = json.loads(made.stdout)
    assert (said["outcome"], said["seen"]) == ("nothing new", 36)


def test_without_a_weekly_it_is_said_what_to_configure(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("title: Alone\n")
    with desk_of(tmp_path / "desk.sqlite", config=tmp_path / "config.yaml") as desk:
        answer = desk.ask("POST", path(desk.digest(TEXT), "/edition"), {})
    assert (answer.status, "no weekly is configured" in answer.json["detail"]) == (422, True)
    assert sorted(file.name for file in tmp_path.iterdir() if "desk" not in file.name) == ["config.yaml"]
