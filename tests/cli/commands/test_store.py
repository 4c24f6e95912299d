"""`broadsheet store`: the state of an edition is checked, and copied whole."""

from __future__ import annotations

from pathlib import Path

from commands import run
from month import FRIDAYS, configure, put, record, summary


def test_the_state_is_checked_and_copied_by_commands() -> None:
    configure()
    put("first.jsonl", record(1), record(2))
    summary(FRIDAYS[0])
    checked = run("store", "check", "--config", "weekly.yaml")
    assert checked.exit_code == 0, checked.stderr
    assert checked.stdout == ("File       weekly.sqlite\nState      sound\nEditions   1 published\nPapers     2 seen\n")
    assert run("store", "backup", "copy.sqlite", "--config", "weekly.yaml").exit_code == 0
    again = run("store", "backup", "copy.sqlite", "--config", "weekly.yaml")
    assert (again.exit_code, "is there already" in again.stderr) == (10, True)
    Path("weekly.sqlite").unlink()
    Path("copy.sqlite").rename("weekly.sqlite")
    assert summary(FRIDAYS[1])["seen"] == 2
