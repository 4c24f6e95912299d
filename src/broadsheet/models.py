"""The nouns: what flows from reading through writing and rendering to delivery.

All are frozen pydantic models. `Digest` is `digest.json`; `Listing` is `broadsheet read --json`.
"""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from broadsheet.errors import UsageError

REPLACED = frozenset({"replaced", "replace", "replace-cross"})
"""What arXiv's mails, lists and feeds say of a new version, kept among a paper's categories."""


class Noun(BaseModel):
    """The base of all nouns: frozen, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Paper(Noun):
    """One paper as its listing tells it; `raw_title` and `raw_abstract` are the text before repair."""

    key: str
    """Stable across runs: `arxiv:2401.01234`, else `doi:…`, `pmid:…`, else `hash:…` of title and first author."""
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published: dt.date | None = None
    url: str | None = None
    code_url: str | None = None
    identifiers: Mapping[str, str] = Field(default_factory=dict)
    """By scheme in lower case: `arxiv`, `doi`, `pmid`, …; the arXiv version stands under `arxiv_version`."""
    categories: tuple[str, ...] = ()
    venue: str | None = None
    source: str = ""
    """Where it was read: a file name, `-` for standard input, or a source such as `arxiv:cs.CL`."""
    line: int | None = None
    """The 1-based line of the source on which the paper begins, where lines mean something."""
    raw_title: str = ""
    raw_abstract: str = ""

    @property
    def is_replacement(self) -> bool:
        """Whether arXiv announced it as the new version of an older paper, and nobody listed it as new."""
        return "arxiv" in self.identifiers and not REPLACED.isdisjoint(self.categories)


class Fragment(Noun):
    """A stretch of the input that was not understood: lines are 1-based and inclusive."""

    source: str
    first_line: int
    last_line: int
    text: str
    why: str


class Duplicate(Noun):
    """A paper that was met again, and the key and title of the one that was kept."""

    title: str
    source: str
    line: int | None = None
    kept: str
    kept_title: str = ""


class Source(Noun):
    """One input as it was understood: its name, the format it was read as, and how many papers came of it."""

    name: str
    format: str
    papers: int
    why: str = ""
    """What a live source has and did not give, or why it has nothing; empty where nothing is missing."""


class Returned(Noun):
    """A paper of an earlier edition that came back in a new version; `version` is arXiv's, where it is known."""

    paper_key: str
    title: str
    url: str | None = None
    version: int | None = None
    edition: int
    """The number of the edition in which it stood."""


class Listing(Noun):
    """What an input holds: papers in input order, and everything that did not become one."""

    papers: tuple[Paper, ...] = ()
    fragments: tuple[Fragment, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    left_out: tuple[Paper, ...] = ()
    """Papers that were read and are not to be digested: replacements of earlier versions, unless asked for, and
    what others outrank where only the best are wanted."""
    seen: int = 0
    """How many papers were met that stood in an earlier edition; they are counted here and nowhere else."""
    retitled: tuple[Duplicate, ...] = ()
    """Of those, the ones that stood there under another title."""
    returned: tuple[Returned, ...] = ()
    """Of those, the ones that came in a new version."""
    sources: tuple[Source, ...] = ()

    def __repr__(self) -> str:
        counts = f"{len(self.papers)} papers, {len(self.duplicates)} duplicates, {len(self.fragments)} fragments"
        return f"<Listing: {counts}>"

    __str__ = __repr__


class Evidence(Noun):
    """A sentence of the abstract that supports a TL;DR: `abstract[start:end]` is `text`."""

    sentence: int
    start: int
    end: int
    text: str


class Finding(Noun):
    """What a check found in a TL;DR: the kind (`number`, `name`, …), the words at fault, and a plain sentence."""

    kind: str
    span: str = ""
    detail: str


class Summary(Noun):
    """One paper's TL;DR and how we know it is true.

    `written` by a model, `extracted` from the abstract, or `none` where there is no abstract to summarise.
    `asked` counts how often a model was asked for it; `why` says in a few words why a written one was given up.
    """

    paper_key: str
    tldr: str
    method: Literal["written", "extracted", "none"]
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[Finding, ...] = ()
    asked: int = 0
    why: str = ""
    edited: bool = False
    """Whether the reader has put it in other words; it has no evidence then."""


class Theme(Noun):
    """A group of papers with a heading; the themes of a digest partition its papers."""

    title: str
    section: str = ""
    """The heading of the section it stands in, with its neighbours; empty where the digest has none."""
    blurb: str = ""
    paper_keys: tuple[str, ...]
    see_also: tuple[str, ...] = ()
    """Keys of papers that stand in another theme and belong here as well."""
    status: Literal["", "new", "continued", "grown"] = ""
    """Against the edition before; empty where there is none to compare with."""
    confidence: Mapping[str, float] = Field(default_factory=dict)
    """By paper key, how sure its place is, 0 to 1; where the reader named the themes."""
    other: bool = False
    """Whether it is the last one, of the papers that fit nowhere."""


class Strand(Noun):
    """A theme over several editions: its papers in each, none where the edition has no such theme."""

    title: str
    """As the last edition that has it calls it."""
    sizes: tuple[int, ...]
    status: Literal["", "new", "continued", "grown", "gone"] = ""
    """In the last of the editions, against the one before."""


class Cited(Noun):
    """A sentence of the overview, and the papers it rests on."""

    text: str
    paper_keys: tuple[str, ...] = ()


class Overview(Noun):
    """The lead: a few sentences about the whole, and the papers they speak of."""

    text: str
    """The whole; where there are `sentences`, these joined."""
    paper_keys: tuple[str, ...] = ()
    sentences: tuple[Cited, ...] = ()


class Highlight(Noun):
    """A paper to read first, and why, in one clause that can be checked.

    `theme` is the title of the theme that the reason speaks of, where it does; the reason itself does not name it.
    """

    paper_key: str
    reason: str
    theme: str = ""


class Match(Noun):
    """How well a paper matches the reader's interests, from 0 to 1, and why it is here, in one clause."""

    paper_key: str
    score: float
    reason: str


Kind = Literal["replaced", "excluded", "capped", "outranked"]
"""Why a paper is left out: it is a new version of an older one, `never` names it, it is above what `at_most` gives, or
others match better than it does (`top`)."""


class LeftOut(Noun):
    """A paper that was read and is not in the digest, and why, in one clause."""

    paper_key: str
    title: str
    url: str | None = None
    why: str
    kind: Kind = "replaced"


class Point(Noun):
    """Where a paper stands on the map: `x` from left to right and `y` from top to bottom, both 0 to 1."""

    paper_key: str
    x: float
    y: float


class Account(Noun):
    """What came in and what became of it: `received == duplicates + seen + left_out + digested`, always.

    `digested == written + extracted + without_abstract`. `repaired` counts the written ones that had to be
    asked for again; `failed` the extracted ones that a model was asked for and did not deliver.
    """

    received: int = 0
    duplicates: int = 0
    seen: int = 0
    """Papers that stood in an earlier edition."""
    left_out: int = 0
    """Replacements of earlier versions, which nobody asked for, the `excluded`, the `capped`, and the `outranked`."""
    excluded: int = 0
    """Of the `left_out`, the papers that `never` names."""
    capped: int = 0
    """Of the `left_out`, the papers above what a theme or a source may have at most."""
    outranked: int = 0
    """Of the `left_out`, the papers that match the reader's interests less than the ones that `top` asked for."""
    digested: int = 0
    unreadable: int = 0
    """Fragments of the input that were not understood."""
    written: int = 0
    repaired: int = 0
    extracted: int = 0
    failed: int = 0
    without_abstract: int = 0
    why: tuple[str, ...] = ()
    """One plain sentence for each thing that did not go as it should."""

    @property
    def replaced(self) -> int:
        """Of the `left_out`, the replacements of earlier versions."""
        return self.left_out - self.excluded - self.capped - self.outranked


class Usage(Noun):
    """What a run took. Money is in US dollars, `None` where the model's price is not configured."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    money: float | None = 0.0
    seconds: float = 0.0


class Progress(Noun):
    """How far a run is: papers done of all, in the task of that name, and what it has taken so far."""

    task: str
    done: int
    total: int
    usage: Usage = Usage()
    summary: Summary | None = None
    """The TL;DR that has just been settled; it may still be replaced where another paper's is the same."""
    waiting: str = ""
    """What is waited for, where the task is to ask a live source; its `total` is 0 while that is not known."""


class Engine(Noun):
    """Who wrote the digest: the backend's name (`builtin` for none) and the model."""

    backend: str = "builtin"
    model: str | None = None
    version: str = ""
    """Broadsheet's own version."""


class Period(Noun):
    """The dates of the oldest and the newest paper, where papers have dates."""

    first: dt.date
    last: dt.date


class WriterRun(Noun):
    """What one writer made of the papers of a comparison, and what it took."""

    name: str
    engine: Engine
    summaries: tuple[Summary, ...]
    """One a paper, in the papers' order."""
    findings: Mapping[str, tuple[Finding, ...]] = Field(default_factory=dict)
    """By paper key, what the check has against the TL;DR that stands; papers without a finding are not in it."""
    account: Account
    usage: Usage = Usage()


class Comparison(Noun):
    """The TL;DRs of several writers for the same papers, all of which have an abstract."""

    created: dt.datetime
    language: str = "English"
    papers: tuple[Paper, ...]
    found: int
    """How many papers with an abstract might be compared; `limit` of them were drawn by `seed`, or all."""
    without_abstract: int = 0
    """How many were left out because they have none."""
    excluded: int = 0
    """How many `never` left out, before anything else."""
    limit: int | None = None
    seed: int = 0
    blind: bool = False
    """Whether a page hides who wrote what; the seed decides the order of the writers under each paper."""
    sources: tuple[Source, ...] = ()
    writers: tuple[WriterRun, ...]

    def __repr__(self) -> str:
        return f"<Comparison: {len(self.papers)} papers by {', '.join(repr(each.name) for each in self.writers)}>"

    __str__ = __repr__


class Digest(Noun):
    """Everything a template needs, nothing else; written out as `digest.json`."""

    title: str
    number: int | None = None
    """Which edition of a standing one it is; `None` for a digest made once."""
    editor: str = ""
    created: dt.datetime
    language: str = "English"
    period: Period | None = None
    note: str = ""
    """The editor's own words, Markdown; the only prose that is rendered as such."""
    overview: Overview | None = None
    highlights: tuple[Highlight, ...] = ()
    interests: tuple[str, ...] = ()
    """What the reader said to be interested in, and was ranked by."""
    matches: tuple[Match, ...] = ()
    themes: tuple[Theme, ...]
    vanished: tuple[str, ...] = ()
    """Titles of the themes of the edition before that are gone."""
    returned: tuple[Returned, ...] = ()
    """Papers of earlier editions that came back in a new version; they are not among the `papers`."""
    map: tuple[Point, ...] = ()
    """The papers on a plane, where near means alike; empty where none was drawn."""
    summaries: tuple[Summary, ...]
    papers: tuple[Paper, ...]
    fragments: tuple[Fragment, ...] = ()
    sources: tuple[Source, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: Mapping[str, str] = Field(default_factory=dict)
    """By paper key, what the reader noted on the desk; only in what the desk saves."""
    account: Account
    usage: Usage = Usage()
    engine: Engine = Engine()

    in_notebooks: ClassVar[dict[str, Callable[[Digest], str]]] = {}
    """How a notebook shows a digest, by form; `api`, which can render, enters `html` and `markdown`."""

    def __repr__(self) -> str:
        counts = f"{len(self.papers)} papers in {len(self.themes)} themes"
        writer = self.engine.model or self.engine.backend
        return f"<Digest {self.title!r}: {counts}, {self.created:%Y-%m-%d}, {writer}>"

    __str__ = __repr__

    def _repr_html_(self) -> str | None:
        return show(self) if (show := self.in_notebooks.get("html")) else None

    def _repr_markdown_(self) -> str | None:
        return show(self) if (show := self.in_notebooks.get("markdown")) else None

    def to_pandas(self) -> Any:
        """The papers as a pandas `DataFrame`, a row each in the order of the digest: what they are, TL;DR and theme.

        Raises `UsageError` where pandas is not installed.
        """
        try:
            pandas = importlib.import_module("pandas")
        except ImportError as error:
            raise UsageError("`to_pandas` needs pandas, which is not there: `python -m pip install pandas`.") from error
        frame = pandas.DataFrame(self._rows(), columns=ROW_FIELDS)
        return frame.assign(published=pandas.to_datetime(frame["published"]))

    def _rows(self) -> list[tuple[Any, ...]]:
        """The cells of `ROW_FIELDS` for each paper."""
        summaries = {summary.paper_key: summary for summary in self.summaries}
        themes: dict[str, Theme] = {}
        for theme in self.themes:
            for key in theme.paper_keys:
                themes.setdefault(key, theme)
        rows = []
        for paper in self.papers:
            placed, summary = themes.get(paper.key), summaries.get(paper.key)
            rows.append(
                (
                    paper.key,
                    paper.title,
                    summary.tldr if summary else "",
                    summary.method if summary else "none",
                    placed.title if placed else "",
                    "; ".join(paper.authors),
                    paper.published,
                    paper.venue or "",
                    paper.url or "",
                    paper.identifiers.get("arxiv", ""),
                    paper.identifiers.get("doi", ""),
                    ", ".join(paper.categories),
                    paper.abstract,
                )
            )
        return rows


ROW_FIELDS = (
    *("key", "title", "tldr", "method", "theme", "authors", "published"),
    *("venue", "url", "arxiv", "doi", "categories", "abstract"),
)
"""The columns of `Digest.to_pandas`."""
