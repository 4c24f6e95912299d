"""Lists of identifiers and links (arXiv, DOI, PMID, PMCID, OpenReview, ACL) -> records without titles.

They are looked up. A list may have words between its identifiers; a text with more words than a list has is none,
whatever it cites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, normal_doi
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

NAME = "a list of identifiers"

_SITE = r"(?:https?://)?(?:www\.|export\.)?"
_NEW = r"(?:0[7-9]|[1-9]\d)(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD = r"[a-z]{2,8}(?:-[a-z]{2,4})?(?:\.[a-z]{2})?/\d{7}"
_KINDS = {
    "arxiv": lazy_regex(
        rf"(?:(?:arxiv:\s?|{_SITE}(?:arxiv|alphaxiv)\.org/(?:abs|pdf|html|format|e-print)/"
        rf"|{_SITE}(?:ar5iv\.(?:labs\.)?(?:arxiv\.)?org/(?:abs|html)|(?:huggingface|hf)\.co/papers)/)?"
        rf"|{_SITE}(?:dx\.)?doi\.org/10\.48550/arxiv\.|(?:doi:\s?)?10\.48550/arxiv\.)"
        rf"(?:{_NEW}|{_OLD})(?:v\d{{1,3}})?(?:\.pdf)?(?![\w.]*\d)/?(?:[?#]\S{{0,200}})?",
        re.IGNORECASE,
    ),
    "acl": lazy_regex(
        rf"(?:{_SITE}aclanthology\.org/|acl:)([A-Z]\d{{2}}-\d{{4,5}}|\d{{4}}\.[a-z0-9_-]{{2,40}}\.\d{{1,5}})"
        r"(?:\.(?:pdf|bib))?/?",
        re.IGNORECASE,
    ),
    "openreview": lazy_regex(
        rf"{_SITE}openreview\.net/(?:forum|pdf|attachment)\?(?:[\w=-]+&)?id=([\w-]{{4,40}})(?:[&#]\S{{0,200}})?"
    ),
    "pmcid": lazy_regex(
        rf"(?:pmcid:?\s{{0,3}}|{_SITE}(?:pmc\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pmc|europepmc\.org)/"
        r"(?:articles?|abstract)/(?:pmc/)?)?(pmc\d{2,9})\b(?:\.\d{1,2}\b)?(?:[/?#]\S{0,200})?",
        re.IGNORECASE,
    ),
    "pmid": lazy_regex(
        rf"(?:pmid:?\s{{0,3}}|{_SITE}(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed"
        r"|europepmc\.org/(?:articles?|abstract)/med)/)(\d{1,9})\b/?(?:[?#]\S{0,200})?",
        re.IGNORECASE,
    ),
    "doi": lazy_regex(
        r"(?:doi:\s?|https?://[^\s\"<>]{1,200}?/|(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s\"]{1,300})", re.IGNORECASE
    ),
}
_START = lazy_regex(
    r"10\.\d{4}|\d{4}\.\d{4}|https?:|arxiv|pm(?:c?id|c\d)|doi|acl|openreview|pubmed|huggingface|hf\.co"
    r"|[a-z-]{2,12}(?:\.[a-z]{2})?/\d{7}",
    re.IGNORECASE,
)
"""What an identifier can begin with; all else is a word."""
_RESOLVER = lazy_regex(r"https?://(?:www\.|dx\.)?doi\.org/", re.IGNORECASE)
_BREAK = lazy_regex(r"[,;|](?=\s*(?:10\.\d{4}|\d{4}\.\d{4}|https?:|arxiv|pm(?:c?id|c\d)|doi[:.]))", re.IGNORECASE)
_BARE_NUMBER = lazy_regex(r"(?<!\d)\d{7,8}(?!\d)")
"""A PMID without its name, which counts as one only beside others: a number alone may be anything."""
_CLOSING = lazy_regex(r"</[A-Za-z][^<>]{0,50}>|(?<=\S)>(?=\s|$)")
"""What stands right behind an identifier in a page, or an address between brackets."""
_PAGE = lazy_regex(
    r"/(?:full|abstract|pdf|epdf|fulltext|meta)$|(?<=\d)v\d{1,2}(?:\.(?:full|abstract|article)[\w.-]{0,30})?$"
)
"""What publishers put behind the DOI in the address of a page."""
_TAG = lazy_regex(r"<(?:/?[A-Za-z][^<>]{0,2000}|!--[^<>]{0,2000}--)>")
_TAG_NAME = lazy_regex(r"<([A-Za-z][\w:.-]{0,30})(?=[\s>])")
_PAGE_TAGS = frozenset(
    (  # noqa: SIM905 - words
        "a abbr b base blockquote body br code dd div dl dt em font footer h1 h2 h3 h4 h5 h6 head header hr html"
        " i img li link main meta nav ol p pre section small span strong style sub sup table tbody td tfoot th thead"
        " title tr tt u ul"
    ).split()
)
_FIELD = lazy_regex(
    r"^(?:(?!PMID|DOI)[A-Z][A-Z0-9]{1,3} {0,2}- |%[A-Z0-9] |@\w{2,20}\{|\\{2}$|[ \t]*\w{2,20} *= *[{\"])", re.MULTILINE
)
"""A line of RIS, MEDLINE, EndNote, BibTeX or an arXiv mail."""
_ADDRESS = lazy_regex(r"https?://\S+")
_WORD = lazy_regex(r"[^\W\d_]{2,}")
_WORDS_AT_ALL, _WORDS_EACH = 24, 12
"""Words that a list may have in all, and besides for each identifier."""
_LINE = 20_000
_LARGEST = 2_000_000
"""Characters of a list at most."""


def parse_identifier(text: str) -> Record | None:
    """The record of a text that is one identifier or the address of one paper's page, and nothing else.

    >>> parse_identifier("https://doi.org/10.5555/Abc").identifiers
    {'doi': '10.5555/abc'}
    """
    text = text.strip()
    for scheme, pattern in _KINDS.items():
        if (match := pattern.fullmatch(text)) and (scheme != "doi" or _names_a_doi(text)):
            return _record(scheme, match, None)
    return Record("", identifiers={"pmid": text}) if re.fullmatch(r"[1-9]\d{5,7}", text) else None


def recognises(text: str) -> bool:
    """Whether a text is a list of identifiers, with few words beside them."""
    if len(text) > _LARGEST or not (_START.search(text) or _BARE_NUMBER.search(text)):
        return False
    if _FIELD.search(text) or any(tag[1].lower() not in _PAGE_TAGS for tag in _TAG_NAME.finditer(text)):
        return False  # what is left of records in another format
    found = sum(1 for _ in _found_in(text))
    return found > 0 and _words_in(text) <= _WORDS_AT_ALL + _WORDS_EACH * found


def parse(text: str) -> Parsed:
    """A record without a title for each identifier; lines that have several words and no identifier are gaps."""
    records = tuple(_found_in(text))
    told = {record.line for record in records}
    gaps = [
        Gap(number, number, line.strip()[:300], "it has no identifier that can be looked up")
        for number, line in enumerate(split_lines(text), 1)
        if number not in told and _is_item(line)
    ]
    return Parsed(records, tuple(gaps), NAME)


def _found_in(text: str) -> Iterator[Record]:
    """The identifiers of a text in their order, each once a line."""
    found = False
    for number, line in enumerate(split_lines(text), 1):
        seen: set[str] = set()
        for record in _found_on(line, number):
            name = repr(sorted(record.identifiers.items())[:1])
            if name not in seen:
                seen.add(name)
                found = True
                yield record
    if not found and _is_all_numbers(text):
        for number, line in enumerate(split_lines(text), 1):
            for match in _BARE_NUMBER.finditer(line):
                yield Record("", identifiers={"pmid": match[0].lstrip("0")}, line=number)


def _found_on(line: str, number: int) -> Iterator[Record]:
    line = _BREAK.sub(" ", _CLOSING.sub(" ", line[:_LINE]))
    at = 0
    while start := _START.search(line, at):
        at = start.start()
        if at and (line[at - 1].isalnum() or line[at - 1] in "./_-") and not line[at - 1 : at + 3].startswith("/10."):
            at = start.end()
            continue
        for scheme, pattern in _KINDS.items():
            if match := pattern.match(line, at):
                yield _record(scheme, match, number)
                at = match.end()
                break
        else:
            at = start.end()


def _record(scheme: str, match: re.Match[str], number: int | None) -> Record:
    if scheme == "arxiv":
        return Record("", identifiers=arxiv_identifiers(match[0].removesuffix(".pdf")), line=number)
    if scheme == "doi":
        said = unquote(match[1]) if "://" in match[0] or "doi.org" in match[0] else match[1]
        if "://" in match[0]:
            said = _PAGE.sub("", re.split(r"[?#]", said)[0].rstrip("/.,;"))
        return Record("", identifiers={"doi": normal_doi(said)}, line=number)
    value = match[1].lstrip("0") if scheme == "pmid" else match[1].upper() if scheme == "pmcid" else match[1]
    return Record("", identifiers={scheme: value}, line=number)


def _names_a_doi(text: str) -> bool:
    """Whether what names a DOI is a DOI, or an address that does nothing but resolve it."""
    return not text.lower().startswith("http") or bool(_RESOLVER.match(text))


def _is_all_numbers(text: str) -> bool:
    """Whether a text is a column of PubMed ids, as PubMed saves them, under a word or two at most."""
    if len(set(_BARE_NUMBER.findall(text))) < 2 or text.lstrip().startswith(("[", "{")):
        return False  # one number may be anything, and numbers in JSON are data
    rest = _BARE_NUMBER.sub("", text)
    return len(_WORD.findall(rest)) <= 2 and not any(letter.isdigit() or letter in ".:/" for letter in rest)


def _words_in(text: str) -> int:
    return len(_WORD.findall(_ADDRESS.sub("", _TAG.sub(" ", text))))


def _is_item(line: str) -> bool:
    """Whether a line without an identifier may have named a paper: it is no heading and no short remark."""
    words = _WORD.findall(_TAG.sub(" ", line))
    return len(words) > 3 and not line.rstrip().endswith(":") and not line.lstrip().startswith("#")
