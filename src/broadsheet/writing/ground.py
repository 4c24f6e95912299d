"""Checks a TL;DR against its abstract: every number and name must be there, and most of the words. Pure and fast."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from broadsheet.models import Evidence, Finding, Paper
from broadsheet.writing.sentences import split_sentences
from broadsheet.writing.words import STOP_WORDS, split_words

SPARE_WORDS = 5
"""Words above the limit that are let pass: asking again costs more than it gives."""
LEAST_COVERED = 0.5
SWAP_MARGIN = 0.3

_NUMBER = re.compile(r"(?<![\w.])[-+−±~≈<>≤≥$€£]?\s?(\d+(?:[,  ]\d{3})*(?:\.\d+)?)(?=[^\d]|$)")
_NAME = re.compile(r"[^\W_]*[^\W\d_][^\W_]*(?:[-+/.]?[^\W_]+)*")
_REFUSAL = re.compile(
    r"^(?:i(?:'m| am) (?:sorry|unable|not able)|i (?:cannot|can't|can not)|as an ai\b|sorry,|unfortunately, i\b)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"https?://|www\.|</?[a-z][^>]*>|!\[|\]\(|```|<\|", re.IGNORECASE)
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORD_NUMBERS = {word: str(number) for number, word in enumerate(_SMALL)}


def check_tldr(paper: Paper, tldr: str, *, max_words: int, english: bool = True) -> Finding | None:
    """The first thing wrong with a TL;DR, `None` when nothing is; in other languages only what survives translation."""
    for finding in _findings(paper, tldr, max_words, english):
        return finding
    return None


def _findings(paper: Paper, tldr: str, max_words: int, english: bool) -> Iterator[Finding]:
    count = len(tldr.split())
    if count < 4 or _REFUSAL.match(tldr):
        yield Finding(kind="empty", span=tldr[:60], detail="it is no summary")
    if found := _MARKUP.search(tldr):
        yield Finding(kind="markup", span=found.group(), detail="it holds an address or markup")
    if _plain(tldr) == _plain(paper.title):
        yield Finding(kind="echo", detail="it repeats the title")
    if count > max_words + SPARE_WORDS:
        yield Finding(kind="length", span=f"{count} words", detail=f"it is longer than {max_words} words")
    source = f"{paper.title}\n{paper.abstract}"
    if number := next((n for n in numbers(tldr) if n not in set(numbers(source, words=True))), None):
        yield Finding(kind="number", span=number, detail=f"the abstract does not say {number}")
    if name := unknown_name(tldr, source):
        yield Finding(kind="name", span=name, detail=f"the abstract does not name {name}")
    if english and (covered := coverage(tldr, source)) < LEAST_COVERED:
        yield Finding(kind="coverage", detail=f"only {covered:.0%} of its words come from the abstract")


def numbers(text: str, *, words: bool = False) -> list[str]:
    """The numbers of a text in one spelling: `1,000` and `1000`, `0.50` and `0.5` are the same; also number words."""
    found = [_one_spelling(match.group(1)) for match in _NUMBER.finditer(text)]
    if words:
        found += [_WORD_NUMBERS[word] for word in split_words(text) if word in _WORD_NUMBERS]
    return found


def unknown_name(text: str, source: str) -> str | None:
    """The first acronym or name-like word (two capitals, or letters with digits) that the source does not have."""
    names = [name for match in _NAME.finditer(text) if _is_name(name := match.group().rstrip("."))]
    strange = [name for name in names if not _stands_whole(name, source)]
    known = _names_of(source) if strange else set()
    for name in strange:
        form = _letters(name)
        if form not in known and form.removesuffix("s") not in known:
            return name
    return None


def _is_name(word: str) -> bool:
    mixed = any(char.isdigit() for char in word) and any(char.isalpha() for char in word)
    return mixed or sum(char.isupper() for char in word) >= 2


def _stands_whole(name: str, source: str) -> bool:
    """Whether a name stands in a text as a word of its own."""
    at = source.find(name)
    while at >= 0:
        before, after = source[at - 1 : at], source[at + len(name) : at + len(name) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = source.find(name, at + 1)
    return False


def _names_of(source: str) -> set[str]:
    """The words of a text and the parts of its compounds, letters and digits alone, singular and plural alike."""
    words = {match.group() for match in _NAME.finditer(source)}
    parts = {part for word in words for part in (word, *re.split(r"\W", word))}
    known = {_letters(part) for part in parts}
    return known | {form.removesuffix("s") for form in known} | _joined(source)


def _joined(source: str) -> set[str]:
    """Neighbouring words written as one, so that `Conv LSTM` knows `ConvLSTM`."""
    words = [_letters(word) for word in source.split()]
    return {one + other for one, other in itertools.pairwise(words) if one and other}


def coverage(text: str, source: str) -> float:
    """The share of a text's content words that the source has in some form."""
    asked = roots(text)
    return len(asked & roots(source)) / len(asked) if asked else 1.0


def roots(text: str) -> set[str]:
    """The content words of a text, each cut to its first six letters: near enough to a stem for counting."""
    return {word[:6] for word in split_words(text) if word not in STOP_WORDS and not word.isdigit()}


def find_swapped(papers: Sequence[Paper], tldrs: Mapping[str, str]) -> dict[str, Finding]:
    """By key, the TL;DRs that fit another paper of the batch clearly better than their own, or serve several."""
    held = {paper.key: roots(f"{paper.title} {paper.abstract}") for paper in papers}
    said = {key: roots(text) for key, text in tldrs.items() if key in held}
    spread = {word: sum(word in own for own in held.values()) for words in said.values() for word in words}
    found: dict[str, Finding] = {}
    for key, words in said.items():
        telling = {word for word in words if spread[word] < max(2, len(held))}
        fits = {other: len(telling & own) / len(telling) for other, own in held.items()} if telling else {}
        best = max(fits, key=lambda other: (fits[other], other), default=key)
        if fits and fits[best] - fits[key] > SWAP_MARGIN:
            found[key] = Finding(kind="swapped", span=best, detail="it describes another paper of the batch")
    alike = [text for key, text in tldrs.items() if key in held]
    for key, text in tldrs.items():
        if alike.count(text) > 1:
            found[key] = Finding(kind="repeated", detail="the same sentence came for several papers")
    return found


def find_evidence(abstract: str, tldr: str) -> tuple[Evidence, ...]:
    """The sentence of the abstract that says most of the TL;DR, and a second where it adds at least two words more."""
    sentences = split_sentences(abstract)
    asked = roots(tldr) | set(numbers(tldr))
    held = [roots(sentence.text) | set(numbers(sentence.text)) for sentence in sentences]
    chosen: list[int] = []
    for least in (1, 2):
        gains = [len(asked & own) for own in held]
        best = max(range(len(gains)), key=lambda index: (gains[index], -index), default=-1)
        if best < 0 or gains[best] < least:
            break
        chosen.append(best)
        asked -= held[best]
    marked = (sentences[index] for index in sorted(chosen))
    return tuple(Evidence(sentence=s.index, start=s.start, end=s.end, text=s.text) for s in marked)


def tidy_tldr(text: str, *, max_words: int) -> str:
    """One line, one sentence where the first of several stands alone, a capital at its head and a stop at its end."""
    line = " ".join(text.split()).strip("\"'“”` ")
    sentences = split_sentences(line)
    if len(sentences) > 1 and len(line.split()) > max_words and len(sentences[0].text.split()) >= 8:
        line = sentences[0].text
    if line and line[-1] not in ".!?。！？…":
        line += "."
    return line[:1].upper() + line[1:] if line[:1].islower() and line.split()[0].islower() else line


def _one_spelling(number: str) -> str:
    plain = re.sub(r"[,  ]", "", number)
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _plain(text: str) -> str:
    return " ".join(split_words(text))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
