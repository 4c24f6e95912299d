"""The layout of the map: a position for each paper's mark and each theme's name, without overlap.

Positions in the result are per cent of the map's width and height, so that it scales to any page. Inside this module
lengths are in units of a map of `WIDTH` by `HEIGHT`: its pixels on the narrowest page that shows names.
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from broadsheet.rendering.entries import Entry
from broadsheet.rendering.text import columns, truncate, wrap

WIDTH, HEIGHT = 540.0, 290.0
MARGIN = 10.0
FARTHEST = 16.0
"""The largest distance between two marks."""
MOST_NAMED = 16
"""The most names shown: more would hide the papers, and the table of contents has them all."""
SHORT_NAME, LONGEST_LINE = 28, 34
"""The columns of a name that stands on one line, and the most of a line of a longer one, which stands on two."""
LINE = 16.0
"""From one line of a name to the next."""
MOST_SPREAD = 1500
"""The most papers that are moved apart, which takes quadratic time; more stay where they are and may overlap."""
OTHER = "h0"
"""The class of the mark of papers that fit no theme."""
_TURN = math.pi * (3 - math.sqrt(5))

Place = tuple[float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A paper's position on the map, in per cent."""

    x: float
    y: float
    anchor: str
    title: str


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """A theme's name on the map, of one line or two; `x` and `y` are its middle, `cut` tells whether words are left
    out.
    """

    x: float
    y: float
    lines: tuple[str, ...]
    cut: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class ChartGroup:
    """The papers of one theme; `dot` has the classes of its colour and shape."""

    dot: str
    title: str
    name: Name | None
    marks: tuple[Mark, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Chart:
    """The map; on a `crowded` one the marks are smaller."""

    groups: tuple[ChartGroup, ...]
    crowded: bool


def draw_chart(themes: Sequence[tuple[str, str, Sequence[Entry]]], places: Mapping[str, Place]) -> Chart | None:
    """The map of themes (title, classes of its mark, papers); `None` where no paper has a position.

    `places` has coordinates from 0 to 1 by anchor.
    """
    wanted = {anchor: _on_paper(place) for anchor, place in places.items()}
    if not wanted:
        return None
    names = _names(themes, wanted)
    # The area a paper is WIDTH * HEIGHT / n; discs at distance s take about s². The factor 2.6 leaves free area for
    # names and clusters.
    spacing = min(FARTHEST, math.sqrt(WIDTH * HEIGHT / len(wanted) / 2.6))
    obstacles = _Obstacles(spacing, [_box(name) for name in names.values()])
    groups = []
    for number, (title, dot, papers) in enumerate(themes):
        marks = tuple(_marks(papers, wanted, obstacles, spread=len(wanted) <= MOST_SPREAD))
        if marks:
            groups.append(ChartGroup(dot, title, _shown(names.get(number)), marks))
    return Chart(tuple(groups), crowded=spacing < 12)


def _marks(
    papers: Sequence[Entry], wanted: Mapping[str, Place], obstacles: _Obstacles, *, spread: bool
) -> Iterator[Mark]:
    for paper in papers:
        if place := wanted.get(paper.anchor):
            x, y = _percent(obstacles.settle(place) if spread else place)
            yield Mark(x, y, paper.anchor, paper.title)


def _on_paper(place: Place) -> Place:
    """Coordinates from 0 to 1 in units of the map, inside its margin; infinite or NaN values become the middle."""
    x, y = (min(1.0, max(0.0, value)) if math.isfinite(value) else 0.5 for value in place)
    return MARGIN + x * (WIDTH - 2 * MARGIN), MARGIN + y * (HEIGHT - 2 * MARGIN)


def _percent(place: Place) -> Place:
    return round(100 * place[0] / WIDTH, 1), round(100 * place[1] / HEIGHT, 1)


def _shown(name: Name | None) -> Name | None:
    if name is None:
        return None
    x, y = _percent((name.x, name.y))
    return dataclasses.replace(name, x=x, y=y)


# Names.


def _names(themes: Sequence[tuple[str, str, Sequence[Entry]]], wanted: Mapping[str, Place]) -> dict[int, Name]:
    """The names by the theme's place, each at the median of its papers, or as near as there is room."""
    if len(themes) > MOST_NAMED:
        return {}
    names: dict[int, Name] = {}
    for number, (title, dot, papers) in enumerate(themes):
        places = [place for paper in papers if (place := wanted.get(paper.anchor))]
        if dot == OTHER or len(places) < 2:
            continue
        lines, cut = _break(title)
        middle = Name(median(x for x, _ in places), median(y for _, y in places), lines, cut)
        free = (name for name in _around(middle) if not any(_meet(_box(name), _box(old)) for old in names.values()))
        if found := next(free, None):
            names[number] = found
    return names


def _break(title: str) -> tuple[tuple[str, ...], bool]:
    """A title as lines of about one length, and whether words are left out for it."""
    size = columns(title)
    for width in range(size if size <= SHORT_NAME else size // 2, max(SHORT_NAME, LONGEST_LINE) + 1):
        lines = wrap(title, width=width).split("\n")
        if len(lines) <= 2 and max(map(columns, lines)) <= LONGEST_LINE:
            return tuple(lines), False
    first = wrap(title, width=LONGEST_LINE).split("\n")[0]
    return tuple(truncate(line, LONGEST_LINE) for line in (first, title[len(first) :]) if line), True


def _around(name: Name) -> Iterator[Name]:
    half = (_box(name)[2] - _box(name)[0]) / 2
    margin = MARGIN + LINE / 2 * (len(name.lines) - 1)
    x = min(WIDTH - MARGIN - half, max(MARGIN + half, name.x))
    for across, down in _STEPS:
        y = name.y + down
        if margin <= y <= HEIGHT - margin and MARGIN + half <= x + across <= WIDTH - MARGIN - half:
            yield dataclasses.replace(name, x=x + across, y=y)


_STEPS = sorted(
    ((across, down) for across in range(-80, 81, 20) for down in range(-128, 129, 16)),
    key=lambda step: (step[0] ** 2 + 4 * step[1] ** 2, step),
)
"""By how much a name may be moved from the middle of its papers, the least first; up and down counts twice."""

Box = tuple[float, float, float, float]


def _box(name: Name) -> Box:
    half = 3.4 * max(map(columns, name.lines)) + 8  # half the width of a line, at about 6.8 to a letter
    high = 15 + LINE / 2 * (len(name.lines) - 1)
    return name.x - half, name.y - high, name.x + half, name.y + high


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# Papers.


class _Obstacles:
    """The occupied positions of the map: boxes of names, and papers in a grid with cells of one spacing.

    A paper closer than the spacing can only be in the same cell or one of its eight neighbours.
    """

    def __init__(self, spacing: float, boxes: Sequence[Box]) -> None:
        self._spacing = spacing
        self._boxes = boxes
        self._taken: defaultdict[tuple[int, int], list[Place]] = defaultdict(list)

    def settle(self, wanted: Place) -> Place:
        """Occupies the first free position on a spiral around the wanted one and returns it."""
        place = next((place for place in self._spiral(wanted) if self._is_free(place)), wanted)
        self._taken[self._cell(place)].append(place)
        return place

    def _spiral(self, start: Place) -> Iterator[Place]:
        """Positions on a sunflower spiral (Vogel 1979), of even density, that lie on the map."""
        x, y = start
        for number in range(3 * MOST_SPREAD):
            radius = 0.7 * self._spacing * math.sqrt(number)
            place = x + radius * math.cos(number * _TURN), y + radius * math.sin(number * _TURN)
            if 0 < place[0] - MARGIN / 2 < WIDTH - MARGIN and 0 < place[1] - MARGIN / 2 < HEIGHT - MARGIN:
                yield place

    def _is_free(self, place: Place) -> bool:
        x, y = place
        if any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in self._boxes):
            return False
        column, row = self._cell(place)
        near = (
            other
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for other in self._taken.get((i, j), ())
        )
        return all(math.hypot(x - other[0], y - other[1]) >= self._spacing for other in near)

    def _cell(self, place: Place) -> tuple[int, int]:
        return int(place[0] // self._spacing), int(place[1] // self._spacing)
