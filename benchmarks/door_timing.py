"""Does the door's time tell who subscribes? Asks in turn for an address that is known and for new ones.

    python benchmarks/door_timing.py
    python benchmarks/door_timing.py --pairs 1000

Prints the medians, and how often the known one was answered quicker than the new one asked beside it: half the time,
if time tells nothing.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.subscribers import subscribe
from broadsheet.store.state import open_state
from door_process import DoorProcess, open_door
from standing import NOW


def seconds(door: DoorProcess, address: str) -> float:
    """How long one answer takes, connection included."""
    began = time.perf_counter()
    assert door.subscribe(address).status == 200
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=300)
    pairs = parser.parse_args().pairs
    limits = "requests_per_minute: 1000000, mails_per_hour: 1000000, mails_per_day: 1000000"
    known, new = [], []
    with tempfile.TemporaryDirectory() as folder, open_door(Path(folder), door=limits) as door:
        db = open_state(door.folder / "weekly.sqlite")
        subscribe(db, parse_address("known@example.org"), now=NOW)
        db.close()
        for number in range(-5, pairs):
            asked = [("known@example.org", known), (f"new{number + 5}@example.org", new)]
            for address, times in asked if number % 2 else reversed(asked):
                taken = seconds(door, address)
                if number >= 0:
                    times.append(taken)
                time.sleep(0.01)  # the mail of the one before is made meanwhile, as between visitors
    quicker = sum(a < b for a, b in zip(known, new, strict=True)) / pairs
    for name, times in (("known", known), ("new", new)):
        print(f"{name:6} median {statistics.median(times) * 1000:.2f} ms of {pairs}")
    print(f"known was quicker in {quicker:.1%} of pairs (two standard errors: {1 / pairs**0.5:.1%})")


if __name__ == "__main__":
    main()
