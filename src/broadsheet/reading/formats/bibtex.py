"""BibTeX and BibLaTeX -> records, with bibtexparser 2, which keeps each entry's line and what it could not read."""

from __future__ import annotations

import datetime as dt
import logging
import re
from typing import TYPE_CHECKING

from broadsheet.reading.cleaning.dates import date_of, find_date
from broadsheet.reading.cleaning.html_fragments import flatten
from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, find_identifiers, is_web_address, normal_doi
from broadsheet.reading.record import Gap, Parsed, Record
from broadsheet.reading.translations import Texts, labelled_fields, preferred
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry

_LOOKS = lazy_regex(
    r"^[ \t]{0,20}@(?:article|inproceedings|conference|misc|book|mvbook|inbook|booklet|incollection|collection"
    r"|phdthesis|mastersthesis|thesis|online|electronic|www|techreport|report|string|preamble|dataset|software|unpublished"
    r"|proceedings|inreference|manual|patent|periodical|preprint|suppbook)\s*[{(]",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD_NAMES = (
    r"(?:title|author|abstract|year|date|month|journal|journaltitle|booktitle|doi|url|keywords|volume|number|pages|issn|isbn"
    r"|publisher|editor|eprint|archiveprefix|note|series|language|file|address|school|institution)[ \t]*=[ \t]*[{\"\w]"
)
_NO_COMMA = lazy_regex(rf"[}}\"](?=[ \t]*\n[ \t]*{_FIELD_NAMES})", re.IGNORECASE)
_NO_KEY = lazy_regex(rf"(@\w{{2,30}}[ \t]*[{{(])(?=\s*{_FIELD_NAMES})", re.IGNORECASE)
_BRACES = lazy_regex(r"(?<!\\)[{}]")
_MATH = lazy_regex(r"(?<!\\)\$(?:[^$\\]|\\.){1,2000}\$", re.DOTALL)
_COMMAND = lazy_regex(
    r"@\w+(?=\{)|(?<=\d)\^(?=\{)|\\(?:[A-Za-z]+\*?(?:\[[^\[\]{}]{0,80}\]){0,2}\s*(?=\{)|[`'^\"~=.]\s*(?=\{)|[uvHtcdbkr]\s*(?=\{))"
)
_COMMAND_GROUP = lazy_regex(r"\{(\\[A-Za-z]{2,20}\{[^{}]{0,200}\})\}")
_ACCENT_GROUP = lazy_regex(
    r"\{(\\(?:['`^\"~=.]\s?(?:\{\\?[A-Za-z]\}|\\?[A-Za-z])|[cvuHkrbdt](?:\{\\?[A-Za-z]{1,2}\}|\s\\?[A-Za-z])))\}"
)
_LETTER_GROUP = lazy_regex(r"\{(\\[A-Za-z]{1,25})\s?(?:\{\})?\}")
_ESCAPE_GROUP = lazy_regex(r"\{(\\(?:[&%_#${}]|[~^]\{\}))\}")
_ARGUMENT = lazy_regex(r"(?:\\[A-Za-z]{1,20}|\\(?:SI|qty|href)\{[^{}]{0,200}\})$")
_TWO_GROUPS = lazy_regex(r"\\(?:href|SI|qty|textcolor|frac)(?:\[[^\[\]]{0,80}\])?(?=\{)")
"""Commands that have a second group."""

_NAME_BREAK = lazy_regex(r"\s+and\s+", re.IGNORECASE)
_SUBTITLE = lazy_regex(r"[.:?!]\s*$")
_MOST_NAMES = 5000
_SHOWN = 2000

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it warns of is a gap here


def find_block(text: str) -> int | None:
    """Where a line near the beginning opens an entry of a known type."""
    found = _LOOKS.search(text[:50_000]) if "@" in text[:50_000] else None
    return found.start() if found else None


def parse(text: str) -> Parsed:
    """The entries with a title; broken blocks are gaps, entries under a key met before are read all the same."""
    from bibtexparser import model, splitter  # 50 ms, for one format of many

    from broadsheet.reading.formats.bibtex_repair import is_doubtful, mend_blocks  # brings the same

    text = _NO_KEY.sub(r"\1,", _NO_COMMA.sub(r"\g<0>,", text))
    library = splitter.Splitter(text).split()
    blocks = library.blocks
    if any(map(is_doubtful, blocks)):
        blocks = list(mend_blocks(text, blocks))
    strings = {string.key.lower(): _bare(string.value) for string in library.strings}
    entries: dict[str, Entry] = {}
    found: list[tuple[Block, Entry]] = []
    gaps: list[Gap] = []
    for block in blocks:
        entry: Block | None = block
        if isinstance(block, model.DuplicateBlockKeyBlock | model.DuplicateFieldKeyBlock):
            entry = block.ignore_error_block
        if isinstance(entry, model.Entry):
            found.append((block, entry))
            entries.setdefault(entry.key.lower(), entry)
        elif isinstance(block, model.ParsingFailedBlock):
            gaps.append(_gap(block, "it is a broken entry"))
        elif isinstance(block, model.ImplicitComment) and block.comment.strip("\ufeff \n"):
            gaps.append(_gap(block, "it stands outside of any entry", outside=True))
    records: list[Record] = []
    for block, entry in found:
        fields = _fields(entry, strings)
        parent = entries.get(fields.get("crossref", fields.get("xdata", "")).lower())
        record = _record(fields, _fields(parent, strings) if parent else {}, line=(block.start_line or 0) + 1)
        if record:
            records.append(record)
        else:
            gaps.append(_gap(block, "it has no title"))
    return Parsed(tuple(records), tuple(sorted(gaps, key=lambda gap: gap.first_line)))


def _gap(block: Block, why: str, *, outside: bool = False) -> Gap:
    first = (block.start_line or 0) + 1
    raw = block.raw or ""
    return Gap(first, first + raw.rstrip().count("\n"), raw.strip()[:_SHOWN], why, outside)


def _fields(entry: Entry, strings: dict[str, str]) -> dict[str, str]:
    """Fields by lower-case name, without their outer braces or quotes, `#` and abbreviations resolved."""
    found: dict[str, str] = {}
    for field in entry.fields:
        value = field.value if isinstance(field.value, str) else str(field.value)
        found.setdefault(field.key.lower(), _resolve(value.strip(), strings))
    return found


def _resolve(value: str, strings: dict[str, str]) -> str:
    if value[:1] in {"{", '"'} and "#" not in value:
        return _bare(value)
    if "#" in value and not (value.startswith("{") and _closes_at_end(value)):
        parts = [part.strip() for part in re.split(r"#(?=\s*(?:[\"{]|[A-Za-z][\w-]*\s*(?:#|$)))", value)]
        if len(parts) > 1:
            return "".join(strings.get(part.lower(), part[1:-1] if part[:1] in '{"' else part) for part in parts)
    return strings.get(value.lower(), _bare(value))


def _closes_at_end(value: str) -> bool:
    depth = 0
    for match in _BRACES.finditer(value):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end() == len(value)
    return False


def _bare(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and ((value[0] == value[-1] == '"') or (value[0] == "{" and value[-1] == "}")):
        return value[1:-1].strip()
    return value


def _record(fields: dict[str, str], parent: dict[str, str], *, line: int) -> Record | None:
    titles = _texts(fields, "title")
    abstracts = {
        language: flatten(text) if "<" in text else text for language, text in _texts(fields, "abstract").items()
    }
    title = preferred(titles)
    if not title:
        return None
    if subtitle := unbraced(fields.get("subtitle", "")):
        title = f"{title}{'' if _SUBTITLE.search(title) else ':'} {subtitle}"
    venue = next(
        (fields[name] for name in ("journal", "journaltitle", "booktitle", "maintitle") if fields.get(name)), ""
    )
    keywords = fields.get("keywords", fields.get("keyword", ""))
    return Record(
        title=title,
        abstract=preferred(abstracts),
        authors=split_authors(fields.get("author") or fields.get("editor") or parent.get("author", "")),
        published=_date(fields),
        links=_links(fields),
        identifiers=_identifiers(fields),
        categories=tuple(
            dict.fromkeys(word.strip() for word in re.split(r"[;,]", unbraced(keywords))[:_MOST_NAMES] if word.strip())
        ),
        venue=unbraced(venue or parent.get("booktitle", "") or parent.get("title", "")) or None,
        line=line,
        titles=titles if len(titles) > 1 else None,
        abstracts=abstracts if len(abstracts) > 1 else None,
    )


def _texts(fields: dict[str, str], name: str) -> Texts:
    """A field by language, where `abstract_de` and its like stand beside it or in its place."""
    told = {"": fields.get(name, "")}
    for key, field, language in labelled_fields(tuple(fields)):
        if field == name:
            told.setdefault(language, fields[key])
    return {language: unbraced(text) for language, text in told.items() if text}


def unbraced(text: str) -> str:
    r"""A value without the braces that only protect capitals or hold an accent; those of mathematics stay.

    >>> unbraced(r"{{DNA}} folding of {\"a}pples in $x_{12}$")
    'DNA folding of \\"apples in $x_{12}$'
    """
    if "{" not in text:
        return text
    if "{\\" in text:
        text = _ESCAPE_GROUP.sub(r"\1", _ACCENT_GROUP.sub(_ended, text))
        text = _COMMAND_GROUP.sub(_unguarded, _LETTER_GROUP.sub(_unguarded, text))
    pieces: list[str] = []
    end = 0
    for math in _MATH.finditer(text):
        pieces += [_without_guards(text[end : math.start()]), math[0]]
        end = math.end()
    pieces.append(_without_guards(text[end:]))
    return "".join(pieces).strip()


def _ended(match: re.Match[str]) -> str:
    r"""`{\'\i}` as `\'\i{}`, so that the letter behind it is no part of the command."""
    return f"{match[1]}{{}}" if match[1].endswith(("\\i", "\\j")) else match[1]


def _unguarded(match: re.Match[str]) -> str:
    r"""`{\ss}` as `\ss{}` and `{\textit{x}}` as `\textit{x}`, unless the group is what a command is about."""
    if _ARGUMENT.search(match.string[max(0, match.start() - 230) : match.start()]):
        return match[0]
    return match[1] if match[1].endswith("}") else f"{match[1]}{{}}"


def _without_guards(text: str) -> str:
    """Text without mathematics: a brace stays where a command stands before it or at its beginning."""
    held = {match.end() for match in _COMMAND.finditer(text)}
    first = {match.end() for match in _TWO_GROUPS.finditer(text)}
    opened: list[int] = []
    kept: list[bool] = []
    pieces: list[str] = []
    end = 0
    for brace in _BRACES.finditer(text):
        position = brace.start()
        pieces.append(text[end:position])
        end = brace.end()
        if brace[0] == "{":
            stays = position in held or text[end : end + 1] == "\\" or (bool(kept) and kept[-1])
            kept.append(stays)
            opened.append(position)
        else:
            stays = kept.pop() if kept else False
            if opened and opened.pop() in first:
                held.add(end)
        if stays:
            pieces.append(brace[0])
    pieces.append(text[end:])
    return "".join(pieces)


def split_authors(text: str) -> tuple[str, ...]:
    """Names between `and`, those inside braces whole; `others` is nobody."""
    names: list[str] = []
    held = ""
    for piece in _NAME_BREAK.split(" ".join(text.split()))[:_MOST_NAMES]:
        held = f"{held} and {piece}" if held else piece
        if held.count("{") <= held.count("}") or len(held) > 1000:
            names.append(unbraced(held))
            held = ""
    names.append(unbraced(held))
    return tuple(_person(name) for name in names if name.strip(" ,") and name.strip().lower() != "others")


def _person(name: str) -> str:
    """BibLaTeX's `family=Lovelace, given=Ada` and plain names."""
    if "family=" not in name:
        return name.strip(" ,")
    parts = dict(part.strip().split("=", 1) for part in name.split(",") if "=" in part)
    words = (parts.get("given", ""), parts.get("prefix", ""), parts.get("family", ""))
    return " ".join(filter(None, (word.strip(' "') for word in words)))


def _date(fields: dict[str, str]) -> dt.date | None:
    for name in ("date", "eventdate"):
        if found := find_date(fields.get(name, "")):
            return found
    month, day = fields.get("month", ""), fields.get("day", "")
    if not day and (parts := re.fullmatch(r"([A-Za-z]{3,9}|\d{1,2})[ ~#\"-]{1,6}(\d{1,2})", month)):
        month, day = parts[1], parts[2]
    return date_of(fields.get("year", ""), month, day)


_LINKS = ("url", "howpublished", "ee", "link")
_TEX_SIGN = lazy_regex(
    r"\\(text(?:less|greater|asciitilde|underscore)|lt|gt|[_%&#$~<>])(?![A-Za-z])(?:\{\}|[ \t](?=\S))?"
)
_SIGNS = {
    "textless": "<", "textgreater": ">", "lt": "<", "gt": ">", "textasciitilde": "~", "textunderscore": "_"
}  # fmt: skip
_TEX_MARK = lazy_regex(r"[{}$]|\\url(?=\{)")


def _links(fields: dict[str, str]) -> tuple[str, ...]:
    told = [_untexed(fields[name]) for name in _LINKS if fields.get(name)]
    found = [link for address in told for link in re.findall(r"https?://[^\s{}]+", address)]
    return tuple(dict.fromkeys(link for link in found if is_web_address(link)))


def _identifiers(fields: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    eprint = fields.get("eprint", "")
    kind = (fields.get("eprinttype") or fields.get("archiveprefix") or "").lower()
    if kind == "arxiv" or (not kind and eprint):
        found |= arxiv_identifiers(eprint)
    if kind in {"pubmed", "pmid"} and eprint.strip().isdigit():
        found["pmid"] = eprint.strip().lstrip("0")
    if doi := normal_doi(_untexed(fields.get("doi", ""))):
        found = {**(find_identifiers(doi) or {"doi": doi}), **found}
    if (pmid := fields.get("pmid", "").strip()).isdigit():
        found["pmid"] = pmid.lstrip("0")
    journal = fields.get("journal", "")
    if "arxiv:" in journal.lower():
        found = {**arxiv_identifiers(journal), **found}
    for name in _LINKS:
        if address := fields.get(name):
            found = {**find_identifiers(_untexed(address)), **found}
    return found


def _untexed(text: str) -> str:
    """An identifier or address without the marks that keep its signs from TeX."""
    if "\\" in text or "{" in text or "$" in text:
        text = _TEX_SIGN.sub(lambda match: _SIGNS.get(match[1], match[1]), text)
        text = _TEX_MARK.sub("", text)
    return text
