"""Renders a comparison of writers: under each paper what each has made of it, and beside all what each took.

Pure, but for reading the templates. Hostile text is held off as in a digest: HTML is autoescaped, and in Markdown every
value passes `escape_markdown` on its way out.
"""

from __future__ import annotations

import dataclasses
import random
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, assert_never

from broadsheet.locale.labels import ComparisonLabels
from broadsheet.locale.language_codes import language_code
from broadsheet.locale.translations import load_language
from broadsheet.models import Comparison, Finding, Paper, Summary, WriterRun
from broadsheet.rendering.formatting import format_money
from broadsheet.rendering.links import paper_url
from broadsheet.rendering.pages import draw_rule, inline_code, markdown_link
from broadsheet.rendering.run_summary import source_name
from broadsheet.rendering.text import Verbatim, escape_markdown, plain, wrap
from broadsheet.settings.model import BUILTIN
from broadsheet.settings.resources import Resources

ComparisonForm = Literal["html", "md", "txt", "json"]
COMPARISON_FILES: Mapping[ComparisonForm, str] = {
    "html": "comparison.html",
    "md": "comparison.md",
    "txt": "comparison.txt",
    "json": "comparison.json",
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclasses.dataclass(frozen=True, slots=True)
class ShownTldr:
    """One writer's TL;DR of a paper; `writer` is a letter on a blind page, where `how` is said in the key alone."""

    writer: str
    tldr: str
    words: str
    marked: bool
    how: str
    findings: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Author:
    """Who wrote the TL;DR under a letter of a blind page, and how it came about."""

    letter: str
    name: str
    how: str


@dataclasses.dataclass(frozen=True, slots=True)
class ComparedPaper:
    """A paper with all answers, and on a blind page with who wrote them, in the order of the letters."""

    number: int
    title: str
    url: str | None
    abstract: str
    answers: tuple[ShownTldr, ...]
    key: tuple[Author, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class FigureRow:
    """What is counted of every writer, a value each in the writers' order."""

    name: str
    values: tuple[str, ...]
    part: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class ComparisonPage:
    """A whole comparison as the templates see it, under the name `page`."""

    language: str
    date: str
    paper_count: str
    writer_count: str
    names: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    why: tuple[str, ...]
    drawn: str
    blind: bool
    extracted: bool
    papers: tuple[ComparedPaper, ...]
    engine: str
    sources: str
    command: str


def render_comparison(comparison: Comparison, form: ComparisonForm, *, resources: Resources) -> str:
    """A comparison in one form; a broken template raises `TemplateError`."""
    if form == "json":
        return comparison.model_dump_json(indent=2) + "\n"
    labels = ComparisonLabels(load_language(language_code(comparison.language)))
    page = compare_view(comparison, labels)
    match form:
        case "html":
            return resources.render("templates", "comparison.html", page=page, labels=labels)
        case "md":
            return resources.render(
                "templates",
                "comparison.md",
                finalize=escape_markdown,
                page=page,
                labels=labels,
                br=Verbatim("  "),
                link=markdown_link,
                code=inline_code,
            )
        case "txt":
            return resources.render("templates", "comparison.txt", page=page, labels=labels, wrap=wrap, rule=draw_rule)
        case _:
            assert_never(form)


def compare_view(comparison: Comparison, labels: ComparisonLabels) -> ComparisonPage:
    """A comparison laid out for the templates."""
    papers = tuple(_papers(comparison, labels))
    methods = {summary.method for run in comparison.writers for summary in run.summaries}
    engine = comparison.writers[0].engine
    drawn = labels.drawn.format(
        shown=labels.format_number(len(papers)), all=labels.format_number(comparison.found), seed=comparison.seed
    )
    bare, excluded = comparison.without_abstract, comparison.excluded
    return ComparisonPage(
        language=language_code(comparison.language),
        date=labels.format_date(comparison.created.date()),
        paper_count=labels.papers.format(number=len(papers)),
        writer_count=labels.writers.format(number=len(comparison.writers)),
        names=tuple(plain(run.name) for run in comparison.writers),
        rows=tuple(_rows(comparison, labels)),
        why=tuple(f"{plain(run.name)}: {plain(why)}" for run in comparison.writers for why in run.account.why),
        drawn=" ".join(
            filter(
                None,
                [
                    drawn if len(papers) < comparison.found else "",
                    labels.bare_left_out.format(number=bare) if bare else "",
                    labels.never_shown.format(number=excluded) if excluded else "",
                ],
            )
        ),
        blind=comparison.blind,
        extracted="extracted" in methods,
        papers=papers,
        engine=f"Broadsheet {plain(engine.version)}".strip(),
        sources=", ".join(source_name(source.name, labels) for source in comparison.sources),
        command=_command(comparison),
    )


def blind_order(comparison: Comparison, paper: Paper) -> list[WriterRun]:
    """The writers in the order of their letters under one paper: a letter says nothing from one paper to the next."""
    order = list(comparison.writers)
    random.Random(f"{comparison.seed} {paper.key}").shuffle(order)
    return order


def mean_words(run: WriterRun) -> float:
    """The words of a writer's TL;DRs, on average."""
    counts = [len(summary.tldr.split()) for summary in run.summaries if summary.tldr]
    return sum(counts) / len(counts) if counts else 0.0


def recalled(run: WriterRun) -> int:
    """How many of a writer's TL;DRs were answers of earlier runs, which took nothing now."""
    return sum(summary.method == "written" and summary.asked == 0 for summary in run.summaries)


def _papers(comparison: Comparison, labels: ComparisonLabels) -> Iterator[ComparedPaper]:
    made = {run.name: {summary.paper_key: summary for summary in run.summaries} for run in comparison.writers}
    for number, paper in enumerate(comparison.papers, start=1):
        order = blind_order(comparison, paper) if comparison.blind else list(comparison.writers)
        shown = _letters(len(order)) if comparison.blind else [plain(run.name) for run in order]
        answers, key = [], []
        for run, name in zip(order, shown, strict=True):
            summary = made[run.name].get(paper.key)
            how = _how(summary, labels)
            found = run.findings.get(paper.key, ())
            answers.append(_shown(name, summary, found, labels, how="" if comparison.blind else how))
            key.append(Author(name, plain(run.name), how))
        yield ComparedPaper(
            number=number,
            title=plain(paper.title) or labels.untitled,
            url=paper_url(paper),
            abstract=plain(paper.abstract),
            answers=tuple(answers),
            key=tuple(key) if comparison.blind else (),
        )


def _shown(
    name: str, summary: Summary | None, found: Sequence[Finding], labels: ComparisonLabels, *, how: str
) -> ShownTldr:
    """A TL;DR under a writer's name; without `how` it came about nothing tells by whom, the mark neither."""
    tldr = plain(summary.tldr) if summary else ""
    return ShownTldr(
        writer=name,
        tldr=tldr,
        words=labels.words.format(number=len(tldr.split())) if tldr else labels.no_tldr,
        marked=bool(how) and summary is not None and summary.method == "extracted",
        how=how,
        findings=tuple(f"{plain(finding.detail).rstrip('.')}." for finding in found),
    )


def _how(summary: Summary | None, labels: ComparisonLabels) -> str:
    """How a TL;DR came about: written or extracted, why a written one was given up, and how often a model was asked."""
    if summary is None or summary.method == "none":
        return ""
    why = plain(summary.why).rstrip(".")
    said = (
        labels.extracted_because.format(why=why)
        if why
        else labels.written
        if summary.method == "written"
        else labels.extracted
    )
    return f"{said} · {labels.asked.format(number=summary.asked)}" if summary.asked > 1 else said


def _rows(comparison: Comparison, labels: ComparisonLabels) -> Iterator[FigureRow]:
    runs, number = comparison.writers, labels.format_number

    def row(name: str, values: Sequence[str], *, part: bool = False) -> FigureRow:
        return FigureRow(name, tuple(values), part)

    yield row(labels.tldrs_written, [number(run.account.written) for run in runs])
    yield row(labels.repaired, [number(run.account.repaired) for run in runs], part=True)
    if any(map(recalled, runs)):
        yield row(labels.recalled_count, [number(recalled(run)) for run in runs], part=True)
    yield row(labels.tldrs_extracted, [number(run.account.extracted) for run in runs])
    yield row(labels.failed, [number(run.account.failed) for run in runs], part=True)
    yield row(labels.flagged_count, [number(len(run.findings)) for run in runs])
    yield row(labels.mean_words, [f"{mean_words(run):.1f}" for run in runs])
    yield row(labels.calls, [number(run.usage.calls) for run in runs])
    yield row(labels.tokens_in, [number(run.usage.prompt_tokens) for run in runs])
    yield row(labels.tokens_out, [number(run.usage.completion_tokens) for run in runs])
    yield row(labels.money, [format_money(run.usage.money) for run in runs])
    yield row(labels.time, [f"{run.usage.seconds:,.1f} s" for run in runs])


def _letters(count: int) -> list[str]:
    """`A`, `B`, … and numbers after `Z`."""
    return [LETTERS[place] if place < len(LETTERS) else str(place + 1) for place in range(count)]


def _command(comparison: Comparison) -> str:
    words = ["broadsheet", "compare", *(plain(source.name) for source in comparison.sources)]
    for run in comparison.writers:
        model = plain(run.engine.model or "")
        backend = plain(run.engine.backend)
        words += ["--backend", f"{backend}={model}" if model and backend != BUILTIN else backend]
    if comparison.limit is not None:
        words += ["--limit", str(comparison.limit)]
    words += ["--seed", str(comparison.seed)] if comparison.seed else []
    return shlex.join([*words, "--blind"] if comparison.blind else words)
