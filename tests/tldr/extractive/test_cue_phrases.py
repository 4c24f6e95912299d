"""What marks a sentence as the paper's claim, as background or as a remark."""

from __future__ import annotations

import pytest

from broadsheet.tldr.extractive.cue_phrases import CLAIMS, CUES, find_cues


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("We propose a machine for knots.", "makes"),
        ("In this paper, we formally prove that knots hold.", "finds"),
        ("This paper studies wet knots.", "studies"),
        ("Finally, we tie a bowline.", "adds"),
        ("Experiments on ropes take a day.", "experiments"),
        ("They slip when wet.", "dangling"),
        ("We mend these knots.", "refers back"),
        ("However, ropes get wet.", "contrast"),
        ("Existing machines drop the rope.", "background"),
        ("Knots have been studied for centuries.", "habit"),
        ("Our contributions are as follows: a machine and a rope.", "lists"),
        ("Code is available at a harbour.", "address"),
        ("Do knots slip?”", "question"),
        ("We tie knots and", "unfinished"),
        ("We tie knots...", "unfinished"),
    ],
)
def test_each_cue_is_seen_in_its_sentence(sentence: str, cue: str) -> None:
    assert find_cues(sentence)[cue] == 1.0


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("Sailors propose a machine.", "makes"),
        ("This paper is about knots.", "dangling"),
        ("We mend this paper.", "refers back"),
        ("We tie knots (and bowlines).", "unfinished"),
    ],
)
def test_what_only_looks_like_a_cue_is_none(sentence: str, cue: str) -> None:
    assert find_cues(sentence)[cue] == 0.0


def test_every_sentence_has_every_cue_as_a_number() -> None:
    assert set(find_cues("Knots.")) == {*CUES, "question", "unfinished"}
    assert set(CLAIMS) < set(CUES)


def test_only_the_beginning_of_an_endless_sentence_is_looked_at() -> None:
    assert find_cues("x" * 2100 + " we propose a machine.")["makes"] == 0.0
