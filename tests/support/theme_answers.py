"""What a scripted model answers that sorts papers into themes."""

from __future__ import annotations

import json
import re

from broadsheet.llm.prompt import Prompt
from broadsheet.models import Theme
from invented_papers import MATTERS

NAMES = [name.capitalize() for name in MATTERS]


LINE = re.compile(r"^(\w{4}) \| ([^|\n]+) \|", re.MULTILINE)


def ids_by_matter(prompt: Prompt) -> dict[str, list[str]]:
    """The ids of a prompt by what their titles are about."""
    sorted_by: dict[str, list[str]] = {name: [] for name in NAMES}
    for id, title in LINE.findall(prompt.user):
        for name in NAMES:
            if name.lower() in title.lower():
                sorted_by[name].append(id)
    return sorted_by


def theme(title: str, ids: list[str], blurb: str = "") -> dict[str, object]:
    return {"title": title, "ids": ids, "blurb": blurb, "cites": ids[:2]}


def sorts(prompt: Prompt) -> str:
    """The answer of a model that makes no mistake, to a list of papers or to one of themes."""
    found = {name: ids for name, ids in ids_by_matter(prompt).items() if ids}
    return json.dumps({"themes": [theme(name, ids, blurb_of(name)) for name, ids in found.items()]})


def blurb_of(name: str) -> str:
    return f"All of these study {name.lower()} with words of their own. They part ways in the words they study more."


def is_partition(themes: tuple[Theme, ...], papers) -> bool:
    return sorted(key for one in themes for key in one.paper_keys) == sorted(paper.key for paper in papers)
