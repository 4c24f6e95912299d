"""How good a model's first answers are: whole abstracts or the picker's sentences, one paper a prompt or several.

    ask="python benchmarks/model_answers.py labelled.jsonl --kept answers.jsonl --backend llamacpp --model NAME"
    $ask --limit 200
    $ask --limit 200 --hints only
    $ask --limit 32 --size 8
    python benchmarks/model_answers.py labelled.jsonl --kept answers.jsonl --report

Every answer is kept in a file, a line each, so that a long run may be stopped and taken up; fewer papers are always the
first of more. The prompts are the program's own. The report gives, by way, R1 (best reference) of the answers before
any check, the words, the shares that the check finds fault with and that were left out, tokens in and out, and by place
in the prompt; and for papers asked about in two ways the difference in R1 to whole abstracts one by one, with its 95%
interval by the bootstrap.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from broadsheet.digests.open_session import open_client, open_session
from broadsheet.errors import BackendError
from broadsheet.evaluation.labelled import Labelled, read_labelled
from broadsheet.evaluation.rouge import best_rouge
from broadsheet.evaluation.scoring import figure
from broadsheet.injection.sanitise import sanitise
from broadsheet.llm.answers import read_answers
from broadsheet.llm.batch_queries import Item
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.tldr.summarise import TldrQuestion, to_items

Way = tuple[str, int]


def read_kept(path: Path) -> list[dict[str, Any]]:
    """The answers of earlier runs."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def ask_all(rows: Sequence[Labelled], settings: Settings, kept: Path, *, at_once: int) -> None:
    """Asks what was not asked yet in this way, and keeps each answer as it comes."""
    hints, size = settings.writing.hints, settings.llm.batch_size or 1
    done = {line["key"] for line in read_kept(kept) if (line["hints"], line["size"]) == (hints, size)}
    papers = [row.paper for row in rows]
    client = open_client(settings)
    async with open_session(settings) as session:
        if session is None or client is None:
            raise SystemExit("name a backend with --backend: the built-in engine has no prompts.")
        question, items = (
            TldrQuestion([sanitise(paper) for paper in papers], session),
            to_items([sanitise(paper) for paper in papers], session),
        )
        batches = [items[at : at + size] for at in range(0, len(items), size)]
        gate = asyncio.Semaphore(at_once)

        async def ask(batch: Sequence[Item]) -> None:
            async with gate:
                began = time.monotonic()
                try:
                    completion = await client.complete(question.prompt(batch, {}))
                except BackendError as error:
                    print(error, flush=True)
                    return
            found = read_answers(completion.text, {item.id: item.key for item in batch}, field="tldr").texts
            texts = {item.key: found[item.id] for item in batch if item.id in found}
            wrong = question.judge(batch, texts)
            tokens = dataclasses.asdict(completion)
            about = {name: tokens[name] for name in ("prompt_tokens", "completion_tokens", "cached_tokens")}
            about |= {"hints": hints, "size": size, "seconds": round(time.monotonic() - began, 2)}
            with kept.open("a", encoding="utf-8") as file:
                for place, item in enumerate(batch, start=1):
                    fault = wrong[item.key].kind if item.key in wrong else None
                    line = {"key": item.key, "place": place, "text": texts.get(item.key), "fault": fault, **about}
                    file.write(json.dumps(line) + "\n")

        await asyncio.gather(*(ask(batch) for batch in batches if batch[0].key not in done))
    await client.close()


def report(rows: Sequence[Labelled], lines: Sequence[Mapping[str, Any]]) -> None:
    """Prints the tables."""
    references = {row.paper.key: row.references for row in rows}
    ways: defaultdict[Way, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        ways[line["hints"], line["size"]].append(line)
    print("| hints | papers a prompt | place | papers | R1 | words | at fault | left out | tokens in | out |")
    print("|---" * 10 + "|")
    for way, answers in sorted(ways.items(), key=lambda pair: (pair[0][1], pair[0][0])):
        print(_row(way, "all", answers, references))
        for place in range(1, way[1] + 1) if way[1] > 1 else ():
            print(_row(way, str(place), [line for line in answers if line["place"] == place], references))
    print("\n| against whole abstracts, one by one | papers | R1 | at fault |")
    print("|---" * 4 + "|")
    base = {line["key"]: line for line in ways["none", 1]}
    for way, answers in sorted(ways.items()):
        both = [(line, base[line["key"]]) for line in answers if line["key"] in base]
        if way == ("none", 1) or not both:
            continue
        change = figure([_r1(one, references) - _r1(other, references) for one, other in both], seed=0)
        faults = [sum(line["fault"] is not None for line in side) for side in zip(*both, strict=True)]
        interval = f"{change.mean:+.1f} ({change.low:+.1f} to {change.high:+.1f})"
        print(f"| {way[0]}, {way[1]} | {len(both)} | {interval} | {faults[0]} against {faults[1]} |")


def _r1(line: Mapping[str, Any], references: Mapping[str, Sequence[str]]) -> float:
    return 100 * best_rouge(references[line["key"]], line["text"]).r1 if line["text"] else 0.0


def _row(way: Way, place: str, lines: Sequence[Mapping[str, Any]], references: Mapping[str, Sequence[str]]) -> str:
    said = [line for line in lines if line["text"]]
    count = len(lines)
    if not said:
        return f"| {way[0]} | {way[1]} | {place} | {count} | | | | {100 * (count > 0)}% | | |"
    r1 = statistics.fmean(_r1(line, references) for line in said)
    words = statistics.fmean(len(line["text"].split()) for line in said)
    fault = 100 * sum(line["fault"] is not None for line in said) / len(said)
    out = 100 * (count - len(said)) / count
    tokens = [statistics.fmean(line[f"{kind}_tokens"] / way[1] for line in lines) for kind in ("prompt", "completion")]
    return (
        f"| {way[0]} | {way[1]} | {place} | {count} | {r1:.1f} | {words:.1f} | {fault:.0f}% | {out:.0f}% "
        f"| {tokens[0]:.0f} | {tokens[1]:.0f} |"
    )


def main() -> None:
    """Ask, or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--kept", type=Path, required=True)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--backend")
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    parser.add_argument("--hints", choices=("none", "first", "only"), default="none")
    parser.add_argument("--size", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    rows = read_labelled(asked.data.read_text(encoding="utf-8"), name=str(asked.data))
    if asked.report:
        report(rows, read_kept(asked.kept))
        return
    llm = {"backend": asked.backend, "model": asked.model, "batch_size": asked.size, "timeout": 1200}
    flags: dict[str, Any] = {"llm": llm, "cache": {"use": False}, "writing": {"hints": asked.hints}}
    if asked.base_url:
        flags["backends"] = {asked.backend: {"base_url": asked.base_url}}
    random.Random(asked.seed).shuffle(rows)
    rows = rows[: asked.limit]
    asyncio.run(ask_all(rows, load_settings(flags=flags), asked.kept, at_once=asked.at_once))


if __name__ == "__main__":
    main()
