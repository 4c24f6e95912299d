"""The sections of a large digest: themes that lie near each other, under a heading broader than theirs.

The themes go on being joined as their papers were (average linkage in the papers' space), so that a section is a union
of whole themes. A heading is an area of science, or a phrase, that most papers of the section bear and few others do.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from broadsheet.models import Theme
from broadsheet.settings.loading import Choice
from broadsheet.text.words import split_words
from broadsheet.themes.clustering import grow_tree
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.fields import WIDER, name_areas
from broadsheet.themes.headings import SharedPhrases, join_fields, read_some
from broadsheet.themes.labels import find_capitals, spell_heading, start_lower
from broadsheet.themes.tracking import PreviousEdition

LARGE = 150
"""The number of papers above which a digest has sections, unless the settings say otherwise."""
_MOST = 1.3
"""The most sections, as a multiple of the square root of the number of themes, which is the fewest: 7 to 9 of 47."""
_FEWEST_THEMES = 6
_LEAST = 0.05
"""The least share of the papers that a section holds; the themes of a smaller one, or of one theme, join others."""
_SHARE, _OUTSIDE = 0.5, 0.25
"""The share of a section's papers that bear its heading, and of the others that do, at least and at most."""
_OF_TWO = 0.25
"""The least share of a section's papers that are of each of two areas where both head it."""

Division = tuple[frozenset[str], ...]
"""The keys of each section's papers, from the section with the first theme on; empty for a digest without sections."""


def divide(themes: Sequence[Theme], corpus: Corpus, wanted: Choice, *, named: bool = False) -> Division:
    """Unions of two themes or more; empty where none are wanted, or the themes are too few for two sections.

    With `auto` they are wanted for more than `LARGE` papers, unless the reader `named` the themes.
    How many there are, about the square root of the number of themes, is where the joining takes its longest step.
    """
    inside = [theme for theme in themes if not theme.other]
    is_wanted = len(corpus.papers) > LARGE and not named if wanted == "auto" else wanted
    if not is_wanted or len(inside) < _FEWEST_THEMES:
        return ()
    groups = [[corpus.rows[key] for key in theme.paper_keys] for theme in inside]
    near = corpus.space.project(groups)
    summed = np.array([near[group].sum(axis=0) for group in groups])
    lengths = np.sqrt(summed.diagonal().clip(1e-9))  # of the sums of the themes' papers
    apart = 1.0 - summed / np.outer(lengths, lengths)
    tree = grow_tree(apart)
    root = math.sqrt(len(inside))
    low, high = max(2, round(root)), max(2, round(_MOST * root))
    # The step from k groups to k - 1, beside the one before it.
    steps = {k: tree.heights[len(inside) - k] - tree.heights[len(inside) - k - 1] for k in range(low, high + 1)}
    labels = tree.cut_for(max(steps, key=lambda k: (round(steps[k], 9), k)))
    unions = [[at for at, label in enumerate(labels) if label == one] for one in dict.fromkeys(labels)]
    least = _LEAST * sum(map(len, groups))
    kept = [union for union in unions if len(union) > 1 and sum(len(groups[at]) for at in union) >= least]
    if len(kept) < 2:
        return ()
    found: list[list[int]] = [[] for _ in kept]
    for union in unions:
        distances = [-1.0 if union is one else float(apart[np.ix_(union, one)].mean()) for one in kept]
        found[distances.index(min(distances))] += union
    found.sort(key=min)
    return tuple(frozenset(key for at in union for key in inside[at].paper_keys) for union in found)


def put_in_sections(
    themes: Sequence[Theme],
    division: Division,
    corpus: Corpus,
    *,
    written: Sequence[str] = (),
    last: PreviousEdition | None = None,
) -> tuple[Theme, ...]:
    """The themes with the headings of their sections, those of one section together in the order of its first theme.

    Of what may head a section the first counts: the heading in the edition before of most of it, one of those that a
    model has `written` (one a section, or empty), a built-in one. No two are the same, and none is that of a theme.
    The last that needs the phrases of a corpus: it lets go of them.
    """
    if not division:
        corpus.forget()
        return tuple(themes)
    at = {key: number for number, keys in enumerate(division) for key in keys}
    members = [[theme for theme in themes if at.get(theme.paper_keys[0]) == number] for number in range(len(division))]
    before = _headings_before(members, last) if last else {}
    wanted = [[before.get(number, ""), *written[number : number + 1]] for number in range(len(division))]
    headings = _choose(wanted, {_form(theme.title) for theme in themes})
    left = [number for number in range(len(division)) if not headings[number]]
    if left:
        taken = [*(theme.title for theme in themes), *headings]
        for number, heading in zip(left, head_sections(members, corpus, only=left, taken=taken), strict=True):
            headings[number] = heading
    corpus.forget()
    marked = (
        theme.model_copy(update={"section": headings[at[theme.paper_keys[0]]] if not theme.other else ""})
        for theme in themes
    )
    return keep_together(marked)


def keep_together(themes: Iterable[Theme]) -> tuple[Theme, ...]:
    """The themes of each section together, in the order of its first theme; "Other papers" and its like are last.

    Where some themes have no section, as where editions are merged, none has.
    """
    themes = sorted(themes, key=lambda theme: theme.other)
    if any(not theme.section and not theme.other for theme in themes):
        return tuple(theme.model_copy(update={"section": ""}) for theme in themes)
    order = {section: at for at, section in reversed(list(enumerate(theme.section for theme in themes)))}
    return tuple(sorted(themes, key=lambda theme: (theme.other, order[theme.section])))


def _headings_before(members: Sequence[Sequence[Theme]], last: PreviousEdition) -> dict[int, str]:
    """By section, the heading under which the themes of at least half of its papers stood in the edition before."""
    stood = {_form(theme.title): theme.section for theme in last.themes if theme.section}
    votes: list[tuple[int, int, str]] = []
    for number, themes in enumerate(members):
        held = Counter[str]()
        for theme in themes:
            if theme.status in ("continued", "grown"):
                held[stood.get(_form(theme.title), "")] += len(theme.paper_keys)
        papers = sum(len(theme.paper_keys) for theme in themes)
        votes += [(-count, number, title) for title, count in held.items() if title and 2 * count >= papers]
    found: dict[int, str] = {}
    for _, number, title in sorted(votes):
        if number not in found and title not in found.values():
            found[number] = title
    return found


def _choose(wanted: Sequence[Sequence[str]], taken: set[str]) -> list[str]:
    """For each section the first of its titles that is free, empty for none; those of the edition before go first."""
    chosen = [""] * len(wanted)
    for rank in range(max(map(len, wanted))):
        for number, titles in enumerate(wanted):
            title = titles[rank] if rank < len(titles) and not chosen[number] else ""
            if title and _form(title) not in taken:
                taken.add(_form(title))
                chosen[number] = title
    return chosen


def head_sections(
    members: Sequence[Sequence[Theme]], corpus: Corpus, *, only: Iterable[int], taken: Iterable[str]
) -> list[str]:
    """Built-in headings of the sections in `only`, none of them one of `taken`; the largest section chooses first."""
    rows = [[corpus.rows[key] for theme in themes for key in theme.paper_keys] for themes in members]
    areas = name_areas(corpus.place(corpus.canonical), corpus.background)
    forms = {_form(title) for title in taken}
    found: dict[int, str] = {}

    @functools.cache
    def read() -> tuple[list[Sequence[int]], SharedPhrases, Mapping[str, str]]:
        # Only where no area will do: of more than `READ` papers it takes half as long as the grouping.
        some, groups = read_some(corpus.canonical, rows)
        whole = len(some) == len(corpus.canonical)
        shared = corpus.phrases if whole else SharedPhrases(some, corpus.background, places=corpus.place(some))
        return groups, shared, find_capitals(some)

    def by_words(number: int) -> Iterator[str]:
        groups, shared, capitals = read()
        yield from _by_words(members[number], groups[number], shared, capitals)

    for number in sorted(only, key=lambda number: (-len(rows[number]), number)):
        titles = itertools.chain(_by_area(areas, rows[number]), by_words(number))
        found[number] = next((title for title in titles if _form(title) not in forms), "")
        forms.add(_form(found[number]))
    return [found[number] for number in sorted(found)]


def _by_area(areas: Sequence[str], group: Sequence[int]) -> Iterator[str]:
    """What most papers of a section are of and few others: two areas, one, or several under a wider name."""
    inside = Counter(areas[row] for row in group)
    outside = Counter(areas) - inside
    able = [area for area, count in inside.most_common() if area and count >= _OF_TWO * len(group)]
    pairs = [pair for pair in itertools.combinations(able, 2) if not any(" and " in area for area in pair)]
    titles = {join_fields(named): named for named in (*pairs, *((area,) for area in able))}
    for title, named in {**titles, **WIDER}.items():
        others = sum(outside[area] for area in named) / max(1, len(areas) - len(group))
        if sum(inside[area] for area in named) >= _SHARE * len(group) and others <= _OUTSIDE:
            yield title


def _by_words(
    themes: Sequence[Theme], group: Sequence[int], shared: SharedPhrases, capitals: Mapping[str, str]
) -> Iterator[str]:
    """The phrases, one or two, that most papers of a section have; then the titles of two of its themes in one.

    The largest themes come first, and those without an "and" in their titles before the others.
    """
    for heading in shared.rank(group):
        having = {row for phrase in heading.phrases for row in phrase.titled | phrase.mentioned}
        if heading.fields or len(having.intersection(group)) >= _SHARE * len(group):
            yield spell_heading(heading, capitals)
    largest = sorted(themes, key=lambda theme: (" and " in theme.title, -len(theme.paper_keys)))
    for one, other in itertools.combinations(largest, 2):
        yield f"{one.title} and {start_lower(other.title, capitals)}"


def _form(title: str) -> str:
    return " ".join(split_words(title))
