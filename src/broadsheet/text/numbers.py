"""Finds and normalises the numbers of a text, so that those of a TL;DR can be looked up in its abstract."""

from __future__ import annotations

import dataclasses
import functools
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence

from broadsheet.text.lazy_regex import lazy_regex

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {
    **{word: float(number) for number, word in enumerate(_SMALL.split())},
    **{word: float(10 * number) for number, word in enumerate(_TENS, start=2)},
}
_FACTORS = {"twice": 2.0, "thrice": 3.0, "double": 2.0, "triple": 3.0, "quadruple": 4.0, "dozen": 12.0}
_VALUES = _WORDS | {
    f"{form}{fold}": value
    for fold in ("", "fold", "-fold")
    for word, value in (_WORDS | _FACTORS).items()
    for form in ((word,) if word in _WORDS else (word, f"{word}s", f"{word}d", f"{word.removesuffix('e')}ing"))
}
"""Number words and factors such as "twofold" and "doubling"."""
_SCALES = {
    **{"hundred": 1e2, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "mn": 1e6},
    **{"b": 1e9, "bn": 1e9, "billion": 1e9, "trillion": 1e12},
}
_COUNTING = _VALUES.keys() | _SCALES.keys()
_COUNTED_FREELY = 3
"""The largest value of a number word that may count things which the abstract only lists ("two methods")."""

_NUMBER = lazy_regex(
    r"(?P<about>(?:\b(?:about|around|approx(?:imately|\.)?|roughly|nearly|almost|over|above|under|below|circa|some|"
    r"(?:more|less|fewer) than|at least|up to)\s+|[~≈∼><≥≤]\s*|\bsim\s?\$?)?)[-+−±$€£]?\s?"
    r"(?P<digits>(?:(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d)|(?<![\w.])(?=\.\d)|\d+)(?:\.\d+)?)"
    r"(?P<unit>\s?-?\s?(?:%|％|\\%|per\s?cent(?:age)?\b|(?:percentage |absolute |% )?points?\b|pp\b)|"
    r"\s?-?(?:[kKMB](?![\w-])|hundred\b|thousand\b|million\b|mn\b|billion\b|bn\b|trillion\b))?",
    re.IGNORECASE,
)
_THIN = lazy_regex(r"(?<=\d)[\u00a0\u2009\u202f’](?=\d{3}(?!\d))")
"""A separator of thousands other than a comma: a thin or no-break space, or an apostrophe."""
_DIGIT = lazy_regex(r"\d")
_LEAD = 40
"""Characters ahead of its first digit from which on a number is sought: "approximately" and a sign fit in."""
_WORD = lazy_regex(r"[a-z]+(?:-fold)?")
_LETTERS = {code: chr(code) if chr(code).isalpha() else " " for code in range(128)}
_PER_CENT = lazy_regex(r"%|％|per\s?cent|\bpp\b", re.IGNORECASE)
_SHARED_UNIT = lazy_regex(
    r"\s?(?:%|[-–—−~/,;]|to\b|and\b|or\b|vs\b|versus\b|from\b|→|->|\()[^.;a-z]*?\d[\d.,]*\s?(?:\\?%|per\s?cent)",
    re.IGNORECASE,
)
_RAISED = lazy_regex(r"(?<=\d)[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = lazy_regex(r"(?<=\w)[₀₁₂₃₄₅₆₇₈₉]+")
_POWER = lazy_regex(r"(?:\^|\*\*)\{?([-+−]?\d{1,3}(?:\.\d{1,3})?)(?!\d)\}?")
_FACTOR = lazy_regex(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?:[×x·∙⋅*]|\\times|\\cdot)\s?$")
_OTHER_UNIT = lazy_regex(r"[\s-]?[a-z]", re.IGNORECASE)
_HYPHENS = "-‐‑"
_IN_A_NAME = lazy_regex(r"(?<![^\W_])[^\W_]*[A-Z][^\W_]*(?:-[^\W_]+)?[-‐‑]$")
"""What stands before the digits of a name such as GPT-4, COVID-19 or SARS-CoV-2."""
_PARTED = lazy_regex(
    r"(?<![\d.,])(?<!type )(?<!phase )(?<!stage )(?<!grade )(?<!level )\d{1,3}(?: \d{3})+(?![\d.,]\d|\d| \d{3})",
    re.IGNORECASE,
)
"""Thousands parted by plain blanks."""
_PARTED_HINT = lazy_regex(r"\d \d{3}")
_ROMAN_NAMES = ("phase", "type", "stage", "grade", "class", "level", "tier", "part", "category")
_ROMAN = lazy_regex(rf"\b(?:{'|'.join(_ROMAN_NAMES)})s? (i{{1,3}}|iv|vi{{0,3}}|ix|x)\b", re.IGNORECASE)
_ROMAN_NUMERALS = "i ii iii iv v vi vii viii ix x"
_ROMAN_VALUES = {name: float(value) for value, name in enumerate(_ROMAN_NUMERALS.split(), start=1)}
_SMALL_NUMBER = r"\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten"
_PART_OF = lazy_regex(
    rf"(?<![\d.,/])(?P<part>{_SMALL_NUMBER}|an?)[ -]?"
    rf"(?:(?:/|(?:out )?of (?:the )?(?:all )?|in (?:every )?)(?P<whole>{_SMALL_NUMBER})"
    r"|(?P<named>half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|eighths?|tenths?))\b(?![/.,]?\d)",
    re.IGNORECASE,
)
# What `_PART_OF` and `_ROMAN` cannot do without, in lower case and with a first letter that is quickly sought.
_PART_NAMES = ("half", "halve", "third", "quarter", "fourth", "fifth", "sixth", "eighth", "tenth")
_PART_HINTS = [lazy_regex(rf"{lead}(?:{_SMALL_NUMBER})") for lead in ("of (?:the )?(?:all )?", "in (?:every )?", "/")]
_ROMAN_HINT = lazy_regex(r" [ivx]{1,4}\b")
_PARTS = "half third quarter fifth sixth seventh eighth ninth tenth"
_DENOMINATORS = {name: float(value) for value, name in enumerate(_PARTS.split(), start=2)} | {
    "fourth": 4.0,
    "halve": 2.0,
}
_SHARE_TOLERANCE = 0.7
"""Percentage points between a fraction and the percentage that it is rounded to."""


@dataclasses.dataclass(frozen=True)
class Number:
    """A number as written, and its value: `1.2 million` has the value 1.2 and the scale 1e6; `98%` is a share."""

    written: str
    value: float
    scale: float = 1.0
    share: bool = False
    """Whether it is in per cent or percentage points."""
    bare: bool = True
    """Whether no other unit follows, so that it may be a share too."""
    about: bool = False
    """Whether it is marked as approximate, so that a rounded number of the abstract is enough."""
    counted: bool = False
    """Whether it is a small number word, which may count things in the abstract."""
    decimals: int = 0
    named: bool = False
    """Whether its digits belong to a name (GPT-4), which is looked up as a whole."""
    part: bool = False
    """Whether it is a fraction (`two thirds`, `30 of 120`), which a rounded percentage may stand for."""


@functools.lru_cache(maxsize=256)  # several checks ask about the same TL;DR
def find_numbers(text: str) -> tuple[Number, ...]:
    """The numbers of a text: first those in digits, also behind a hyphen in a name, then number words."""
    # Thin spaces become commas before NFKC, which would turn them into plain blanks.
    plain = text if text.isascii() else _plain(_THIN.sub(",", text))
    lower = plain.lower()
    digits, words = bool(_DIGIT.search(plain)), _may_have_words(lower)
    return (
        *(_in_digits(_join_thousands(plain)) if digits else ()),
        *(_in_words(lower) if words else ()),
        *_in_parts(plain, lower, counts=digits or words),
    )


def has_no_measure(text: str, words: Sequence[str]) -> bool:
    """Whether a text of these words (`split_words`) surely has no number but counted ones: most sentences have none."""
    return text.isascii() and "'" not in text and not _DIGIT.search(text) and _COUNTING.isdisjoint(words)


def _join_thousands(text: str) -> str:
    return _PARTED.sub(lambda match: match[0].replace(" ", ","), text) if _PARTED_HINT.search(text) else text


def _plain(text: str) -> str:
    """A text in NFKC, but for powers: `10³` is `10^3` and no 103, and the 2 of `H₂ 5` belongs to a name."""
    if _RAISED.search(text):
        text = _RAISED.sub(lambda match: f"^{unicodedata.normalize('NFKC', match[0])}", text)
    return unicodedata.normalize("NFKC", _LOWERED.sub("", text))


def _in_digits(text: str) -> Iterator[Number]:
    past = 0
    for match in _numbers_of(text):
        if match.start("digits") < past:
            continue  # an exponent
        if power := _POWER.match(text, match.end("digits")):
            past = power.end()
            yield from _powers(text, match, power)
            continue
        digits = re.sub(r"[^\d.]", "", match["digits"])
        if match.start("digits") and text[match.start("digits") - 1].isalpha():
            continue  # within a name, as in A3C or seq2seq
        unit = (match["unit"] or "").strip(" -").lower()
        rest = text[match.end() : match.end() + 40]
        share = bool(_PER_CENT.search(unit)) or unit.endswith(("point", "points"))
        yield Number(
            written=_as_written(match),
            value=float(digits),
            scale=_SCALES.get(unit, 1.0),
            share=share or bool(_SHARED_UNIT.match(rest)),
            bare=not _OTHER_UNIT.match(rest) or "." in digits,
            about=bool(match["about"].strip()),
            decimals=len(digits.partition(".")[2]),
            named=not unit
            and text[match.start("digits") - 1] in _HYPHENS
            and bool(_IN_A_NAME.search(text[max(0, match.start("digits") - 40) : match.start("digits")])),
        )


def _numbers_of(text: str) -> Iterator[re.Match[str]]:
    """What `_NUMBER.finditer` finds, without a look at each place where no digit is near."""
    end = 0
    while digit := _DIGIT.search(text, end):
        match = _NUMBER.search(text, max(end, digit.start() - _LEAD))
        if match is None:
            return
        yield match
        end = match.end()


def _powers(text: str, match: re.Match[str], power: re.Match[str]) -> Iterator[Number]:
    """`10^3` as 1000, with what it is multiplied by in `5 × 10^3`; of another base, which may carry a note, both."""
    base, exponent = float(re.sub(r"[^\d.]", "", match["digits"])), float(power[1].replace("−", "-"))
    value = math.exp(min(exponent * math.log(base), 700.0)) if base > 0 else base
    written = f"{match['digits']}^{power[1].replace('−', '-')}"
    factor = _FACTOR.search(text[max(0, match.start("digits") - 30) : match.start("digits")])
    yield Number(written=written, value=value * float(factor[1].replace(",", "")) if factor else value)
    if base != 10.0:
        yield Number(written=match["digits"], value=base)


def _as_written(match: re.Match[str]) -> str:
    return f"{match['digits']}{(match['unit'] or '').rstrip()}".strip()


def _in_parts(text: str, lower: str, *, counts: bool) -> Iterator[Number]:
    """Fractions, and Roman numerals behind words such as "phase": they bear out others and are not asked for.

    `counts` says whether there is a number in digits or words, of which there may be so many others.
    """
    may_share = any(map(lower.__contains__, _PART_NAMES))
    if may_share or (counts and any(hint.search(lower) for hint in _PART_HINTS)):
        yield from _fractions(text)
    if "half" in lower and re.search(r"\bhalf\b", text, re.IGNORECASE):
        yield Number(written="half", value=0.5, counted=True, decimals=1, part=True)
    if any(map(lower.__contains__, _ROMAN_NAMES)) and _ROMAN_HINT.search(lower):
        for match in _ROMAN.finditer(text):
            yield Number(written=match[0], value=_ROMAN_VALUES[match[1].lower()], counted=True)


def _fractions(text: str) -> Iterator[Number]:
    for match in _PART_OF.finditer(text):
        part, whole = (_value(match[name]) for name in ("part", "whole"))
        whole = whole or _DENOMINATORS.get((match["named"] or "").lower().removesuffix("s"), 0.0)
        if 0 < part < whole:
            yield Number(written=match[0], value=part / whole, counted=True, decimals=2, part=True)


def _value(written: str | None) -> float:
    if not written or written[0].isdigit():
        return float(written or 0)
    return _WORDS.get(written.lower(), 1.0)


def _may_have_words(lower: str) -> bool:
    # Of "three-fold" the first part counts, too: what has none of these words by letters alone has none at all.
    return not (lower.isascii() and _COUNTING.isdisjoint(lower.translate(_LETTERS).split()))


def _in_words(lower: str) -> Iterator[Number]:
    found = _WORD.findall(lower)
    if _COUNTING.isdisjoint(found):
        return
    for at, word in [(at, word) for at, word in enumerate(found) if word in _COUNTING]:
        value = _VALUES.get(word)
        before, after = found[at - 1] if at else "", found[at + 1] if at + 1 < len(found) else ""
        if word in _TENS and _WORDS.get(after, 10.0) < 10.0:
            yield Number(written=f"{word}-{after}", value=_WORDS[word] + _WORDS[after])
            continue
        if before in _TENS and _WORDS.get(word, 10.0) < 10.0:
            continue  # said with the tens
        if before in ("a", "an", "per") and word in _SCALES and len(word) > 2:
            yield Number(written=f"{before} {word}", value=1.0, scale=_SCALES[word], counted=True)
        if value is None:
            continue
        scale = _SCALES.get(after, 1.0) if len(after) > 2 else 1.0
        freely = word in _WORDS and value <= _COUNTED_FREELY and scale == 1.0
        yield Number(written=word, value=value, scale=scale, counted=freely)


def unknown_number(text: str, held: Sequence[Number], *, english: bool = True) -> str | None:
    """The first number of a text that its source (`held`) does not have, as written; `None` if it has all.

    Spellings of one value are equal: `1,000` and `1000`, `0.50` and `.5`, `2x` and `twice`, `85%` and 0.85, and after
    "about" a rounded value. For other languages than English several separators are tried and number words ignored.
    """
    if english:
        return _first_unknown(find_numbers(text), held)
    unknown = [_first_unknown(tuple(_in_digits(reading)), held) for reading in _readings(text)]
    return None if None in unknown else unknown[0]


def _first_unknown(asked: Sequence[Number], held: Sequence[Number]) -> str | None:
    return next((one.written for one in asked if not (one.counted or one.named) and not _stands(one, held)), None)


def _readings(text: str) -> tuple[str, ...]:
    """The text in four readings of its separators: as it is, with decimal commas, with grouped thousands, with both."""
    plain = _plain(text)
    decimal = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    grouped = re.sub(r"(?<=\d)[. ](?=\d{3}(?!\d))", "", plain)
    return plain, decimal, grouped, re.sub(r"(?<=\d),(?=\d)", ".", grouped)


def _stands(number: Number, held: Sequence[Number]) -> bool:
    return any(_same(number, other) or _rounds(number, other) for other in held)


def _same(one: Number, other: Number) -> bool:
    # Equal with their scales, or equal in digits where one side has no scale word ("3" in "3 to 5 million").
    if _near(one.value * one.scale, other.value * other.scale) or (
        _near(one.value, other.value) and 1.0 in (one.scale, other.scale)
    ):
        return not one.share or other.share or other.bare
    if one.share != other.share:  # 85% and 0.85
        share, plain = (one, other) if one.share else (other, one)
        if plain.part:
            return abs(share.value - 100 * plain.value) <= _SHARE_TOLERANCE
        return _near(share.value, 100 * plain.value) and plain.value <= 1 and plain.decimals > 0
    return False


def _rounds(number: Number, other: Number) -> bool:
    """Whether a number is a rounded form of another ("about 12%" of 12.3%): fewer digits, and within 5% of it."""
    if not number.about or (number.share != other.share and not (number.share and other.bare)):
        return False
    said, held = number.value * number.scale, other.value * other.scale
    # The number of significant digits: a rounded number has fewer.
    coarser = len(f"{said:g}".rstrip("0").replace(".", "")) < len(f"{held:g}".rstrip("0").replace(".", ""))
    return coarser and abs(said - held) <= 0.05 * held


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1e-9)
