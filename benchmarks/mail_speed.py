"""Sends 500 mails over one TLS connection, by Broadsheet and by plain smtplib, and prints the ratio.

    python benchmarks/mail_speed.py [--mails 500] [--papers 40] [--rounds 3]

The server is aiosmtpd on loopback in a process of its own, with STARTTLS. Plain smtplib sends the same bytes, made
beforehand, by `SMTP.sendmail`: no ledger, no letter, no headers to make. Broadsheet does all of that. Rounds
alternate; the ratio is of the medians.
"""

from __future__ import annotations

import argparse
import datetime as dt
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from broadsheet.mailing.send import send_edition
from broadsheet.mailing.smtp import Server, SmtpTransport
from broadsheet.mailing.smtp_replies import SENT, Outcome
from broadsheet.store.state import open_state
from long_digest import long_digest
from mailserver import AUTHORITY, CERTIFICATE
from standing_mail import add_edition, add_person, kitchen_settings

NOW = dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)


class Keeping:
    """A transport that keeps mails, to be sent by smtplib afterwards."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, bytes]] = []

    def __enter__(self) -> Keeping:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, sender: str, to: str, data: bytes) -> Outcome:
        self.mails.append((sender, to, data))
        return SENT


def prepare(folder: Path, mails: int, papers: int) -> None:
    db = open_state(folder / "state.sqlite")
    add_edition(db, 1, NOW, long_digest(papers))
    for number in range(mails):
        add_person(db, f"reader{number}@example.net")
    db.close()


def ours(folder: Path, transport: SmtpTransport | Keeping) -> None:
    db = open_state(folder / "state.sqlite")
    db.execute("DELETE FROM sendings")
    send_edition(
        db, 1, kitchen_settings(folder), now=lambda: dt.datetime.now(dt.UTC), sleep=time.sleep,
        report=lambda progress: None, transport=transport,
    )  # fmt: skip
    db.close()


def plain(mails: list[tuple[str, str, bytes]], port: int, context: object) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.starttls(context=context)  # type: ignore[arg-type]
        for sender, to, data in mails:
            client.sendmail(sender, [to], data)


def timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def main() -> None:
    import ssl

    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--papers", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, asked.mails, asked.papers)
        keeping = Keeping()
        ours(folder, keeping)
        CERTIFICATE.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
        server = Path(__file__).resolve().parents[1] / "tests" / "support" / "noting_server.py"
        (folder / "noted").touch()
        process = subprocess.Popen(
            [sys.executable, server, folder / "noted", folder / "server.pem"], stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            place = Server("127.0.0.1", port)
            times: dict[str, list[float]] = {"plain": [], "ours": []}
            for _ in range(asked.rounds):
                times["plain"].append(timed(lambda: plain(keeping.mails, port, context)))
                way = SmtpTransport(place, sleep=time.sleep, context=context)
                times["ours"].append(timed(lambda way=way: ours(folder, way)))  # type: ignore[misc]
        finally:
            process.kill()
            process.wait()
    size = statistics.mean(len(data) for _, _, data in keeping.mails)
    middle = {name: statistics.median(found) for name, found in times.items()}
    print(f"{asked.mails} mails of {size / 1000:.0f} kB each, {asked.rounds} rounds")
    for name, seconds in middle.items():
        print(f"{name:8} {seconds:7.2f} s  {1000 * seconds / asked.mails:6.1f} ms a mail")
    print(f"ratio    {middle['ours'] / middle['plain']:7.2f}")


if __name__ == "__main__":
    main()
