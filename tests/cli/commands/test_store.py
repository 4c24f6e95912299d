"""`broadsheet store`: the state of an edition is checked, and copied whole."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("command", ["store check", "store backup copy.sqlite", "status", "send", "subscribers list"])
def test_a_command_that_only_looks_makes_no_state(command: str) -> None:
    configure()
    before = sorted(Path().iterdir())
    done = run(*command.split(), "--config", "weekly.yaml")
    assert (done.exit_code, done.stderr.count("\n")) == (10, 1)
    assert "weekly.sqlite: there is no state file yet; `broadsheet weekly` makes one" in done.stderr
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize("command", ["store check", "status", "send", "send --resume", "weekly", "weekly --dry-run"])
@pytest.mark.parametrize("harm", ["emptied", "gone", "damaged", "cut"])
def test_a_lost_or_damaged_state_ends_every_command_with_its_own_code(command: str, harm: str) -> None:
    configure()
    put("first.jsonl", record(1), record(2))
    summary(FRIDAYS[0])
    state, whole = Path("weekly.sqlite"), Path("weekly.sqlite").read_bytes()
    middle = len(whole) // 2 // 4096 * 4096
    if harm == "gone":
        state.unlink()
    else:
        damaged = whole[:middle] + b"\xff" * 4096 + whole[middle + 4096 :]
        ends = {"emptied": b"", "cut": whole[:middle], "damaged": damaged}
        state.write_bytes(ends[harm])
    page = Path("site/index.html").read_bytes()
    done = run(*command.split(), "--config", "weekly.yaml")
    assert (done.exit_code, done.stderr.count("\n")) == (10, 1), done.output
    assert "put back a copy" in done.stderr
    assert Path("site/index.html").read_bytes() == page


def test_an_edition_that_cannot_be_unpacked_is_damage_and_no_accident_of_ours() -> None:
    configure()
    put("first.jsonl", record(1))
    summary(FRIDAYS[0])
    with contextlib.closing(sqlite3.connect("weekly.sqlite")) as db, db:
        db.execute("UPDATE editions SET digest = x'00'")
    done = run("send", "--preview", "--config", "weekly.yaml")
    assert (done.exit_code, "edition 1 cannot be unpacked" in done.stderr) == (10, True)
