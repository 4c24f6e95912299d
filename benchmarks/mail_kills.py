"""Kills senders at any moment and counts who got nothing and who got a mail twice.

    python benchmarks/mail_kills.py [--people 1000] [--kills 100] [--seed 7]

A sender (its own process) works through an edition's ledger over SMTP on loopback; it is killed with SIGKILL after a
random number of mails and up to 4 ms more, and the next one begins. The server, another process, notes recipient and
Message-ID of each mail before it acknowledges it, so a kill between the two shows as a mail that was repeated.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from kill_senders import kill_senders


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_senders(Path(folder), people=asked.people, kills=asked.kills, seed=asked.seed)
    print(f"recipients          {tally.people}")
    print(f"senders killed      {tally.kills}")
    print(f"recipients lost     {tally.lost}")
    print(f"mails repeated      {tally.repeated} (at most one a kill: {tally.repeated <= tally.kills})")
    print(f"most to one person  {tally.most}")
    print(f"Message-IDs         {tally.ids} (one a recipient: {tally.ids == tally.people})")
    print(f"seconds             {time.monotonic() - begun:.0f}")


if __name__ == "__main__":
    main()
