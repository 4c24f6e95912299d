"""`broadsheet store`: the state of an edition is checked, and copied whole."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from pathlib import Path

import pytest

from broadsheet.models import Listing, Paper
from broadsheet.store.desk import DeskRun, Star, add_run, give_star, keep_made, open_desk
from commands import run
from month import FRIDAYS, configure, put, record, summary
from sample_digest import DIGEST
from standing import NOW


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


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk's file with a digest that is kept, one that waits, and a star."""
    file = tmp_path / "own" / "desk.sqlite"
    waiting = DeskRun("b", NOW, "queued", "Waits", 0, {}, None)
    with contextlib.closing(open_desk(file)) as db:
        add_run(db, dataclasses.replace(waiting, id="a", state="done", title="Kept"), Listing(papers=DIGEST.papers))
        keep_made(db, "a", DIGEST)
        add_run(db, waiting, Listing())
        give_star(db, Star(DIGEST.papers[0], 1, "", NOW))
    return file


def test_the_file_of_a_desk_is_checked_and_copied_whole(desk: Path) -> None:
    checked = run("store", "check", "--state", str(desk))
    assert checked.exit_code == 0, checked.stderr
    assert checked.stdout == f"File       {desk}\nState      sound\nDigests    1 kept, 1 unfinished\nStars      1\n"
    copy = desk.with_name("copy.sqlite")
    assert run("store", "backup", str(copy), "--state", str(desk)).exit_code == 0
    assert run("store", "check", "--state", str(copy)).stdout.splitlines()[1:] == checked.stdout.splitlines()[1:]


def test_a_lost_desk_is_not_begun_anew_beside_its_own_copy(desk: Path) -> None:
    assert run("store", "backup", f"{desk}.friday", "--state", str(desk)).exit_code == 0
    for file in desk.parent.glob("desk.sqlite*"):
        if file.name != "desk.sqlite.friday":
            file.unlink()
    done = run("desk", "--no-open", "--port", "0", "--state", str(desk))
    assert (done.exit_code, "desk.sqlite.friday beside it looks like a copy" in done.stderr) == (10, True)


def test_all_stars_of_a_desk_are_taken_away_for_good_and_nothing_else(desk: Path) -> None:
    title = "Zarfish by lamplight"
    with contextlib.closing(open_desk(desk)) as db:
        give_star(db, Star(Paper(key="hash:zarfish", title=title), -1, "", NOW))
    unnamed = run("store", "unstar")
    assert (unnamed.exit_code, "name the desk whose stars go" in unnamed.stderr) == (2, True)
    done = run("store", "unstar", "--state", str(desk))
    assert (done.exit_code, done.stdout) == (0, f"{desk}: 2 stars taken away\n")
    checked = run("store", "check", "--state", str(desk)).stdout
    assert "Digests    1 kept, 1 unfinished\nStars      0\n" in checked
    assert not any(title.encode() in file.read_bytes() for file in desk.parent.glob("desk.sqlite*"))


@pytest.mark.parametrize("command", ["check", "backup copy.sqlite", "unstar"])
def test_a_desk_that_nobody_opened_is_said_and_not_made(tmp_path: Path, command: str) -> None:
    done = run("store", *command.split(), "--state", str(tmp_path / "desk.sqlite"))
    assert (done.exit_code, "there is no file of a desk yet" in done.stderr) == (10, True)
    assert list(tmp_path.glob("desk*")) == []


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE runs SET digest = x'00' WHERE id = 'a'", "the digest of 2026-11-20 07:00 cannot be unpacked"),
        ("DELETE FROM shelf_content", "the search of the shelf: "),
    ],
)
def test_what_is_damaged_in_a_desk_is_found(desk: Path, harm: str, said: str) -> None:
    with contextlib.closing(sqlite3.connect(desk)) as db, db:
        db.execute(harm)
    done = run("store", "check", "--state", str(desk))
    assert (done.exit_code, said in done.stderr, done.stderr.count("\n")) == (10, True, 1), done.output
