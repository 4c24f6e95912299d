"""Papers that interests tell apart."""

from __future__ import annotations

from broadsheet.models import Paper

PAPERS = (
    Paper(
        key="a",
        title="Question answering over tables of recipes",
        abstract="We answer questions about recipes with a reader that finds answer spans in a table.",
    ),
    Paper(
        key="b",
        title="A parser for old cookery books",
        abstract="We parse sentences into dependency trees with a transition-based parser and a treebank.",
    ),
    Paper(
        key="c",
        title="Speaking with kitchens",
        abstract="A dialogue system keeps the state of a conversation and generates responses turn by turn.",
    ),
    Paper(
        key="d",
        title="Translating menus",
        abstract="Neural machine translation of menus into low-resource languages with back-translation.",
    ),
)
