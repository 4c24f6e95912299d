"""The map: a point for every paper, a theme's papers together, the same points for the same papers."""

from __future__ import annotations

import math

from broadsheet.models import Paper, Theme
from broadsheet.themes.group import group_papers
from broadsheet.themes.projection import MOST_PAPERS, draw_map
from corpora import corpus_of

WORDS = {
    "parsing": "treebank grammar parser dependency syntax constituency",
    "grasping": "robot gripper grasp manipulation arm object",
    "pricing": "auction bidder revenue mechanism price market",
}


def invent(each: int) -> list[Paper]:
    return [
        Paper(key=f"{field}{n}", title=f"Notes on {field} {n}", abstract=f"On {field}: {words}, case {n}.")
        for n in range(each)
        for field, words in WORDS.items()
    ]


def test_every_paper_has_one_point_on_the_page() -> None:
    papers = invent(8)
    points = draw_map(corpus_of(papers), group_papers(corpus_of(papers)))
    assert [point.paper_key for point in points] == [paper.key for paper in papers]
    assert all(0 <= point.x <= 1 and 0 <= point.y <= 1 for point in points)
    assert len({(point.x, point.y) for point in points}) == len(papers)


def test_the_papers_of_a_theme_lie_together() -> None:
    papers = invent(8)
    themes = [Theme(title=field, paper_keys=tuple(f"{field}{n}" for n in range(8))) for field in WORDS]
    at = {point.paper_key: (point.x, point.y) for point in draw_map(corpus_of(papers), themes)}
    middles = {
        theme.title: tuple(sum(at[key][axis] for key in theme.paper_keys) / 8 for axis in (0, 1)) for theme in themes
    }
    for theme in themes:
        for key in theme.paper_keys:
            nearest = min(middles, key=lambda title: math.dist(at[key], middles[title]))
            assert nearest == theme.title


def test_the_same_papers_have_the_same_map() -> None:
    papers = invent(5)
    themes = group_papers(corpus_of(papers))
    assert draw_map(corpus_of(papers), themes) == draw_map(corpus_of(papers), themes)


def test_a_handful_and_thousands_have_no_map() -> None:
    papers = invent(1)
    assert draw_map(corpus_of(papers), group_papers(corpus_of(papers))) == ()
    many = [Paper(key=f"k{n}", title="A title") for n in range(MOST_PAPERS + 1)]
    assert draw_map(corpus_of(many), [Theme(title="All", paper_keys=tuple(paper.key for paper in many))]) == ()


def test_one_theme_alone_and_papers_without_words_are_drawn_too() -> None:
    papers = [Paper(key=f"k{n}", title="") for n in range(6)]
    points = draw_map(corpus_of(papers), [Theme(title="Other papers", paper_keys=tuple(paper.key for paper in papers))])
    assert len(points) == 6
