"""Small words that a TL;DR must not lose or exchange: hedges, negations, quantifiers, directions, kinds of cause."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from broadsheet.models import Finding
from broadsheet.text.wording import Wording, share
from broadsheet.text.words import words

_NEAR = 6
_FAR = 10
LEAST_HELD = 0.6
"""The share of the words round a claim, by weight, that must stand round the qualified one of the abstract."""
LEAST_WEIGHT = 6.0
LEAST_OPPOSED = 0.3
"""The same for a direction that the abstract never takes, where it takes the opposite one."""
ELSEWHERE = 0.1
"""A place of the abstract without the qualifier bears the claim out when it holds as much of it less this share."""

_MODALS = words("may might could")
_DOUBTS = words("potentially possibly likely perhaps probably presumably partially partly apparently seemingly")
_SEEMS = words("appear appears seem seems tend tends")
_HEDGES = (
    _MODALS
    | _DOUBTS
    | _SEEMS
    | words(
        """can able capable would should suggest suggests suggesting suggested potential possible possibility probable
        hypothesize hypothesis conjecture whether if unclear sometimes often hypothesise conjectured believed expected
        expect plausible plausibly hint hints"""
    )
)
_NEGATIONS = words(
    """not no cannot can't don't doesn't didn't isn't aren't wasn't won't without never neither nor none fail fails
    failed failing unable lacks lack lacking free absent absence instead rather avoid avoids avoiding eliminate
    eliminates eliminating eliminated remove removes removing removed zero limited limit insufficient less
    independent beyond nothing unlike hardly rarely little few despite only underexplored unexplored unclear
    overlook overlooks overlooked neglect neglects ignore ignores ignoring ignored missing minimal reduce reduces
    reducing reduced prevent prevents preventing bypass bypasses bypassing limitation limitations poor poorly
    challenge challenges difficult hard mitigate overcome overcomes overcoming eschew obviate obviates impossible but"""
)
_DENYING = words("not cannot can't don't doesn't didn't isn't aren't wasn't won't without never no")
_FAILING = words("fail fails failed failing unable")
_PROVES = words(
    "prove proves proven proving confirm confirms confirming establish establishes demonstrate demonstrates"
)
_SUGGESTS = words(
    "suggest suggests suggesting suggested hint hints hypothesize hypothesise conjecture speculate propose"
)
_ALL = words(
    "all every always any each both entire entirely completely fully complete universally whole everywhere invariably"
)
_SOME = words(
    """some several many most few certain selected various often sometimes usually typically generally frequently mostly
    occasionally partial partially partly half majority subset nearly almost part number commonly rarely largely"""
)
_COUNTS = words("one two three four five six seven eight nine ten")
_CAUSES = words(
    """cause causes caused causing causal causally drive drives driven driving induce induces induced due because
    effect effects trigger triggers triggered lead leads leading led result results resulting produce produces
    impact impacts influence influences affect affects responsible determine determines shape shapes raise raises
    increases reduces improves improve reduce increase mechanism mediate mediates mediated"""
)
_CAUSING = words("cause causes caused causing effect effects")
_CAUSING_TO = words("lead leads leading led")
_GOES_WITH = words(
    """associated associate associates association associations correlate correlates correlated correlating
    correlation correlations linked link links relationship relationships related relates predictor predictors
    predictive"""
)
_QUALIFYING = _MODALS | _DOUBTS | _SEEMS | _DENYING | _FAILING | _SOME | _COUNTS | _GOES_WITH
_UP_DOWN: Sequence[tuple[str, str]] = (
    ("increase increases increased increasing", "decrease decreases decreased decreasing"),
    (
        "increase increases increased increasing raise raises raising grow grows growing",
        "reduce reduces reduced reducing reduction lower lowers lowering cut cuts",
    ),
    (
        "improve improves improved improving improvement improvements enhance enhances enhanced enhancing",
        "degrade degrades degraded degrading degradation worsen worsens impair impairs deteriorate deteriorates",
    ),
    ("enhance enhances enhanced enhancing", "suppress suppresses suppressed suppressing"),
    ("higher highest high", "lower lowest low"),
    ("larger largest large greater", "smaller smallest small"),
    ("faster fastest fast quicker", "slower slowest slow"),
    ("better best superior", "worse worst inferior poorer"),
    ("more most", "less fewer least fewest"),
    ("stronger strongest strong strongly", "weaker weakest weak weakly"),
    ("positive positively", "negative negatively"),
    ("upper", "lower"),
    ("above", "below"),
    ("before", "after"),
    ("gain gains", "loss losses drop drops"),
    ("rise rises rising rose", "fall falls falling fell drop drops dropped decline declines"),
    ("longer longest long", "shorter shortest short"),
    ("maximum maximal maximize maximizes maximizing", "minimum minimal minimize minimizes minimizing"),
    ("outperform outperforms outperformed outperforming", "underperform underperforms underperforming"),
    ("early earlier", "late later"),
    ("exceed exceeds exceeding", "falls"),
    ("deep deeper", "shallow shallower"),
    ("dense", "sparse"),
    ("global globally", "local locally"),
    ("supervised", "unsupervised"),
    ("easier easy", "harder hard"),
    ("succeed succeeds", "fail fails"),
    ("stable", "unstable"),
    ("expand expands", "shrink shrinks contract contracts"),
    ("accelerate accelerates", "slows slow delay delays"),
)
_DEGREES = words(
    """higher highest lower lowest larger largest greater smaller smallest faster fastest quicker slower slowest
    stronger strongest weaker weakest longer longest shorter shortest earlier later deeper easier harder"""
)
"""Comparatives and superlatives of words that have a plain form in `_UP_DOWN` too."""
_OPPOSITE: dict[str, set[str]] = {}
_ALIKE: dict[str, set[str]] = {}
for _one, _other in _UP_DOWN:
    for _side, _against in ((_one.split(), _other.split()), (_other.split(), _one.split())):
        for _word in _side:
            _OPPOSITE.setdefault(_word, set()).update(_against)
            _ALIKE.setdefault(_word, set()).update(_side)


@dataclasses.dataclass(frozen=True)
class Qualified:
    """A word of an abstract under a qualifier: `at` is the word, `by` the place of the qualifier."""

    at: int
    by: int


@dataclasses.dataclass(frozen=True)
class Keeps:
    """The words any of which keeps the sense of a qualifier, up to so many places ahead of a claim, or behind it."""

    words: Collection[str]
    before: int
    after: int = 2


@dataclasses.dataclass(frozen=True)
class Qualifiers:
    """Where an abstract qualifies what it says."""

    hedged: tuple[Qualified, ...]
    denied: tuple[Qualified, ...]
    partial: tuple[Qualified, ...]
    correlated: tuple[int, ...]


def find_qualifiers(text: Wording) -> Qualifiers:
    """Where a text hedges, denies, counts some of what it speaks of, and says what goes with what."""
    hedged, denied, partial, correlated = [], [], [], []
    lower = text.lower
    for at, word in enumerate(lower):
        if word not in _QUALIFYING:
            continue
        head = text.next_content(at, 5)
        if head >= 0 and (word in _MODALS or word in _DOUBTS or word in _SEEMS):
            hedged.append(Qualified(head, at))
        if head >= 0 and (word in _DENYING or (word in _FAILING and lower[at + 1] == "to")):
            denied.append(Qualified(head, at))
        if head >= 0 and (word in _SOME or (word in _COUNTS and "of" in lower[at + 1 : at + 3])):
            partial.append(Qualified(head, at))
        if word in _GOES_WITH:
            correlated.append(at)
    return Qualifiers(tuple(hedged), tuple(denied), tuple(partial), tuple(correlated))


def find_dropped(
    tldr: Wording,
    source: Wording,
    sites: Sequence[Qualified],
    keeps: Keeps,
    tell: Callable[[str, str], Finding],
) -> Iterator[Finding]:
    """A finding for each claim of a TL;DR whose abstract makes it only under a qualifier that the TL;DR has lost.

    `tell` makes the finding of the abstract's qualifier and the words of the TL;DR.
    """
    for site in sites:
        for at in tldr.places.get(source.roots[site.at], ()):
            near = tldr.around(at, _NEAR, _NEAR)
            if sum(near.values()) < LEAST_WEIGHT or len(near) < 2:
                continue
            if _has(tldr, at, keeps.words, keeps.before, keeps.after):
                continue
            held = share(near, source.around(site.at, _FAR, _FAR))
            if held < LEAST_HELD or not _joined(tldr, at, source, site.at):
                continue
            if _elsewhere(near, source, source.roots[site.at], held - ELSEWHERE, keeps):
                continue
            yield tell(source.words[site.by], tldr.said(at - 1, at + 3))
            return


def _has(text: Wording, at: int, spared: Collection[str], before: int, after: int) -> bool:
    return any(text.lower[p] in spared for p in text.within(at, before, after)) or text.lower[at] in spared


def _joined(tldr: Wording, at: int, source: Wording, place: int) -> bool:
    """Whether the next or the last word with a meaning is the same in both."""
    ahead, there = tldr.next_content(at, 5), source.next_content(place, 5)
    if ahead >= 0 and there >= 0 and tldr.roots[ahead] == source.roots[there]:
        return True
    return _last_content(tldr, at) == _last_content(source, place) != ""


def _last_content(text: Wording, at: int) -> str:
    for place in range(at - 1, max(-1, at - 6), -1):
        if text.sentence[place] != text.sentence[at]:
            return ""
        if text.weights[place] > 0:
            return text.roots[place]
    return ""


def _elsewhere(near: Mapping[str, float], source: Wording, head: str, least: float, keeps: Keeps) -> bool:
    """Whether the abstract says the same without the qualifier at another place."""
    return any(
        not _has(source, place, keeps.words, keeps.before, 1) and share(near, source.around(place, _FAR, _FAR)) >= least
        for place in source.places.get(head, ())
    )


def find_unhedged(tldr: Wording, source: Wording, sites: Qualifiers) -> Iterator[Finding]:
    """Claims whose hedge is gone."""
    yield from find_dropped(
        tldr,
        source,
        sites.hedged,
        Keeps(_HEDGES, 8),
        lambda word, span: Finding(
            kind="hedge", span=span, detail=f"the abstract says '{word}' of this, and '{span}' is said without a doubt"
        ),
    )
    for at, word in enumerate(tldr.lower):
        if word not in _PROVES:
            continue
        near = _after(tldr, at, 8)
        if sum(near.values()) < LEAST_WEIGHT:
            continue
        weak = [(share(near, _after(source, p, 12)), p) for p, one in enumerate(source.lower) if one in _SUGGESTS]
        held, by = max(weak, default=(0.0, -1))
        strong = (share(near, _after(source, p, 12)) for p, one in enumerate(source.lower) if one in _PROVES)
        if held >= LEAST_HELD and max(strong, default=0.0) < held - ELSEWHERE:
            detail = f"the abstract says '{source.words[by]}' where this says '{tldr.words[at]}'"
            yield Finding(kind="hedge", span=tldr.said(at - 1, at + 3), detail=detail)
            return


def _after(text: Wording, at: int, most: int) -> dict[str, float]:
    return text.around(at, 0, most)


def find_undenied(tldr: Wording, source: Wording, sites: Qualifiers) -> Iterator[Finding]:
    """Claims whose negation is gone."""
    yield from find_dropped(
        tldr,
        source,
        sites.denied,
        Keeps(_NEGATIONS, 6, 4),
        lambda word, span: Finding(
            kind="negation", span=span, detail=f"the abstract says '{word}' of this, and '{span}' leaves it out"
        ),
    )


def find_widened(tldr: Wording, source: Wording, sites: Qualifiers) -> Iterator[Finding]:
    """All for some, always for often: claims of a wider scope than the abstract's."""
    for at, word in enumerate(tldr.lower):
        if word not in _ALL:
            continue
        head = tldr.next_content(at, 5)
        if head < 0 or _has(tldr, at, _SOME, 2, 1):
            continue
        near = {**tldr.around(head, _NEAR, _NEAR), tldr.roots[head]: tldr.weights[head]}
        if sum(near.values()) < LEAST_WEIGHT:
            continue
        best = (0.0, -1)
        for site in sites.partial:
            if source.roots[site.at] != tldr.roots[head]:
                continue
            best = max(best, (share(near, {**source.around(site.at, _FAR, _FAR), source.roots[site.at]: 1.0}), site.by))
        if best[0] < 0.5:
            continue
        if any(
            source.lower[p] in _ALL and share(near, source.around(p, _FAR, _FAR)) >= best[0] - 0.3
            for p in range(len(source))
        ):
            continue
        span, said = tldr.said(at, head + 1), source.words[best[1]]
        yield Finding(kind="scope", span=span, detail=f"the abstract says '{said}', which is less than '{span}'")
        return


def find_caused(tldr: Wording, source: Wording, sites: Qualifiers) -> Iterator[Finding]:
    """A cause where the abstract only says that two things go together."""
    if not sites.correlated:
        return
    for at, word in enumerate(tldr.lower):
        after = tldr.lower[at + 1] if at + 1 < len(tldr) else ""
        if word not in _CAUSING and not (word in _CAUSING_TO and after == "to"):
            continue
        near = tldr.around(at, _NEAR, _NEAR)
        if sum(near.values()) < LEAST_WEIGHT or _has(tldr, at, _GOES_WITH, 6, 6):
            continue
        held = max(share(near, source.around(place, _FAR, _FAR)) for place in sites.correlated)
        if held < LEAST_HELD:
            continue
        if any(
            one in _CAUSES
            and (
                share(near, source.around(p, _FAR, _FAR)) >= held - 0.25
                or (one == word and _joined(tldr, at, source, p))  # "causal effect"
            )
            for p, one in enumerate(source.lower)
        ):
            continue
        span = tldr.said(at - 2, at + 3)
        yield Finding(
            kind="cause",
            span=span,
            detail=f"the abstract says that these go together, not that one causes the other: '{span}'",
        )
        return


def find_reversed(tldr: Wording, source: Wording) -> Iterator[Finding]:
    """More for less, better for worse: the opposite of the word that the abstract has in the same place."""
    for at, word in enumerate(tldr.lower):
        opposite = _OPPOSITE.get(word)
        if opposite is None:
            continue
        near = tldr.around(at, 4, 4)
        if sum(near.values()) < 4.0:
            continue
        alike, against = 0.0, (0.0, -1)
        same, ahead = _ALIKE[word], _ahead(tldr, at)
        for place, other in enumerate(source.lower):
            if other in same:
                held = share(near, source.around(place, 6, 6))
                # "increases A and reduces B" has both words beside B, but only one of them ahead of it.
                alike = max(alike, held if not ahead or _ahead(source, place) == ahead else held - 0.3)
            elif other in opposite and _is_opposed(word, source, place) and _joined_next(tldr, at, source, place):
                against = max(against, (share(near, source.around(place, 6, 6)), place))
        least = LEAST_HELD if same.intersection(source.lower) else LEAST_OPPOSED
        if against[0] >= least and alike < against[0] - 0.25:
            span, said = tldr.said(at - 1, at + 3), source.words[against[1]]
            yield Finding(
                kind="direction", span=span, detail=f"the abstract says '{said}' where '{span}' says '{tldr.words[at]}'"
            )
            return


def _is_opposed(word: str, source: Wording, place: int) -> bool:
    """Whether a word of the abstract opposes another rather than stands beside it, or is of another degree.

    "Low- and high-resource" speaks of both, and a lower cost is none that the abstract calls high.
    """
    if any(source.lower[before] in _ALIKE[word] for before in source.within(place, 2, 0)):
        return False
    return (word in _DEGREES) == (source.lower[place] in _DEGREES)


def _ahead(text: Wording, at: int) -> str:
    place = text.next_content(at, 2)
    return text.roots[place] if place >= 0 else ""


def _joined_next(tldr: Wording, at: int, source: Wording, place: int) -> bool:
    if at + 1 < len(tldr) and place + 1 < len(source) and tldr.roots[at + 1] == source.roots[place + 1]:
        return True
    return _joined(tldr, at, source, place)
