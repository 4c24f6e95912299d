"""Markdown -> records: digests with an entry a heading, and reading lists whose links lead to papers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from broadsheet.reading.cleaning.authors import split_people
from broadsheet.reading.cleaning.dates import find_date
from broadsheet.reading.cleaning.html_fragments import without_tags
from broadsheet.reading.cleaning.identifiers import arxiv_identifiers, find_identifiers, is_web_address, normal_doi
from broadsheet.reading.formats.csv_tables import has_title, read_table
from broadsheet.reading.pasted.label_names import TRANSLATED
from broadsheet.reading.record import Gap, Parsed, Record, split_lines
from broadsheet.text.lazy_regex import lazy_regex

_LINK = lazy_regex(
    r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]{0,200}\]){2,500})\]"
    r"\(\s{0,9}<?((?:[^\s()<>]|\([^\s()]{0,200}\)){4,1000})>?[^()\n]{0,200}\)"
)
_HEADING = lazy_regex(r"(#{1,6})\s+(.*)")
_NUMBER = lazy_regex(r"^(?:\d{1,4}[.):]|\[\d{1,4}\])\s+")
_ITEM = lazy_regex(r"\s{0,12}(?:[-*+]|\d{1,4}[.)])\s+(.*)")
_LABEL = lazy_regex(
    r"\s{0,8}(?:[-*+>]\s+)?(?:\*\*|__)?(title|arxiv(?: id)?|authors?|abstract|summary|tl;?dr|date|published|submitted"
    r"|doi|pmid|url|links?|pdf|paper|code|venue|journal|conference|categor(?:y|ies)|subjects?|keywords?|tags"
    rf"|{'|'.join(TRANSLATED)})"
    r"(?:\*\*|__)?\s*[:：](?:\*\*|__)?\s*(.*)",
    re.IGNORECASE,
)
_ANY_LABEL = lazy_regex(r"\s{0,8}(?:[-*+]\s+)?(?:\*\*|__)[^\W\da-z_][\w /-]{1,40}(?:\*\*|__)?[:：](?:\*\*|__)?.*")
_EMPHASIS = lazy_regex(r"(?<!\w)(\*\*\*|\*\*|\*|__|_|~~|`)(?=\S)(.{1,500}?)(?<=\S)\1(?!\w)")
_ANCHOR = lazy_regex(
    r"<a\b[^<>]{0,300}>\s*</a>|</?(?:br|p|div|td|tr|li|ul|ol|hr|img|details|summary|h[1-6])\b[^<>]{0,300}>",
    re.IGNORECASE,
)
_RULE = lazy_regex(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*")
_FENCE = lazy_regex(r"\s{0,3}(?:```|~~~)")
_DETAILS = lazy_regex(r"</?(?:details|summary)\b", re.IGNORECASE)
_PUBLISHED = lazy_regex(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|openreview\.net/(?:forum|pdf)|aclanthology\.org/|aclweb\.org/anthology/"
    r"|proceedings\.mlr\.press/v|jmlr\.org/papers/|papers\.n(?:eur)?ips\.cc/paper|proceedings\.neurips\.cc/paper"
    r"|openaccess\.thecvf\.com/content|doi\.org/10\.|dl\.acm\.org/doi/|ieeexplore\.ieee\.org/(?:abstract/)?document/"
    r"|link\.springer\.com/(?:article|chapter)/|nature\.com/articles/|science\.org/doi/|sciencedirect\.com/science/article/"
    r"|onlinelibrary\.wiley\.com/doi/|(?:bio|med|chem)rxiv\.org/content|eprint\.iacr\.org/\d|pnas\.org/(?:doi|content)/"
    r"|pubmed\.ncbi\.nlm\.nih\.gov/\d|ncbi\.nlm\.nih\.gov/pmc/articles/|huggingface\.co/papers/|ojs\.aaai\.org/index\.php"
    r"|isca-(?:speech|archive)\.org/archive|usenix\.org/(?:conference|system/files)|ceur-ws\.org/Vol|hal\.science/hal)",
    re.IGNORECASE,
)
"""Addresses of archives, proceedings and journals, each of a paper of theirs."""

_DEFINITION = lazy_regex(r"^ {0,3}\[([^\[\]\n]{1,60})\]:\s{1,4}<?(https?://[^\s<>]{4,1000})", re.MULTILINE)
_REFERENCE = lazy_regex(r"(?<!!)\[([^\[\]\n]{2,500})\] ?\[([^\[\]\n]{1,60})\]")
_BARE = lazy_regex(
    r"^([ \t]{0,12}(?:[-*+]|\d{1,4}[.)])[ \t][^\n(\[<]{12,400}?[ \t:,(]{1,3})<?(https?://[^\s<>()]{8,500})>?\)?(?=\s|$)",
    re.MULTILINE,
)
_WORD = lazy_regex(r"[^\W\d_]{2,}")
_NO_TITLE = frozenset(
    {"paper", "pdf", "arxiv", "link", "abs", "html", "code", "openreview", "doi", "url", "project", "page", "website",
     "here", "github", "acl", "blog", "video", "slides", "poster", "dataset", "demo", "read more", "full text",
     "this paper", "bib"}
)  # fmt: skip
_BUTTON = lazy_regex(
    r"(?:论文|原文|链接|代码|源码|开源|下载|解读|详解|主页|地址|项目|全文|点击|查看|阅读|视频|中文|英文|翻译|博客|官网"
    r"|数据集?|演示|模型|在线|试玩|这里|与|和|及|的|arxiv|pdf|html|github|code|paper|project|[\s\d/·|:：+&、，-])+",
    re.IGNORECASE,
)
"""Words of Chinese digests on a link to a paper that are no title."""
_ADDRESSED = frozenset({"url", "link", "links", "paper", "pdf", "code", "project page"})
_LONG = 120
"""Characters of a line below an item that make it the abstract of the item's paper."""

_SHOWN = 2000


def recognises(text: str) -> bool:
    """Whether a text has several Markdown links, or a heading that is one above labelled lines."""
    head = text[:200_000]
    if _table_header(head):
        return True
    head = _spelled_out(head)
    if "](" not in head:
        return False
    links = [match for match in _LINK.finditer(head) if not match[2].startswith("#")]
    papers = sum(_PUBLISHED.search(match[2]) is not None for match in links)
    headings = len(re.findall(r"^(?:#{1,6}\s|[-*+]\s|\d{1,4}[.)]\s|\|)", head, re.MULTILINE))
    return headings >= 1 and (papers >= 2 or (papers == 1 and len(links) < 4) or (len(links) >= 3 and headings >= 3))


def parse(text: str) -> Parsed:
    """The entries of a digest if its headings open some, else the links to papers of a reading list."""
    if header := _table_header(text[:200_000]):
        parsed = _table(text, *header)
        if any(record.abstract for record in parsed.records) or "](" not in text:
            return parsed
    text = _spelled_out(text)
    entries = tuple(_entries(text))
    if sum(bool(record.abstract) for record in entries) >= 0.5 * len(entries) > 0:
        return Parsed(entries, format="a Markdown digest")
    return _links(text)


def _spelled_out(text: str) -> str:
    """Links by reference, `[title][1]`, and bare addresses of papers in items as links of the one usual form."""
    if "]: http" in text:
        meant = dict(_DEFINITION.findall(text))
        text = _REFERENCE.sub(lambda link: f"[{link[1]}]({meant[link[2]]})" if link[2] in meant else link[0], text)
    return _BARE.sub(r"\1[paper](\2)", text) if "http" in text else text


def _table_header(head: str) -> tuple[int, list[str]] | None:
    """The line of a table's header that names a title, and its columns."""
    if "--" not in head or "|" not in head:
        return None
    lines = head.split("\n", 2000)[:2000]
    for index, line in enumerate(lines[1:], start=1):
        if _is_rule(line):
            columns = [_plain(cell) for cell in _cells(lines[index - 1])]
            if has_title(columns):
                return index, columns
    return None


def _is_rule(line: str) -> bool:
    """Whether a line is what stands below the header of a table, `|---|:---:|`."""
    return "--" in line and "|" in line and not line.strip("|:- \t")


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
    return [cell.strip().replace("\\|", "|") for cell in cells]


def _table(text: str, above: int, columns: list[str]) -> Parsed:
    """The rows of a table, with the first address of each."""
    rows: list[tuple[int, list[str]]] = [(above, [*columns, "url"])]
    for number, line in enumerate(split_lines(text), start=1):
        if number > above + 1 and "|" in line and not _is_rule(line):
            cells = (_cells(line) + [""] * len(columns))[: len(columns)]
            address = next((match[2] for match in _LINK.finditer(line) if is_web_address(match[2])), "")
            rows.append((number, [*map(_plain, cells), address]))
    return replace(read_table(rows), format="Markdown")


@dataclass(slots=True)
class _Entry:
    title: str
    line: int
    link: str
    labels: dict[str, list[str]] = field(default_factory=dict)
    prose: list[str] = field(default_factory=list)
    last: str = ""


def _entries(text: str) -> Iterator[Record]:
    """Headings with labelled lines or prose below them, as papers; a heading without is a part of the page."""
    entry: _Entry | None = None
    for number, line in enumerate(split_lines(text), start=1):
        label = _LABEL.fullmatch(line) if ":" in line or "：" in line else None
        if label and (title := _titled(label)) and not (entry and _translates(title, entry, number)):
            if entry and (record := _entry_record(entry)):
                yield record
            entry = _opened(title, number)
        elif heading := _HEADING.fullmatch(line.strip()):
            if entry and (record := _entry_record(entry)):
                yield record
            entry = _opened(heading[2], number)
        elif entry and _RULE.fullmatch(line):
            if record := _entry_record(entry):
                yield record
            entry = None
        elif entry:
            _take(entry, line, label)
    if entry and (record := _entry_record(entry)):
        yield record


def _titled(label: re.Match[str]) -> str:
    """The title of a line that says that it is one, `**Title:** …`; empty where it says something else."""
    return _plain(label[2]) if TRANSLATED.get(label[1].lower(), label[1].lower()) == "title" else ""


def _translates(title: str, entry: _Entry, number: int) -> bool:
    """Whether a title is that of the heading above in another script."""
    return not title.isascii() and entry.title.isascii() and not entry.labels and number <= entry.line + 2


def _opened(heading: str, number: int) -> _Entry:
    link = _LINK.search(heading)
    title = link[1] if link and len(link[1]) > 12 else _LINK.sub(r"\1", heading)
    address = link[2] if link and is_web_address(link[2]) else ""
    return _Entry(_plain(_NUMBER.sub("", title)), number, address)


def _take(entry: _Entry, line: str, label: re.Match[str] | None) -> None:
    if label:
        entry.last = TRANSLATED.get(label[1].lower(), label[1].lower())
        entry.labels.setdefault(entry.last, []).append(label[2].strip())
    elif ("**" in line or "__" in line) and _ANY_LABEL.fullmatch(line):
        entry.last = "other"
    elif not line.strip():
        entry.last = entry.last if entry.last in {"abstract", "summary"} else ""
    elif entry.last in entry.labels:
        entry.labels[entry.last].append(line.strip())
    elif entry.last != "other" and len(entry.prose) < 200:
        entry.prose.append(line.strip())


def _entry_record(entry: _Entry) -> Record | None:
    """An entry as a record, if something in it says that it is a paper."""

    def said(*names: str) -> str:
        for name in names:
            if lines := entry.labels.get(name):
                return "\n".join(lines).strip()
        return ""

    addresses = " ".join((entry.link, said("url", "link", "links", "paper", "pdf", "arxiv", "arxiv id"), said("doi")))
    identifiers = {**find_identifiers(addresses), **arxiv_identifiers(said("arxiv id", "arxiv"))}
    if doi := normal_doi(said("doi")):
        identifiers.setdefault("doi", doi)
    scholarly = (
        identifiers or _PUBLISHED.search(addresses) or (said("authors", "author") and said("abstract", "summary"))
    )
    if not entry.title or not scholarly:
        return None
    prose = max((_plain(line) for line in entry.prose), key=len, default="")
    links = [entry.link, *_links_in(entry.labels)]
    return Record(
        title=entry.title,
        abstract=_plain(said("abstract", "summary", "tl;dr", "tldr")) or (prose if len(prose) > 120 else ""),
        authors=split_people(_plain(said("authors", "author"))),
        published=find_date(said("date", "published", "submitted")),
        links=tuple(link for link in links if is_web_address(link)),
        identifiers=identifiers,
        categories=tuple(
            part.strip(" `*")
            for part in re.split(r"[,;]", said("category", "categories", "subjects", "subject", "keywords", "tags"))
            if part.strip(" `*")
        ),
        venue=_plain(said("venue", "journal", "conference")) or None,
        line=entry.line,
    )


def _links_in(labels: Mapping[str, list[str]]) -> Iterator[str]:
    """The addresses beside labels, that of the paper before those of code and other pages about it."""
    last = {"code", "project page", "comment"}
    for name in (*(name for name in labels if name not in last), *(name for name in labels if name in last)):
        for value in labels[name]:
            if "](" in value:
                yield from (match[2] for match in _LINK.finditer(value))
            if name in _ADDRESSED:
                yield from (word.strip("<>,;") for word in value.split() if word.strip("<>").startswith("http"))


def _links(text: str) -> Parsed:
    """Every link to a paper whose words are its title; `[paper](…)` takes the words before it on its line."""
    records: list[Record] = []
    gaps: list[Gap] = []
    fenced = item = False
    for number, line in enumerate(split_lines(text), start=1):
        if _FENCE.match(line):
            fenced = not fenced
        if item and len(line) > _LONG and line[:2].isspace() and not _ITEM.fullmatch(line):
            records[-1] = replace(records[-1], abstract=f"{records[-1].abstract}\n{_plain(line.strip())}".strip())
            continue
        item = item and (not line.strip() or line[:1].isspace())
        if fenced or "](" not in line:
            continue
        found = list(_line_records(line, number))
        records += found
        item = len(found) == 1 and _ITEM.fullmatch(line) is not None
        if not found and (line.lstrip()[:1] in {"|", "-", "*", "+"} or _ITEM.fullmatch(line)) and "](#" not in line:
            gaps.append(Gap(number, number, line.strip()[:_SHOWN], "its links lead to no paper known by its address"))
    return Parsed(tuple(records), tuple(_joined(gaps)) if records else ())


def _line_records(line: str, number: int) -> Iterator[Record]:
    before = 0
    for match in _LINK.finditer(line):
        lead, before = line[before : match.start()], match.end()
        if not _PUBLISHED.search(match[2]) or not is_web_address(match[2]):
            continue
        title = _plain(match[1])
        if not _is_title(title):
            title = _plain(_lead_title(lead))
        if _is_title(title):
            yield Record(
                title=title,
                links=(match[2],),
                identifiers=find_identifiers(match[2]),
                published=find_date(line) if line.count("](") == 1 else None,
                line=number,
            )


def _lead_title(lead: str) -> str:
    """The words before `[paper](…)`: emphasised ones first, else the cell or the item."""
    if bold := re.search(r"(?:\*\*|__)(.{12,400}?)(?:\*\*|__)", lead):
        return bold[1]
    cell = next((part for part in reversed(lead.split("|")) if len(part.strip(" [(:,.-")) > 12), lead)
    item = _ITEM.fullmatch(cell)
    words = (item[1] if item else cell).strip(" [(:,-")
    title, _, rest = words.partition(". ")
    cited = title.count(" ") >= 2 and (re.search(r"\b(?:19|20)\d\d\b", rest) or "et al" in rest)
    return title if cited else words


def _is_title(title: str) -> bool:
    if title.lower().strip(" .[]()") in _NO_TITLE or _BUTTON.fullmatch(title):
        return False
    return (" " in title and len(_WORD.findall(title)) >= 2) or (len(title) >= 8 and not title.isascii())


def _plain(text: str) -> str:
    """Markdown's text: links as their words, emphasis and anchors without their marks."""
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "<" in text:
        text = without_tags(_ANCHOR.sub(" ", text))
    for _ in range(3):
        # A set of four takes a pattern ten times as long.
        marked = "*" in text or "_" in text or "~" in text or "`" in text
        shorter = _EMPHASIS.sub(r"\2", text) if marked else text
        if shorter == text:
            break
        text = shorter
    return (text.replace("\\_", "_").replace("\\*", "*") if "\\" in text else text).strip()


def _joined(gaps: list[Gap]) -> Iterator[Gap]:
    """Neighbouring lines as one gap."""
    run: list[Gap] = []
    for gap in gaps:
        if run and gap.first_line > run[-1].last_line + 1:
            yield Gap(run[0].first_line, run[-1].last_line, "\n".join(part.text for part in run)[:_SHOWN], run[0].why)
            run = []
        run.append(gap)
    if run:
        yield Gap(run[0].first_line, run[-1].last_line, "\n".join(part.text for part in run)[:_SHOWN], run[0].why)
