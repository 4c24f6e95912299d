"""The map: every paper on it once, none on another, none under a name."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Paper, Point, Theme
from broadsheet.rendering.chart import HEIGHT, LONGEST_LINE, WIDTH, Chart, Name, draw_chart
from broadsheet.rendering.view import LEAST_ON_MAP, view
from sample_digest import DIGEST

PLACE = st.tuples(st.floats(allow_nan=True, allow_infinity=True), st.floats(-1, 2))


def chart_of(places: list[tuple[float, float]], themes: int = 3) -> Chart | None:
    papers = [Paper(key=f"hash:{number}", title=f"Paper {number}") for number in range(len(places))]
    shares = [tuple(paper.key for paper in papers[start::themes]) for start in range(themes)]
    grouped = tuple(Theme(title=f"Theme {number}", paper_keys=keys) for number, keys in enumerate(shares) if keys)
    update = {"papers": tuple(papers), "themes": grouped, "summaries": ()}
    sections = view(DIGEST.model_copy(update=update), PageLabels(), with_map=False).sections
    at = {f"paper-hash-{number}": place for number, place in enumerate(places)}
    return draw_chart([(section.title, section.dot, section.papers) for section in sections], at)


def marks_of(chart: Chart) -> list[tuple[float, float]]:
    return [(mark.x / 100 * WIDTH, mark.y / 100 * HEIGHT) for group in chart.groups for mark in group.marks]


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(PLACE, min_size=1, max_size=40))
def test_every_paper_is_on_the_map_once_and_inside_it(places: list[tuple[float, float]]) -> None:
    chart = chart_of(places)
    assert chart is not None
    marks = marks_of(chart)
    assert len(marks) == len(places)
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in marks)


def test_papers_in_one_place_are_moved_apart_and_no_farther_than_they_must() -> None:
    chart = chart_of([(0.5, 0.5)] * 60)
    assert chart is not None
    marks = marks_of(chart)
    nearest = min(math.dist(one, other) for at, one in enumerate(marks) for other in marks[:at])
    assert nearest > 13
    assert max(math.dist(mark, (WIDTH / 2, HEIGHT / 2)) for mark in marks) < 130


def test_a_paper_that_is_in_nobodys_way_stays_where_it_was_drawn() -> None:
    chart = chart_of([(0.25, 0.5), (0.75, 0.5), (0.5, 0.9)])
    assert chart is not None
    assert [(round(x), round(y)) for x, y in marks_of(chart)] == [(140, 145), (400, 145), (270, 253)]


def test_names_stand_clear_of_papers_and_of_each_other() -> None:
    chart = chart_of([(0.5 + number / 900, 0.5) for number in range(30)])
    assert chart is not None
    names = [group.name for group in chart.groups if group.name]
    assert [name.lines for name in names] == [("Theme 0",), ("Theme 1",), ("Theme 2",)]
    tops = sorted(name.y / 100 * HEIGHT for name in names)
    assert all(below - above > 15 for above, below in itertools.pairwise(tops))
    for name in names:
        for x, y in marks_of(chart):
            assert abs(y - name.y / 100 * HEIGHT) > 13 or abs(x - name.x / 100 * WIDTH) > 25


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Natural language processing", ["Natural language processing"]),
        ("Atmospheric and oceanic physics", ["Atmospheric and", "oceanic physics"]),
        (
            "Semi-supervised learning and semantic segmentation of images",
            ["Semi-supervised learning and", "semantic segmentation of images"],
        ),
        ("机器学习与自然语言处理的最新进展和应用", ["机器学习与自然语言处", "理的最新进展和应用"]),
    ],
)
def test_a_long_name_stands_whole_on_two_lines(title: str, lines: list[str]) -> None:
    assert named(title) == Name(50.0, 50.0, tuple(lines))


def test_a_name_too_long_for_two_lines_loses_its_last_words_and_says_so() -> None:
    name = named("A heading that somebody wrote by hand with a great many words in it, more than anybody reads")
    assert name.lines == ("A heading that somebody wrote by", "hand with a great many words in…")
    assert name.cut


@given(st.text(max_size=120))
def test_no_line_of_a_name_is_longer_than_there_is_room_for(title: str) -> None:
    name = named(title)
    assert 1 <= len(name.lines) <= 2
    assert max(map(len, name.lines)) <= LONGEST_LINE


def named(title: str) -> Name:
    papers = [Paper(key=f"hash:{number}", title=f"Paper {number}") for number in range(3)]
    digest = DIGEST.model_copy(update={"papers": tuple(papers), "themes": (), "summaries": ()})
    (section,) = view(digest, PageLabels(), with_map=False).sections
    chart = draw_chart([(title, "h1", section.papers)], {f"paper-hash-{number}": (0.5, 0.5) for number in range(3)})
    assert chart is not None
    name = chart.groups[0].name
    assert name is not None
    return name


def test_many_themes_are_told_by_their_marks_and_not_named() -> None:
    chart = chart_of([(number / 60, 0.5) for number in range(60)], themes=20)
    assert chart is not None
    assert len({group.dot for group in chart.groups}) == 20
    assert {group.name for group in chart.groups} == {None}


def test_a_digest_of_few_papers_has_no_map() -> None:
    papers = tuple(Paper(key=f"hash:{number}", title=f"Paper {number}") for number in range(LEAST_ON_MAP))
    points = tuple(Point(paper_key=paper.key, x=0.1, y=0.2) for paper in papers)
    for left in (0, 1):
        held = DIGEST.model_copy(update={"papers": papers[left:], "map": points, "summaries": ()})
        assert (view(held, PageLabels()).chart is None) == bool(left)


def test_without_places_there_is_no_map() -> None:
    assert chart_of([]) is None
    assert view(DIGEST.model_copy(update={"map": ()}), PageLabels()).chart is None
    assert (
        view(DIGEST.model_copy(update={"map": (Point(paper_key="hash:nowhere", x=0, y=0),)}), PageLabels()).chart
        is None
    )
