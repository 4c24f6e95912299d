"""PubMed's XML -> records: articles and book chapters, structured abstracts with their labels."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from broadsheet.errors import NoPapers
from broadsheet.locale.language_codes import primary_language
from broadsheet.reading.cleaning.dates import date_of
from broadsheet.reading.cleaning.identifiers import normal_doi
from broadsheet.reading.formats.xml_records import (
    child,
    children,
    language_said,
    plain_text,
    read_records,
    root_of,
    text_of,
    texts_of,
)
from broadsheet.reading.record import Parsed, Record
from broadsheet.reading.translations import preferred

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ROOTS = frozenset(
    {
        "PubmedArticleSet",
        "PubmedArticle",
        "PubmedBookArticleSet",
        "PubmedBookArticle",
        "MedlineCitationSet",
        "MedlineCitation",
    }
)


def recognises(text: str) -> bool:
    """Whether a document's first element is one of PubMed's."""
    return root_of(text) in _ROOTS


def parse(text: str) -> Parsed:
    """The articles of an answer of efetch, or of a file saved from PubMed."""
    bare = root_of(text) in {"MedlineCitationSet", "MedlineCitation"}
    parsed = read_records(text, _Citations(bare=bare))
    if not parsed.records and not parsed.gaps:
        raise NoPapers("the answer of PubMed holds no article: check the ids or the query.")
    return parsed


class _Citations:
    """Articles as records."""

    def __init__(self, *, bare: bool) -> None:
        self.tags = frozenset({"MedlineCitation"}) if bare else frozenset({"PubmedArticle", "PubmedBookArticle"})

    def read(self, element: Element) -> tuple[Record | None, str]:
        citation = child(element, "MedlineCitation", "BookDocument")
        citation = element if citation is None else citation
        article = child(citation, "Article")
        article = citation if article is None else article
        book = child(article, "Book")
        title = text_of(article, "ArticleTitle") or text_of(article, "VernacularTitle")
        if not title and book is not None:
            title = text_of(book, "BookTitle")
        if not title:
            return None, "it has no title"
        journal = child(article, "Journal")
        abstracts = _abstracts(article, citation)
        return (
            Record(
                title=_without_brackets(title),
                abstract=preferred(abstracts),
                authors=_authors(article),
                published=_date(article, journal, book),
                identifiers=_identifiers(element, citation, article),
                categories=_keywords(citation),
                venue=(text_of(journal, "Title", "ISOAbbreviation") if journal is not None else "") or None,
                line=element.sourceline,
                titles=_vernacular_title(article),
                abstracts=abstracts if len(abstracts) > 1 else None,
            ),
            "",
        )


def _vernacular_title(article: Element) -> dict[str, str]:
    """The title in the language of an article that is in another one than English."""
    title, languages = article.find("{*}VernacularTitle"), article.findall("{*}Language")
    if title is None or len(languages) != 1:
        return {}
    return {primary_language(plain_text(languages[0])): plain_text(title)}


def _without_brackets(title: str) -> str:
    """A translated title without the brackets PubMed puts round it."""
    bare = title.rstrip(".")
    return bare[1:-1] if bare.startswith("[") and bare.endswith("]") else title


def _abstracts(article: Element, citation: Element) -> dict[str, str]:
    """The English abstract, and others by their languages; of two in one language the first."""
    found: dict[str, str] = {}
    boxes = [("en", box) for box in article.findall("{*}Abstract")]
    boxes += [(language_said(box) or "en", box) for box in citation.findall("{*}OtherAbstract")]
    for language, box in boxes:
        if text := _abstract(box):
            found.setdefault(language, text)
    return found


def _abstract(box: Element) -> str:
    parts = []
    for part in children(box, "AbstractText"):
        text = plain_text(part)
        label = (part.get("Label") or "").strip()
        parts.append(f"{label}: {text}" if label and label != "UNLABELLED" and text else text)
    return "\n".join(filter(None, parts))


def _authors(article: Element) -> tuple[str, ...]:
    names: list[str] = []
    for box in children(article, "AuthorList"):
        if box.get("Type") == "editors":
            continue
        for person in children(box, "Author"):
            given = text_of(person, "ForeName", "Initials")
            whole = " ".join(filter(None, (given, text_of(person, "LastName"), text_of(person, "Suffix"))))
            names.append(whole or text_of(person, "CollectiveName"))
    return tuple(name for name in names if name)


def _date(article: Element, journal: Element | None, book: Element | None) -> dt.date | None:
    issue = child(journal, "JournalIssue") if journal is not None else None
    holders = [child(article, "ArticleDate"), child(issue, "PubDate") if issue is not None else None]
    holders.append(child(book, "PubDate") if book is not None else None)
    for holder in holders:
        if holder is not None and (found := date_of(*(text_of(holder, part) for part in ("Year", "Month", "Day")))):
            return found
    return None


def _identifiers(element: Element, citation: Element, article: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    if (pmid := text_of(citation, "PMID")).isdigit():
        found["pmid"] = pmid.lstrip("0")
    data = child(element, "PubmedData", "PubmedBookData")
    box = child(data, "ArticleIdList") if data is not None else None
    marks = [(mark.get("IdType"), plain_text(mark)) for mark in children(box, "ArticleId")] if box is not None else []
    marks += [(mark.get("EIdType"), plain_text(mark)) for mark in children(article, "ELocationID")]
    for kind, mark in marks:
        if kind == "doi" and "doi" not in found and (doi := normal_doi(mark)):
            found["doi"] = doi
        elif kind == "pmc" and "pmcid" not in found:
            found["pmcid"] = mark.upper()
    return found


def _keywords(citation: Element) -> tuple[str, ...]:
    words = [word for box in children(citation, "KeywordList") for word in texts_of(box, "Keyword")]
    headings = child(citation, "MeshHeadingList")
    if not words and headings is not None:
        words = [text_of(heading, "DescriptorName") for heading in children(headings, "MeshHeading")]
    return tuple(dict.fromkeys(filter(None, words)))
