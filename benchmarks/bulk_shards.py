"""Whether parts of a run, as processes that know nothing of each other, leave the bytes of one run, two of them killed.

    python benchmarks/bulk_shards.py ../shared/quality/abstracts_background.jsonl --rows 8000

The same rows are digested by the built-in engine in one run, and by `--shard 1/8` to `8/8` in any order, two at a
time; two of these are killed (SIGKILL) after random seconds, and begun again when all others have ended. Prints what
was run, how much the killed ones had answered, and the files whose bytes differ: none may.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bulk_batch import write_rows

PARTS = 8
AT_ONCE = 2


def start(folder: Path, out: str, *words: str) -> subprocess.Popen[bytes]:
    """A run of one process."""
    command = [sys.executable, "-m", "broadsheet", "bulk", "run", "rows.jsonl", "--out", out, "--rows", "100"]
    return subprocess.Popen([*command, "--workers", "1", "--quiet", *words], cwd=folder)


def await_all(*running: subprocess.Popen[bytes]) -> None:
    """Raises `SystemExit` where one of them fails."""
    for process in running:
        if said := process.wait():
            raise SystemExit(f"a run ended with {said}")


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything that others read of a run, by its path."""
    found = [*(folder / "summaries").iterdir(), *(folder / "failures").iterdir(), folder / "account.json"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def answered(folder: Path) -> int:
    """Lines of answers of shards that are not done."""
    return sum(path.read_bytes().count(b"\n") for path in (folder / "shards").glob("*/*.jsonl"))


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("listing", type=Path)
    parser.add_argument("--rows", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    lots = random.Random(given.seed)
    parts = lots.sample(range(1, PARTS + 1), PARTS)
    doomed = set(lots.sample(parts, 2))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_rows(given.listing, folder / "rows.jsonl", given.rows)
        began = time.monotonic()
        await_all(start(folder, "whole"))
        share = (time.monotonic() - began) * AT_ONCE / PARTS
        for at in range(0, PARTS, AT_ONCE):
            running = {part: start(folder, "parts", "--shard", f"{part}/{PARTS}") for part in parts[at : at + AT_ONCE]}
            for part in doomed & set(running):
                while not list((folder / "parts" / "shards").glob("*/*.jsonl")):
                    time.sleep(0.05)
                time.sleep(lots.uniform(0, share / 2))
                running[part].kill()
                running.pop(part).wait()
            await_all(*running.values())
        left = answered(folder / "parts")
        for part in doomed:
            await_all(start(folder, "parts", "--shard", f"{part}/{PARTS}"))
        whole, by_parts = files_of(folder / "whole"), files_of(folder / "parts")
    differ = {name for name in whole | by_parts if whole.get(name) != by_parts.get(name)}
    print(
        f"{given.rows:,} rows, {PARTS} parts in the order {parts}, {sorted(doomed)} killed with {left} lines of answers"
    )
    print(f"{len(whole)} files, {len(differ)} differ: {', '.join(sorted(differ)) or 'none'}")


if __name__ == "__main__":
    main()
