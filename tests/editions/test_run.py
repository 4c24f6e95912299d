"""An edition made from Python, from collecting to sending; and what a run finds wrong before it begins."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import email
import re
from email import policy
from pathlib import Path

import pytest

import broadsheet.editions
from broadsheet.editions import (
    is_edition_due,
    open_edition,
    rebuild_archive,
    rehearse_edition,
    remake_edition,
    run_edition,
)
from broadsheet.errors import BroadsheetError, ConfigError, NoPapers, ReadingError, RunningAlready, UsageError
from broadsheet.store.lock import only_run
from commands import run as command
from commands import write
from loopback import ModelServer
from mailserver import AUTHORITY, MailServer
from month import broken_links, configure, edition, put, record, title_of, titles
from places import ROOT

FRIDAY = dt.datetime(2026, 11, 6, 6, tzinfo=dt.UTC)
"""At seven in Berlin."""
WEEK = dt.timedelta(weeks=1)
SENDER = "Kitchen weekly <weekly@example.org>"


@pytest.fixture
def inbox() -> None:
    configure()
    put("first.jsonl", *(record(number) for number in range(4)))


class Clock:
    """A clock that only sleep moves."""

    def __init__(self, now: dt.datetime) -> None:
        self.now, self.slept = now, 0.0

    def __call__(self) -> dt.datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += dt.timedelta(seconds=seconds)


def post(server: MailServer, **more) -> dict:
    """`mail:` for a server on loopback."""
    transport = {"kind": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none", **more}
    return {"from": SENDER, "to": ["ada@example.org", "ben@example.org"], "transport": transport}


def test_an_edition_is_collected_published_and_mailed_from_python():
    put("first.jsonl", *(record(number) for number in range(4)))
    with MailServer(tls="none") as server:
        standing = open_edition(configure(mail=post(server)))
        run = run_edition(standing, FRIDAY)
        assert [(one.outcome, one.number) for one in run.made] == [("made", 1)]
        assert {paper.title for paper in run.made[0].digest.papers} == {title_of(number) for number in range(4)}
        assert run.made[0].files[-1] == Path("site/index.html")
        assert run.due == FRIDAY + WEEK
        assert str(run.due.tzinfo) == "Europe/Berlin"
        assert (run.sending.report.sent, run.sending.is_complete) == (2, True)
        assert sorted(server.to) == ["ada@example.org", "ben@example.org"]

        put("second.jsonl", record(9))
        later = run_edition(standing, FRIDAY + WEEK)
        assert [(one.outcome, one.number) for one in later.made] == [("made", 2)]
        assert later.made[0].listing.seen == 4
    assert titles(2) == {title_of(9)}
    assert broken_links(Path("site")) == []
    letter = email.message_from_bytes(server.kept[-1][1], policy=policy.default)
    assert title_of(9) in " ".join(letter.get_body(("plain",)).get_content().split())
    assert len(server.kept) == 4


def test_the_example_of_the_guide_runs_and_prints_what_stands_there(capsys):
    guide = (ROOT / "docs/weekly.md").read_text(encoding="utf-8")
    code, printed = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", guide, re.DOTALL).groups()
    put("first.jsonl", record(1))
    configure(mail={"from": SENDER, "to": ["ada@example.org"]})
    exec(compile(code, "docs/weekly.md", "exec"), {})
    assert capsys.readouterr().out.splitlines()[:2] == printed.splitlines()[:2]


def test_a_second_run_of_the_day_makes_nothing_and_sends_nothing():
    put("first.jsonl", record(1))
    with MailServer(tls="none") as server:
        standing = open_edition(configure(mail=post(server)))
        run_edition(standing, FRIDAY)
        again = run_edition(standing, FRIDAY + dt.timedelta(hours=1))
        assert [(one.outcome, one.number) for one in again.made] == [("nothing new", 1)]
        assert again.sending is None
        assert len(server.kept) == 2


def test_a_mail_server_that_is_not_there_is_told_of_in_the_result_and_the_next_run_sends():
    put("first.jsonl", record(1))
    with MailServer(tls="none") as server:
        mail = post(server)
    clock = Clock(FRIDAY)
    run = run_edition(open_edition(configure(mail=mail)), FRIDAY, clock=clock, sleep=clock.sleep)
    assert run.made[0].outcome == "made"
    assert (run.sending.report, run.sending.is_complete) == (None, False)
    assert "127.0.0.1" in run.sending.errors[0]
    with MailServer(tls="none") as server:
        later = run_edition(open_edition(configure(mail=post(server))), FRIDAY, if_due=True)
    assert later.made[0].outcome == "nothing new"
    assert (later.sending.report.sent, later.sending.is_complete) == (2, True)


def test_mail_that_is_put_off_waits_by_the_clock_and_the_sleep_that_are_handed_in():
    put("first.jsonl", record(1))
    clock = Clock(FRIDAY)
    with MailServer({("rcpt", "ada@example.org"): ["451 later"] * 2}, tls="none") as server:
        standing = open_edition(configure(mail=post(server)))
        run = run_edition(standing, FRIDAY, clock=clock, sleep=clock.sleep)
        assert sorted(server.to) == ["ada@example.org", "ben@example.org"]
    assert run.sending.is_complete
    assert clock.slept >= 60


def test_the_password_of_the_mail_server_stands_in_the_environment_that_is_handed_in(monkeypatch):
    put("first.jsonl", record(1))
    AUTHORITY.cert_pem.write_to_path("ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", "ca.pem")
    with MailServer(login=("us", "swordfish")) as server:
        mail = post(server, host="localhost", security="starttls", user="us", password_env="KITCHEN_WORD")
        run = run_edition(open_edition(configure(mail=mail)), FRIDAY, environment={"KITCHEN_WORD": "swordfish"})
        assert run.sending.report.sent == len(server.kept) == 2


def test_a_chat_room_that_cannot_be_told_is_told_of_in_the_result(inbox):
    standing = open_edition(configure(mail={"from": SENDER}, notify={"url_envs": ["KITCHEN_ROOM"]}))
    sending = run_edition(standing, FRIDAY, environment={}).sending
    assert sending.errors == ("KITCHEN_ROOM: is empty; put the address of the room there.",)
    assert not sending.is_complete


def test_whether_an_edition_is_due_is_asked_without_making_one(inbox):
    standing = open_edition("weekly.yaml")
    assert is_edition_due(standing, FRIDAY)
    assert not Path("weekly.sqlite").exists()
    run_edition(standing, FRIDAY)
    thursday = FRIDAY + dt.timedelta(days=6)
    assert not is_edition_due(standing, thursday)
    assert [(one.outcome, one.number) for one in run_edition(standing, thursday, if_due=True).made] == [("not due", 1)]
    assert is_edition_due(standing, FRIDAY + WEEK)


def test_an_edition_that_is_owed_to_its_readers_is_due(inbox):
    standing = open_edition(configure(mail={"from": SENDER, "to": ["ada@example.org"]}))
    run_edition(standing, FRIDAY, send=False)
    assert is_edition_due(standing, FRIDAY)
    assert not is_edition_due(standing, FRIDAY, send=False)
    sent = run_edition(standing, FRIDAY, if_due=True)
    assert (sent.made[0].outcome, sent.sending.report.sent) == ("nothing new", 1)


def test_a_rehearsal_writes_nothing(inbox):
    before = sorted(Path().rglob("*"))
    run = rehearse_edition(open_edition("weekly.yaml"), FRIDAY)
    assert [(one.outcome, one.number, len(one.listing.papers)) for one in run.made] == [("would make", 1, 4)]
    assert sorted(Path().rglob("*")) == before


def test_an_edition_is_made_again_and_the_archive_rebuilt_from_the_state(inbox):
    standing = open_edition("weekly.yaml")
    run_edition(standing, FRIDAY)
    Path("inbox/first.jsonl").unlink()
    page = Path("site/editions/001/index.html")
    page.unlink()
    run = remake_edition(standing, 1, FRIDAY + WEEK)
    assert [(one.outcome, one.number) for one in run.made] == [("again", 1)]
    assert titles(1) == {title_of(number) for number in range(4)}
    page.unlink()
    assert rebuild_archive(standing, FRIDAY) == 1
    assert page.is_file()
    with pytest.raises(UsageError, match="no edition 7"):
        remake_edition(standing, 7, FRIDAY)


def test_a_moment_without_a_zone_is_one_of_the_schedule(inbox):
    run = run_edition(open_edition("weekly.yaml"), dt.datetime(2026, 11, 6, 7))  # noqa: DTZ001 - as people write it
    assert run.made[0].digest.created == FRIDAY


def test_the_days_that_are_asked_for_bound_what_is_taken():
    configure()
    put("first.jsonl", record(1, published="2026-11-02"), record(2, published="2026-10-01"))
    run = run_edition(open_edition("weekly.yaml"), FRIDAY, since=dt.date(2026, 11, 1), until=dt.date(2026, 11, 5))
    assert {paper.title for paper in run.made[0].digest.papers} == {title_of(1)}


def test_the_flags_of_a_program_count_before_the_file_and_progress_is_reported(inbox):
    heard = []
    with ModelServer() as server:
        backends = {"near": {"base_url": server.url, "model": "plain-8b", "context": 8192}}
        standing = open_edition(configure(backends=backends), {"llm": {"backend": "near"}})
        run = run_edition(standing, FRIDAY, report=heard.append)
    assert run.made[0].digest.engine.backend == "near"
    assert heard[-1].total


def test_beside_another_run_nothing_is_touched(inbox):
    standing = open_edition("weekly.yaml")
    with only_run(standing.paths.state, now=FRIDAY), pytest.raises(RunningAlready):
        run_edition(standing, FRIDAY)
    assert not Path("weekly.sqlite").exists()


def test_inside_an_event_loop_a_run_says_how_to_be_called_and_begins_nothing(inbox):
    standing = open_edition("weekly.yaml")

    async def straight() -> None:
        run_edition(standing, FRIDAY)

    async def in_a_thread() -> str:
        return (await asyncio.to_thread(run_edition, standing, FRIDAY)).made[0].outcome

    with pytest.raises(UsageError, match=r"asyncio\.to_thread"):
        asyncio.run(straight())
    assert not Path("weekly.sqlite").exists()
    assert asyncio.run(in_a_thread()) == "made"


WRONG: list[tuple[dict, type[BroadsheetError], str]] = [
    ({"interests": ["liked.bib"]}, ConfigError, "liked.bib: there is no such file"),
    ({"interests": ["arxiv:cs.CL"]}, ConfigError, "an interest is a phrase or a file of papers"),
    ({"interests": ["empty.bib"]}, ReadingError, "empty.bib"),
    ({"interests": ["menu.txt"]}, NoPapers, "menu.txt"),
    ({"top": 3}, ConfigError, "`top` takes the best matches of your interests"),
]


@pytest.mark.parametrize(("wrong", "kind", "said"), WRONG)
def test_wrong_interests_are_refused_before_anything_is_read_or_begun(inbox, wrong, kind, said):
    write("", "empty.bib")
    write("Menu\n", "menu.txt")
    standing = open_edition(configure(**wrong))
    heard = []
    standing = dataclasses.replace(
        standing, settings=standing.settings.model_copy(update={"sources": ("inbox/none-of-these.jsonl",)})
    )  # a source that is not there would be told of, were it read
    with pytest.raises(kind, match=said):
        run_edition(standing, FRIDAY, report=heard.append)
    assert heard == []
    assert not Path("weekly.sqlite").exists()
    assert not Path("site").exists()


@pytest.mark.parametrize(("wrong", "kind", "said"), WRONG)
def test_the_command_refuses_wrong_interests_before_an_edition_begins_and_the_next_run_makes_it(
    inbox, wrong, kind, said
):
    write("", "empty.bib")
    write("Menu\n", "menu.txt")
    configure(**wrong)
    done = command("weekly", "--config", "weekly.yaml", "--now", "2026-11-06", "--quiet")
    assert done.exit_code == kind.exit_code
    assert said in done.stderr
    assert not Path("weekly.sqlite").exists()
    configure(interests=["kettles"])
    assert command("weekly", "--config", "weekly.yaml", "--now", "2026-11-06", "--quiet").exit_code == 0
    assert edition(1)["interests"] == ["kettles"]


def test_an_edition_that_waits_is_not_touched_by_a_run_that_is_refused(inbox):
    run_edition(open_edition("weekly.yaml"), FRIDAY)
    kept = Path("weekly.sqlite").read_bytes()
    put("second.jsonl", record(9))
    with pytest.raises(ConfigError):
        run_edition(open_edition(configure(interests=["liked.bib"])), FRIDAY + WEEK)
    assert Path("weekly.sqlite").read_bytes() == kept


def test_the_public_names_are_sorted_and_there():
    assert broadsheet.editions.__all__ == sorted(broadsheet.editions.__all__)
    for name in broadsheet.editions.__all__:
        assert getattr(broadsheet.editions, name) is not None
    assert not hasattr(broadsheet.editions, "unmake_edition")


def test_the_shipped_listings_one_week_after_the_other_give_no_theme_without_a_name() -> None:
    config = write("sources: [inbox/*]\n", "weekly.yaml")
    for week, name in enumerate(("listing.txt", "listing.json")):
        Path("inbox").mkdir(exist_ok=True)
        (Path("inbox") / name).write_bytes((ROOT / "examples" / name).read_bytes())
        made = run_edition(open_edition(config), FRIDAY + week * WEEK).made[-1].digest
        assert made is not None
        titles = [theme.title for theme in made.themes]
        assert all(title and "unnamed" not in title.lower() for title in titles), titles


def test_an_edition_has_one_date_on_its_page_in_the_archive_the_feeds_and_the_mail() -> None:
    late = [record(1) | {"published": "2025-02-03"}, record(2) | {"published": "2026-11-05"}]
    configure(mail={"from": SENDER, "to": ["ada@example.org"]}, output={"formats": ["html", "txt", "json"]})
    put("first.jsonl", *late)
    run_edition(open_edition("weekly.yaml"), dt.datetime(2026, 11, 6, 23, 30, tzinfo=dt.UTC))  # the 7th in Berlin
    (mail,) = (email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in Path("outbox").iterdir())
    texts = {name: Path("site", name).read_text(encoding="utf-8") for name in
             ("index.html", "feed.xml", "feed.json", "editions/001/index.html", "editions/001/digest.txt")}  # fmt: skip
    texts |= {"subject": mail["Subject"], "plain": mail.get_body(("plain",)).get_content()}
    texts |= {"html": mail.get_body(("html",)).get_content()}
    for name, text in texts.items():
        text = text.replace("&nbsp;", " ")  # noqa: PLW2901
        assert "7 November 2026" in text, name
        assert "6 November 2026" not in text, name
        assert "February 2025 –" not in text, name
