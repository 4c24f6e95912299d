"""What speaks for a page being a listing of papers, and for a line being the title of one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from broadsheet.reading.identity import find_identifiers
from broadsheet.reading.lines import Kind, is_name, title_case
from broadsheet.reading.units import Unit
from broadsheet.reading.vocabulary import (
    ARTICLE_PARTS,
    CHROME,
    CONTACT,
    CUES,
    FUNCTION_WORDS,
    PAGE_PARTS,
    SALUTATION,
    TITLE_WORDS,
    word_set,
)

_WORDS = re.compile(r"[a-z][a-z'’-]+")
_SECTION_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[ivx]+\.)\s+")

_LEGAL = re.compile(
    r"copyright|©|\(c\) (?:19|20)\d\d|warrant(?:y|ies)|licen[sc]ed? (?:under|is|for)|redistribut|liable|hereby",
)
_VOLUME = re.compile(
    r"(?:edited by|editors?:|part of:?|advances in .{5,80} \d{1,3} \(|proceedings of the|volume \d{1,4}\b[:,])\s?",
    re.IGNORECASE,
)
"""How the title of a whole volume begins, and what stands below it."""

_CODE_SPAN = re.compile(r"(?<!`)`[^`'\s][^`'\n]{0,80}`(?!`)")
_OWN_LABELS = frozenset({"author", "abstract", "title", "arxiv", "doi", "pmid", "category", "venue"})
_PREDICATES = word_set("is was were has have had will are be been did should must this these our we it")

Entry = tuple[Sequence[Unit], Sequence[Unit], Sequence[Unit]]
"""A possible paper: the units of its title, its abstract and its facts."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What holds of a page as a whole."""

    leading: bool
    """Ids, dates and counts stand above their title."""
    trailing: bool
    """They stand below the abstract."""
    marked_titles: bool
    """Titles are numbered or bulleted."""
    labelled_titles: int
    regular: bool
    """Title and abstract take turns through most of the page."""
    author_lines_missing: bool
    """Titles stand directly on their abstracts."""
    author_lines: bool
    """Names stand under many titles."""
    article: bool
    """The page has the sections of an article: `Introduction`, `References`."""
    code: float
    """Share of lines that are source code or a log."""


def study_shape(units: list[Unit]) -> Shape:
    """The page's habits; where most titles end on a full stop, those become headlines here."""
    _undot_titles(units)
    pairs = lead = trail = marked = headlines = direct = paragraphs = 0
    head: Unit | None = None
    previous: Unit | None = None
    facts_above = 0
    for unit in units:
        if unit.kind in {Kind.PROSE, Kind.SENTENCE}:
            paragraphs += 1
            if head is not None:
                pairs += 1
                direct += previous is head
                marked += bool(head.marker)
                lead += bool(facts_above)
            head, facts_above = None, 0
        elif unit.kind is Kind.HEADLINE:
            headlines += 1
            head = unit
        elif head is None:
            facts_above += 1
            trail += previous is not None and previous.kind is Kind.PROSE
        previous = unit
    labelled = sum(unit.label == "title" for unit in units)
    ends_with_facts = previous is not None and previous.kind not in {Kind.PROSE, Kind.SENTENCE, Kind.HEADLINE}
    comments = sum(
        unit.marker[:1] == "#" == below.marker[:1] and unit.block == below.block
        for unit, below in itertools.pairwise(units)
    )
    code = (comments + sum(unit.kind is Kind.CODE for unit in units)) / max(1, len(units))
    headings = (_section_name(unit) for unit in units if unit.kind is Kind.HEADLINE)
    sections = {name for name in headings if name in ARTICLE_PARTS}
    return Shape(
        leading=not ends_with_facts and lead >= max(1, 0.5 * pairs),
        trailing=ends_with_facts and trail >= 0.5 * max(1, pairs),
        marked_titles=marked > 0.5 * pairs if pairs else any(unit.marker for unit in units),
        labelled_titles=labelled,
        regular=pairs >= 3 and pairs >= 0.7 * paragraphs,
        author_lines_missing=direct > 3 and headlines <= 1.2 * direct + 5,
        author_lines=sum(unit.kind is Kind.AUTHORS for unit in units) > max(1, 0.2 * headlines),
        article=len(sections) > 1,
        code=code,
    )


def _undot_titles(units: list[Unit]) -> None:
    texts = [unit for unit in units if unit.kind in {Kind.PROSE, Kind.SENTENCE, Kind.HEADLINE}]
    if not any(unit.kind is Kind.PROSE for unit in texts):
        sentences = [unit for unit in texts if unit.kind is Kind.SENTENCE and _one_sentence(unit)]
        if len(sentences) >= max(3, 0.7 * len(texts)):
            for unit in sentences:
                unit.kind = Kind.HEADLINE
        return
    above = [None, *texts]
    ahead = [
        (unit, above[index])
        for index, unit in enumerate(texts[:-1])
        if texts[index + 1].kind is Kind.PROSE and unit.kind in {Kind.SENTENCE, Kind.HEADLINE}
    ]
    dotted = [
        unit
        for unit, over in ahead
        if unit.kind is Kind.SENTENCE and _one_sentence(unit) and (over is None or over.kind is not Kind.HEADLINE)
    ]
    plain = sum(unit.kind is Kind.HEADLINE for unit, _ in ahead)
    second = sum(a.kind is Kind.PROSE and b.kind is Kind.PROSE for a, b in itertools.pairwise(texts))
    rhythm = plain >= 5 and second <= 0.1 * plain
    for unit in dotted:
        common = len(dotted) >= 3 and len(dotted) > 2 * plain
        if rhythm or common or (title_case(unit.text) >= 0.7 and unit.text.count(" ") >= 3):
            unit.kind = Kind.HEADLINE


def _one_sentence(unit: Unit) -> bool:
    return not re.search(r"[a-z)]\. +[A-Z]", unit.text)


def is_heading(unit: Unit) -> bool:
    """Whether a headline is a section of an article or a page, not a paper."""
    name = _section_name(unit)
    return name in ARTICLE_PARTS or name in PAGE_PARTS


def is_page_heading(unit: Unit) -> bool:
    """Whether a headline is a part of a web page, such as `About us`."""
    return _section_name(unit) in PAGE_PARTS


def _section_name(unit: Unit) -> str:
    """A headline in lower case without its section number and end."""
    text = unit.text
    if len(text) >= 40:
        return ""
    text = text.lower()
    if text[:1].isdigit() or text[:1] in "ivx":
        text = _SECTION_NUMBER.sub("", text)
    return text.strip(" *#:.")


def is_chrome(title: str, abstract: Sequence[Unit] = ()) -> bool:
    """Whether a title, or the text under it, is a page's or a letter's own voice."""
    if _VOLUME.match(title):
        return True
    if title_case(title) < 0.7 and CHROME.search(title):
        return True
    if SALUTATION.match(title) or (title.endswith((",", "!")) and _speaks(title)):
        return True
    if not abstract:
        return False
    text = abstract[0].text[:600]
    return len(text) < 400 and bool(CHROME.search(text)) and _speaks(text)


def _speaks(text: str) -> bool:
    return any(word in CONTACT for word in text.lower().replace(",", " ").replace("!", " ").split())


def is_bare_title(unit: Unit, facts: Sequence[Unit], *, alone: bool, marked: bool, shape: Shape) -> bool:
    """Whether a headline without an abstract is a paper: easily in a list of titles, hardly among abstracts.

    In a list that is numbered or bulleted throughout (`marked`) every item is one.
    """
    text = unit.text
    if is_chrome(text) or is_heading(unit) or shape.code > 0.2:
        return False
    if any(fact.kind in {Kind.AUTHORS, Kind.IDENTIFIER} for fact in facts) and (alone or " " in text):
        return title_score(text) >= (-2 if alone else 0)
    score = title_score(text)
    if alone:
        return score >= 1 or (marked and bool(unit.marker))
    words = text.count(" ") + 1
    return score >= 2 and (words >= 6 or (":" in text and words >= 4))


def title_score(text: str) -> float:
    """How much a line is like a research title, from about -4 to 5."""
    words = text.split()
    count = len(words)
    lowered = {word.strip(".,:;?!()\"'“”").lower() for word in words}
    parts = {part for word in lowered for part in word.split("-")} | lowered
    score = 0.0
    score += 0.5 if 4 <= count <= 25 else -0.5 if count >= 3 else -1.5
    score += 1.0 if title_case(text) >= 0.6 and count >= 3 and not text.isupper() else 0.0
    score += 0.5 if ":" in text[1:-1] and count >= 4 else 0.0
    score += min(2.0, 1.0 * len(parts & TITLE_WORDS))
    score += 0.5 if lowered & FUNCTION_WORDS and count >= 4 else 0.0
    score -= 1.5 if lowered & CONTACT else 0.0
    score -= (
        1.0
        if not (text[0].isupper() or text[0].isdigit() or not text[0].isascii() or any(c.isupper() for c in words[0]))
        else 0.0
    )
    score -= 1.0 if text.endswith(("!", ",", ";", ":")) else 0.0
    score -= 1.0 if text.endswith(".") and (count < 5 or lowered & _PREDICATES) else 0.0
    score -= 1.0 if is_name(text) else 0.0
    score -= 3.0 if any(mark in text for mark in ("{", "};", "()", "==", "</", "](", " | ", "::", "@")) else 0.0
    score -= 2.0 if _LEGAL.search(text.lower()) else 0.0
    return score


def abstract_score(paragraphs: Sequence[Unit]) -> float:
    """How much paragraphs are like an abstract, from about -4 to 3."""
    text = " ".join(unit.text[:1500] for unit in paragraphs[:4]).lower()
    words = _WORDS.findall(text[:3000])
    cues = len(CUES.intersection(words))
    contact = sum(word in CONTACT for word in words)
    score = min(3.0, 0.6 * cues) if cues else -1.0
    score -= min(3.0, 60.0 * contact / (len(words) + 10))
    score -= 1.5 if len(paragraphs) > 4 else 0.5 if len(paragraphs) > 2 else 0.0
    score -= 2.0 if "](" in text else 0.0
    score -= 1.0 if _CODE_SPAN.search(text) else 0.0
    score -= 2.0 if _LEGAL.search(text) else 0.0
    return score


def accepts_page(entries: Sequence[Entry], strays: Sequence[Unit], shape: Shape) -> bool:
    """Whether what was found on a page, taken together, is a listing of papers."""
    if not entries or (shape.code > 0.3 and not shape.labelled_titles):
        return False
    with_abstract = [entry for entry in entries if entry[1]]
    sample = entries if len(entries) <= 200 else entries[:: len(entries) // 200]
    if len(with_abstract) < 0.5 * len(entries):
        return _accepts_titles(entries, sample, strays)
    mean = sum(map(_entry_score, sample)) / len(sample)
    orphans = sum(unit.kind is Kind.PROSE for unit in strays)
    paragraphs = sum(len(entry[1]) for entry in with_abstract)
    if orphans > max(2, paragraphs):
        return False
    if shape.regular and paragraphs <= 1.6 * len(with_abstract):
        mean += 1.0
    return mean >= (2.0 if len(with_abstract) > 1 else 2.5)


def _entry_score(entry: Entry) -> float:
    title, abstract, facts = entry
    score = title_score(" ".join(unit.text for unit in title))
    score += abstract_score(abstract) if abstract else 0.0
    if title[0].label or any(_is_scholarly(unit) for unit in (*facts, *abstract[:1])):
        score += 1.5
    return score


def _is_scholarly(unit: Unit) -> bool:
    """Whether a unit is what stands beside papers: names, a paper's label, an arXiv id or a DOI."""
    if unit.kind is Kind.IDENTIFIER:
        return bool(find_identifiers(unit.text))
    return unit.kind is Kind.AUTHORS or unit.label in _OWN_LABELS


def _accepts_titles(entries: Sequence[Entry], sample: Sequence[Entry], strays: Sequence[Unit]) -> bool:
    """A list of titles: most of the page's text is titles, and they read like research."""
    texts = sum(unit.kind in {Kind.HEADLINE, Kind.SENTENCE, Kind.PROSE, Kind.CODE} for unit in strays)
    if len(entries) < 0.6 * (len(entries) + texts):
        return False
    mean = sum(map(_entry_score, sample)) / len(sample)
    return mean >= (2.0 if len(entries) > 1 else 3.0)
