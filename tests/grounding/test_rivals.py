"""That the paper which a TL;DR really tells of is found among the papers of a run, wherever it stands."""

from __future__ import annotations

import pytest

from broadsheet.grounding.features import TEXT_FEATURES, WORD_FEATURES, support
from broadsheet.grounding.rivals import Run
from broadsheet.models import Paper
from broadsheet.text.word_vectors import load_word_vectors, root

PAPERS = [
    Paper(
        key="tides", title="Tides", abstract="Cheap buckets forecast tides at a hundred harbours with a neural network."
    ),
    Paper(key="scarf", title="Scarves", abstract="Two robot arms knit a woollen scarf without dropping a stitch."),
    Paper(key="bread", title="Bread", abstract="A camera judges the crust of sourdough bread from its colour."),
]


def described(tldr: str, papers: list[Paper], name: str) -> float:
    run = Run(papers, load_word_vectors())
    return float(support(run, run.read(PAPERS[0]), tldr).whole[TEXT_FEATURES.index(name)])


def test_the_rival_is_the_paper_that_tells_of_it():
    run = Run(PAPERS, load_word_vectors())
    seen = support(run, run.read(PAPERS[0]), "Cheap buckets forecast tides and knit a woollen scarf.")
    assert seen.rival == 1
    gains = seen.rows[:, WORD_FEATURES.index("rival gain")]
    assert [word for word, gain in zip(seen.text.spoken, gains, strict=True) if gain > 0] == [
        "knit",
        "woollen",
        "scarf",
    ]


def test_what_the_own_paper_tells_has_no_rival():
    assert described("Cheap buckets forecast tides.", PAPERS, "best gain") == 0
    assert described("Robot arms knit a scarf.", PAPERS, "best gain") > 5


def test_the_order_of_the_papers_changes_nothing():
    tldr = "Cheap buckets forecast tides and judge bread by its crust."
    runs = [Run(papers, load_word_vectors()) for papers in (PAPERS, PAPERS[::-1])]
    one, other = (support(run, run.read(PAPERS[0]), tldr) for run in runs)
    assert one.rows == pytest.approx(other.rows)
    assert one.whole == pytest.approx(other.whole)


def test_a_paper_outside_the_run_and_a_run_of_none_are_read_too():
    for papers in ([], PAPERS[1:]):
        run = Run(papers, load_word_vectors())
        assert len(support(run, run.read(PAPERS[0]), "Buckets forecast tides.").rows) == 3


def test_a_reading_is_kept_until_it_is_released():
    run = Run(PAPERS, load_word_vectors())
    first = run.read(PAPERS[0])
    assert run.read(PAPERS[0]) is first
    run.release(PAPERS[0])
    assert run.read(PAPERS[0]) is not first


def test_forms_of_a_word_share_a_root_and_others_do_not():
    assert len({root(word) for word in ("improves", "improved", "improving", "improve")}) == 1
    assert root("general") != root("generate")
