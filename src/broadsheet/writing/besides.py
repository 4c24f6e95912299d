"""Themes -> the papers of other themes that nearly belong to each."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.writing.similarity import Space

MOST = 3
"""Papers that a theme refers to elsewhere."""
NEAR = 0.1
"""The mean similarity to the papers of a theme from which a paper may belong there; 0 is any two papers."""
NEARLY = 0.6
"""Of its similarity to the papers of its own theme, the share that it must have to those of the other."""


def find_besides(space: Space, groups: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """For each group up to three papers of others that are about as like it as they are like their own, nearest first.

    Papers of no group are not looked at: they were put there because they are like none.
    """
    if len(groups) < 2:
        return [() for _ in groups]
    sizes = [len(group) for group in groups]
    summed = space.project(space.add_up(groups))
    home = {index: column for column, group in enumerate(groups) for index in group}
    found: list[tuple[int, ...]] = []
    for column, size in enumerate(sizes):
        near = []
        for index, at in home.items():
            there = float(summed[index, column]) / size
            own = (float(summed[index, at]) - 1) / max(1, sizes[at] - 1)
            if at != column and there >= max(NEAR, NEARLY * own):
                near.append((-round(there, 9), index))
        found.append(tuple(index for _, index in sorted(near)[:MOST]))
    return found
