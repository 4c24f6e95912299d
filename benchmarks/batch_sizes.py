"""How good a model's first answers are with several papers in a prompt, by the paper's place in it.

    python benchmarks/batch_sizes.py labelled.jsonl --backend ollama --model qwen3:8b --limit 64
    python benchmarks/batch_sizes.py labelled.jsonl --backend llamacpp --model NAME --base-url http://127.0.0.1:8080/v1

For each size the same papers are asked about afresh, without the cache. Printed are R1 (best reference) of the answers
before any check, the share that the check finds fault with, and the share left out, by place in the first prompt; then
how many were repaired and extracted in the end, calls, tokens a paper, and seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from broadsheet.evaluation.labelled import Labelled, read_labelled, sample
from broadsheet.evaluation.rouge import best_rouge
from broadsheet.llm.asking import Asking, Item
from broadsheet.models import Finding
from broadsheet.settings import Settings, load_settings
from broadsheet.writers import open_writer
from broadsheet.writing.summarise import TOKENS_AROUND, TldrQuestion, to_items

SIZES = (1, 4, 8, 16)


class Watched(TldrQuestion):
    """A question that remembers what was first answered about each paper, and where in its prompt the paper stood."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.first: dict[str, tuple[int, str | None, Finding | None]] = {}

    def judge(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Mapping[str, Finding]:
        """The findings, taken down."""
        wrong = super().judge(batch, texts)
        for place, item in enumerate(batch, start=1):
            self.first.setdefault(item.key, (place, texts.get(item.key), wrong.get(item.key)))
        return wrong


async def measure(rows: Sequence[Labelled], settings: Settings, size: int) -> list[str]:
    """The lines for one size: one a place, and one for the whole."""
    papers, began = [row.paper for row in rows], time.monotonic()
    async with open_writer(settings) as writer:
        if writer is None:
            raise SystemExit("name a backend with --backend: the built-in engine has no prompts.")
        question = Watched(papers, writer)
        asking = Asking(
            question,
            writer.dispatcher,
            limits=lambda: writer.limits,
            count=lambda item: writer.count(item.text) + TOKENS_AROUND,
            repairs=settings.writing.repairs,
        )
        replies = await asking.run(to_items(papers, writer))
        usage = writer.dispatcher.usage
    references = {row.paper.key: row.references for row in rows}
    places: defaultdict[int, list[tuple[float | None, bool]]] = defaultdict(list)
    for key, (place, text, finding) in question.first.items():
        places[place].append((None if text is None else best_rouge(references[key], text).r1, finding is not None))
    lines = [_line(size, str(place), found) for place, found in sorted(places.items())]
    whole = _line(size, "all", [one for found in places.values() for one in found])
    repaired = sum(reply.text is not None and reply.asked > 1 for reply in replies.values())
    given_up = sum(reply.text is None for reply in replies.values())
    tokens = (usage.prompt_tokens + usage.completion_tokens) / len(rows)
    end = f" {repaired} | {given_up} | {usage.calls} | {tokens:.0f} | {time.monotonic() - began:.0f} |"
    return [f"{line} | | | | |" for line in lines] + [whole + end]


def _line(size: int, place: str, found: Sequence[tuple[float | None, bool]]) -> str:
    scores = [score for score, _ in found if score is not None]
    r1 = f"{100 * statistics.fmean(scores):.1f}" if scores else ""
    wrong, missing = sum(wrong for _, wrong in found), sum(score is None for score, _ in found)
    count = len(found)
    return f"| {size} | {place} | {count} | {r1} | {100 * wrong / count:.0f}% | {100 * missing / count:.0f}% |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--backend", required=True)
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    asked = parser.parse_args()
    labelled = read_labelled(asked.data.read_text(encoding="utf-8"), name=str(asked.data))
    rows = sample(labelled, limit=asked.limit, seed=asked.seed)
    print("| size | place | papers | R1 | at fault | left out | repaired | extracted | calls | tokens a paper | s |")
    print("|---" * 11 + "|")
    for size in asked.sizes:
        llm = {"backend": asked.backend, "model": asked.model, "batch_size": size}
        flags: dict[str, Any] = {"llm": llm, "cache": {"use": False}}
        if asked.base_url:
            flags["backends"] = {asked.backend: {"base_url": asked.base_url}}
        print("\n".join(asyncio.run(measure(rows, load_settings(flags=flags), size))), flush=True)


if __name__ == "__main__":
    main()
