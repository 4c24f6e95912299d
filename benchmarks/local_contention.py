"""What a model in this process is slowed by when other work has a core, by how long its idle threads wait awake.

    python benchmarks/local_contention.py PATH.gguf

Prints tokens a second, read and written, and the seconds of the whole, with nothing beside it and with one busy
process for every core but one, in a session of its own as another program is, of which the scheduler shares a core
by halves. `usual` is what the threads' library does unasked; `ours` is what Broadsheet sets.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from broadsheet.local.engine import start_engine
from broadsheet.local.memory_fit import Fit

WAYS = {"usual": {"USUAL": "1"}, "ours": {}, "OMP_WAIT_POLICY=passive": {"OMP_WAIT_POLICY": "passive"}}
PROMPT = "A paper says what was done, how it was done, and what came of it, in a few plain words. " * 4
ANSWER_TOKENS = 16


def time_here(path: Path) -> None:
    """Print what one prompt is read and answered at."""
    if "USUAL" in os.environ:
        import xllamacpp  # noqa: F401 - loaded before Broadsheet has set anything
    engine = start_engine(path, Fit(2048, 1, os.cpu_count() or 1, "f16", memory=0, kept=0), gpu_layers=None)
    print(" | ".join(f"{rate:.1f}" for rate in engine.time_tokens(PROMPT, ANSWER_TOKENS)))
    engine.close()


def time_beside(busy: int, path: Path, setting: dict[str, str]) -> str:
    """The same in a process of its own, with so many busy ones beside it."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True) for _ in range(busy)]
    began = time.monotonic()
    try:
        command = [sys.executable, __file__, str(path), "--here"]
        said = subprocess.run(command, env=os.environ | setting, capture_output=True, text=True, check=True).stdout
    finally:
        for other in others:
            other.kill()
            other.wait()
    return f"{said.strip()} | {time.monotonic() - began:.0f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        time_here(asked.model)
        return
    print("| busy beside | idle threads | read | written | s |\n|---|---|---|---|---|")
    for busy in (0, max(1, (os.cpu_count() or 1) - 1)):
        for name, setting in WAYS.items():
            print(f"| {busy} | {name} | {time_beside(busy, asked.model, setting)} |", flush=True)


if __name__ == "__main__":
    main()
