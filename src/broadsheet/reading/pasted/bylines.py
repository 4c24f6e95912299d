"""Lines that say who wrote a paper, by a word before the names, by brackets behind them, or by where they stand."""

from __future__ import annotations

import re

from broadsheet.reading.pasted.lines import LONG, Kind, Line, is_name_list, is_person_name, title_case
from broadsheet.reading.pasted.vocabulary import FUNCTION_WORDS, TITLE_WORDS
from broadsheet.text.lazy_regex import lazy_regex

_LABEL = lazy_regex(
    r"(?:(?:written |presented |text )?by|author\(s\)|authors?|written by|von|par|de|di|por|auteur(?:\(?s\)?|e|es)?"
    r"|autor(?:\(?e[ns]\)?|es|in|innen|a|as|i)?|autrices?|verfasser(?:in|innen)?)\s{0,3}[:：]\s*(?=\S)(.*)",
    re.IGNORECASE | re.DOTALL,
)
"""A label of authors that `lines` does not know."""
_LEAD = lazy_regex(r"(?i:((?:written |presented )?by|von|par|por)|(de|di))\s+(?=[^\W\d_a-z])(.*)", re.DOTALL)
_LEADS = frozenset("bvpdw")
"""The first letters of what `_LEAD` knows."""
_BEHIND_TITLE = lazy_regex(r"(\S.{6,500}?)[ \t]+(?:--|[–—])[ \t]+(by[ \t].{3,3000})", re.DOTALL)
_NUMBER = lazy_regex(r"\s*[-–—]?\s+#?[wW]?\d{4,6}(?:\s*\([A-Z][A-Z ,]{1,60}\))?\.?$")
"""The number of a working paper and its programmes behind the names."""
_AND = lazy_regex(r",?\s+(?:and|und|et|y|e|i|og|och|en|&)\s+(?=[^\W\d_a-z])")
_SPLIT = lazy_regex(r"\s*[,;·•|]\s*")
_BRACKETS = lazy_regex(r"\s*(?:\([^()\[\]]{0,300}\)|\[[^()\[\]]{0,300}\])")
_INSTITUTION = lazy_regex(
    r"\b(?:universit|institut|school|college|department|dept|faculty|bank|cent(?:er|re)\b|laborator|labs?\b|hospital|academy"
    r"|ministry|foundation|agency|council|hochschule|akademie|polytechni|society|museum|observator|inc\b|ltd\b|gmbh)",
    re.IGNORECASE,
)
_FAMILY_FIRST = lazy_regex(
    r"[^\W\d_a-z][\w'’-]{1,30}(?:[ -][^\W\d_][\w'’-]{1,30}){0,2},(?: [^\W\d_a-z][\w'’-]{0,30}\.?){1,3}"
)
_ONE_PERSON = lazy_regex(r"[^\W\d_a-z][\w'’-]{1,30}, [^\W\d_a-z][\w'’-]{0,30}\.?(?: [^\W\d_a-z]\.?){0,2}")
_MOST_NAMES = 60
_LONGEST_PLACE = 160
_ET_AL = lazy_regex(r",?\s*et al\.?$")


def read_byline(line: Line, above: Line | None) -> Line:
    """The line as its neighbour shows it: names under a title, with whatever word stands before them."""
    text = line.text
    if line.kind not in {"text", "authors"} or len(text) > LONG * 8 or "@" in text:
        return line
    if ":" in text[:24] or "：" in text[:24]:
        label = _LABEL.fullmatch(text)
        return _authors(line, label[1], "label") if label else line
    if above is not None and _is_affiliation(line, above):
        return line._replace(kind="label", label="affiliation")
    if above is None or not (above.kind == "text" or above.label == "title"):
        return line
    if text[:1].lower() in _LEADS and (names := names_in(text)):
        return _authors(line, names, "label")
    if line.kind == "text" and above.number == line.number - 1 and (names := _bare_names(text, above.text)):
        return _authors(line, names, "authors")
    return line


def _is_affiliation(line: Line, above: Line) -> bool:
    """Whether an institution stands directly below authors, or below another one, with a mark or in title case."""
    if not (above.kind == "authors" or above.label in {"author", "affiliation"}) or above.number != line.number - 1:
        return False
    known = len(line.text) < _LONGEST_PLACE and _INSTITUTION.search(line.text) is not None
    return known and line.text[-1] not in ".?!" and (bool(line.marker) or title_case(line.text) >= 0.8)


def _authors(line: Line, names: str, kind: Kind) -> Line:
    return line._replace(kind=kind, text=names.strip(), label="author" if kind == "label" else "")


def split_byline(text: str) -> tuple[str, str]:
    """Title and names of `Boats at sea -- by Ada Ash`; the whole text, and no names, where it is no such line."""
    if (
        "by " in text
        and ("--" in text or "–" in text or "—" in text)
        and (found := _BEHIND_TITLE.fullmatch(text.strip()))
        and (names := names_in(found[2]))
    ):
        return found[1], names
    return text, ""


def names_in(text: str) -> str:
    """The names after `by`, `von`, `par`, `de`, `di`, with commas between them; empty where other words stand there.

    `de` and `di` may begin a name as well, so that in capitals they count as one.
    """
    lead = _LEAD.fullmatch(text)
    if lead is None or (lead[2] and lead[2][0].isupper() and not text.isupper()):
        return ""
    rest = _NUMBER.sub("", lead[3])
    if ";" in rest:
        parts = [without_brackets(part).strip() for part in rest.split(";")]
        return "; ".join(parts) + ";" if all(map(_is_person, parts)) else ""
    listed = _AND.sub(", ", _ET_AL.sub("", without_brackets(rest)))
    parts = [part for part in _SPLIT.split(listed.strip(" .,")) if part and not _INSTITUTION.search(part)]
    return ", ".join(parts) if parts and all(map(is_person_name, parts)) else ""


def _is_person(text: str) -> bool:
    return is_person_name(text) or _FAMILY_FIRST.fullmatch(text) is not None


def _bare_names(text: str, above: str) -> str:
    """Names without a word before them: with institutions in brackets, families first, or in capitals.

    >>> _bare_names("Ada Ash [University of the Coast], Ben Birch", "Boats at sea")
    'Ada Ash, Ben Birch'
    """
    if text[-1] in ")]" or "[" in text or "(" in text:
        bare = without_brackets(text)
        if bare and (is_name_list(bare) or (is_person_name(bare) and _INSTITUTION.search(text))):
            return bare
    parts = [part.strip() for part in without_brackets(text).strip("; ").split(";")]
    if len(parts) > 1 and all(map(_FAMILY_FIRST.fullmatch, parts)):
        return "; ".join(parts)
    if is_one_person(text) and _no_words_of_titles(text):
        return text
    return text if text.isupper() and not above.isupper() and is_person_name(text) else ""


def is_one_person(text: str) -> bool:
    """Whether a comma stands inside the only name of a line: `Cole, Cy`, `Cole, Cy D.`"""
    return _ONE_PERSON.fullmatch(text) is not None


def _no_words_of_titles(text: str) -> bool:
    words = text.lower().replace(",", " ").split()
    return TITLE_WORDS.isdisjoint(words) and FUNCTION_WORDS.isdisjoint(words)


def without_brackets(text: str) -> str:
    """A line of names without affiliations and notes in round or square brackets, one inside another too."""
    if "(" not in text and "[" not in text:
        return text
    for _ in range(4):
        shorter = _BRACKETS.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text


def with_names_below(block: list[Line]) -> list[Line]:
    """A block whose title has one name a line below it, up to its end or a paragraph, with these known as names."""
    end = 1
    while end < len(block) and end < _MOST_NAMES and _is_lone_name(block[end]):
        end += 1
    if end < 3 or block[0].kind != "text" or is_person_name(block[0].text):
        return block
    if end < len(block) and len(block[end].text) < LONG // 2 and block[end].kind != "label":
        return block
    return [block[0], *(line._replace(kind="authors") for line in block[1:end]), *block[end:]]


def _is_lone_name(line: Line) -> bool:
    return line.kind in {"text", "authors"} and is_person_name(line.text)
