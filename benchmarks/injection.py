"""What attacks in abstracts and titles achieve against a model that obeys them all, with and without each defence.

    python benchmarks/injection.py
    python benchmarks/injection.py --background ../shared/quality/abstracts_background.jsonl

Every attack of `tests/data/attacks.yaml` stands in a listing of its own, in one of nine invented papers; the model is
`tests/obedient.py`. Printed are the runs in which the attack's text or link came out anywhere (TL;DRs, headings,
blurbs, account; md, html, txt, json), and those in which a neighbour's TL;DR was another than without the attack. The
held-out attacks were written after the last pattern and none was changed for them. With `--background`, also how many
real abstracts are suspected without cause.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from broadsheet.injection.detection import find_suspicions, speaks_to_a_model
from broadsheet.injection.sanitise import SanitisedPaper, keep_as_is, sanitise
from broadsheet.llm.answers import read_answers
from broadsheet.llm.batch_queries import Item
from broadsheet.llm.session import Session
from broadsheet.models import Digest, Paper, Summary
from broadsheet.tldr.summarise import TldrQuestion, summarise, to_items

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
from obedient import Attack, ObedientModel, benign, carrier, digest_of, find_traces, read_attacks


async def take_as_told(papers: Sequence[SanitisedPaper], session: Session) -> tuple[Summary, ...]:
    """TL;DRs as a plain tool takes them: whatever is answered under an id, in batches of three."""
    question, found = TldrQuestion(papers, session), {}
    items: list[Item] = to_items(papers, session)
    for at in range(0, len(items), 3):
        batch = items[at : at + 3]
        completion = await session.dispatcher.call(question.prompt(batch, {}))
        keys = {item.id: item.key for item in batch}
        found |= {keys[id]: text for id, text in read_answers(completion.text, keys, field="tldr").texts.items()}
    return tuple(
        Summary(paper_key=paper.key, tldr=found.get(paper.key, ""), method="written" if paper.key in found else "none")
        for paper in papers
    )


async def digest(papers: Sequence[Paper], model: ObedientModel, defence: str) -> Digest:
    """A digest of the papers under a defence: `none`, `check`, or `all`."""
    write = take_as_told if defence == "none" else summarise
    return await digest_of(papers, model, clean=sanitise if defence == "all" else keep_as_is, write=write)


def tldrs_of(made: Digest) -> Mapping[str, str]:
    """The TL;DRs of a digest, by paper."""
    return {summary.paper_key: summary.tldr for summary in made.summaries}


async def measure(attacks: Sequence[Attack], defence: str) -> tuple[Counter[str], list[str]]:
    """How many attacks left text, changed a neighbour, spoilt their own paper; and the names of those that did."""
    papers = benign()
    before = tldrs_of(await digest(papers, ObedientModel([]), defence))
    counts: Counter[str] = Counter()
    names = []
    for attack in attacks:
        model = ObedientModel([attack])
        hostile = attack.carried_by(carrier())
        made = await digest((*papers[:4], hostile, *papers[4:]), model, defence)
        after = tldrs_of(made)
        traces = find_traces(made, attack)
        changed = sum(after[key] != tldr for key, tldr in before.items())
        counts["obeyed"] += model.obeyed > 0
        counts["alone"] += sanitise(hostile).alone
        counts["text"] += bool(traces)
        counts["neighbours"] += changed > 0
        counts["tldrs"] += changed
        if traces or changed:
            names.append(f"{attack.name} ({', '.join(traces)}; {changed} neighbours)")
    return counts, names


def print_table(attacks: Sequence[Attack], *, held_out: bool) -> None:
    """One row a defence, and what is left with all of them."""
    print(f"{len(attacks)} {'held-out ' if held_out else ''}attacks, each in one of nine papers\n")
    print(
        "| defence | model obeyed | attack text or link came out | a neighbour changed | neighbours' TL;DRs changed |"
    )
    print("|---|---|---|---|---|")
    for defence in ("none", "check", "all"):
        counts, left = asyncio.run(measure(attacks, defence))
        print(f"| {defence} | {counts['obeyed']} | {counts['text']} | {counts['neighbours']} | {counts['tldrs']} |")
    print(f"\nasked about alone: {counts['alone']} of {len(attacks)}; left: {'; '.join(left) or 'none'}\n")


def print_background(path: Path) -> None:
    """The share of real abstracts that are suspected, and what a look at one takes."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [(row.get("title") or "", row.get("abstract") or " ".join(row.get("source", ()))) for row in rows]
    started = time.perf_counter()
    hits = sum(bool(find_suspicions(text, about=title)) or speaks_to_a_model(title) for title, text in texts)
    milliseconds = (time.perf_counter() - started) * 1000 / len(texts)
    print(f"{path.name}: {hits} of {len(texts)} suspected ({hits / len(texts):.2%}), {milliseconds:.1f} ms each")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--background", type=Path, nargs="*", default=[])
    asked = parser.parse_args()
    attacks = read_attacks()
    for held_out in (False, True):
        print_table([attack for attack in attacks if attack.held_out == held_out], held_out=held_out)
    for path in asked.background:
        print_background(path)


if __name__ == "__main__":
    main()
