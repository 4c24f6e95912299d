"""A second, plain way to the abstracts of a file, against which the readers of Broadsheet are compared.

`compare` says of each paper with an abstract whether it is the whole field, or, in text that has no fields, whether it
begins and ends where lines do, with no prose cut off and no other paper's title inside. Every format's raw field is
taken by the simplest means that give it whole, with none of Broadsheet's readers (the repair of text, which has tests
of its own, is the one thing that both share): the XML by ElementTree, JSON by `json`, tables by `csv`, tagged exports
and BibTeX by their lines and braces.
"""

from __future__ import annotations

import bisect
import csv
import html
import io
import itertools
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

from broadsheet.reading.cleaning.repair import repair

_TITLES = ("rawtitle", "title", "display_name", "papertitle")
_ABSTRACTS = ("rawabstract", "abstract", "summary", "abstractnote", "abstracttext")
_FRAME = re.compile(
    r"^\s*arXiv:\S+ Announce Type: \S+\s+Abstract: |<jats:title>Abstract</jats:title>|<p>The post <a .*$"
    r"|<h\d>Abstract</h\d>|^Abstract (?=[A-Z])|The post .{3,400} appeared first on .{3,200}$",
    re.DOTALL,
)
"""What stands in an abstract's field and is none of it."""

_BUTTONS = {"pdf", "upvote", "arxivpage", "github", "submittedby", "showdetails", "cite", "share"}
_NO_PROSE = re.compile(r"\W{0,6}[A-Z][\w -]{2,24}:|(?:[^,]{3,40},\s*){3,}[^,]{3,40}$|.*\)$")
"""Labelled lines, lists of names, and subjects with their codes."""

_LONG_LINE = 100
_TITLE = 24
"""Letters of a title that is told from common words."""


def compare(text: str, papers: Sequence[tuple[str, str]]) -> tuple[int, list[str]]:
    """How many abstracts of (title, abstract) pairs were compared, and what is wrong with the others."""
    raw = raw_abstracts(text)
    lines = _visible(text) if not raw else []
    compared, wrong = 0, []
    titles = [words(title) for title, _ in papers]
    for (title, abstract), name in zip(papers, titles, strict=True):
        fields = {words(repair(_FRAME.sub(" ", field))) for field in raw.get(name, ())}
        if raw and fields:
            compared += bool(abstract)
            if abstract and words(abstract) not in fields:
                wrong.append(f"{title[:60]}: it is not the whole field")
            elif not abstract and titles.count(name) <= len(raw[name]):  # else its namesake has the abstract
                wrong.append(f"{title[:60]}: its abstract is missing")
        elif abstract and not raw:
            compared += 1
            if why := _misplaced(lines, words(abstract), [other for other in titles if other != name]):
                wrong.append(f"{title[:60]}: {why}")
    return compared, wrong


def _visible(text: str) -> list[str]:
    """The lines of a text, of HTML those between blocks, without labels and the marks of quotations."""
    if re.match(r"\s*<(?:!doctype|html|head|body|div)", text, re.IGNORECASE):
        text = re.sub(r"\s+", " ", text)
        text = re.sub(r"</?(?:b|i|em|strong|sub|sup|span|a|br|font|mark)\b[^<>]*>", " ", text, flags=re.IGNORECASE)
        text = re.sub(r"<[^<>]*>", "\n", text)
    return [re.sub(r"^\W{0,6}(?:Abstract|Summary)\W{1,6}", "", line, flags=re.IGNORECASE) for line in text.split("\n")]


def _misplaced(lines: Sequence[str], abstract: str, titles: Sequence[str]) -> str:
    """Why an abstract is no run of whole lines; empty where it is one."""
    plain = [words(repair(line)) for line in lines]
    starts = list(itertools.accumulate(map(len, plain), initial=0))
    joined = "".join(plain)
    begin = joined.find(abstract)
    while begin >= 0:
        end = begin + len(abstract)
        first, last = bisect.bisect_right(starts, begin) - 1, bisect.bisect_left(starts, end) - 1
        if starts[min(first, len(plain))] == begin and starts[last + 1] == end:
            inside = {line for line in plain[first : last + 1] if line}
            around = (lines[near] for near in (first - 1, last + 1) if 0 <= near < len(lines))
            cut = any(
                len(line) > _LONG_LINE and not _NO_PROSE.match(line) and words(line) not in titles for line in around
            )
            if inside & _BUTTONS:
                return "a button stands inside"
            if any(len(title) > _TITLE and title in inside for title in titles):
                return "another paper's title stands inside"
            return "prose stands directly above or below it" if cut else ""
        begin = joined.find(abstract, begin + 1)
    return "it does not begin and end where lines do"


def raw_abstracts(text: str) -> dict[str, list[str]]:
    """What stands in the fields for abstracts, by plain title; empty where the format has no such fields."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found: dict[str, list[str]] = {}
    for title, abstract in _pairs(text):
        if title.strip() and abstract.strip():
            found.setdefault(words(title), []).append(abstract)
    return found


def words(text: str) -> str:
    """The letters and digits of a text, without markup, case, accents, Greek or LaTeX's commands, as one string."""
    for _ in range(2):
        text = html.unescape(text)
    text = re.sub(r"</?[A-Za-z][^<>]{0,4000}>", " ", text)
    text = re.sub(r"\\(?:[A-Za-z]+|.)", "", text)
    text = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in text if letter.isalnum() and not "\u0370" <= letter <= "\u03ff")


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    head = text.lstrip()[:2000]
    if head.startswith(("{", "[")):
        yield from _json(text)
    elif re.match(r"<\?xml|<(?:rss|feed|rdf:RDF|OAI-PMH|PubmedArticleSet|collection|record)\b", head, re.IGNORECASE):
        yield from _xml(text)
    elif re.search(r"^@\w+\{", text, re.MULTILINE):
        yield from _bibtex(text)
    elif re.search(r"^TY {1,2}- ", text, re.MULTILINE):
        yield from _tagged(text, r"^TY {1,2}- ", r"([A-Z][A-Z0-9]) {1,2}- ?(.*)", ("TI", "T1"), ("AB", "N2"))
    elif re.search(r"^PMID- ", text, re.MULTILINE):
        yield from _tagged(text, r"^PMID- ", r"([A-Z]{2,4}) {0,2}- ?(.*)", ("TI", "BTI"), ("AB", "OAB"))
    elif head.startswith('"') or head.split("\n")[0].count(",") > 3:
        yield from _csv(text)


def _json(text: str) -> Iterator[tuple[str, str]]:
    try:
        documents = [json.loads(text)]
    except json.JSONDecodeError:
        documents = [json.loads(line) for line in text.split("\n") if line.strip()]
    yield from (pair for document in documents for pair in _objects(document))


def _objects(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        yield from (pair for item in value for pair in _objects(item))
    elif isinstance(value, dict):
        plain = {key.lower().replace("_", ""): part for key, part in value.items()}
        title = next((plain[name.replace("_", "")] for name in _TITLES if plain.get(name.replace("_", ""))), "")
        title = title[0] if isinstance(title, list) and title else title
        abstract = next((plain[name] for name in _ABSTRACTS if plain.get(name)), "")
        if places := plain.get("abstractinvertedindex"):
            abstract = " ".join(word for _, word in sorted((at, word) for word, all_ in places.items() for at in all_))
        if isinstance(title, str) and isinstance(abstract, str):
            yield title, abstract
        yield from (pair for part in value.values() for pair in _objects(part))


def _xml(text: str) -> Iterator[tuple[str, str]]:
    tree = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>|<!DOCTYPE[^>]*>", "", text))
    for entry in tree.iter():
        if _name(entry) in {"entry", "item", "PubmedArticle", "paper", "record", "arXiv", "dc"}:
            title = next((part for part in entry.iter() if _name(part) in {"title", "ArticleTitle"}), None)
            for part in entry.iter():
                if _name(part) in {"abstract", "summary", "description", "encoded", "Abstract", "content"}:
                    inner = [piece for piece in part if _name(piece) == "AbstractText"]
                    pieces = ["".join(piece.itertext()) for piece in inner or [part]]
                    labels = [piece.get("Label", "") for piece in inner]
                    said = " ".join(f"{label} {piece}" for label, piece in zip(labels or [""], pieces, strict=True))
                    yield "".join(title.itertext()) if title is not None else "", said


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _bibtex(text: str) -> Iterator[tuple[str, str]]:
    for entry in re.split(r"(?m)^(?=@\w+\{)", text):
        yield _braced(entry, "title"), _braced(entry, "abstract")


def _braced(entry: str, name: str) -> str:
    """A field's value up to the brace or quotation mark that closes it."""
    opened = re.search(rf"(?mi)^\s*{name}\s*=\s*([{{\"])", entry)
    if not opened:
        return ""
    depth, start = 0, opened.end()
    for position in range(start, len(entry)):
        letter = entry[position]
        depth += (letter == "{") - (letter == "}") if entry[position - 1] != "\\" else 0
        if depth < 0 or (opened[1] == '"' and letter == '"' and not depth):
            return entry[start:position]
    return ""


def _tagged(
    text: str, begins: str, line: str, titles: tuple[str, ...], abstracts: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for entry in re.split(rf"(?m)(?={begins})", text):
        fields: dict[str, list[str]] = {}
        last = ""
        for row in entry.split("\n"):
            if tag := re.fullmatch(line, row):
                last = tag[1]
                fields.setdefault(last, []).append(tag[2])
            elif last:
                fields[last][-1] += f" {row.strip()}"
        title = next((fields[name][0] for name in titles if name in fields), "")
        yield title, " ".join(next((fields[name] for name in abstracts if name in fields), []))


def _csv(text: str) -> Iterator[tuple[str, str]]:
    rows = list(csv.reader(io.StringIO(text)))
    header = [name.strip().lower().replace(" ", "") for name in rows[0]]
    if "title" in header and len(header) > 2:
        title = header.index("title")
        columns = [header.index(name) for name in ("abstract", "abstractnote") if name in header]
        for row in rows[1:]:
            yield from ((row[title], row[column]) for column in columns[:1] if len(row) > max(title, column))
    else:  # Embase: a field a row
        last = ""
        for row in rows:
            if row and row[0] == "TITLE":
                last = row[1]
            elif row and row[0] == "ABSTRACT":
                yield last, " ".join(row[1:])
