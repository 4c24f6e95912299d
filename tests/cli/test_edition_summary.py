"""What a run of an edition tells a person and a monitor of its mails."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from broadsheet.cli.edition_summary import edition_account, edition_summary
from broadsheet.editions.edition import EditionOutcome
from broadsheet.editions.run import EditionRun, Sending
from broadsheet.mailing.send import SendReport

DUE = dt.datetime(2026, 11, 27, 7, tzinfo=dt.UTC)
STATES = {"queued": 1, "claimed": 0, "sent": 40, "uncertain": 2, "failed": 0, "suppressed": 1}
REPORT = SendReport(edition=7, queued=43, recovered=0, sent=12, states=STATES)


def run(sending: Sending | None) -> EditionRun:
    return EditionRun((EditionOutcome("not due", 7),), DUE, sending)


def test_mails_are_counted():
    sent = run(Sending(7, REPORT))
    assert edition_account(sent, archive=Path("site")) == [
        "No edition is due; the last one is 7.",
        "",
        "Mail       12 sent, 3 waiting",
        "Next due   27 November 2026, 07:00 UTC",
    ]
    assert edition_summary(sent, archive=Path("site"))["sent"] == {"now": 12, **STATES, "waiting": 3, "error": ""}


def test_what_went_wrong_is_told_to_a_monitor_and_no_count_claims_otherwise():
    refused = run(Sending(7, None, errors=("the mail server took nothing.",)))
    told = edition_summary(refused, archive=Path("site"))["sent"]
    assert told == {"now": 0, "waiting": None, "error": "the mail server took nothing."}
    untold = run(Sending(7, REPORT, errors=("ROOM: is empty.", "HALL: is empty.")))
    assert edition_summary(untold, archive=Path("site"))["sent"]["error"] == "ROOM: is empty. HALL: is empty."
    for made in (refused, untold):
        assert not any(line.startswith("Mail") for line in edition_account(made, archive=Path("site")))


def test_without_mail_none_is_told():
    assert edition_summary(run(None), archive=Path("site"))["sent"] is None


def test_the_archive_is_named_once_it_is_there(tmp_path):
    (tmp_path / "index.html").touch()
    assert f"Archive    {tmp_path}/index.html" in edition_account(run(None), archive=tmp_path)
