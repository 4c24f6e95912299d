"""What a model in this process is worth: R1, support, seconds and memory a paper, beside the built-in engine.

    data=../shared/quality/scitldr_dev.jsonl
    python benchmarks/local_models.py $data --limit 40 --model smollm2-135m --model PATH.gguf

Each session is `broadsheet eval tldr` in a process of its own, without the cache, with repairs as in a run. "Replaced"
are TL;DRs for which the abstract's own sentence had to stand in; R1 and words are of what is published.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = [sys.executable, "-c", "from broadsheet.cli.main import main; main()"]


def measure(data: Path, limit: int, model: str | None, folder: Path) -> list[str]:
    """A row of the table: the process's own figures, and what the system says of it."""
    file = folder / "figures.json"
    chosen = ["--backend", "local", "--model", model] if model else []
    began = time.monotonic()
    environment = os.environ | {"BROADSHEET_CACHE__USE": "false"}
    command = [*COMMAND, "eval", "tldr", str(data), "--limit", str(limit), "--json", str(file), "--quiet", *chosen]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    seconds = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told = json.loads(file.read_text(encoding="utf-8"))
    own = told["scores"][0]["figures"]
    return [
        Path(model).name if model else "built-in engine",
        *(f"{own[name]['mean']:.1f}" for name in ("R1", "words", "unsupported", "flagged")),
        *(str(told[name]) for name in ("written", "repaired", "extracted")),
        f"{seconds / limit:.2f}",
        f"{memory:,.0f}",
    ]


def main() -> None:
    """Print the table; memory is the largest of all processes so far, so the hungriest goes last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--model", action="append", default=[])
    asked = parser.parse_args()
    print("| writer | R1 | words | unsupported % | flagged % | written | repaired | replaced | s a paper | MiB |")
    print("|---" * 10 + "|")
    with tempfile.TemporaryDirectory() as folder:
        for model in [None, *asked.model]:
            print(f"| {' | '.join(measure(asked.data, asked.limit, model, Path(folder)))} |", flush=True)


if __name__ == "__main__":
    main()
