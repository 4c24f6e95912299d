"""Makes groups true of their headings: a group stays whole only where most of its papers bear the best one.

Of another group only the papers that bear its heading stay, if they are some. The loose papers gather under fields
or phrases that no group has, join the group whose heading they bear or to which they are nearest, or stay apart. Only
in a list of several fields: in one of a narrow field, phrases that few papers share would leave most of them loose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from broadsheet.themes.clustering import Group, Grouping, by_typicality, near_groups, smallest_group
from broadsheet.themes.headings import RatedHeading, SharedPhrases
from broadsheet.themes.labels import choose_headings
from broadsheet.themes.vector_space import Space

_BEARS = 0.5
"""The support of a paper from which on it bears a heading."""
_HOLDS = 0.6
"""The share of a group that bears its heading from which on the group stays whole."""
_OF_FIELDS = 0.5
"""The least share of papers that are of a named field; of one narrow field few are, and groups are all there is."""
_FEWEST = 3
"""The papers that stay of a group that does not, and those that a new phrase gathers; of a field two do, in long lists
more."""
_FEWEST_OF_FIELD = 2
_TOGETHER = 0.05
"""The least mean similarity of papers that gather."""
_NEAR_HEADING = 0.3
"""How much the nearness of a paper to a group counts its support of the heading."""
_NEAR = 0.25
"""From this nearness on a paper joins a group whose heading it does not bear."""
_GAIN = -0.05
"""The least gain in similarity for which a paper moves from a group whose heading it does not bear to one it does."""
_MOST_APART = 0.12
"""The largest share of the papers that stay apart though they are like some group."""


def hold_to_headings(space: Space, shared: SharedPhrases, grouping: Grouping) -> Grouping:
    """The groups, repaired, each from its most typical paper on; unchanged where few papers are of a named field.

    `shared` has read the papers of `space`, in the same order. No group has fewer than two papers.
    """
    if shared.share_of_fields() < _OF_FIELDS:
        return grouping
    groups, headings = _keep_bearers(shared, grouping.groups)
    loose = set(range(space.rows.shape[0])).difference(*groups)
    for group, heading in _gather(space, shared, loose, headings):
        groups.append(group)
        headings.append(heading)
    if not groups:
        return grouping
    support = np.stack([shared.find_support(heading) for heading in headings], axis=1)
    near = near_groups(space, [tuple(group) for group in groups])
    home = np.full(len(near), -1)
    for at, group in enumerate(groups):
        home[group] = at
    _join_bearers(home, support, near)
    near = near + _NEAR_HEADING * np.stack([shared.find_support(one, loosely=True) for one in headings], axis=1)
    _join_nearest(home, near)
    whole = [tuple(np.flatnonzero(home == at).tolist()) for at in range(len(groups))]
    kept = [by_typicality(space, group) for group in whole if len(group) > 1]
    return Grouping(tuple(kept), tuple(sorted(set(range(len(near))).difference(*kept))))


def _keep_bearers(shared: SharedPhrases, groups: Sequence[Group]) -> tuple[list[list[int]], list[RatedHeading]]:
    """The groups that bear their headings, and of others those papers that do."""
    kept: list[list[int]] = []
    headings: list[RatedHeading] = []
    for group, heading in zip(groups, choose_headings(shared, groups, capitals={}), strict=True):
        if heading is None:
            continue
        support = shared.find_support(heading)
        bearing = [index for index in group if support[index] >= _BEARS]
        whole = len(bearing) >= max(2, _HOLDS * len(group))
        if whole or len(bearing) >= _FEWEST:
            kept.append(list(group) if whole else bearing)
            headings.append(heading)
    return kept, headings


def _gather(
    space: Space, shared: SharedPhrases, loose: set[int], used: Sequence[RatedHeading]
) -> Iterator[tuple[list[int], RatedHeading]]:
    """New groups of loose papers that bear one heading: the heading that is worth most over all that bear it first."""
    rows = np.array(sorted(loose), dtype=int)
    able = [(heading, shared.find_support(heading)[rows]) for heading in shared.find_gathering(rows.tolist(), used)]
    left = np.ones(len(rows), dtype=bool)
    least = smallest_group(space.rows.shape[0])
    while able:
        ranked = []
        for at, (heading, support) in enumerate(able):
            bearing = left & (support >= _BEARS)
            if bearing.sum() >= max(least, _FEWEST_OF_FIELD if heading.fields else _FEWEST):
                ranked.append((-round(heading.score * float(support[bearing].sum()), 6), at, bearing))
        if not ranked:
            return
        _, at, bearing = min(ranked, key=lambda one: one[:2])
        heading, _ = able.pop(at)
        group = rows[bearing].tolist()
        if (space.compare(group).sum() / len(group) - 1) / (len(group) - 1) >= _TOGETHER:
            left &= ~bearing
            yield group, heading


def _join_bearers(home: np.ndarray, support: np.ndarray, near: np.ndarray) -> None:
    """Moves papers to the nearest group whose heading they bear, from no group or from one whose they do not."""
    able = np.where((support >= _BEARS) & (near > 0), near, -np.inf)
    best = able.argmax(axis=1)
    gain = able.max(axis=1)
    stray = home < 0
    inside = np.flatnonzero(~stray)
    own = home[inside]
    bears_not = support[inside, own] < _BEARS
    stray[inside] = bears_not & (gain[inside] > near[inside, own] + _GAIN)
    moving = stray & np.isfinite(gain)
    home[moving] = best[moving]


def _join_nearest(home: np.ndarray, near: np.ndarray) -> None:
    """Moves the papers left to the nearest group, but for the least near ones as far as they may stay apart."""
    left = np.flatnonzero(home < 0)
    order = left[np.argsort(-near[left].max(axis=1), kind="stable")] if len(left) else left
    apart = int(_MOST_APART * len(home))
    joining = [index for at, index in enumerate(order) if len(order) - at > apart or near[index].max() > _NEAR]
    home[joining] = near[joining].argmax(axis=1)
