"""Whether a model is a judge of TL;DRs: what `writing.judge` finds in true ones and in false ones of each kind.

    data="../shared/quality/grounding_dev.jsonl --papers ../shared/quality/scitldr_dev.jsonl"
    python benchmarks/judge_quality.py $data --backend llamacpp --model NAME --each 24

As many TL;DRs by their authors as false ones, drawn by the seed; each is put to the model alone, as a run would do it.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from broadsheet.digests.open_session import open_session
from broadsheet.evaluation.labelled import Claim, read_claims, read_papers
from broadsheet.injection.sanitise import sanitise
from broadsheet.settings.loading import Settings, load_settings
from broadsheet.tldr.summarise import ask_judge, to_items


def draw(claims: Sequence[Claim], each: int, seed: int) -> list[Claim]:
    """So many true and so many false claims, the false ones of all kinds alike."""
    dice = random.Random(seed)
    true = dice.sample([claim for claim in claims if claim.true and claim.kind == "author"], each)
    kinds: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if not claim.true:
            kinds[claim.kind].append(claim)
    false: list[Claim] = []
    for claim_list in kinds.values():
        dice.shuffle(claim_list)
    while len(false) < each:
        false += [claim_list.pop() for claim_list in kinds.values() if claim_list][: each - len(false)]
    return true + false


async def judge(claims: Sequence[Claim], settings: Settings) -> tuple[Counter[str], Counter[str]]:
    """By kind, the claims put to the model and those it finds at fault."""
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    async with open_session(settings) as session:
        if session is None:
            raise SystemExit("name a backend with --backend.")
        for claim in claims:
            item = to_items([sanitise(paper) for paper in [claim.paper]], session)[0]
            asked[claim.kind] += 1
            found[claim.kind] += bool(await ask_judge([item], {item.key: claim.tldr}, session))
    return asked, found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--papers", type=Path)
    parser.add_argument("--backend", required=True)
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    parser.add_argument("--each", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    papers = read_papers(given.papers.read_text(encoding="utf-8"), name=str(given.papers)) if given.papers else {}
    claims = read_claims(given.data.read_text(encoding="utf-8"), name=str(given.data), papers=papers)
    llm = {"backend": given.backend, "model": given.model, "batch_size": 1, "timeout": 1200}
    flags: dict[str, Any] = {"llm": llm, "cache": {"use": False}, "writing": {"hints": "none", "judge": True}}
    if given.base_url:
        flags["backends"] = {given.backend: {"base_url": given.base_url}}
    asked, found = asyncio.run(judge(draw(claims, given.each, given.seed), load_settings(flags=flags)))
    print("| | put to the judge | found at fault |\n|---|---|---|")
    for kind, count in asked.items():
        print(f"| {kind} | {count} | {found[kind]} |")


if __name__ == "__main__":
    main()
