"""What a model takes in memory, beside what its header lets us expect: `python benchmarks/model_memory.py FILE.gguf`.

Each row is a process of its own; it grew by `seen` while it loaded the model and read a prompt of 600 words.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CASES = ((2048, 1, "f16"), (4096, 4, "f16"), (2048, 4, "q8_0"))
MIB = 1 << 20


def measure(path: Path, context: int, slots: int, kv: str) -> None:
    """Prints one row."""
    import psutil
    import xllamacpp  # noqa: F401 - what the library itself takes is no part of the model

    from broadsheet.local.engine import start_engine
    from broadsheet.local.gguf import read_header
    from broadsheet.local.memory_fit import Fit

    expected = read_header(path).memory(context, slots, kv)
    before = psutil.Process().memory_info().rss
    engine = start_engine(path, Fit(context, slots, 2, kv, expected, kept=0), gpu_layers=None)
    engine.time_tokens("the kettle sang of steam " * 120, 4)
    seen = psutil.Process().memory_info().rss - before
    figures = f"{expected / MIB:,.0f} | {seen / MIB:,.0f} | {expected / seen:.2f}"
    print(f"| {path.name} | {slots} x {context:,} | {kv} | {figures} |", flush=True)
    engine.close()


def main(paths: list[str]) -> None:
    """Every case of every file."""
    print("| model | slots x tokens | kept as | expected, MiB | seen, MiB | expected / seen |")
    print("|---|---|---|---|---|---|", flush=True)
    for path in paths:
        for context, slots, kv in CASES:
            subprocess.run([sys.executable, __file__, "--one", path, str(context), str(slots), kv], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
    else:
        main(sys.argv[1:])
