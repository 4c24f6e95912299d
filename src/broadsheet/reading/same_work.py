"""Whether two records are one paper: identifiers, titles, authors, abstracts, venue, date and address decide together.

Pure. An identifier alone is not enough: chapters stand under their book's DOI, talks under that of the volume, and a
link may be another paper's. Nor is a title alone: each issue of each journal has an `Editorial`.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import urlsplit

from broadsheet.models import Paper
from broadsheet.reading.cleaning.identifiers import SCHEMES, is_short, normal_title, surname_of
from broadsheet.text.lazy_regex import lazy_regex

Titles = Literal["same", "akin", "other", "apart", "foreign"]
"""How two titles compare: `akin` but for spelling, a subtitle or an end that was cut off; `apart` where a number or a
word such as `Erratum` says that they are two; `foreign` in two scripts, so that nobody can tell."""

_STRICT = ("arxiv", "doi", "pmid", "acl")
"""Schemes in which two identifiers mean two papers; services such as OpenAlex may give one paper several."""
_CONTAINERS = ("doi", "pmcid")
"""Schemes in which one identifier may stand for a whole volume."""
_PREPRINTS = (
    "doi:10.1101/", "doi:10.21203/", "doi:10.20944/", "doi:10.2139/", "doi:10.26434/", "doi:10.31219/",
    "doi:10.31223/", "doi:10.31234/", "doi:10.36227/", "doi:10.48550/",
)  # fmt: skip
"""DOI prefixes of preprint servers: a DOI is one paper's, which may appear again with the DOI of a journal."""
_VERSION = lazy_regex(r"(?:[./-]|(?<=\d))v\d{1,2}$")
_RECURRING = frozenset(
    (  # noqa: SIM905 - words
        "a about abstract abstracts acknowledgement acknowledgements acknowledgment acknowledgments afterword"
        " and announcement announcements author authors back board book books briefs call chair chairs committee"
        " conclusion conclusions contents contributors corrections cover desk discussion editor editorial editorials"
        " editors errata erratum for foreword forthcoming from front future guest highlights in index information"
        " instructions introduction invited issue journal keynote letter letters list masthead matter message news note"
        " notes obituary of on opening our outlook overview panel papers poster preface president program programme"
        " prologue remarks reply research response reviewers reviews s session special summary table talk talks thanks"
        " the this to views welcome with"
    ).split()
)
"""A title of nothing but these returns in every issue, and tells nothing apart."""
_COMPANIONS = frozenset(
    (  # noqa: SIM905 - words
        "addendum appendix comment commentary corrigenda corrigendum correction errata erratum rejoinder reply"
        " supplement supplemental supplementary supporting"
    ).split()
)
"""What stands beside another paper, and under its title, says so with one of these."""
_FUNCTION_WORDS = frozenset("a an and at by for from in into is of on or the to towards toward via with".split())  # noqa: SIM905
_ROMAN = lazy_regex(r"(?=[ivx])(?:x{0,3})(?:ix|iv|v?i{0,3})")
_WORDS_COMPARED = 60
_LETTERS_COMPARED = 2000
_TRUNCATED = 20
"""Letters that a title which was cut off has at least."""
_ALIKE = 0.2
"""The share of three-word sequences that a revised abstract keeps; two unrelated ones share next to none."""
_PARTS = 3


def names_of(paper: Paper) -> list[str]:
    """The identifiers of a paper, `doi:10.5555/x`, the strongest first; a DOI without the number of its version."""
    identifiers = paper.identifiers
    if not identifiers:
        return []
    if len(identifiers) == 1:  # as most have one
        ((only, number),) = identifiers.items()
        return [without_version(f"{only}:{number}")] if number and only in SCHEMES else []
    return [without_version(f"{scheme}:{value}") for scheme in SCHEMES if (value := identifiers.get(scheme))]


def without_version(name: str) -> str:
    """The name that all versions of a paper have in common: `doi:10.5555/x/v2` is `doi:10.5555/x`."""
    return _VERSION.sub("", name) if "v" in name[-4:] and name.startswith("doi:") else name


def is_same_work(first: Paper, second: Paper, *, together: bool) -> bool:
    """Whether two records, which share an identifier or a title, are one paper.

    `together` is set for two records of one source, which seldom lists a paper twice under titles that differ. In
    doubt they are two: what is listed twice is seen, and what is dropped is not.
    """
    shared = set(names_of(first)).intersection(names_of(second))
    if shared:
        return _shares_identifier(first, second, own=any(map(_is_of_one_work, shared)), together=together)
    if normal_title(first.title) != normal_title(second.title):
        return False
    return _shares_title(first, second, together=together)


def compare_titles(first: str, second: str) -> Titles:
    """How two titles compare, whatever their case, accents and punctuation."""
    one, two = normal_title(first), normal_title(second)
    if one == two or one.replace(" ", "") == two.replace(" ", ""):
        return "same"
    if _is_latin(one) is not _is_latin(two):
        return "foreign"
    mine, theirs = one.split()[:_WORDS_COMPARED], two.split()[:_WORDS_COMPARED]
    if _joined(mine) == _joined(theirs):
        return "akin"
    only_mine, only_theirs = set(mine) - set(theirs), set(theirs) - set(mine)
    if (only_mine | only_theirs) & _COMPANIONS or _numbers_differ(only_mine, only_theirs):
        return "apart"
    short, long = sorted((one, two), key=len)
    if len(short) >= _TRUNCATED and long.startswith(short):
        return "akin"
    if _RECURRING.issuperset(short.split()):
        return "other"
    return "akin" if _differ_in_spelling(mine, theirs) else "other"


def recurs(title: str) -> bool:
    """Whether a title is too short or too common to be one paper's alone: `Editorial`, `Letter to the Editor`."""
    name = normal_title(title)
    return is_short(name) or _RECURRING.issuperset(name.split())


def _shares_identifier(first: Paper, second: Paper, *, own: bool, together: bool) -> bool:
    """Whether two records with a common identifier are one paper; `own` where it can be only one paper's."""
    titles = compare_titles(first.title, second.title)
    authors, abstracts = _authors_agree(first, second), _abstracts_agree(first, second)
    if titles == "same":
        if recurs(first.title) and not own:
            return authors is not False and abstracts is not False
        return authors is not False or abstracts is not False
    if titles == "akin":
        if abstracts is None:
            return authors is True or (authors is None and (own or not (_is_short(first) or _is_short(second))))
        return abstracts or (own and authors is True)
    if titles == "foreign":
        return authors is True or (own and authors is None)
    if abstracts is True:
        return authors is not False if own else authors is True and not together and titles == "other"
    return own and titles == "other" and authors is True and not together


def _shares_title(first: Paper, second: Paper, *, together: bool) -> bool:
    """Whether two records of one title without a common identifier are one paper."""
    both_named = bool(first.identifiers and second.identifiers)
    authors = _authors_agree(first, second)
    if authors is False or (both_named and (authors is None or _contradict(names_of(first), names_of(second)))):
        return False
    abstracts = _abstracts_agree(first, second)
    if not both_named and _pages_differ(first.url, second.url) and not _is_same_text(first.abstract, second.abstract):
        return False
    if abstracts is not None:
        return abstracts or (first.url is not None and first.url == second.url)
    if recurs(first.title):
        return _is_same_occasion(first, second, together=together, both_named=both_named)
    return authors is True or not _venues_differ(first.venue, second.venue)


def _is_same_occasion(first: Paper, second: Paper, *, together: bool, both_named: bool) -> bool:
    """Whether two records of a title that returns, without abstracts, are of one issue."""
    dates = {first.published, second.published} - {None}
    if len(dates) > 1 or _venues_differ(first.venue, second.venue):
        return False
    if first.url is not None and second.url is not None:
        return first.url == second.url
    if first.published is not None and first.published == second.published:
        return True
    return not both_named and not (together and _RECURRING.issuperset(normal_title(first.title).split()))


def _is_short(paper: Paper) -> bool:
    return is_short(normal_title(paper.title))


def _is_of_one_work(name: str) -> bool:
    return not name.startswith(tuple(f"{scheme}:" for scheme in _CONTAINERS)) or name.startswith(_PREPRINTS)


def _contradict(mine: Iterable[str], theirs: Iterable[str]) -> bool:
    """Whether a scheme that gives a paper one identifier names two; a preprint may have its journal's DOI beside."""
    for scheme in _STRICT:
        first, second = ([name for name in names if name.startswith(f"{scheme}:")] for names in (mine, theirs))
        if first and second and not any(name.startswith(_PREPRINTS) for name in (*first, *second)):
            return True
    return False


def _authors_agree(first: Paper, second: Paper) -> bool | None:
    """Whether the first author of one is an author of the other; `None` where one names nobody."""
    mine, theirs = surname_of(first.authors), surname_of(second.authors)
    if not mine or not theirs:
        return None
    if mine == theirs:
        return True
    return mine in map(_surname, second.authors) or theirs in map(_surname, first.authors)


def _surname(author: str) -> str:
    return surname_of((author,))


def _abstracts_agree(first: Paper, second: Paper) -> bool | None:
    """Whether one abstract is the other, its beginning or a revision; `None` where there is nothing to compare."""
    if not first.abstract or not second.abstract:
        return None
    if _is_same_text(first.abstract, second.abstract):
        return True
    mine, theirs = _sequences(first.abstract), _sequences(second.abstract)
    if not mine or not theirs or _is_latin(first.abstract[:400]) is not _is_latin(second.abstract[:400]):
        return None
    return len(mine & theirs) >= _ALIKE * min(len(mine), len(theirs))


def _is_same_text(first: str, second: str) -> bool:
    short, long = sorted((_compact(first), _compact(second)), key=len)
    return bool(short) and (short == long or (len(short) >= 2 * _TRUNCATED and long.startswith(short)))


def _compact(text: str) -> str:
    return normal_title(text[:_LETTERS_COMPARED]).replace(" ", "")


@functools.lru_cache(maxsize=32)
def _sequences(abstract: str) -> frozenset[tuple[str, ...]]:
    """The sequences of three words of an abstract, or of three letters where words are not told apart by spaces."""
    name = normal_title(abstract[:_LETTERS_COMPARED])
    parts: Sequence[str] = name.split() if _is_latin(name) else name.replace(" ", "")
    return frozenset(tuple(parts[at : at + _PARTS]) for at in range(len(parts) - _PARTS + 1))


def _is_latin(text: str) -> bool:
    letters = sum(letter.isalpha() for letter in text)
    return 2 * sum(letter < "ɐ" for letter in text if letter.isalpha()) >= letters


def _numbers_differ(mine: set[str], theirs: set[str]) -> bool:
    """Whether two titles differ in a number: of a part, a year, a star; or one has a number where the other ends."""
    if any(map(_is_designator, mine)) and any(map(_is_designator, theirs)):
        return True
    return bool(mine or theirs) and not (mine and theirs) and all(map(_is_number, mine or theirs))


def _is_designator(word: str) -> bool:
    return len(word) == 1 or _is_number(word)


def _is_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word) or bool(_ROMAN.fullmatch(word))


def _joined(words: Sequence[str]) -> str:
    """The letters of a title but for function words: `H 2 O` and `H2O` are one."""
    return "".join([word for word in words if word not in _FUNCTION_WORDS])


def _differ_in_spelling(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether one title only has words more, or differs in the spelling of some: `colour`, `a`, `networks`."""
    both_lack = [False, False]
    for kind, at, end, start, stop in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        lacking, added = _joined(mine[at:end]), _joined(theirs[start:stop])
        if lacking and added and not _is_spelled_alike(lacking, added):
            return False
        both_lack[0] |= bool(lacking) and not added
        both_lack[1] |= bool(added) and not lacking
    common = set(mine) & set(theirs) - _FUNCTION_WORDS
    return bool(common) and not all(both_lack)


def _is_spelled_alike(first: str, second: str) -> bool:
    if first[:3] != second[:3]:
        return False
    return difflib.SequenceMatcher(None, first[:100], second[:100], autojunk=False).ratio() >= 0.7


def _pages_differ(first: str | None, second: str | None) -> bool:
    """Whether two addresses of one site have numbers of which neither has all of the other's: two items of a list."""
    if not first or not second or first == second:
        return False
    (host, numbers), (other, others) = _numbers_of(first), _numbers_of(second)
    return host == other and not (numbers <= others or others <= numbers)


def _numbers_of(url: str) -> tuple[str, set[str]]:
    parts = urlsplit(url)
    said = re.sub(r"(?<=\d)v\d{1,2}\b|\butm_[^&]*", "", f"{parts.path}?{parts.query}")
    return parts.netloc.lower().removeprefix("www."), set(re.findall(r"\d+", said))


def _venues_differ(first: str | None, second: str | None) -> bool:
    """Whether two venues are no spellings of one: `J. Tea` and `Journal of Tea` are one."""
    if not first or not second:
        return False
    mine, theirs = (
        [word for word in normal_title(name).split() if word not in _FUNCTION_WORDS] for name in (first, second)
    )
    if "".join(word[0] for word in mine) == "".join(theirs) or "".join(word[0] for word in theirs) == "".join(mine):
        return False
    return len(mine) != len(theirs) or not all(
        one.startswith(two) or two.startswith(one) for one, two in zip(mine, theirs, strict=True)
    )
