"""The names that JSON and tables give the fields of a paper, in lower case and without separators."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, ...]] = {
    "title": (
        "rawtitle", "title", "papertitle", "articletitle", "documenttitle", "displayname", "titles", "dctitle",
        "itemtitle", "primarytitle", "maintitle", "preprinttitle", "headline", "titledisplay",
    ),
    "abstract": (
        "rawabstract", "abstract", "abstracttext", "paperabstract", "articleabstract", "preprintabstract", "summary",
        "summaries", "abstractnote", "abstracts", "dcdescriptionabstract", "dcdescription", "description",
        "descriptions",
    ),
    "authors": (
        "authors", "author", "authorships", "authornames", "authorfullnames", "creators", "authorstring", "authorlist",
        "dccreator", "preprintauthors", "itemauthors", "authorsraw", "authordisplay",
        "dccontributorauthor", "autoren", "auteurs", "autores", "autori", "作者", "著者", "au",
    ),
    "date": (
        "published", "date", "publisheddate", "publicationdate", "publishedat", "issued", "publishedprint",
        "publishedonline", "firstpublicationdate", "dateofpublication", "datepublished", "submitteddate", "cdate",
        "pdate", "created", "createdat", "versions", "prismcoverdate", "coverdate", "preprintdate", "updated",
        "dcdateissued",
    ),
    "links": (
        "url", "link", "links", "paperurl", "urlabs", "absurl", "articleurl", "htmlurl", "pdfurl", "urlpdf", "pdf",
        "pdflink", "ee", "primarylocation", "openaccesspdf", "openurllink", "sourceurls",
    ),
    "code": ("codeurl", "code", "repo", "repository", "github", "githubrepo"),
    "arxiv": ("arxivid", "arxiv", "eprint", "arxiveprints"),
    "doi": ("doi", "dois", "itemdoi", "articledoi", "doilink", "prismdoi", "publisheddoi", "biorxivdoi", "preprintdoi",
        "dcidentifierdoi",
    ),
    "pmid": ("pmid", "pubmedid", "pubmed"),
    "categories": (
        "categories", "category", "subjects", "keywords", "keyword", "tags", "authorkeywords", "manualtags", "terms",
        "dcsubject",
    ),
    "venue": (
        "venue", "journal", "containertitle", "publicationtitle", "publicationname", "prismpublicationname",
        "booktitle", "sourcetitle", "conference", "journalref", "journaltitle", "journalbook", "primarylocation",
    ),
}  # fmt: skip
"""The better name of a field comes first."""

PLACES: Mapping[str, list[tuple[int, str]]] = {
    name: [(names.index(name), field) for field, names in NAMES.items() if name in names]
    for name in {name for names in NAMES.values() for name in names}
}
"""The fields that a name may stand for, each with the name's place among its names: a row is gone through once."""

COLUMNS: Mapping[str, frozenset[str]] = {field: frozenset(names) for field, names in NAMES.items()}
"""The same, for whoever must know which columns are known."""
