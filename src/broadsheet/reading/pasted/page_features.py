"""Features and scores that say whether a pasted page lists papers, and whether a line is a paper's title.

Scores are sums of weights set by hand; thresholds that they are compared with are on the same scale.
"""

from __future__ import annotations

import collections
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from broadsheet.reading.cleaning.identifiers import find_identifiers
from broadsheet.reading.pasted.lines import Kind, is_person_name, title_case
from broadsheet.reading.pasted.units import Unit
from broadsheet.reading.pasted.vocabulary import (
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
from broadsheet.text.lazy_regex import lazy_regex

_WORDS = lazy_regex(r"[a-z][a-z'’-]+")
_APART = bytes(code if chr(code) in "abcdefghijklmnopqrstuvwxyz'-" else 32 for code in range(256))
"""A space for every sign of ASCII that is in no word."""
_SOURCE_MARKS = ("{", "};", "()", "==", "</", "](", " | ", "::", "@")
_BESIDE_TITLES: tuple[Kind, ...] = ("authors", "identifier")
_LONGEST_SECTION = 40
_TEXTS = frozenset({"prose", "sentence", "headline"})
_SECTION_NUMBER = lazy_regex(r"^(?:\d+(?:\.\d+)*\.?|[ivx]+\.)\s+")

_LEGAL = lazy_regex(
    r"copyright|©|\(c\) (?:19|20)\d\d|warrant(?:y|ies)|licen[sc]ed? (?:under|is|for)|redistribut|liable|hereby",
)
_LEGAL_MARKS = ("copyright", "©", "(c) ", "warrant", "licen", "redistribut", "liable", "hereby")
"""What one of its matches holds: a search for plain words is over before the pattern has begun."""
_VOLUME = lazy_regex(
    r"(?:edited by|editors?:|part of:?|advances in .{5,80} \d{1,3} \(|proceedings of the|volume \d{1,4}\b[:,])\s?",
    re.IGNORECASE,
)
"""How the title of a whole volume begins, or the line below it."""

_SESSION = lazy_regex(
    r"(?:(?:oral|poster|paper|invited|plenary|technical|parallel|morning|afternoon|contributed) )?sessions? [\w.]{1,4}"
    r"(?:\s*[:.,|·—–-]|$)",
    re.IGNORECASE,
)
"""The head of a part of a programme: `Session 3: Perception`, `Oral Session 2B — Room A`."""
_TALK = lazy_regex(
    r"\bunsubscribe\b|\byou (?:have |are )?receiv(?:ed?|ing) this|\b(?:signed|sign) up (?:for|to)\b"
    r"|\bmanage your (?:alerts|e-?mail|preferences|subscription)|\bview (?:this|it) (?:e-?mail )?in (?:your|a) browser"
    r"|\byour alerts?\b|\bfollow us\b|^advertisement|\ball rights reserved\b|^call for papers|\bstop receiving\b"
    r"|\bsubmit your (?:paper|manuscript|article)s?\b|\bdo not reply to this|\bprivacy policy\b|\bregistered office",
    re.IGNORECASE,
)
_LONGEST_TALK = 600
"""Characters; a longer text with such words is more likely an abstract about them."""
_CODE_SPAN = lazy_regex(r"(?<!`)`[^`'\s][^`'\n]{0,80}`(?!`)")
_GREETS = frozenset("dhtysbkrcwDHTYSBKRCW")
"""The first letters of salutations in ASCII; other lines skip the pattern."""
_OWN_LABELS = frozenset({"author", "abstract", "title", "arxiv", "doi", "pmid", "category", "venue"})
_PREDICATES = word_set("is was were has have had will are be been did should must this these our we it")

TITLES_SHARE = 0.6
"""The least share of titles among the texts of a page that lists only titles."""

_SAMPLE = 200
"""The size of the sample of titles or papers that a long page is judged by; it bounds the time for scoring."""
_SHORTEST_JUNK = 2000
_BESIDE_JUNK: tuple[Kind, ...] = ("prose", "sentence", "label")

Entry = tuple[Sequence[Unit], Sequence[Unit], Sequence[Unit]]
"""A possible paper: the units of its title, its abstract and its facts."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The layout of a page as a whole."""

    leading: bool
    """Ids, dates and counts are above their title."""
    trailing: bool
    """They are below the abstract."""
    marked_titles: bool
    """Titles are numbered or bulleted."""
    labelled_titles: int
    regular: bool
    """Titles and abstracts alternate on most of the page."""
    author_lines_missing: bool
    """Titles are directly above their abstracts."""
    author_lines: bool
    """Names are below many titles."""
    article: bool
    """The page has the sections of an article: `Introduction`, `References`."""
    code: float
    """Share of lines that are source code or a log."""


def study_shape(units: list[Unit]) -> Shape:
    """The layout of a page, in one pass; changes sentences to headlines where most titles end with a full stop."""
    _undot_titles(units)
    pairs = lead = trail = marked = headlines = direct = paragraphs = labelled = lists = code = 0
    sections: set[str] = set()
    # `head` is the last headline without a text below it, `facts_above` the number of facts since the last text.
    head: Unit | None = None
    previous: Unit | None = None
    facts_above = 0
    for unit in units:
        kind = unit.kind
        if kind in {"prose", "sentence"}:
            paragraphs += 1
            if head is not None:
                pairs += 1
                direct += previous is head
                marked += bool(head.marker)
                lead += bool(facts_above)
            head, facts_above = None, 0
        elif kind == "headline":
            headlines += 1
            head = unit
            if len(unit.text) < _LONGEST_SECTION and (name := _section_name(unit)) in ARTICLE_PARTS:
                sections.add(name)
        else:
            if head is None:
                facts_above += 1
                trail += previous is not None and previous.kind == "prose"
            labelled += unit.label == "title"
            lists += kind == "authors"
            code += kind == "code"
        # Headings in Markdown have text between them; lines of `#` in a row are comments of a program.
        if unit.marker[:1] == "#" and previous is not None:
            code += previous.marker[:1] == "#" and previous.block == unit.block
        previous = unit
    ends_with_facts = previous is not None and previous.kind not in {"prose", "sentence", "headline"}
    return Shape(
        # A page whose last unit is a fact has its facts below; one that ends with text may have them above.
        leading=not ends_with_facts and lead >= max(1, 0.5 * pairs),
        trailing=ends_with_facts and trail >= 0.5 * max(1, pairs),
        marked_titles=marked > 0.5 * pairs if pairs else any(unit.marker for unit in units),
        labelled_titles=labelled,
        # Thresholds are shares of the pairs of title and text, so that a few exceptions do not change the layout.
        regular=pairs >= 3 and pairs >= 0.7 * paragraphs,
        author_lines_missing=direct > 3 and headlines <= 1.2 * direct + 5,
        author_lines=lists > max(1, 0.2 * headlines),
        article=len(sections) > 1,
        code=code / max(1, len(units)),
    )


def _undot_titles(units: list[Unit]) -> None:
    kinds = collections.Counter([unit.kind for unit in units])
    if not kinds["sentence"]:
        return
    texts = [unit for unit in units if unit.kind in _TEXTS]
    # A page without abstracts: titles with full stops if most texts are single sentences.
    if not kinds["prose"]:
        sentences = [unit for unit in texts if unit.kind == "sentence" and _one_sentence(unit)]
        if len(sentences) >= max(3, 0.7 * len(texts)):
            for unit in sentences:
                unit.kind = "headline"
        return
    # Pages with abstracts: the text directly before a paragraph is a title if that is the pattern of the page.
    above = [None, *texts]
    ahead = [
        (unit, above[index])
        for index, unit in enumerate(texts[:-1])
        if texts[index + 1].kind == "prose" and unit.kind in {"sentence", "headline"}
    ]
    dotted = [
        unit
        for unit, over in ahead
        if unit.kind == "sentence" and _one_sentence(unit) and (over is None or over.kind != "headline")
    ]
    plain = sum(unit.kind == "headline" for unit, _ in ahead)
    second = sum(a.kind == "prose" and b.kind == "prose" for a, b in itertools.pairwise(texts))
    # One title and one paragraph in turn: few paragraphs follow another paragraph.
    rhythm = plain >= 5 and second <= 0.1 * plain
    for unit in dotted:
        common = len(dotted) >= 3 and len(dotted) > 2 * plain
        if rhythm or common or (title_case(unit.text) >= 0.7 and unit.text.count(" ") >= 3):
            unit.kind = "headline"


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
    if len(text) >= _LONGEST_SECTION:
        return ""
    text = text.lower()
    if text[:1].isdigit() or (text[:1] in "ivx" and "." in text):
        text = _SECTION_NUMBER.sub("", text)
    return text.strip(" *#:.")


def is_chrome(title: str, abstract: Sequence[Unit] = ()) -> bool:
    """Whether a title, or the text under it, belongs to the page or letter itself and not to a paper."""
    if _VOLUME.match(title) or ("ession" in title[:24] and _SESSION.match(title)):
        return True
    if title_case(title) < 0.7 and CHROME.search(title):
        return True
    if (title[:1] in _GREETS or not title.isascii()) and SALUTATION.match(title):
        return True
    if title.endswith((",", "!")) and _speaks(title):
        return True
    # A long text with such words is more likely an abstract about them.
    return bool(abstract) and len(text := abstract[0].text) < 400 and _speaks(text) and bool(CHROME.search(text))


def is_page_talk(text: str) -> bool:
    """Whether a text is of the mail or the page and its reader: how to leave, who sends it, what is on offer."""
    return len(text) < _LONGEST_TALK and _TALK.search(text) is not None


def _speaks(text: str) -> bool:
    return not CONTACT.isdisjoint(text.lower().replace(",", " ").replace("!", " ").split())


def is_bare_title(unit: Unit, facts: Sequence[Unit], *, alone: bool, marked: bool, shape: Shape) -> bool:
    """Whether a headline without an abstract is a paper; the threshold is low in a list of titles (`alone`).

    In a list with numbers or bullets throughout (`marked`) every item is one. Headings and chrome must be excluded
    before.
    """
    text = unit.text
    if shape.code > 0.2:
        return False
    if facts and (alone or " " in text) and any(fact.kind in _BESIDE_TITLES for fact in facts):
        # Names or an identifier beside it are strong evidence, so that a weak title is enough.
        return title_score(text) >= (-2 if alone else 0)
    if alone:
        if marked and unit.marker:
            return True
        return len(text.split(None, 2)) > 2 and title_score(text) >= 1  # two words never score as much
    # Among abstracts a bare headline is more often a heading: it must be long and score well.
    words = text.count(" ") + 1
    return (words >= 6 or (":" in text and words >= 4)) and title_score(text) >= 2


def title_score(text: str) -> float:
    """How much a line looks like a research title, from about -4 to 5: a sum of weights set by hand."""
    words = text.split()
    count = len(words)
    lowered = {word.strip(".,:;?!()\"'“”").lower() for word in words}
    parts = {part for word in lowered for part in word.split("-")} | lowered if "-" in text else lowered
    # For: usual length, title case, a colon, words of the field, function words between other words.
    score = 0.0
    score += 0.5 if 4 <= count <= 25 else -0.5 if count >= 3 else -1.5
    score += 1.0 if title_case(text) >= 0.6 and count >= 3 and not text.isupper() else 0.0
    score += 0.5 if ":" in text[1:-1] and count >= 4 else 0.0
    score += min(2.0, 1.0 * len(parts & TITLE_WORDS))
    score += 0.5 if lowered & FUNCTION_WORDS and count >= 4 else 0.0
    # Against: personal words, a small first letter, end marks, a person's name, code, legal text.
    score -= 1.5 if lowered & CONTACT else 0.0
    score -= (
        1.0
        if not (text[0].isupper() or text[0].isdigit() or not text[0].isascii() or any(c.isupper() for c in words[0]))
        else 0.0
    )
    score -= 1.0 if text.endswith(("!", ",", ";", ":")) else 0.0
    score -= 1.0 if text.endswith(".") and (count < 5 or lowered & _PREDICATES) else 0.0
    score -= 1.0 if is_person_name(text) else 0.0
    score -= 3.0 if [mark for mark in _SOURCE_MARKS if mark in text] else 0.0
    score -= 2.0 if _is_legal(text.lower()) else 0.0
    return score


def abstract_score(paragraphs: Sequence[Unit]) -> float:
    """How much paragraphs look like an abstract, from about -4 to 3: a sum of weights set by hand."""
    # Only the beginning is read, which bounds the time for long pages.
    text = " ".join(unit.text[:1500] for unit in paragraphs[:4]).lower()
    words = _words_of(text[:3000])
    cues = len(CUES.intersection(words))
    contact = 0 if CONTACT.isdisjoint(words) else len([word for word in words if word in CONTACT])
    score = min(3.0, 0.6 * cues) if cues else -1.0
    # The rate of such words; the constant 10 keeps one word in a short text from deciding.
    score -= min(3.0, 60.0 * contact / (len(words) + 10))
    score -= 1.5 if len(paragraphs) > 4 else 0.5 if len(paragraphs) > 2 else 0.0
    score -= 2.0 if "](" in text else 0.0
    score -= 1.0 if "`" in text and _CODE_SPAN.search(text) else 0.0
    score -= 2.0 if _is_legal(text) else 0.0
    return score


def _words_of(lowered: str) -> list[str]:
    """The words of two letters or more; without a pattern where none begins with a mark, in a third of the time."""
    if lowered.isascii():
        apart = lowered.encode().translate(_APART).decode()
        if " -" not in apart and " '" not in apart and apart[:1] not in "-'":
            return [word for word in apart.split() if len(word) > 1]
    return _WORDS.findall(lowered)


def _is_legal(lowered: str) -> bool:
    return bool([mark for mark in _LEGAL_MARKS if mark in lowered]) and _LEGAL.search(lowered) is not None


def accepts_page(entries: Sequence[Entry], strays: Sequence[Unit], shape: Shape) -> bool:
    """Whether what was found on a page, taken together, is a listing of papers."""
    if not entries or (shape.code > 0.3 and not shape.labelled_titles):
        return False
    with_abstract = [entry for entry in entries if entry[1]]
    if sum(map(_is_labelled, entries)) >= 0.8 * len(entries):
        return True
    # Every n-th entry, so that the sample covers the whole page.
    sample = entries if len(entries) <= _SAMPLE else entries[:: len(entries) // _SAMPLE]
    if len(with_abstract) < 0.5 * len(entries):
        return _accepts_titles(entries, sample, strays)
    mean = sum(map(_entry_score, sample)) / len(sample)
    # More paragraphs outside the entries than inside: the page is an article, not a listing.
    orphans = sum(unit.kind == "prose" for unit in strays)
    paragraphs = sum(len(entry[1]) for entry in with_abstract)
    if orphans > max(2, paragraphs):
        return False
    if shape.regular and paragraphs <= 1.6 * len(with_abstract):
        mean += 1.0
    # A single paper needs more evidence than several that look alike.
    return mean >= (2.0 if len(with_abstract) > 1 else 2.5)


def _is_labelled(entry: Entry) -> bool:
    """Whether an entry says by its labels that it is a paper with an abstract."""
    title, abstract, facts = entry
    if not abstract or abstract[0].label not in {"abstract", "summary"}:
        return False
    return title[0].label == "title" or any(fact.label == "author" or _is_scholarly(fact) for fact in facts)


def _entry_score(entry: Entry) -> float:
    title, abstract, facts = entry
    score = title_score(" ".join(unit.text for unit in title))
    score += abstract_score(abstract) if abstract else 0.0
    if title[0].label or any(_is_scholarly(unit) for unit in (*facts, *abstract[:1])):
        score += 1.5
    return score


def _is_scholarly(unit: Unit) -> bool:
    """Whether a unit is a typical fact about a paper: names, a paper's label, an arXiv id or a DOI."""
    if unit.kind == "identifier" or unit.label == "link":
        return bool(find_identifiers(unit.text))
    return unit.kind == "authors" or unit.label in _OWN_LABELS


def is_hopeless(units: Sequence[Unit]) -> bool:
    """Whether thousands of short lines without any sentence are no list of titles, judged by a sample of them."""
    kinds = collections.Counter([unit.kind for unit in units])
    count, strong = kinds["headline"], sum(kinds[kind] for kind in _BESIDE_TITLES)
    if count < _SHORTEST_JUNK or strong > 0.05 * count or any(kinds[kind] for kind in _BESIDE_JUNK):
        return False
    heads = [unit for unit in units if unit.kind == "headline"]
    sample = heads[:: count // _SAMPLE]
    good = sum(bool(unit.marker) or title_score(unit.text) >= 1 for unit in sample)
    return good < 0.5 * TITLES_SHARE * len(sample)


def _accepts_titles(entries: Sequence[Entry], sample: Sequence[Entry], strays: Sequence[Unit]) -> bool:
    """Whether most texts of a page are titles, and these look like research titles on average."""
    texts = sum(unit.kind in _TEXTS or unit.kind == "code" for unit in strays)
    if len(entries) < TITLES_SHARE * (len(entries) + texts):
        return False
    mean = sum(map(_entry_score, sample)) / len(sample)
    return mean >= (2.0 if len(entries) > 1 else 3.0)
