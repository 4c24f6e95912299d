"""How quick a model in this process is: beside llama.cpp's own timing of the same work, and beside the plain way.

    python benchmarks/local_speed.py ../shared/quality/scitldr_dev.jsonl --model PATH.gguf --limit 12

Printed, all in one run over the same papers:
- ours: the picker's sentences, as many slots as a run has here, through the program's client and dispatcher;
- llama.cpp: the same prompts handed to its server's own function, without a port, a client or a check, by as many
  threads as there are slots; the ratio of tokens a second is what Broadsheet costs;
- the plain way: the whole abstract, one paper after another in one slot; the ratio of papers a minute is our gain;
- what one prompt alone is read and answered at, as llama.cpp's own bench measures it;
- with `--sweep`, papers a minute by threads and slots, and with keys and values in bytes (`q8_0`).

Before each run every slot reads the instructions; `before` is how long that and loading took.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import random
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from broadsheet.digests.open_session import open_session
from broadsheet.evaluation.labelled import Labelled, read_labelled
from broadsheet.injection.sanitise import sanitise
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.servers.capabilities import Abilities
from broadsheet.local.engine import start_engine
from broadsheet.local.model import find_in_process_model
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.tldr.summarise import TldrQuestion, to_items


@dataclasses.dataclass(frozen=True)
class Run:
    """Papers asked about once each; tokens as llama.cpp counts them, those that it remembered left out."""

    papers: int
    seconds: float
    tokens: int
    before: float

    def row(self, name: str) -> str:
        """A line of the table."""
        return (
            f"| {name} | {60 * self.papers / self.seconds:.2f} | {self.tokens / self.papers:.0f} "
            f"| {self.tokens / self.seconds:.1f} | {self.before:.0f} |"
        )


def settings_for(model: str, hints: str, **local: Any) -> Settings:
    """The settings of a run without a cache."""
    return load_settings(
        flags={
            "llm": {"backend": "local", "model": model},
            "cache": {"use": False},
            "writing": {"hints": hints},
            "local": local,
        }
    )


async def through_broadsheet(rows: Sequence[Labelled], settings: Settings) -> tuple[Run, list[Prompt]]:
    """Every paper asked about once, as a run asks; the model is loaded and its instructions are read before."""
    papers = [row.paper for row in rows]
    opened = time.monotonic()
    async with open_session(settings) as session:
        assert session is not None
        question, items = (
            TldrQuestion([sanitise(paper) for paper in papers], session),
            to_items([sanitise(paper) for paper in papers], session),
        )
        prompts = [question.prompt([item], {}) for item in items]
        await asyncio.gather(*(session.dispatcher.call(prompts[-1]) for _ in range(session.at_once)))
        before, began = session.dispatcher.usage, time.monotonic()
        for item, completion in zip(
            items, await asyncio.gather(*(session.dispatcher.call(prompt) for prompt in prompts)), strict=True
        ):
            question.judge([item], {item.key: completion.text})
        seconds, after = time.monotonic() - began, session.dispatcher.usage
    read = after.prompt_tokens - before.prompt_tokens - (after.cached_tokens - before.cached_tokens)
    tokens = read + after.completion_tokens - before.completion_tokens
    return Run(len(papers), seconds, tokens, began - opened), prompts


def through_llamacpp(prompts: Sequence[Prompt], settings: Settings) -> tuple[Run, tuple[float, float]]:
    """The same prompts through the server's own function; and tokens a second, read and written, of one alone."""
    in_process = find_in_process_model(settings)
    assert settings.backend is not None
    abilities = Abilities(settings.backend, temperature=0)
    bodies = [abilities.fields(prompt, model="local") for prompt in prompts]
    opened = time.monotonic()
    engine = start_engine(in_process.path, in_process.fit, gpu_layers=None)
    ask = engine._server.handle_chat_completions
    with ThreadPoolExecutor(in_process.fit.slots) as pool:
        list(pool.map(ask, [bodies[-1]] * in_process.fit.slots))
        began = time.monotonic()
        answers = list(pool.map(ask, bodies))
        seconds = time.monotonic() - began
    alone = engine.time_tokens("the kettle sang of steam " * 64, 48)
    engine.close()
    tokens = sum(answer["timings"]["prompt_n"] + answer["timings"]["predicted_n"] for answer in answers)
    return Run(len(prompts), seconds, tokens, began - opened), alone


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--limit", type=int, default=12)
    parser.add_argument("--sweep", action="store_true")
    asked = parser.parse_args()
    rows = read_labelled(asked.data.read_text(encoding="utf-8"), name=str(asked.data))
    random.Random(0).shuffle(rows)
    rows = rows[: asked.limit]
    print("| | papers a minute | tokens a paper | tokens a second | before, s |\n|---|---|---|---|---|")
    best = settings_for(asked.model, "only")
    ours, prompts = asyncio.run(through_broadsheet(rows, best))
    print(ours.row("ours"), flush=True)
    bare, alone = through_llamacpp(prompts, best)
    print(bare.row("llama.cpp, the same prompts"), flush=True)
    plain, _ = asyncio.run(through_broadsheet(rows, settings_for(asked.model, "none", slots=1)))
    print(plain.row("the plain way"), flush=True)
    for threads, slots, kv in ((2, 1, "f16"), (2, 4, "f16"), (2, 8, "f16"), (2, 2, "q8_0"), (1, 2, "f16")):
        if asked.sweep:
            tried = settings_for(asked.model, "only", threads=threads, slots=slots, kv=kv)
            print(
                asyncio.run(through_broadsheet(rows, tried))[0].row(f"{threads} threads, {slots} slots, {kv}"),
                flush=True,
            )
    print(f"\nTokens a second, ours to llama.cpp's: {ours.tokens / ours.seconds / (bare.tokens / bare.seconds):.2f}")
    print(f"Papers a minute, ours to the plain way's: {plain.seconds / ours.seconds:.2f}")
    print(f"One prompt alone: {alone[0]:.1f} tokens a second read, {alone[1]:.1f} written")
    print(f"Memory, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main()
