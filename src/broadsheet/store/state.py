"""The one file that an edition keeps between runs: opened, brought up to date by numbered migrations, checked, copied.

A migration is `migrations/NNNN_name.sql`; once released it is never changed. Before the first one that touches a file
with something in it, the file is copied aside. Unlike a cache, this file is not worth losing: nothing here deletes it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from broadsheet.errors import StateError

STEP_SECONDS = 0.02


def write_ahead(db: sqlite3.Connection, *, patience: float) -> None:
    """Switches the journal; while another run is doing so SQLite refuses at once, so it is tried for a while.

    Raises `sqlite3.OperationalError` where it cannot be done within `patience`, in seconds.
    """
    for _ in range(int(patience / STEP_SECONDS)):
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(STEP_SECONDS)
        else:
            return
    db.execute("PRAGMA journal_mode = WAL")


PATIENCE_SECONDS = 30.0
"""How long one writer waits for another."""
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
APPLICATION = 0x42534854
"""SQLite's application id of our files: the letters BSHT."""
ELSEWHERE = "under `edition.state`, or a desk's with --state"
_SQLITE = b"SQLite format 3\0"


def open_state(
    path: Path,
    *,
    archive: Path | None = None,
    create: bool = True,
    migrations: Path = MIGRATIONS,
    application: int = APPLICATION,
) -> sqlite3.Connection:
    """Opens the file, made where there is none, readable by its owner only, and brings it up to date.

    Statements are autocommitted outside `transaction`. Raises `StateError` for a file that is no state of ours, is
    damaged, comes from a newer Broadsheet, or cannot be written; for one that is lost, by its copies or by what the
    `archive` holds; and, unless `create`, for one that is not there.
    """
    check_kept(path, archive, application=application)
    if not create and not path.exists():
        raise StateError(f"{path}: there is no state file yet; `broadsheet weekly` makes one with the first edition.")
    try:
        _make_private(path)
        db = sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise StateError(f"{path}: cannot be opened ({error}); check the folder and its permissions.") from error
    try:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        write_ahead(db, patience=PATIENCE_SECONDS)
        db.execute("PRAGMA synchronous = FULL")  # a mail that is down as sent stays so when the power goes
        _migrate(db, path, _numbered(migrations), application)
    except sqlite3.Error as error:
        db.close()
        raise StateError(_explain(error, path)) from error
    except BaseException:
        db.close()
        raise
    return db


@contextlib.contextmanager
def opened_state(
    path: Path,
    *,
    archive: Path | None = None,
    create: bool = True,
    migrations: Path = MIGRATIONS,
    application: int = APPLICATION,
) -> Iterator[sqlite3.Connection]:
    """The state while the block works with it; what it cannot write or read any more is a `StateError`.

    A damaged file is refused before the block begins: what is read of it may be wrong without an error of SQLite's.
    """
    opened = open_state(path, archive=archive, create=create, migrations=migrations, application=application)
    with contextlib.closing(opened) as db:
        try:
            _check_sound(db)
            yield db
        except sqlite3.Error as error:
            raise StateError(_explain(error, path)) from error


@contextlib.contextmanager
def glance_at_state(
    path: Path, *, archive: Path | None = None, migrations: Path = MIGRATIONS
) -> Iterator[sqlite3.Connection]:
    """The state in memory, brought up to date there, or an empty one where there is no file; nothing is written.

    Raises `StateError` for what cannot be read, or is lost.
    """
    check_kept(path, archive)
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        try:
            if path.exists():
                with contextlib.closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as file:
                    file.backup(db)
            db.row_factory = sqlite3.Row
            _migrate(db, path, _numbered(migrations), APPLICATION, copied=False)
            _check_sound(db)
            yield db
        except sqlite3.Error as error:
            raise StateError(_explain(error, path)) from error


def check_kept(path: Path, archive: Path | None, *, application: int = APPLICATION) -> None:
    """Raises `StateError` where the file is gone or empty, and its copies or the editions of the archive are not."""
    there = path.exists()
    if there and path.stat().st_size:
        return
    now = "is empty" if there else "is not there"
    if copies := [file for file in copies_beside(path, application=application) if _is_copy(file, path, there=there)]:
        newest = max(copies, key=lambda file: file.stat().st_mtime)
        raise StateError(
            f"{path}: {now}, though {newest.name} beside it looks like a copy: put that in its place, or "
            f"{'delete the empty file' if there else 'move the copy away'} to begin anew."
        )
    if archive is not None and any((archive / "editions").glob("[0-9]*/index.html")):
        raise StateError(
            f"{path}: {now}, though {archive} holds editions, whose history and subscribers it kept: put back a copy "
            "of it, or name another folder under `edition.archive` to begin anew."
        )


def copies_beside(path: Path, *, application: int = APPLICATION) -> list[Path]:
    """Other files of this kind in the same folder: backups, and copies made before a migration."""
    own = path.resolve()
    try:
        found = sorted(file for file in own.parent.iterdir() if file.is_file() and not file.is_symlink())
    except OSError:
        return []
    return [file for file in found if file.resolve() != own and _has_header(file, application)]


def _is_copy(file: Path, path: Path, *, there: bool) -> bool:
    """Whether a state file is one of `path`'s own: by its name or, where an emptied file is `there`, any of no config.

    Beside a configuration of its name it is the state of another edition.
    """
    if file.name.startswith(path.name):
        return True
    return there and not any(file.with_suffix(suffix).exists() for suffix in (".yaml", ".yml"))


def _explain(error: sqlite3.Error, path: Path) -> str:
    """One sentence on what SQLite says: a file that is in use, full or forbidden is not a damaged one."""
    if type(error) is sqlite3.DatabaseError:
        return (
            f"{path}: is no state file of Broadsheet, or is damaged ({error}); put back a copy of it, such as the ones "
            f"beside it, or name another {ELSEWHERE}."
        )
    return f"{path}: cannot be used ({error}); check the disk and the file's permissions."


def _has_header(file: Path, application: int) -> bool:
    """Whether a file is a state file of ours, by the application id at byte 68 of SQLite's header."""
    try:
        with file.open("rb") as opened:
            head = opened.read(72)
    except OSError:
        return False
    return head.startswith(_SQLITE) and head[68:72] == application.to_bytes(4, "big")


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All that is done inside, or nothing of it; nobody else writes meanwhile."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # where the disk is full, SQLite has rolled back itself
            db.execute("ROLLBACK")
        raise


def check_state(db: sqlite3.Connection) -> list[str]:
    """What is wrong with the file, a line each; an empty list where it is sound."""
    found = [str(row[0]) for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    broken = db.execute("PRAGMA foreign_key_check").fetchall()
    return [*found, *(f"a row of {row[0]} names a row of {row[2]} that is not there" for row in broken)]


def back_up(db: sqlite3.Connection, target: Path) -> None:
    """Copies the whole state, as it is at one moment, to a file that only its owner reads; written aside first.

    Raises `StateError` where the target exists or cannot be written.
    """
    if target.exists():
        raise StateError(f"{target}: is there already; name another file for the copy.")
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _make_private(aside)
        with contextlib.closing(sqlite3.connect(aside)) as copy:
            db.backup(copy)
        aside.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StateError(f"{target}: the copy cannot be written ({error}); name another place for it.") from error
    finally:
        aside.unlink(missing_ok=True)


def scrub(db: sqlite3.Connection) -> None:
    """Rewrites the file without deleted data, and empties the write-ahead log.

    SQLite overwrites deleted cells (`secure_delete`), but older pages stay in the write-ahead log, and the free space
    of split pages may have copies. So the log is emptied before and after, and the file is rebuilt.
    """
    try:
        _empty_journal(db)
        db.execute("VACUUM")
        _empty_journal(db)
    except sqlite3.OperationalError as error:
        raise StateError(
            f"the rows are gone, but the state file could not be rewritten ({error}): end what else uses it, "
            "and do this once more."
        ) from error


def _check_sound(db: sqlite3.Connection) -> None:
    found: str = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(" ".join(found.removeprefix("*** in database main ***").split()))


def _empty_journal(db: sqlite3.Connection) -> None:
    busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise sqlite3.OperationalError("its journal is being read")


def version_of(db: sqlite3.Connection) -> int:
    """The number of the last migration that the file has seen."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _migrate(
    db: sqlite3.Connection, path: Path, steps: dict[int, str], application: int, *, copied: bool = True
) -> None:
    newest = max(steps)
    if version_of(db) == newest and _application_of(db) == application:
        return
    with transaction(db):  # looked at again inside: another run may have just done it
        at = version_of(db)
        if at > newest:
            raise StateError(f"{path}: was written by a newer Broadsheet; update this one, or put back an older copy.")
        if _application_of(db) != application and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise StateError(f"{path}: belongs to another program; name another file {ELSEWHERE}.")
        if at and copied:
            _copy_before(path, at)
        for number in sorted(steps):
            if number > at:
                _run_script(db, steps[number])
                db.execute(f"PRAGMA user_version = {number:d}")
        db.execute(f"PRAGMA application_id = {application:d}")


def _copy_before(path: Path, at: int) -> None:
    """A copy of the file as it was before its next migration; from another connection, which sees what is committed."""
    target = path.with_name(f"{path.name}.before-{at + 1:04d}")
    if not target.exists():
        with contextlib.closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as db:
            back_up(db, target)


def _run_script(db: sqlite3.Connection, script: str) -> None:
    """Runs the statements one by one: `executescript` would commit what is under way."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


def _numbered(folder: Path) -> dict[int, str]:
    return {int(file.name[:4]): file.read_text(encoding="utf-8") for file in sorted(folder.glob("[0-9]*.sql"))}


def _application_of(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA application_id").fetchone()[0])


def _make_private(path: Path) -> None:
    """Makes the file, and the folder above it, for its owner alone; what is there keeps its own permissions."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
