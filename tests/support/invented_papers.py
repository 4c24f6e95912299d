"""Papers about invented matters, as many as a test asks for."""

from __future__ import annotations

import random

from broadsheet.models import Paper

MATTERS = {
    "wet knots": "rope sailor harbour twine mooring hemp splice bowline anchor deck",
    "tidal bread": "oven yeast flour dough crust bakery sourdough kneading loaf rye",
    "paper kites": "wind string tail bamboo flight gust breeze glue frame spar",
    "moss clocks": "dial spring garden hour pendulum shade fern minute damp gear",
}


def paper(key: str, title: str, abstract: str = "") -> Paper:
    return Paper(key=key, title=title, abstract=abstract)


def invent(count: int, *, seed: int = 7) -> list[Paper]:
    """Invented papers on four matters in turn, each with words of its matter alone."""
    chance = random.Random(seed)
    papers = []
    for number in range(count):
        matter, vocabulary = list(MATTERS.items())[number % len(MATTERS)]
        chosen = chance.sample(vocabulary.split(), 5)
        title = f"{chosen[0].title()} and {matter.title()}, part {number}"
        papers.append(paper(f"k{number}", title, f"We study {matter} with {' '.join(chosen)}. More on {chosen[1]}."))
    return papers
