"""The addresses a page may link to: a paper's own, or built from its identifiers, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus, urlsplit

from broadsheet.models import Paper
from broadsheet.text.lazy_regex import lazy_regex

_LONGEST = 2000
_LONGEST_TITLE = 300
"""Characters of a title that a search is given."""
_UNSAFE = lazy_regex(r"[\x00-\x20\x7f-\xa0\"'<>\\^`{|}\u2028\u2029]")
_BUILT: Mapping[str, tuple[re.Pattern[str], str]] = {
    "arxiv": (
        lazy_regex(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z-]+)?/\d{7})(?:v\d+)?"),
        "https://arxiv.org/abs/",
    ),
    "doi": (lazy_regex(r"10\.\d{4,9}/[!-~]+"), "https://doi.org/"),
    "pmid": (lazy_regex(r"\d{1,9}"), "https://pubmed.ncbi.nlm.nih.gov/"),
}


def safe_url(url: str | None) -> str | None:
    """`url` where it is an http or https address without surprises, percent-encoded for any format."""
    if not url or len(url) > _LONGEST:
        return None
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    # Control characters, and user names such as https://arxiv.org@elsewhere.example, only ever mislead.
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    if _UNSAFE.search(parts.netloc) or re.search(r"[\x00-\x1f\x7f-\x9f]", url):
        return None
    return _UNSAFE.sub(lambda match: quote(match[0]), url)


def paper_url(paper: Paper) -> str | None:
    """Where a paper can be read: its own address, else one built from its arXiv id, DOI or PMID."""
    if own := safe_url(paper.url):
        return own
    return next((address for _, address in identifier_links(paper)), None)


def identifier_links(paper: Paper) -> Iterator[tuple[str, str]]:
    """Where a paper's identifiers lead, by what they are called; of arXiv the PDF too."""
    names = {"arxiv": "arXiv", "doi": "DOI", "pmid": "PubMed"}
    for scheme, (pattern, base) in _BUILT.items():
        identifier = paper.identifiers.get(scheme, "")
        if len(identifier) < 300 and pattern.fullmatch(identifier):
            address = quote(identifier, safe="/:;()-._")
            yield names[scheme], base + address
            if scheme == "arxiv":
                yield "PDF", f"https://arxiv.org/pdf/{address}"


def search_url(title: str, template: str) -> str:
    """The address at which a scholarly index is asked for a title, which goes in the place of `{title}`."""
    before, _, behind = template.partition("{title}")
    encode = quote_plus if "?" in before else quote
    return f"{before}{encode(title[:_LONGEST_TITLE], safe='')}{behind}"


def short_address(url: str) -> str:
    """An address as paper prints it: without scheme, `www.` and closing slash, cut where it runs long."""
    short = re.sub(r"^https?://(?:www\.)?|/$", "", url)
    return short if len(short) <= 72 else short[:71] + "…"


def markdown_target(url: str) -> str:
    """An address that can stand between the parentheses of a Markdown link."""
    return url.replace("(", "%28").replace(")", "%29")
