"""PubMed's XML -> records: articles and book chapters, structured abstracts with their labels."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from broadsheet.errors import NoPapers
from broadsheet.locale.language_codes import primary_language
from broadsheet.reading.cleaning.dates import date_of
from broadsheet.reading.cleaning.identifiers import normal_doi
from broadsheet.reading.formats.xml_records import (
    Parts,
    child,
    children,
    language_said,
    part_in,
    parts_of,
    plain_text,
    read_records,
    root_of,
    text_in,
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
        whole = parts_of(element)
        citation = part_in(whole, "MedlineCitation", "BookDocument")
        cited = whole if citation is None else parts_of(citation)
        article = part_in(cited, "Article")
        told = cited if article is None else parts_of(article)
        book, journal = part_in(told, "Book"), part_in(told, "Journal")
        title = text_in(told, "ArticleTitle") or text_in(told, "VernacularTitle")
        if not title and book is not None:
            title = text_of(book, "BookTitle")
        if not title:
            return None, "it has no title"
        abstracts = _abstracts(cited, told)
        return (
            Record(
                title=_without_brackets(title),
                abstract=preferred(abstracts),
                authors=_authors(told),
                published=_date(told, journal, book),
                identifiers=_identifiers(whole, cited, told),
                categories=_keywords(cited),
                venue=(text_of(journal, "Title", "ISOAbbreviation") if journal is not None else "") or None,
                line=element.sourceline,
                titles=_vernacular_title(told),
                abstracts=abstracts if len(abstracts) > 1 else None,
            ),
            "",
        )


def _vernacular_title(article: Parts) -> dict[str, str]:
    """The title in the language of an article that is in another one than English."""
    titles, languages = article.get("VernacularTitle", ()), article.get("Language", ())
    if not titles or len(languages) != 1:
        return {}
    return {primary_language(plain_text(languages[0])): plain_text(titles[0])}


def _without_brackets(title: str) -> str:
    """A translated title without the brackets PubMed puts round it."""
    bare = title.rstrip(".")
    return bare[1:-1] if bare.startswith("[") and bare.endswith("]") else title


def _abstracts(citation: Parts, article: Parts) -> dict[str, str]:
    """The English abstract, and others by their languages; of two in one language the first."""
    found: dict[str, str] = {}
    boxes = [("en", box) for box in article.get("Abstract", ())]
    boxes += [(language_said(box) or "en", box) for box in citation.get("OtherAbstract", ())]
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


def _authors(article: Parts) -> tuple[str, ...]:
    names: list[str] = []
    for box in article.get("AuthorList", ()):
        if box.get("Type") == "editors":
            continue
        for person in children(box, "Author"):
            parts = parts_of(person)
            given = text_in(parts, "ForeName", "Initials")
            whole = " ".join(filter(None, (given, text_in(parts, "LastName"), text_in(parts, "Suffix"))))
            names.append(whole or text_in(parts, "CollectiveName"))
    return tuple(name for name in names if name)


def _date(article: Parts, journal: Element | None, book: Element | None) -> dt.date | None:
    issue = child(journal, "JournalIssue") if journal is not None else None
    holders = [part_in(article, "ArticleDate"), child(issue, "PubDate") if issue is not None else None]
    holders.append(child(book, "PubDate") if book is not None else None)
    for holder in holders:
        if holder is not None and (found := date_of(*(text_of(holder, part) for part in ("Year", "Month", "Day")))):
            return found
    return None


def _identifiers(whole: Parts, citation: Parts, article: Parts) -> dict[str, str]:
    found: dict[str, str] = {}
    if (pmid := text_in(citation, "PMID")).isdigit():
        found["pmid"] = pmid.lstrip("0")
    data = part_in(whole, "PubmedData", "PubmedBookData")
    box = child(data, "ArticleIdList") if data is not None else None
    marks = [(mark.get("IdType"), plain_text(mark)) for mark in children(box, "ArticleId")] if box is not None else []
    marks += [(mark.get("EIdType"), plain_text(mark)) for mark in article.get("ELocationID", ())]
    for kind, mark in marks:
        if kind == "doi" and "doi" not in found and (doi := normal_doi(mark)):
            found["doi"] = doi
        elif kind == "pmc" and "pmcid" not in found:
            found["pmcid"] = mark.upper()
    return found


def _keywords(citation: Parts) -> tuple[str, ...]:
    words = [word for box in citation.get("KeywordList", ()) for word in texts_of(box, "Keyword")]
    headings = part_in(citation, "MeshHeadingList")
    if not words and headings is not None:
        words = [text_of(heading, "DescriptorName") for heading in children(headings, "MeshHeading")]
    return tuple(dict.fromkeys(filter(None, words)))
