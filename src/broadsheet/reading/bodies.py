"""The body of a feed's entry -> its abstract, without the citation, byline and trailer that publishers put round it."""

from __future__ import annotations

import re

from broadsheet.reading.richtext import flatten

_MOST_LEADS = 40
"""Lines that may stand above an abstract."""

_BYLINE = re.compile(r"(?:Author\(s\)|Authors?):\s*(.{0,20000})", re.IGNORECASE)
_BY = re.compile(r"by ([A-Z].{3,8000}[^.:!?])")
_CITATION = re.compile(
    r"Publication date: .{3,60}|Source: .{3,300}|Abstract\s*:?"
    r"|(?:.{3,150}, )?(?:Ahead of Print|EarlyView|Early View|Accepted Article|Online First|Advance Article)\.?"
    r"|(?:.{3,150}, )?Volume \d{1,5}, (?:Issue|Number) .{1,100}|.{2,100}, Vol\. \d{1,5}, Pages? .{1,600}"
    r"|.{2,100}, Published online: .{5,40}; doi:\s?\S+|.{0,80}\bdoi:\s?10\.\S+|.{3,250} Online ahead of print\.",
    re.IGNORECASE,
)
"""Lines that Elsevier, Wiley, SAGE, MDPI, Nature and PubMed set above the abstract, or in its place."""

_HEADING = re.compile(r"(?:^|\n)ABSTRACT(?:\n|$)")
_LABEL = re.compile(r"Abstract\s*(?::|\u2014|\.\s)\s*", re.IGNORECASE)
_TRAILERS = (
    (
        "The post ",
        re.compile(
            r"(?:\[…\]|…|\[\.\.\.\])?\s{0,20}The post .{3,400} (?:appeared first on|first appeared on) .{1,200}$",
            re.DOTALL,
        ),
    ),
    ("PMID:", re.compile(r"\bPMID:\s?\d{1,9}(?: \| (?:PMC|DOI):\s?\S{3,200}){0,3}\s*$")),
    ("] Published ", re.compile(r"\[[A-Z][^\[\]\n]{4,100}\] Published \w{3} \w{3} \d{1,2}, \d{4}\s*$")),
)
"""What blogs, PubMed and the American Physical Society set below an abstract, by words that stand in it."""

_TAIL = 700
"""Characters at either end of a body among which a trailer or a citation is looked for."""


def read_body(body: str) -> tuple[str, tuple[str, ...]]:
    """The abstract in a body, which may be HTML, and the authors that a line above it names."""
    plain = flatten(body) if "<" in body or "&" in body else body.strip()
    for telling, trailer in _TRAILERS:
        if telling in plain[-_TAIL:]:
            plain = (plain[:-_TAIL] + trailer.sub("", plain[-_TAIL:])).rstrip()
    if "ABSTRACT" in plain[:_TAIL] and (heading := _HEADING.search(plain[:_TAIL])):
        return plain[heading.end() :].strip(), ()
    authors: tuple[str, ...] = ()
    for _ in range(_MOST_LEADS):
        line, _, rest = plain.partition("\n")
        line = line.strip()
        if byline := _BYLINE.fullmatch(line) or (_BY.fullmatch(line) if rest else None):
            authors = authors or _names(byline[1])
            plain = rest if byline[1] else _past_names(rest)
            authors = authors or _names(", ".join(rest[: len(rest) - len(plain)].split("\n")))
        elif len(line) < _TAIL and _CITATION.fullmatch(line):
            plain = rest
        else:
            break
    return _LABEL.sub("", plain, count=1).strip() if _LABEL.match(plain) else plain.strip(), authors


def _names(line: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in re.split(r",| and ", line) if name.strip())


def _past_names(text: str) -> str:
    """What stands below names of which each has a line of its own."""
    while text:
        line, _, rest = text.partition("\n")
        if len(line) > 60 or line.count(" ") > 5 or line.rstrip().endswith("."):
            break
        text = rest
    return text
