"""Invented papers of three subjects, as a file of papers that people have sorted has them."""

from __future__ import annotations

import json
import random

TOPICS = {
    "looms": "weaving loom warp weft shuttle cloth pattern thread",
    "kilns": "ceramic kiln glaze firing clay porcelain temperature oxide",
    "bees": "honeybee hive pollen colony queen nectar forager swarm",
}


def grouped_rows(count: int) -> str:
    lots = random.Random(1)
    made = []
    for at in range(count):
        group = sorted(TOPICS)[at % 3]
        words = lots.sample(TOPICS[group].split(), 5)
        made.append(
            {"title": " ".join(words[:3]) + f" {at}", "abstract": f"We study {' '.join(words)}.", "track": group}
        )
    return "\n".join(map(json.dumps, made))
