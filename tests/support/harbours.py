"""A run of three papers, and TL;DRs of the first that are true, spliced, turned, or those of another paper."""

from __future__ import annotations

from broadsheet.grounding.features import Support, support
from broadsheet.grounding.rivals import Run
from broadsheet.models import Paper
from broadsheet.text.word_vectors import load_word_vectors

PAPERS = [
    Paper(
        key="tides",
        title="Tides",
        abstract="Cheap buckets forecast tides at a hundred harbours better than costly gauges. "
        "They do not increase the number of false alarms, but they are slower at night.",
    ),
    Paper(key="scarf", title="Scarves", abstract="Two robot arms knit a woollen scarf without dropping a stitch."),
    Paper(key="bread", title="Bread", abstract="A camera judges the crust of sourdough bread from its colour."),
]
TRUE = "Cheap buckets forecast tides better than costly gauges."
SPLICED = "Cheap buckets forecast tides and knit a woollen scarf."
TURNED = "Cheap buckets never forecast tides worse, are faster at night and increase false alarms."
FEWER = "Buckets reduce harbour alarms 7 fold with ZORB-9, more than gauges."
SWAPPED = "Two robot arms knit a woollen scarf without dropping a stitch."


def seen(tldr: str, papers: list[Paper] = PAPERS) -> Support:
    """What is seen of a TL;DR of the first paper, among these."""
    run = Run(papers, load_word_vectors())
    return support(run, run.read(PAPERS[0]), tldr)
