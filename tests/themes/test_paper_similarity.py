"""How alike papers and wishes are: by their words, and by the company of words that they do not share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from broadsheet.models import Paper
from broadsheet.themes.background import shipped
from broadsheet.themes.paper_similarity import Matrix, paper_similarities
from interest_papers import PAPERS


def alike(papers: Sequence[Paper], wanted: Sequence[Paper]) -> Matrix:
    return paper_similarities(papers, wanted, shipped())


def wish(text: str) -> Paper:
    return Paper(key="wish", title=text)


def test_a_wish_is_nearest_to_the_paper_of_its_matter() -> None:
    wishes = [wish("spoken dialogue"), wish("machine translation"), wish("dependency parsing"), wish("recipe tables")]
    assert [PAPERS[place].key for place in alike(PAPERS, wishes).argmax(axis=0)] == ["c", "d", "b", "a"]


def test_a_wish_in_other_words_still_finds_its_paper() -> None:
    assert PAPERS[int(alike(PAPERS, [wish("chatbots")])[:, 0].argmax())].key == "c"


def test_a_paper_is_most_like_itself_and_never_more_than_two() -> None:
    each = alike(PAPERS, PAPERS)
    assert each.shape == (4, 4)
    assert (each.argmax(axis=0) == np.arange(4)).all()
    assert np.allclose(each, each.T)
    assert each.max() <= 2 + 1e-6


def test_words_that_nobody_knows_are_like_nothing() -> None:
    assert not alike(PAPERS, [wish("qwzzk vvrrt")]).any()


def test_two_papers_are_less_alike_where_all_papers_are_of_their_matter() -> None:
    two = [wish("spoken dialogue"), wish("chatbots")]
    crowd = [wish(word) for word in ("conversation", "utterances", "dialogue", "assistants", "responses") * 5]
    assert alike([*two, *crowd], two)[0, 1] < 0.5 * alike(two, two)[0, 1]
