"""Where a run's time goes, by room: a table of two builds' samples side by side.

    py-spy record --subprocesses --rate 100 --format raw --output old.txt -- OLD/bin/broadsheet digest …
    py-spy record --subprocesses --rate 100 --format raw --output new.txt -- NEW/bin/broadsheet digest …
    python benchmarks/profile_rooms.py old.txt new.txt

A sample counts for the innermost frame of ours (`tldr/extractive`), whatever library it is in at that moment; what is
imported or compiled as a pattern, in whatever room, counts for that alone. Waiting is left out.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

RATE = 100
"""Samples a second."""
_OURS = re.compile(r"\(.*?broadsheet/((?:\w+/)*)\w+\.py:\d+\)|\((?:.*/)?templates/")
_WAITS = (
    "select (selectors",
    "poll (",
    "wait (threading",
    "_worker (concurrent/futures/thread.py",
    "recv_bytes",
    "_recv (",
)


def place_of(frames: list[str]) -> str | None:
    """What a sample counts for; `None` where the thread only waits."""
    if frames[-1].startswith(_WAITS):
        return None
    if any("importlib" in frame for frame in frames):
        return "imports"
    if any("re/_compiler.py" in frame or "re/_parser.py" in frame for frame in frames):
        return "patterns compiled"
    for frame in reversed(frames):
        if found := _OURS.search(frame):
            return (found[1] or "rendering/").rstrip("/")
    return "outside of our rooms"


def count(path: Path) -> Counter[str]:
    """Samples by place."""
    found: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        stack, _, samples = line.rpartition(" ")
        if place := place_of(stack.split(";")):
            found[place] += int(samples)
    return found


def main() -> None:
    """Print the table, what the second run spends most on first."""
    runs = [count(Path(name)) for name in sys.argv[1:]]
    heads = " | ".join(f"{Path(name).stem}, s" for name in sys.argv[1:])
    print(f"| where | {heads} |\n|---{'|---' * len(runs)}|")
    for place in sorted(set().union(*runs), key=lambda one: -runs[-1][one]):
        if max(run[place] / run.total() for run in runs) >= 0.01:
            print(f"| {place} | {' | '.join(f'{run[place] / RATE:.2f}' for run in runs)} |")
    print(f"| all | {' | '.join(f'{run.total() / RATE:.2f}' for run in runs)} |")


if __name__ == "__main__":
    main()
