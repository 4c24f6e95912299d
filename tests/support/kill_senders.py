"""Senders that are killed at any moment, against a server that writes down whom it took a mail for."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadsheet.mailing.outbox import count_mails
from broadsheet.mailing.send import send_edition
from broadsheet.store.state import open_state
from standing_mail import kitchen_settings, open_kitchen


@dataclasses.dataclass(frozen=True)
class Tally:
    """What came of it: who got nothing, mails beyond a person's first, and how many Message-IDs there were."""

    people: int
    kills: int
    lost: int
    repeated: int
    most: int
    ids: int


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, Path]]:
    """The port of a mail server in a process of its own, and the file in which it notes each mail it has taken."""
    script = Path(__file__).with_name("noting_server.py")
    noted = folder / "noted"
    noted.touch()
    process = subprocess.Popen([sys.executable, script, noted], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline()), noted
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def kill_senders(folder: Path, *, people: int, kills: int, seed: int = 7) -> Tally:
    """Starts a sender and kills it after a few mails, again and again; the last one may finish."""
    open_kitchen(folder / "state.sqlite", people).close()
    chance = random.Random(seed)
    each = max(1, people // (kills + 1))
    done = 0
    with server(folder) as (port, noted):
        for _ in range(kills):
            sender = start_sender(folder, port)
            wanted = min(taken(noted) + chance.randint(1, 2 * each - 1), people)
            while taken(noted) < wanted and os.waitpid(sender, os.WNOHANG) == (0, 0):
                time.sleep(0.0005)
            time.sleep(chance.random() * 0.004)
            done += end(sender)
        finish(start_sender(folder, port))
        lines = noted.read_text().splitlines()
    by_person = Counter(line.split()[0] for line in lines)
    ids = {tuple(line.split()) for line in lines}
    with contextlib.closing(open_state(folder / "state.sqlite")) as db:
        left = count_mails(db, 1)
    assert left["sent"] == people, left
    return Tally(
        people=people,
        kills=done,
        lost=people - len(by_person),
        repeated=len(lines) - len(by_person),
        most=max(by_person.values()),
        ids=len(ids),
    )


def send_at_once(folder: Path, *, people: int, senders: int) -> list[str]:
    """Several senders over one ledger at the same time; whom the server took mails for."""
    open_kitchen(folder / "state.sqlite", people).close()
    with server(folder) as (port, noted):
        for child in [start_sender(folder, port) for _ in range(senders)]:
            finish(child)
        return [line.split()[0] for line in noted.read_text().splitlines()]


def start_sender(folder: Path, port: int) -> int:
    """Forks a sender: it begins at once, for everything is imported."""
    child = os.fork()
    if child:
        return child
    try:
        send_all(folder, port)
    finally:
        os._exit(0)


def send_all(folder: Path, port: int) -> None:
    """What one sender does; retries come at once."""
    settings = kitchen_settings(
        folder, transport={"kind": "smtp", "host": "127.0.0.1", "port": port, "security": "none"}, attempts=1000
    )
    db = open_state(folder / "state.sqlite")
    late = [0.0]
    send_edition(
        db,
        1,
        settings,
        now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(seconds=late[0]),
        sleep=lambda seconds: late.__setitem__(0, late[0] + seconds),
        report=lambda progress: None,
    )


def taken(noted: Path) -> int:
    return noted.read_bytes().count(b"\n")


def end(child: int) -> int:
    """Kills a sender; 1 where it still ran."""
    try:
        os.kill(child, signal.SIGKILL)
        _, how = os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        return 0
    return int(os.WIFSIGNALED(how))


def finish(child: int) -> None:
    os.waitpid(child, 0)
