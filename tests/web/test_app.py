"""The door as a process: from asking to leaving by plain requests, and what it refuses."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import socket
import sqlite3
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.signed_links import signing_key
from broadsheet.mailing.subscribers import Subscriber, by_mailbox, subscribe
from broadsheet.store.editions import digest_of
from broadsheet.store.state import open_state
from broadsheet.store.subscriber_stars import paper_word, stars_of
from broadsheet.web.links import Links
from door_process import DoorProcess, link_in, open_door, until
from sample_digest import DIGEST
from standing_mail import add_edition

ONE_CLICK = "List-Unsubscribe=One-Click"
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorProcess]:
    with open_door(tmp_path_factory.mktemp("door")) as opened:
        yield opened


@contextlib.contextmanager
def state_of(door: DoorProcess) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_state(door.folder / "weekly.sqlite")) as db:
        yield db


def known(door: DoorProcess, address: str) -> Subscriber | None:
    with state_of(door) as db:
        return by_mailbox(db, address)


def member(door: DoorProcess, address: str) -> tuple[Subscriber, Links]:
    """Somebody who subscribes, and the links in their mails."""
    with state_of(door) as db:
        return subscribe(db, parse_address(address), now=NOW), Links(door.url, signing_key(db))


def path_of(link: str) -> str:
    return urllib.parse.urlsplit(link).path


def test_from_asking_through_choosing_to_leaving(door):
    assert door.subscribe("ann@example.org").status == 200
    mail = door.mail_to("ann@example.org")
    assert known(door, "ann@example.org").state == "pending"
    assert door.get(link_in(mail)).heading == "Confirm your subscription"
    assert known(door, "ann@example.org").state == "pending"
    confirmed = door.post(link_in(mail))
    assert (confirmed.status, known(door, "ann@example.org").state) == (200, "active")
    preferences = re.search(r'href="(/preferences/[^"]+)"', confirmed.body.decode())[1]
    assert 'value="weekly" checked' in door.get(preferences).body.decode()
    wishes = {"name": "Ann <b>", "interests": "moss\r\ntides\r\n", "frequency": "monthly", "language": "de"}
    assert door.post(preferences, urllib.parse.urlencode(wishes)).body.decode().count("Gespeichert.") == 1
    ann = known(door, "ann@example.org")
    assert (ann.name, ann.interests, ann.frequency, ann.language) == ("Ann <b>", ("moss", "tides"), "monthly", "de")
    leave = re.search(r'href="(/leave/[^"]+)"', door.get(preferences).body.decode())[1]
    assert door.get(leave).status == 200
    assert known(door, "ann@example.org").state == "active"
    assert door.post(leave).heading == "Sie sind abgemeldet"
    assert known(door, "ann@example.org").state == "left"
    assert door.post(link_in(mail)).status == 404
    assert known(door, "ann@example.org").state == "left"


def starrer(door: DoorProcess, address: str) -> tuple[Subscriber, Links, str]:
    """Somebody whose mail had an edition of the sample, their links, and the path to star its first paper."""
    ann, links = member(door, address)
    with state_of(door) as db:
        if digest_of(db, 1) is None:
            add_edition(db, 1, NOW)
    return ann, links, path_of(links.star(ann.public, paper_word(1, DIGEST.papers[0].key)))


def starred(door: DoorProcess, who: Subscriber) -> list[str]:
    with state_of(door) as db:
        return [star.paper.key for star in stars_of(db, who.id)]


def test_a_star_is_given_and_taken_back_by_a_button_and_by_no_get(door):
    ann, _, path = starrer(door, "star@example.org")
    for method in ("GET", "HEAD"):
        assert door.ask(method, f"{path}?star=give").status == 200
    asked = door.get(path)
    assert asked.heading == "Star this paper?"
    assert DIGEST.papers[0].title in asked.body.decode()
    assert starred(door, ann) == []
    assert door.post(path, "star=else").status == 400
    given = door.post(path, "star=give")
    assert (given.heading, "Your next mails heed it." in given.body.decode()) == ("Starred", True)
    assert starred(door, ann) == [DIGEST.papers[0].key]
    assert door.get(path).heading == "Starred"
    assert door.post(path, "star=take").heading == "Star this paper?"
    assert starred(door, ann) == []


def test_the_page_of_preferences_takes_one_star_away_or_all(door):
    ann, links, _ = starrer(door, "stars@example.org")
    keys = [paper.key for paper in DIGEST.papers[:3]]
    for key in keys:
        assert door.post(path_of(links.star(ann.public, paper_word(1, key))), "star=give").status == 200
    page = path_of(links.preferences(ann.public))
    assert f'value="{keys[1]}"' in door.get(page).body.decode()
    assert door.get(f"{page}/stars?all=yes").status == 200
    assert len(starred(door, ann)) == 3
    assert door.post(f"{page}/stars").status == 400
    assert door.post(f"{page}/stars", urllib.parse.urlencode({"paper": keys[1]})).status == 200
    assert sorted(starred(door, ann)) == sorted([keys[0], keys[2]])
    assert "Your stars" not in door.post(f"{page}/stars", "all=yes").body.decode()
    assert starred(door, ann) == []


def test_a_link_to_star_that_is_forged_or_of_somebody_who_left_stars_nothing(door):
    ann, links, path = starrer(door, "forged@example.org")
    word = paper_word(1, DIGEST.papers[0].key)
    changed = path[:-2] + ("AA" if path[-2:] != "AA" else "BB")
    dead = [
        changed,
        path_of(Links(door.url, b"x" * 32).star(ann.public, word)),
        path_of(links.star(ann.public, paper_word(1, "hash:none"))),
        path_of(links.star(ann.public, paper_word(7, DIGEST.papers[0].key))),
        path_of(links.star("test", word)),
        path_of(links.leave(ann.public)).replace("/leave/", "/star/"),
    ]
    assert [door.get(each).status for each in dead] == [404] * len(dead)
    assert [door.post(each, "star=give").status for each in dead] == [404] * len(dead)
    for headers in ({}, {"Origin": "https://evil.example"}):
        assert door.ask("POST", path, "star=give", **headers).status == 403
    assert starred(door, ann) == []
    door.post(path, "star=give")
    assert starred(door, ann) == [DIGEST.papers[0].key]
    door.post(path_of(links.leave(ann.public)))
    assert starred(door, ann) == []
    assert door.post(path, "star=give").status == 404
    assert starred(door, ann) == []


def test_the_mail_to_confirm_goes_to_one_and_is_marked_as_automatic(door):
    door.subscribe("to.one@example.org")
    mail = door.mail_to("to.one@example.org")
    assert mail["From"] == "Group weekly <digest@example.org>"
    assert mail["Subject"] == "Confirm: Group weekly"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert link_in(mail) in mail.get_body(("html",)).get_content()
    assert all(len(line) < 999 for line in bytes(mail).splitlines())


def test_one_click_leaves_by_post_and_nothing_leaves_by_get(door):
    ann, links = member(door, "click@example.org")
    path = path_of(links.leave(ann.public))
    for method in ("GET", "HEAD"):
        assert door.ask(method, path).status == 200
        assert door.ask(method, f"{path}?{ONE_CLICK}").status == 200
    assert known(door, "click@example.org").state == "active"
    assert door.ask("POST", path, ONE_CLICK).status == 200
    assert known(door, "click@example.org").state == "left"
    assert door.ask("POST", path, ONE_CLICK).status == 200


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}])
def test_a_form_of_another_site_changes_nothing(door, headers):
    ann, links = member(door, "foreign@example.org")
    with state_of(door) as db:
        db.execute("UPDATE subscribers SET state = 'pending' WHERE id = ?", (ann.id,))
    paths = {
        "/subscribe": "address=victim@example.org",
        path_of(links.confirm(ann.public, now=NOW)): "",
        path_of(links.preferences(ann.public)): "name=Eve",
        path_of(links.leave(ann.public)): "",
    }
    assert [door.ask("POST", path, body, **headers).status for path, body in paths.items()] == [403] * 4
    assert (known(door, "foreign@example.org").state, known(door, "foreign@example.org").name) == ("pending", "")
    assert known(door, "victim@example.org") is None


def test_the_answer_is_byte_for_byte_the_same_for_an_address_that_is_known(door):
    member(door, "known@example.org")
    left, links = member(door, "once@example.org")
    door.ask("POST", path_of(links.leave(left.public)), ONE_CLICK)
    answers = [door.subscribe(who) for who in ("known@example.org", "new@example.org", "once@example.org")]
    plain = [{k: v for k, v in answer.headers.items() if k != "date"} for answer in answers]
    assert plain[0] == plain[1] == plain[2]
    assert answers[0].body == answers[1].body == answers[2].body
    door.mail_to("new@example.org")
    door.mail_to("once@example.org")
    assert [mail for mail in door.mails() if mail["To"] == "known@example.org"] == []


def test_tokens_of_another_purpose_another_key_or_another_time_are_nothing(door):
    ann, links = member(door, "token@example.org")
    paths = ("confirm", "leave", "preferences")
    made = {
        "confirm": links.confirm(ann.public, now=NOW),
        "leave": links.leave(ann.public),
        "preferences": links.preferences(ann.public),
    }
    foreign = Links(door.url, b"x" * 32)
    tried = [f"/{there}/{link.rpartition('/')[2]}" for here, link in made.items() for there in paths if here != there]
    tried += [path_of(foreign.leave(ann.public)), path_of(links.confirm(ann.public, now=NOW - dt.timedelta(hours=49)))]
    tried += ["/leave/x", "/confirm/" + "A" * 3000, "/preferences/%00", "/leave/..%2f..%2fweekly.yaml"]
    for path in tried:
        assert [door.get(path).status, door.post(path, ONE_CLICK).status] == [404, 404], path
    assert known(door, "token@example.org").state == "active"


@pytest.mark.parametrize("text", ["", "no address", "a@example.org,b@example.org", "a@example.org%0d%0aBcc: b@x.org"])
def test_what_is_no_address_is_shown_again_with_what_is_wrong(door, text):
    answer = door.post("/subscribe", f"address={text}<b>")
    assert answer.status == 400
    assert b"This is not one mail address" in answer.body
    assert b"<b>" not in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/../weekly.yaml", "/..%2fweekly.yaml", "/%2e%2e/weekly.sqlite", "/.hidden", "/sub/.hidden", "//etc/passwd",
        "/%2fetc%2fpasswd", "/outside", "/..%5cweekly.yaml", "/weekly.yaml", "/%00", "/" + "a" * 5000,
    ],
)  # fmt: skip
def test_nothing_but_the_archive_is_read(door, path):
    site = door.folder / "site"
    (site / ".hidden").write_text("secret")
    (site / "sub").mkdir(exist_ok=True)
    (site / "sub" / ".hidden").write_text("secret")
    with contextlib.suppress(FileExistsError):
        (site / "outside").symlink_to(door.folder / "weekly.yaml")
    assert door.get(path).status == 404
    assert door.get("/").heading == "Archive"


def test_every_answer_bears_the_headers(door):
    for answer in (
        door.get("/"), door.get("/subscribe"), door.get("/nowhere"), door.post("/subscribe"), door.get("/health"),
        door.ask("PUT", "/"), door.get("/", Host="evil.example"), door.post("/subscribe", b"x" * 9000),
    ):  # fmt: skip
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "server" not in answer.headers
        assert "set-cookie" not in answer.headers


def test_other_methods_other_hosts_and_large_bodies_are_refused(door):
    assert [door.ask(method, "/subscribe").status for method in ("PUT", "DELETE", "OPTIONS", "TRACE")] == [405] * 4
    assert door.post("/").status == 405
    assert door.get("/subscribe", Host="evil.example").status == 421
    assert door.get("/health", Host="10.1.2.3").status == 200
    assert door.post("/subscribe", b"address=" + b"x" * 9000).status == 413
    assert door.ask("POST", "/subscribe", b"", Content_Length="99999999999", Sec_Fetch_Site="same-origin").status == 413


def test_a_body_without_a_length_is_bounded_too(door):
    where = urllib.parse.urlsplit(door.url)
    with socket.create_connection((where.hostname, where.port), timeout=30) as client:
        head = "POST /subscribe HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.sendall(head.encode() + b"1000\r\n" + b"x" * 4096 + b"\r\n")
        with contextlib.suppress(OSError):
            for _ in range(3):
                client.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        assert client.recv(64).startswith(b"HTTP/1.1 413")


def test_too_many_from_one_address_wait_and_one_mailbox_gets_few_mails(tmp_path):
    with open_door(tmp_path, door="requests_per_minute: 6, mails_per_day: 2") as door:
        ann, links = member(door, "ann@example.org")
        assert [door.subscribe("bo@example.org").status for _ in range(4)] == [200] * 4
        assert door.post("/leave/made-up", ONE_CLICK).status == 404
        assert [door.subscribe(f"x{number}@example.org").status for number in range(3)] == [200, 429, 429]
        refused = door.post("/leave/made-up", ONE_CLICK)
        assert (refused.status, refused.headers["retry-after"]) == (429, "60")
        assert door.get("/subscribe").status == 200
        assert door.ask("POST", path_of(links.leave(ann.public)), ONE_CLICK).status == 200
        assert known(door, "ann@example.org").state == "left"
        assert door.stop() == 0
        assert sorted(mail["To"] for mail in door.mails()) == ["bo@example.org", "bo@example.org", "x0@example.org"]


def test_told_to_end_it_still_posts_what_it_promised_and_ends_well(tmp_path):
    with open_door(tmp_path) as door:
        answers = [door.subscribe(f"reader{number}@example.org").status for number in range(5)]
        assert answers == [200] * 5
        assert door.stop() == 0
        assert len(door.mails()) == 5
        assert door.process.stderr.read() == ""
    assert not list(tmp_path.glob("*-wal"))


def test_two_who_ask_at_once_are_both_answered(door):
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda number: door.subscribe(f"crowd{number}@example.org").status, range(24)))
    assert answers == [200] * 24
    assert all(known(door, f"crowd{number}@example.org") for number in range(24))


def test_nobody_is_told_by_the_log_who_asked(tmp_path):
    with open_door(tmp_path) as door:
        (tmp_path / "outbox").write_text("no folder")
        door.subscribe("ann@example.org")
        assert door.stop() == 0
        said = door.process.stderr.read()
        assert "was not sent" in said
        assert "ann@" not in said


def test_before_the_first_edition_the_front_page_is_the_form(tmp_path):
    with open_door(tmp_path) as door:
        (tmp_path / "site" / "index.html").unlink()
        answer = door.get("/")
        assert (answer.status, answer.headers["location"]) == (307, "/subscribe")


def test_below_a_path_of_a_proxy_every_link_bears_it(tmp_path):
    with open_door(tmp_path, door='url: "https://papers.example.org/weekly"') as door:
        page = door.get("/weekly/subscribe", Host="papers.example.org")
        assert b'action="/weekly/subscribe"' in page.body
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" in page.headers
        assert door.get("/subscribe", Host="papers.example.org").body == page.body
        assert door.get("/weekly/", Host="papers.example.org").heading == "Archive"
        assert door.post("/weekly/subscribe", "address=ann@example.org").status == 200
        link = link_in(door.mail_to("ann@example.org"))
        assert link.startswith("/weekly/confirm/")
        assert door.post(link).status == 200


def test_who_was_forgotten_may_still_use_the_link_and_learns_nothing(door):
    from broadsheet.mailing.erasure import erase_subscriber

    ann, links = member(door, "forgotten@example.org")
    with state_of(door) as db:
        until(lambda: erase_subscriber(db, "forgotten@example.org", key=signing_key(db)))
    assert door.ask("POST", path_of(links.leave(ann.public)), ONE_CLICK).status == 200
    assert door.get(path_of(links.preferences(ann.public))).status == 404
    assert door.post(path_of(links.confirm(ann.public, now=NOW))).status == 404
    held = b"".join(file.read_bytes() for file in Path(door.folder).glob("weekly.sqlite*"))
    assert b"forgotten@" not in held


@pytest.mark.parametrize("address", ["ann%00@nul.example", "ann@nul.example%00", "%00"])
def test_an_address_with_a_nul_is_refused(door, address):
    assert door.post("/subscribe", f"address={address}").status == 400
    assert known(door, "ann@nul.example") is None


def test_a_form_that_cannot_be_read_blanks_no_preferences(door):
    eve, links = member(door, "eve@nul.example")
    path = path_of(links.preferences(eve.public))
    assert door.post(path, "name=Eve&interests=kettles").status == 200
    for body in ("name=E%00ve", "name=Eve&" + "&".join(f"x{n}=1" for n in range(30)), b"\xff\xfe"):
        assert door.post(path, body).status == 400
    assert known(door, "eve@nul.example").name == "Eve"


def test_two_hundred_and_sixty_half_open_requests_shut_the_door_to_nobody(door):
    where = urllib.parse.urlsplit(door.url)
    with contextlib.ExitStack() as stack:
        for _ in range(260):
            half = stack.enter_context(socket.create_connection((where.hostname, where.port), timeout=30))
            half.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        assert [door.get("/subscribe").status for _ in range(5)] == [200] * 5
