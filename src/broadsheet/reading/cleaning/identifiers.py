"""Who a paper is: arXiv ids, DOIs and PMIDs in their usual spellings, and the key made of them."""

from __future__ import annotations

import functools
import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, unquote, urlsplit

from broadsheet.text.lazy_regex import lazy_regex

SCHEMES = ("arxiv", "doi", "pmid", "pmcid", "acl", "openreview", "s2", "openalex")
"""The identifiers that make a key, the strongest first."""

_PAGES = {
    "arxiv": "https://arxiv.org/abs/",
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/",
    "acl": "https://aclanthology.org/",
    "openreview": "https://openreview.net/forum?id=",
    "s2": "https://www.semanticscholar.org/paper/",
    "openalex": "https://openalex.org/",
}

_NEW = r"\d{4}\.\d{4,5}"
_OLD = r"[a-z]{2,9}(?:-[a-z]{2,4})?(?:\.[A-Z]{2})?/\d{7}"
_ARXIV_ID = lazy_regex(rf"(?:arxiv:\s?)?({_NEW}|{_OLD})(?:v(\d{{1,3}}))?", re.IGNORECASE)
_ARXIV = lazy_regex(
    r"(?:arxiv:\s?|arxiv\.org[:/](?:abs/|pdf/|html/|e-print/)?|alphaxiv\.org/abs/|ar5iv\.org/abs/"
    r"|huggingface\.co/papers/|hf\.co/papers/|10\.48550/arxiv\.)"
    rf"({_NEW}|{_OLD})(?:v(\d{{1,3}}))?(?![\d])",
    re.IGNORECASE,
)
_DOI = lazy_regex(
    r"(?:\b|(?<=%[23][0-9A-Fa-f]))(10\.\d{4,9}(?:/|%2[Ff])"
    r"(?:[^\s\"<>\]\u200b]|\](?!\()|<[A-Za-z]?\d[^\s<>\"]{0,60}>){1,500})"
)
"""A DOI as it stands in text or in an address; `<1661::AID-NET968>` is a part of one (SICI), a tag is not."""

_PLAIN_DOI = lazy_regex(r"10\.[0-9]{4,9}/[A-Za-z0-9./()_-]{0,499}[A-Za-z0-9]")
"""A field that holds a DOI in its usual signs, and nothing else."""
_DOI_ENTITY = lazy_regex(r"&(?:lt|gt|amp|quot|apos|#\d{2,4}|#[xX][0-9A-Fa-f]{2,4});")
_DOI_TAIL = lazy_regex(
    r"(?:/(?:full|fulltext|abstract|abs|summary|references|pdf|epdf|pdfdirect|epub|html|meta)(?:/[a-z]{0,9})?"
    r"|(?:v\d{1,2})?\.(?:full(?:-text|\.pdf)?|abstract|pdf))+$"
)
"""What an address of a publisher has behind the DOI."""

_PREPRINT_VERSION = lazy_regex(r"(10\.(?:1101|64898)/[\d.]{6,20})v\d{1,2}(?:\.[a-z.-]{1,20})?")
_DOI_END = " .,;:'*’”»…"
_DOI_SAFE = "/:;()[]@!$&'*,=+-._~"
_SAFE_DOI = lazy_regex(rf"[\w{re.escape(_DOI_SAFE)}]+", re.ASCII)
"""What stands in an address as it is."""
_PMID = lazy_regex(
    r"(?:\bPMID:?\s{0,3}|pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/)(\d{1,9})\b", re.IGNORECASE
)
_OPENREVIEW = lazy_regex(r"openreview\.net/(?:forum|pdf)\?id=([\w-]{4,40})")
_ACL = lazy_regex(r"aclanthology\.org/((?:[A-Z]\d{2}-\d{4,5}|\d{4}\.[\w-]{2,40}\.\d{1,5}))")
_CODE_HOSTS = r"(?:github\.com|gitlab\.com|codeberg\.org|huggingface\.co)"
_CODE = lazy_regex(rf"(?:https?://)?(?:www\.)?({_CODE_HOSTS}/[\w.~-]+/[\w.~-]+(?:/[\w.~/-]*)?)", re.IGNORECASE)
_UNSAFE = lazy_regex(r"[\s<>\"'`\\]")
_PLAIN_ADDRESS = lazy_regex(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:[/?#]|$)")
_COMMON_ADDRESS = lazy_regex(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:[/?#][\w/?#.,:;=&%+~@!$*()-]*)?", re.ASCII)
"""What needs no parser to be known as an address."""
_ASCII_WORDS = bytes(  # small letters and digits, a space for the rest
    ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)
) + bytes(128)
_NO_WORD = lazy_regex(r"[\W_]+")
_SHORT_TITLE = 4
"""Titles of fewer words (`Preface`, `Editorial`) do not tell papers apart by themselves."""


def arxiv_identifiers(text: str) -> dict[str, str]:
    """`arxiv` (and `arxiv_version`) of a field that holds nothing but an arXiv id or its address, else nothing."""
    match = _ARXIV_ID.fullmatch(text.strip()) or _ARXIV.search(text[:300])
    return _arxiv(match) if match else {}


def find_identifiers(text: str) -> dict[str, str]:
    """Every identifier in a short text that is about the paper: an id line, an address, a citation.

    A DOI of arXiv (`10.48550/arXiv.…`) is an arXiv id. Do not hand it an abstract: the ids there are other papers'.
    """
    if not text:
        return {}
    text = text[:2000]
    lowered = text.lower()
    found: dict[str, str] = {}
    if "%2" in text:
        found |= _arxiv(match) if (match := _ARXIV.search(unquote(text))) else {}
    elif ("arx" in lowered or "phax" in lowered or "ar5" in lowered or "co/paper" in lowered) and (
        match := _ARXIV.search(text)  # what its matches hold: to look for a few letters is quick
    ):
        found |= _arxiv(match)
    if (doi := normal_doi(text)) and not doi.startswith("10.48550/arxiv."):
        found["doi"] = doi
    if ("pm" in lowered or "pubm" in lowered) and (match := _PMID.search(text)):
        found["pmid"] = match[1].lstrip("0")
    if "openreview.net/" in text and (match := _OPENREVIEW.search(text)):
        found["openreview"] = match[1]
    if "aclanthology.org/" in text and (match := _ACL.search(text)):
        found["acl"] = match[1]
    return found


def normal_doi(text: str) -> str:
    """The first DOI of a text in lower case, without resolver, label and trailing punctuation; empty without one.

    What an address or markup makes of its signs is undone: `%3C` and `&lt;` are `<`, and brackets that are not
    opened in it do not end it.

    >>> normal_doi("(https://doi.org/10.5555/0091(1999)027%3C0001:KNOT%3E2.3.CO;2).")
    '10.5555/0091(1999)027<0001:knot>2.3.co;2'
    """
    if "10." not in text:
        return ""
    if _PLAIN_DOI.fullmatch(text):
        return text.lower()
    text = text[:2000]
    while "&" in text and (decoded := _DOI_ENTITY.sub(lambda match: html.unescape(match[0]), text)) != text:
        text = decoded
    match = _DOI.search(text)
    if not match:
        return ""
    doi = match[1]
    before = text[: match.start()].rsplit(None, 1)[-1:]
    in_address = bool(before) and ("//" in before[0] or "doi.org/" in before[0])
    if in_address:  # a query is no part of it
        doi = re.split("[&#]" if "?" in before[0] else "[?#]", doi, maxsplit=1)[0]
    while "%" in doi and (decoded := unquote(doi)) != doi and decoded.isprintable():
        doi = decoded
    doi = doi.lower().rstrip(_DOI_END)
    while doi[-1:] in _OPENED and doi.count(doi[-1]) > doi.count(_OPENED[doi[-1]]):
        doi = doi[:-1].rstrip(_DOI_END)
    if in_address and (preprint := _PREPRINT_VERSION.fullmatch(doi)):
        return preprint[1]
    if in_address and not before[0].lower().endswith("doi.org/"):
        prefix, _, suffix = doi.partition("/")
        return f"{prefix}/{_DOI_TAIL.sub('', suffix)}"
    return doi


_OPENED = {")": "(", "]": "[", "}": "{", ">": "<"}


def paper_key(identifiers: Mapping[str, str], *, title: str, authors: Sequence[str] = (), abstract: str = "") -> str:
    """The paper's key: `arxiv:…`, `doi:…`, `pmid:…`, else `hash:` and 16 hex digits of title and first surname.

    A short title without authors (`Preface`) is told apart by how its abstract begins. A paper listed once with
    and once without authors has two hashes, so duplicates are found by `duplicates.merge`, which compares titles,
    before keys are made; the one that is left has the key of all that is known of it.
    """
    for scheme in SCHEMES:
        if value := identifiers.get(scheme):
            return f"{scheme}:{value}"
    return "hash:" + hashlib.sha256(imprint(title, authors, abstract).encode()).hexdigest()[:16]


def imprint(title: str, authors: Sequence[str], abstract: str) -> str:
    """What a paper without identifiers is known by: normal title, first surname, a short title's abstract."""
    name = normal_title(title)
    surname = surname_of(authors)
    if not surname and is_short(name):
        return f"{name}\n\n{normal_title(abstract[:200])}"
    return f"{name}\n{surname}"


@functools.lru_cache(maxsize=16)
def normal_title(title: str) -> str:
    """A title as duplicates are compared by: no case, accents or punctuation; letters of all scripts stay.

    >>> normal_title("Fréchet means:  a *survey*")
    'frechet means a survey'
    """
    if not title.isascii():
        title = unicodedata.normalize("NFKD", title)
        title = "".join([letter for letter in title if not unicodedata.combining(letter)]).casefold()
    if title.isascii():
        return " ".join(title.encode().translate(_ASCII_WORDS).decode().split()) or title.strip()
    return _NO_WORD.sub(" ", title).strip() or title.strip()


def is_short(name: str) -> bool:
    """Whether a normal title has too few words to be a paper's alone."""
    return len(name) < 40 and name.count(" ") + 1 < _SHORT_TITLE


def surname_of(authors: Sequence[str]) -> str:
    """The first author's surname, folded: of `Ada Lovelace`, `Lovelace, Ada` and `Lovelace A` the same."""
    if not authors:
        return ""
    first = authors[0].split("(")[0]
    family, comma, _ = first.partition(",")
    words = normal_title(family).split()
    if comma or not words:
        return " ".join(words)
    last_is_initials = len(words) > 1 and len(words[-1]) <= 2 and family.split()[-1].isupper()
    return words[0] if last_is_initials else words[-1]


def page_url(links: Iterable[str], identifiers: Mapping[str, str]) -> str | None:
    """The paper's page: the record's first http(s) address that is no code, else the one its identifier makes."""
    for link in links:
        if is_web_address(link) and not _code_in(link):
            return link
    if not identifiers:
        return None
    for scheme in SCHEMES:
        if value := identifiers.get(scheme):
            if scheme == "doi" and not _SAFE_DOI.fullmatch(value):
                value = quote(value, safe=_DOI_SAFE)
            page = f"{_PAGES[scheme]}{value}"
            if is_web_address(page):
                return f"{page}/" if "pubmed" in page else page
    return None


def code_url(links: Iterable[str], abstract: str) -> str | None:
    """The first repository among the record's links, else the one the abstract states."""
    for link in links:
        if found := _code_in(link):
            return found
    if "/" not in abstract:
        return None
    lowered = abstract.lower()
    if any(host in lowered for host in ("github.com/", "gitlab.com/", "codeberg.org/", "huggingface.co/")):
        return _code_in(abstract)
    return None


def is_web_address(link: str) -> bool:
    """Whether a link is http(s) with a host, and nothing that a browser could read otherwise."""
    if len(link) > 2000:
        return False
    if _COMMON_ADDRESS.fullmatch(link):
        return True
    if _UNSAFE.search(link):
        return False
    if _PLAIN_ADDRESS.match(link):
        return True
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


def _code_in(text: str) -> str | None:
    if "arxiv.org/" in text[:24] and len(text) < 60:
        return None  # most links, and none of them code
    lowered = text.lower()
    if "git" not in lowered and "codeberg" not in lowered and "huggingface" not in lowered:
        return None
    for match in _CODE.finditer(text):
        address = match[1].rstrip("./-~")
        path = address.split("/")
        if len(path) >= 3 and not (path[0].lower() == "huggingface.co" and path[1] in {"papers", "blog", "docs"}):
            return f"https://{address}"
    return None


def _arxiv(match: re.Match[str]) -> dict[str, str]:
    number = match[1]
    if "/" in number:  # the subject class is no part of an old id: math.GT/0309136 is math/0309136
        archive, _, digits = number.partition("/")
        number = f"{archive.split('.')[0].lower()}/{digits}"
    found = {"arxiv": number}
    if match[2]:
        found["arxiv_version"] = match[2]
    return found
