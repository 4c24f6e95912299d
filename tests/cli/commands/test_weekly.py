"""`broadsheet weekly`: what may be asked of a run, and what it says and ends with."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from broadsheet.editions import open_edition, run_edition
from commands import run as command
from loopback import ModelServer, complete
from month import FRIDAYS, configure, edition, put, record, summary, weekly

FRIDAY = dt.datetime(2026, 11, 6, 6, tzinfo=dt.UTC)
"""At seven in Berlin."""


@pytest.fixture(autouse=True)
def inbox() -> None:
    configure()
    put("first.jsonl", *(record(number) for number in range(4)))


def test_what_a_monitor_is_told_is_what_python_is_told():
    run = run_edition(open_edition("weekly.yaml"), FRIDAY)
    said = command("weekly", "--config", "weekly.yaml", "--now", "2026-11-06", "--json").stdout
    told = json.loads(said.splitlines()[-1])
    assert told["edition"] == run.made[0].number
    assert told["next_due"] == run.due.isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--dry-run", "--again", "1"], "do not go together"),
        (["--again", "1", "--rebuild"], "do not go together"),
        (["--now", "friday"], "--now 'friday' is no day: write it as 2026-11-20"),
        (["--since", "yesterday"], "--since 'yesterday' is no day"),
        (["--until", "2026-13-01"], "--until '2026-13-01' is no day"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_begun(flags, said):
    done = command("weekly", "--config", "weekly.yaml", *flags)
    assert (done.exit_code, said in done.stderr) == (2, True)
    assert not Path("weekly.sqlite").exists()


def test_a_day_means_the_hour_of_the_schedule_and_a_moment_means_itself():
    configure(schedule={"timezone": "Europe/Berlin", "at": "07:00"})
    assert summary("2026-11-06")["edition"] == 1
    assert edition(1)["created"] == "2026-11-06T07:00:00+01:00"
    put("second.jsonl", record(9))
    assert summary("2026-11-13T09:30:00+00:00")["edition"] == 2
    assert edition(2)["created"] == "2026-11-13T10:30:00+01:00"


def test_quiet_says_nothing_and_else_the_account_names_the_edition_and_when_the_next_is_due():
    quiet = command("weekly", "--config", "weekly.yaml", "--now", "2026-11-06", "--quiet")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")
    again = command("weekly", "--config", "weekly.yaml", "--now", "2026-11-06", "--again", "1")
    assert again.stdout.startswith("Edition 1 is made again.")
    assert "Next due   13 November 2026, 07:00 CET" in again.stdout


def test_the_archive_is_counted_when_it_is_written_again():
    summary("2026-11-06")
    assert command("weekly", "--config", "weekly.yaml", "--rebuild").stdout == "1 edition in site\n"


def test_mail_that_does_not_leave_ends_in_a_code_of_its_own_and_says_how_to_go_on():
    transport = {"kind": "smtp", "host": "127.0.0.1", "port": 9, "security": "none"}
    configure(mail={"from": "weekly@example.org", "to": ["ada@example.org"], "transport": transport})
    done = command("weekly", "--config", "weekly.yaml", "--now", "2026-11-06")
    assert done.exit_code == 12
    assert "`broadsheet send --resume` goes on." in done.stderr
    assert edition(1)["number"] == 1


def test_an_edition_whose_model_wrote_nothing_is_made_and_ends_in_the_code_of_a_model():
    with ModelServer(lambda call: complete("")) as server:
        backends = {"near": {"base_url": server.url, "model": "plain-8b"}}
        configure(llm={"backend": "near", "attempts": 1}, backends=backends)
        done = command("weekly", "--config", "weekly.yaml", "--now", "2026-11-06")
    assert done.exit_code == 6, done.stderr
    assert "the model did not write any of the 4 TL;DRs" in done.stderr
    assert {summary["method"] for summary in edition(1)["summaries"]} == {"extracted"}


def test_a_source_that_gave_papers_and_is_read_as_nothing_now_makes_no_empty_edition():
    path = put("a.jsonl", record(0), record(1))
    configure(sources=[path])
    assert weekly(FRIDAYS[0]).exit_code == 0
    for text in ("", "Moved.", "<html><body><p>Sign in to go on.</p></body></html>"):
        Path(path).write_text(text, encoding="utf-8")
        failed = weekly(FRIDAYS[1])
        assert (failed.exit_code, failed.stdout) == (3, ""), text
        assert "it gave papers before, and gives none now" in failed.stderr
        assert not Path("site/editions/002").exists()
    Path(path).unlink()
    assert weekly(FRIDAYS[1]).exit_code == 3
    put("a.jsonl", record(2))
    assert weekly(FRIDAYS[1]).exit_code == 0
    assert len(edition(2)["papers"]) == 1


def test_nothing_new_beside_a_source_that_failed_is_a_failure():
    configure(sources=[put("a.jsonl", record(0)), put("b.jsonl", record(1))])
    assert weekly(FRIDAYS[0]).exit_code == 0
    Path("inbox/b.jsonl").write_text("Moved.", encoding="utf-8")
    failed = weekly(FRIDAYS[1])
    assert failed.exit_code == 3
    assert "nothing is new, and not every source could be read, so no edition was made: it gave papers" in failed.stderr
    put("a.jsonl", record(0), record(2))
    assert weekly(FRIDAYS[1]).exit_code == 0
    assert edition(2)["sources"][1]["why"].startswith("it gave papers before, and gives none now: inbox/b.jsonl")
