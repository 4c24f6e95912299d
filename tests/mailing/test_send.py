"""An edition sent from the state to a server: to all it goes to, once, whatever the server and the machine do."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re

import pytest

from broadsheet.errors import ConfigError, MailError, StateError
from broadsheet.mailing.outbox import claim_next, count_mails
from broadsheet.mailing.send import Letters, queue_edition, send_test, sender_lives
from broadsheet.mailing.signed_links import read_token, signing_key
from broadsheet.mailing.smtp_replies import SENT, Outcome
from broadsheet.mailing.subscribers import by_mailbox, leave
from broadsheet.models import Highlight, Paper, Theme
from broadsheet.store.subscriber_stars import find_paper, keep_star
from fake_transport import Clock, Way, send
from kill_senders import kill_senders, send_at_once
from long_digest import long_digest
from sample_digest import DIGEST
from standing_mail import NOW, add_edition, add_person, kitchen_settings, open_kitchen


def test_an_edition_goes_to_all_once_and_a_second_run_to_nobody(tmp_path) -> None:
    db, way = open_kitchen(tmp_path / "s.sqlite", 3), Way()
    told = []
    done = send(db, tmp_path, way, report=told.append)
    assert (done.queued, done.sent, done.states["sent"]) == (3, 3, 3)
    assert send(db, tmp_path, way).sent == 0
    assert way.to == [f"reader{number}@example.net" for number in range(3)]
    assert len({mail["Message-ID"] for _, mail in way.kept}) == 3
    assert (told[-1].done, told[-1].total) == (3, 3)


def test_each_mail_has_its_readers_own_links_and_language(tmp_path) -> None:
    db, way = open_kitchen(tmp_path / "s.sqlite", 1), Way()
    add_person(db, "anna@example.net", language="de")
    send(db, tmp_path, way)
    texts = [next(mail.iter_parts()).get_content() for _, mail in way.kept]
    leaving = [mail["List-Unsubscribe"].split(">")[0].strip("<") for _, mail in way.kept]
    assert leaving[0] != leaving[1]
    assert all(
        link.startswith("https://door.example/leave/") and link in text
        for link, text in zip(leaving, texts, strict=True)
    )
    assert "Leave this list" in texts[0]
    assert "Abmelden" in texts[1]
    assert "https://archive.example/weekly/editions/001/" in texts[0]


def test_whom_the_configuration_names_gets_it_until_it_does_not(tmp_path) -> None:
    db, way = open_kitchen(tmp_path / "s.sqlite"), Way()
    named = {"to": ["boss@example.org", "aunt@example.org"]}
    send(db, tmp_path, way, mail=named)
    add_edition(db, 2, NOW + dt.timedelta(days=1))
    leave(db, by_mailbox(db, "aunt@example.org").public, now=NOW)
    send(db, tmp_path, way, edition=2, mail=named)
    add_edition(db, 3, NOW + dt.timedelta(days=2))
    send(db, tmp_path, way, edition=3)
    assert way.to == ["boss@example.org", "aunt@example.org", "boss@example.org"]


def test_a_mail_that_is_put_off_is_sent_a_minute_later_and_one_refused_is_not(tmp_path) -> None:
    db, clock = open_kitchen(tmp_path / "s.sqlite", 3), Clock()
    way = Way(Outcome("later", 451, "greylisted"), Outcome("refused", 554, "spam"))
    done = send(db, tmp_path, way, clock=clock)
    assert way.to == ["reader2@example.net", "reader0@example.net"]
    assert clock.at == NOW + dt.timedelta(minutes=1)
    assert (done.states["sent"], done.states["failed"], done.waiting) == (2, 1, 0)


def test_what_waits_too_long_is_left_to_the_next_run(tmp_path) -> None:
    db, clock = open_kitchen(tmp_path / "s.sqlite", 1), Clock()
    later = Outcome("later", 451, "greylisted")
    assert send(db, tmp_path, Way(*[later] * 9), clock=clock).waiting == 1
    assert clock.at <= NOW + dt.timedelta(minutes=15)
    clock.sleep(3600)
    assert send(db, tmp_path, Way(), clock=clock).sent == 1


def test_an_uncertain_mail_goes_again_with_the_same_id(tmp_path) -> None:
    db = open_kitchen(tmp_path / "s.sqlite", 1)
    ids = []

    class Losing(Way):
        def send(self, sender: str, to: str, data: bytes) -> Outcome:
            ids.append(email.message_from_bytes(data)["Message-ID"])
            return Outcome("uncertain") if len(ids) == 1 else SENT

    assert send(db, tmp_path, Losing()).states["sent"] == 1
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.parametrize(("kind", "standing"), [("refused", "queued"), ("gone", "queued"), ("later", "queued")])
def test_a_server_that_wants_none_of_our_mails_ends_the_run_and_keeps_the_queue(tmp_path, kind, standing) -> None:
    db = open_kitchen(tmp_path / "s.sqlite", 30)
    with pytest.raises(MailError, match="took none of the last mails"):
        send(db, tmp_path, Way(*[Outcome(kind)] * 30))
    assert count_mails(db, 1)[standing] >= 20
    assert count_mails(db, 1)["claimed"] == 0


def test_a_run_that_breaks_leaves_no_claim_and_doubts_only_what_may_have_left(tmp_path) -> None:
    db = open_kitchen(tmp_path / "s.sqlite", 3)
    with pytest.raises(MailError):
        send(db, tmp_path, Way(MailError("no server")))
    assert count_mails(db, 1)["queued"] == 3
    with pytest.raises(KeyboardInterrupt):
        send(db, tmp_path, Way(SENT, KeyboardInterrupt()))
    assert {state: number for state, number in count_mails(db, 1).items() if number} == {
        "queued": 1, "sent": 1, "uncertain": 1,
    }  # fmt: skip


def test_a_monthly_reader_gets_the_papers_of_all_editions_since_the_last_one(tmp_path) -> None:
    db, way = open_kitchen(tmp_path / "s.sqlite"), Way()
    add_person(db, "monthly@example.net", frequency="monthly")
    for number in range(2, 6):
        papers = (Paper(key=f"hash:{number}", title=f"Paper of edition {number}", abstract="It counts."),)
        themes = (Theme(title="Counting", paper_keys=(f"hash:{number}",)),)
        made = DIGEST.model_copy(update={"papers": papers, "themes": themes, "summaries": (), "highlights": ()})
        add_edition(db, number, NOW + dt.timedelta(weeks=number - 1), made)
        send(db, tmp_path, way, edition=number)
    assert len(way.kept) == 2
    text = next(way.kept[1][1].iter_parts()).get_content()
    assert [number for number in range(2, 6) if f"Paper of edition {number}" in text] == [3, 4]
    assert "editions since your last mail" in " ".join(text.split())


def test_interests_rank_a_readers_own_mail_and_nobody_elses(tmp_path) -> None:
    db, way = open_kitchen(tmp_path / "s.sqlite", 1), Way()
    add_person(db, "moss@example.net", interests=("moss that keeps time",))
    send(db, tmp_path, way)
    texts = [" ".join(next(mail.iter_parts()).get_content().split()) for _, mail in way.kept]
    assert "Ranked by your interests: tides" in texts[0]  # the edition's own
    assert "Ranked by your interests: moss that keeps time." in texts[1]
    assert texts[0].index("* Moss that keeps time") > texts[0].index("* A survey of singing kettles")
    assert texts[1].index("* Moss that keeps time") < texts[1].index("* A survey of singing kettles")
    assert "matches your interest in moss that keeps time" in texts[1]


def test_a_star_ranks_the_readers_own_mail_and_nobody_elses(tmp_path) -> None:
    db, way = open_kitchen(tmp_path / "s.sqlite", 2), Way()
    moss = next(paper for paper in DIGEST.papers if paper.title == "Moss that keeps time")
    keep_star(db, by_mailbox(db, "reader1@example.net").id, moss, now=NOW)
    send(db, tmp_path, way)
    texts = {to: " ".join(next(mail.iter_parts()).get_content().split()) for to, mail in way.kept}
    before, behind = "* Moss that keeps time", "* A survey of singing kettles"
    assert texts["reader0@example.net"].index(before) > texts["reader0@example.net"].index(behind)
    assert texts["reader1@example.net"].index(before) < texts["reader1@example.net"].index(behind)
    assert "your stars" in texts["reader1@example.net"]


def test_the_html_has_a_link_of_the_readers_own_to_star_each_paper(tmp_path) -> None:
    db, way = open_kitchen(tmp_path / "s.sqlite", 2), Way()
    send(db, tmp_path, way)
    found = []
    for to, mail in way.kept:
        plain, html = (part.get_content() for part in mail.iter_parts())
        links = set(re.findall(r"https://door\.example/star/([\w-]+)", html))
        signed = [read_token(link, "star", signing_key(db), NOW).partition(".") for link in links]
        assert {public for public, _, _ in signed} == {by_mailbox(db, to).public}
        assert {find_paper(db, word).key for _, _, word in signed} == {paper.key for paper in DIGEST.papers}
        assert "urn:broadsheet" not in plain + html
        assert set(re.findall(r"/star/([\w-]+)", plain)) < links  # of the papers to read first
        found.append(links)
    assert not found[0] & found[1]


def test_a_long_mail_keeps_its_papers_and_its_size_and_links_those_to_read_first_alone(tmp_path) -> None:
    digest = long_digest()
    digest = digest.model_copy(update={"highlights": (Highlight(paper_key=digest.papers[0].key, reason="It counts."),)})
    db, way = open_kitchen(tmp_path / "s.sqlite"), Way()
    add_person(db, "anna@example.net")
    add_edition(db, 2, NOW + dt.timedelta(days=1), digest)
    send(db, tmp_path, way, edition=2)
    ((_, mail),) = way.kept
    assert len(mail.as_bytes()) < 95_000
    assert next(reversed(list(mail.iter_parts()))).get_content().count("/star/") == 1


def test_no_sender_and_no_edition_are_told(tmp_path) -> None:
    db = open_kitchen(tmp_path / "s.sqlite", 1)
    with pytest.raises(ConfigError, match=r"mail\.from is not set"):
        send(db, tmp_path, Way(), mail={"from": None})
    with pytest.raises(StateError, match="no edition 7"):
        send(db, tmp_path, Way(), edition=7)


def test_a_test_mail_leaves_no_trace(tmp_path) -> None:
    db, way = open_kitchen(tmp_path / "s.sqlite", 1), Way()
    (outcome,) = send_test(
        db, 1, kitchen_settings(tmp_path), ["me@example.org"], now=NOW, sleep=lambda seconds: None, transport=way
    )
    assert (outcome.kind, way.to) == ("sent", ["me@example.org"])
    assert sum(count_mails(db, 1).values()) == 0
    assert by_mailbox(db, "me@example.org") is None


def test_the_claim_of_a_process_that_is_gone_is_known(tmp_path) -> None:
    import socket
    import subprocess
    import sys

    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert sender_lives(f"{socket.gethostname()}/{process.pid}/x") is False
    assert sender_lives("elsewhere/1/x") is None
    db = open_kitchen(tmp_path / "s.sqlite", 1)
    queue_edition(db, 1, kitchen_settings(tmp_path), now=NOW)
    claim_next(db, 1, f"{socket.gethostname()}/{process.pid}/x", now=NOW)
    done = send(db, tmp_path, Way())
    assert (done.recovered, done.sent) == (1, 1)


def test_killed_at_any_moment_senders_lose_nobody_and_repeat_one_mail_a_kill_at_most(tmp_path) -> None:
    tally = kill_senders(tmp_path, people=60, kills=8)
    assert tally.kills >= 5
    assert tally.lost == 0
    assert tally.repeated <= tally.kills
    assert tally.ids == 60


def test_two_senders_at_once_share_the_work(tmp_path) -> None:
    took = send_at_once(tmp_path, people=40, senders=2)
    assert sorted(took) == sorted(f"reader{number}@example.net" for number in range(40))


def test_letters_are_rendered_once_for_all_who_read_alike(tmp_path) -> None:
    db = open_kitchen(tmp_path / "s.sqlite", 1)
    letters = Letters(db, 1, kitchen_settings(tmp_path))
    assert letters.encoded(None, "", ()) is letters.encoded(None, "", ())
    assert letters.encoded(None, "de", ()) != letters.encoded(None, "", ())
