"""Names, numbers and units in each other's place: what a TL;DR says of one, its abstract says of another."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence

from broadsheet.models import Finding
from broadsheet.text.entities import is_name, letters
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.word_vectors import load_word_vectors
from broadsheet.text.wording import Wording
from broadsheet.text.words import STOP_WORDS

_NEAR = 5
_FAR = 7
LEAST_HELD = 0.6
"""The share of the words round a name that must stand round another in the abstract."""
MOST_HELD = 0.6
"""The share of that which may stand round the name itself, where it stands best."""
LEAST_NEIGHBOURS = 1
"""Words with a meaning next to a name, on both sides together, that must be those next to another in the abstract."""
LEAST_LITERAL = 3
"""Words on both sides together that are the same round two names, so that nothing else need be looked at."""
LEAST_WEIGHT = 6.0
"""Nats of rarity of the words round a name: two words of some rarity."""

_NUMBER = lazy_regex(r"(\d+(?:[.,]\d+)*)\s?(\\?%|[x×])?")
_OF_A_KIND = lazy_regex(r"-(?:based|driven|powered|like|style|enhanced|assisted|guided|aware)$", re.IGNORECASE)
"""What makes a kind of a name: "LLM-based" and "LLM-driven" name the same."""
_RESPECTIVELY = "respectively"
_LONGEST_ACRONYM = 7
_UNITS = (
    *("ns nanosecond nanoseconds", "μs us microsecond microseconds", "ms millisecond milliseconds msec"),
    *("s sec secs second seconds", "min mins minute minutes", "h hr hrs hour hours", "day days", "week weeks"),
    *("month months", "year years yr yrs", "decade decades", "century centuries"),
    *("pm", "nm nanometer nanometers nanometre nanometres", "μm um micrometer micrometers micron microns"),
    *("mm millimeter millimeters", "cm centimeter centimeters", "m meter meters metre metres"),
    *("km kilometer kilometers kilometres", "pc parsec parsecs", "kpc", "mpc", "gpc", "au"),
    *("kb kilobyte kilobytes", "mb megabyte megabytes", "gb gigabyte gigabytes gib", "tb terabyte terabytes"),
    *("hz", "khz", "mhz", "ghz", "thz", "mev", "ev", "kev", "gev", "tev", "k kelvin", "mk", "w watt watts", "kw"),
    *("mw", "gw", "v", "mv", "kv", "t tesla", "mt", "g gram grams", "mg", "μg ug", "kg kilogram kilograms"),
    *("thousand", "million", "billion", "trillion", "% percent pct", "x × times fold", "points pp"),
    *("db", "dbm", "qubit qubits", "bit bits", "byte bytes", "token tokens", "degree degrees", "people persons"),
    *("participant participants", "patient patients", "subject subjects", "session sessions", "image images"),
    *("video videos", "model models", "task tasks", "dataset datasets", "language languages", "layer layers"),
    *("parameter parameters", "sample samples", "paper papers", "author authors", "hospital hospitals"),
    *("country countries", "domain domains", "category categories", "class classes", "epoch epochs", "step steps"),
    *("node nodes", "agent agents", "benchmark benchmarks", "question questions", "star stars", "galaxy galaxies"),
)
_UNIT_OF = {name: names.split()[0] for names in _UNITS for name in names.split()}
_SCALED = frozenset({"thousand", "million", "billion", "trillion"})
_CASED = {
    **{"MeV": "MeV", "meV": "meV", "mW": "mW", "MW": "MW", "Mpc": "Mpc", "mpc": "mpc", "mK": "mK", "MK": "MK"},
    **{"m": "m", "s": "s", "h": "h", "g": "g", "K": "K", "W": "W", "T": "T", "V": "V"},
    **{"mV": "mV", "MV": "MV", "mT": "mT", "MT": "MT", "mb": "mb", "MB": "MB", "Mb": "Mb", "Gb": "Gb", "GB": "GB"},
}
"""Units that differ by their capitals alone, or are single letters and mean nothing in another case."""


def find_names(text: Wording) -> tuple[int, ...]:
    """Where names stand: words with two capitals or with letters and digits, and capitalised words in a sentence."""
    proper = load_word_vectors().is_proper
    found = []
    for at, word in enumerate(text.words):
        if word.islower() and word.isalpha():
            continue
        if is_name(word):
            found.append(at)
        elif at > 0 and text.sentence[at] == text.sentence[at - 1] and word[:1].isupper() and word[1:].islower():
            # Words of a title are capitalised whatever they are, and so are those that an acronym is short for.
            small = text.words[at - 1][:1].islower() or text.words[at - 1] in ("The", "On", "In", "For", "Of")
            if small and len(word) > 3 and text.weights[at] > 0 and proper(word.lower()):
                found.append(at)
    return tuple(found)


def find_figures(text: Wording) -> tuple[int, ...]:
    """Where numbers in digits stand; the 4 of "4D" is none."""
    after = (*text.words[1:], "")
    return tuple(at for at, word in enumerate(text.words) if word[0].isdigit() and after[at] != "D")


def find_moved(tldr: Wording, source: Wording, held: Sequence[int], asked: Sequence[int]) -> Iterator[Finding]:
    """A finding for each name, or each number, of a TL;DR in the place of another, by the words round both."""
    if _RESPECTIVELY in tldr.lower:
        return
    places: dict[str, list[int]] = {}
    for place in held:
        places.setdefault(_form(source.words[place]), []).append(place)
    for at in asked:
        own = places.get(_form(tldr.words[at]))
        if own is None or _is_spelled_out(tldr, at):
            continue
        others = [place for place in held if _may_be_meant(tldr, at, source, place)]
        other = _find_verbatim(tldr, at, source, own, others)
        if other < 0:
            other = _find_better(tldr, at, source, places, others)
        if other >= 0:
            span, right = tldr.words[at], source.words[other]
            detail = f"the abstract says of '{right}' what is said here of '{span}'"
            yield Finding(kind="slot", span=span, detail=detail)


def _may_be_meant(tldr: Wording, at: int, source: Wording, place: int) -> bool:
    """Whether a place of the abstract has another name, not said in one breath, or a number in the same unit."""
    its, form = _form(source.words[place]), _form(tldr.words[at])
    if its == form or _alike(its, form):
        return False
    if form[:1].isdigit():
        return _same_unit(tldr, at, source, place)
    return all(_form(tldr.words[near]) != its for near in tldr.within(at, 2, 2))


def _find_verbatim(tldr: Wording, at: int, source: Wording, own: Sequence[int], others: Sequence[int]) -> int:
    """The first other place with the very words of the TL;DR round it, which its own places lack; -1 where none is."""
    own_literal = max(sum(_literal(tldr, at, source, place)) for place in own)
    for place in others:
        literal = _literal(tldr, at, source, place)
        if sum(literal) >= max(LEAST_LITERAL, own_literal + 2) and (min(literal) > 0 or not own_literal):
            return place
    return -1


def _find_better(
    tldr: Wording, at: int, source: Wording, places: Mapping[str, Sequence[int]], others: Sequence[int]
) -> int:
    """The other place with most of the words round the TL;DR's, where its own have clearly fewer; -1 where none is."""
    near = _slot(tldr, at)
    if sum(near.values()) < LEAST_WEIGHT or len(near) < 2:
        return -1
    form = _form(tldr.words[at])
    own, is_number = places[form], form[:1].isdigit()
    beside_own = max(_neighbours(tldr, at, source, place) for place in own)
    if is_number and beside_own == (0, 0) and any(_touches(tldr, at) & _touches(source, place) for place in own):
        beside_own = (1, 0)  # "92% accuracy" for "an accuracy of 92%"
    best, other = 0.0, -1
    for place in others:
        # What is named in one sentence often shares what is said there.
        if not is_number and any(source.sentence[one] == source.sentence[place] for one in own):
            continue
        beside = _neighbours(tldr, at, source, place)
        if beside <= beside_own or sum(beside) < LEAST_NEIGHBOURS:
            continue
        told_by_neighbours = max(beside) >= 2 and max(beside_own) == 0
        value = 1.0 if told_by_neighbours else _held(near, tldr, at, source, place)
        if value > best and not _beside(source, place, form, places) and not _is_spelled_out(source, place):
            best, other = value, place
    held = max(_held(near, tldr, at, source, place) for place in own)
    if best < LEAST_HELD or held > MOST_HELD * best:
        return -1
    return other if is_number or not _shares_slot(tldr, at, _form(source.words[other]), held) else -1


def _shares_slot(tldr: Wording, at: int, its: str, held: float) -> bool:
    """Whether a TL;DR names the other too, and its own has some part in what is said; or begins to write the other out.

    "Gaussian mixture model" is GMM.
    """
    if "".join(word[0] for word in tldr.lower[at : at + len(its)]) == its:
        return True
    return held > 0.3 and any(_form(word) == its for word in tldr.words)


def _is_spelled_out(text: Wording, at: int) -> bool:
    """Whether a name is an acronym that the words right before it write out: what is said there tells nothing of it."""
    form = _form(text.words[at])
    before = [text.lower[place] for place in text.within(at, 2 * len(form), 0)] if len(form) <= _LONGEST_ACRONYM else []
    initials = ("".join(word[0] for word in kept) for kept in (before, [w for w in before if w not in STOP_WORDS]))
    return len(form) > 1 and any(one.endswith(form) for one in initials)


@functools.lru_cache(maxsize=1 << 14)  # a name of a TL;DR is compared with all names of its abstract
def _form(word: str) -> str:
    if word[0].isdigit():
        return word.replace(",", "").replace(" ", "")
    return letters(_OF_A_KIND.sub("", word)).removesuffix("s")


def _alike(one: str, other: str) -> bool:
    """Whether two names may be forms of one: one holds the other, as a plural or with a version."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    return not shorter or (shorter in longer and not shorter[0].isdigit())


def _slot(text: Wording, at: int) -> dict[str, float]:
    """The words round a place that carry meaning, but for names and numbers; its own clause's count most."""
    found: dict[str, float] = {}
    for place in text.within(at, _NEAR, _NEAR):
        if text.weights[place] > 0 and not text.words[place][0].isdigit():
            factor = 1.0 if text.clause[place] == text.clause[at] else 0.4
            factor *= 1.5 if abs(place - at) <= 2 else 1.0
            found[text.roots[place]] = max(found.get(text.roots[place], 0.0), factor * text.weights[place])
    return found


def _held(near: Mapping[str, float], tldr: Wording, at: int, source: Wording, place: int) -> float:
    """How much of a slot stands round a place of the abstract; less where it stands on the other side."""
    total = sum(near.values())
    before = {tldr.roots[p] for p in tldr.within(at, _NEAR, 0)}
    found = 0.0
    seen: dict[str, float] = {}
    for p in source.within(place, _FAR, _FAR):
        one = source.roots[p]
        if one in near:
            side = 1.0 if (p < place) == (one in before) else 0.5
            if source.clause[p] != source.clause[place]:
                side *= 0.6
            side *= 1.0 if abs(p - place) <= _NEAR else 0.7
            seen[one] = max(seen.get(one, 0.0), side)
    found = sum(near[one] * side for one, side in seen.items())
    return found / total if total else 0.0


def _literal(tldr: Wording, at: int, source: Wording, place: int) -> tuple[int, int]:
    """How many words before and after two places are the same, three at most on a side."""
    counts = []
    for step in (-1, 1):
        count = 0
        while count < 3:
            one, other = at + step * (count + 1), place + step * (count + 1)
            if not (0 <= one < len(tldr) and 0 <= other < len(source)):
                break
            if tldr.roots[one] != source.roots[other] or tldr.sentence[one] != tldr.sentence[at]:
                break
            if source.sentence[other] != source.sentence[place]:
                break
            count += 1
        counts.append(count)
    return counts[0], counts[1]


def _beside(source: Wording, place: int, form: str, places: Mapping[str, Sequence[int]]) -> bool:
    """Whether two names ever stand side by side, as an acronym beside what it is short for, or near this place."""
    if any(_form(source.words[p]) == form for p in source.within(place, 3, 3)):
        return True
    return any(abs(one - other) <= 2 for one in places[form] for other in places[_form(source.words[place])])


def _neighbours(tldr: Wording, at: int, source: Wording, place: int) -> tuple[int, int]:
    """How many words with a meaning are the same next to both places, one after the other: the more, the fewer."""
    before = _run(tldr, at, source, place, -1)
    after = _run(tldr, at, source, place, 1)
    return max(before, after), min(before, after)


def _touches(text: Wording, at: int) -> set[str]:
    """The words with a meaning that stand next to a place, or with one word such as "of" between."""
    return {text.roots[place] for place in text.within(at, 2, 2) if text.weights[place] > 0}


def _run(tldr: Wording, at: int, source: Wording, place: int, step: int) -> int:
    count = 0
    one, other = _content(tldr, at, step), _content(source, place, step)
    while count < 3 and one >= 0 and other >= 0 and tldr.roots[one] == source.roots[other]:
        count += 1
        one, other = _content(tldr, one, step), _content(source, other, step)
    return count


def _content(text: Wording, at: int, step: int) -> int:
    """The next place in a direction whose word carries meaning, in the sentence; -1 where none of four does."""
    for place in range(at + step, at + 5 * step, step):
        if not 0 <= place < len(text) or text.sentence[place] != text.sentence[at]:
            return -1
        if text.weights[place] > 0:
            return place
    return -1


def _same_unit(tldr: Wording, at: int, source: Wording, place: int) -> bool:
    one, other = _NUMBER.match(tldr.words[at]), _NUMBER.match(source.words[place])
    return bool(one and other and (one[2] or "").strip("\\") == (other[2] or "").strip("\\"))


def find_other_units(tldr: Wording, source: Wording, figures: Sequence[int]) -> Iterator[Finding]:
    """A finding for each number of a TL;DR with a unit that its abstract never has with that number."""
    for at in find_figures(tldr):
        number, unit = _measure(tldr, at)
        if not unit:
            continue
        units = {_measure(source, place)[1] for place in figures if _measure(source, place)[0] == number}
        # "3 million images" and "3 images" differ by what follows, which is not looked at.
        scaled = _SCALED & {unit, *units}
        if units and all(units) and unit not in units and not (scaled and not units < _SCALED):
            span = tldr.said(at, at + (1 if tldr.words[at][-1] in "%x×" else 2))
            yield Finding(kind="unit", span=span, detail=f"the abstract has {number} in another unit than '{span}'")


def _measure(text: Wording, at: int) -> tuple[str, str]:
    """The digits at a place and the unit that follows, by the first of its names; empty where none is known."""
    match = _NUMBER.match(text.words[at])
    if match is None:
        return "", ""
    number = match[1].replace(",", "")
    if match[2]:
        return number, "%" if match[2].endswith("%") else "x"
    after = at + 1
    if after >= len(text) or text.sentence[after] != text.sentence[at]:
        return number, ""
    word = text.words[after]
    if word in _CASED:
        return number, _CASED[word]
    return number, _UNIT_OF.get(word.lower(), "") if len(word) > 1 else ""
