"""The state file: made private, brought up to date once, copied before, never silently replaced."""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.errors import StateError
from broadsheet.store import desk, state
from broadsheet.store.state import (
    MIGRATIONS,
    back_up,
    check_state,
    copies_beside,
    glance_at_state,
    opened_state,
    transaction,
    version_of,
)


@pytest.fixture
def open_state() -> Iterator:
    """`store.state.open_state`, whose connections are closed when the test ends."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **kinds: stack.enter_context(contextlib.closing(state.open_state(*args, **kinds)))


def rows_of(path: Path, query: str) -> list[tuple]:
    """What another program reads in the file."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def steps(folder: Path, *scripts: str) -> Path:
    """Migrations of a test's own."""
    folder.mkdir(exist_ok=True)
    for number, script in enumerate(scripts, start=1):
        (folder / f"{number:04d}_step.sql").write_text(script)
    return folder


def test_a_new_file_is_private_and_has_seen_every_migration(open_state, tmp_path):
    path = tmp_path / "deep" / "weekly.sqlite"
    db = open_state(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert version_of(db) == len(list(MIGRATIONS.glob("*.sql")))
    assert check_state(db) == []


def test_the_migrations_are_numbered_without_gap():
    assert [int(file.name[:4]) for file in sorted(MIGRATIONS.glob("*.sql"))] == [1, 2, 3, 4, 5, 6]


def test_an_older_file_keeps_its_rows_and_is_copied_before(open_state, tmp_path):
    path = tmp_path / "weekly.sqlite"
    one = "CREATE TABLE a (x); -- first; with a semicolon\n"
    db = open_state(path, migrations=steps(tmp_path / "m", one))
    db.execute("INSERT INTO a VALUES (7)")
    db.close()
    db = open_state(path, migrations=steps(tmp_path / "m", one, "ALTER TABLE a ADD COLUMN y;\nCREATE TABLE b (z);\n"))
    assert [tuple(row) for row in db.execute("SELECT * FROM a")] == [(7, None)]
    copy = tmp_path / "weekly.sqlite.before-0002"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert rows_of(copy, "SELECT * FROM a") == [(7,)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(open_state, tmp_path):
    path = tmp_path / "weekly.sqlite"
    open_state(path, migrations=steps(tmp_path / "m", "CREATE TABLE a (x);\n")).close()
    with pytest.raises(StateError, match="cannot be used"):
        open_state(path, migrations=steps(tmp_path / "m", "CREATE TABLE a (x);\n", "CREATE TABLE b (y);\nNONSENSE;\n"))
    db = open_state(path, migrations=steps(tmp_path / "n", "CREATE TABLE a (x);\n"))
    assert version_of(db) == 1
    assert [row[0] for row in db.execute("SELECT name FROM sqlite_master")] == ["a"]


def test_a_file_of_a_newer_broadsheet_is_left_alone(open_state, tmp_path):
    path = tmp_path / "weekly.sqlite"
    db = open_state(path)
    db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(StateError, match="newer Broadsheet"):
        open_state(path)


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough" * 40, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_no_state_is_named_and_kept(open_state, tmp_path, content):
    path = tmp_path / "weekly.sqlite"
    path.write_bytes(content)
    with pytest.raises(StateError, match=r"weekly\.sqlite: .*`edition\.state`"):
        open_state(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_not_built_upon(open_state, tmp_path):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(StateError, match="another program"):
        open_state(path)


def test_a_transaction_is_all_or_nothing(open_state, tmp_path):
    db = open_state(tmp_path / "s.sqlite", migrations=steps(tmp_path / "m", "CREATE TABLE a (x);\n"))
    with pytest.raises(sqlite3.OperationalError), transaction(db):
        db.executemany("INSERT INTO a VALUES (?)", [(1,), (2,)]).execute("INSERT INTO nowhere VALUES (1)")
    assert db.execute("SELECT count(*) FROM a").fetchone()[0] == 0


def test_a_copy_is_whole_private_and_never_over_another(open_state, tmp_path):
    db = open_state(tmp_path / "s.sqlite", migrations=steps(tmp_path / "m", "CREATE TABLE a (x);\n"))
    db.execute("INSERT INTO a VALUES (1)")
    target = tmp_path / "copy.sqlite"
    back_up(db, target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert rows_of(target, "SELECT x FROM a") == [(1,)]
    with pytest.raises(StateError, match="there already"):
        back_up(db, target)
    assert sorted(file.name for file in tmp_path.iterdir() if "part" in file.name) == []


def test_damage_is_found(open_state, tmp_path):
    db = open_state(tmp_path / "s.sqlite")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("INSERT INTO papers (key, edition, title) VALUES ('doi:10.1/x', 77, 'An invented title')")
    assert check_state(db) == ["a row of papers names a row of editions that is not there"]


def test_copies_of_the_state_are_named_and_other_databases_are_not(open_state, tmp_path):
    path = tmp_path / "weekly.sqlite"
    back_up(open_state(path), tmp_path / "older.bak")
    (tmp_path / "note.txt").write_text("SQLite format 3")
    with contextlib.closing(sqlite3.connect(tmp_path / "foreign.sqlite")) as other:
        other.execute("CREATE TABLE a (x)")
    shutil.copy(tmp_path / "older.bak", tmp_path / "weekly.sqlite.before-0003")
    assert [file.name for file in copies_beside(path)] == ["older.bak", "weekly.sqlite.before-0003"]


def archive_of(folder: Path) -> Path:
    """An archive with one edition."""
    page = folder / "site" / "editions" / "001" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<!doctype html>")
    return folder / "site"


@pytest.mark.parametrize("emptied", [True, False])
def test_a_state_that_is_lost_beside_its_archive_is_not_begun_anew(open_state, tmp_path, emptied):
    path, archive = tmp_path / "weekly.sqlite", archive_of(tmp_path)
    if emptied:
        path.touch()
    said = rf"weekly\.sqlite: is {'empty' if emptied else 'not there'}, though .*site holds editions"
    with pytest.raises(StateError, match=said):
        open_state(path, archive=archive)
    with pytest.raises(StateError, match=said), glance_at_state(path, archive=archive):
        pass
    assert path.exists() == emptied


@pytest.mark.parametrize(
    ("name", "emptied"),
    [
        ("weekly.sqlite.before-0003", True),
        ("weekly.sqlite.before-0003", False),
        ("weekly.sqlite.bak", False),
        ("copy.sqlite", True),
    ],
)
def test_a_state_that_is_lost_beside_its_copy_names_the_copy(open_state, tmp_path, name, emptied):
    path = tmp_path / "weekly.sqlite"
    open_state(tmp_path / name).close()
    if emptied:
        path.touch()
    with pytest.raises(StateError, match=f"though {name} beside it looks like a copy: put that in its place"):
        open_state(path)


def test_the_state_of_another_edition_is_no_copy(open_state, tmp_path):
    open_state(tmp_path / "monthly.sqlite").close()
    open_state(tmp_path / "weekly.sqlite")
    (tmp_path / "monthly.yaml").write_text("title: Monthly")
    (tmp_path / "daily.sqlite").touch()
    open_state(tmp_path / "daily.sqlite", archive=tmp_path / "site")


def test_a_state_that_must_be_there_is_not_made(tmp_path):
    path = tmp_path / "deep" / "weekly.sqlite"
    with pytest.raises(StateError, match="there is no state file yet"), opened_state(path, create=False):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_is_overwritten_in_the_middle_is_refused_before_anything_is_done_with_it(tmp_path, share):
    path = tmp_path / "weekly.sqlite"
    with opened_state(path) as db:
        db.execute("VACUUM")
    pages = bytearray(path.read_bytes())
    at = int(len(pages) * share) // 4096 * 4096
    pages[at : at + 4096] = b"\xff" * 4096
    path.write_bytes(pages)
    for opened in (opened_state(path), glance_at_state(path)):
        with pytest.raises(StateError, match="is damaged"), opened:
            pytest.fail("the block was entered")


@pytest.mark.parametrize("folder", [MIGRATIONS, desk.MIGRATIONS], ids=lambda folder: folder.name)
def test_migrations_are_numbered_from_one_without_a_gap_or_a_second(folder: Path) -> None:
    numbers = sorted(int(file.name[:4]) for file in folder.glob("*.sql"))
    assert numbers == list(range(1, len(numbers) + 1))
