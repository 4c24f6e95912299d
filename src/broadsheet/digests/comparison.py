"""Has several writers summarise the same papers, one writer after the other, and checks what each has written.

One after the other, since their times are compared: two models on one machine would slow each other down.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from broadsheet import __version__
from broadsheet.digests.dry_run import dry_run_prompts, rich_digest
from broadsheet.digests.estimate import DigestEstimate, estimate_digest
from broadsheet.digests.exclusions import check_exclusions, exclude, say_all_excluded
from broadsheet.digests.open_session import find_price, open_session, resolve_model, stop_in_time
from broadsheet.digests.pipeline import keep_account
from broadsheet.errors import NoPapers, UsageError
from broadsheet.grounding.check import Checker, judge_tldr
from broadsheet.injection.sanitise import SanitisedPaper, sanitise
from broadsheet.llm.budget import Amount
from broadsheet.models import Comparison, Engine, Finding, LeftOut, Listing, Paper, Progress, Summary, Usage, WriterRun
from broadsheet.reading.deduplication import without_replacements
from broadsheet.reading.sampling import sample
from broadsheet.rendering.comparison import ComparisonForm, render_comparison
from broadsheet.rendering.write_files import check_folder
from broadsheet.settings.loading import Settings
from broadsheet.settings.resources import Resources
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.tldr.summarise import is_english, summarise

Report = Callable[[Progress], None]
Writers = Mapping[str, Settings]
"""Who is compared, by the name that the page gives them; what they read and how many is the first one's say."""


def check_comparison(writers: Writers, folder: Path, *, forms: Sequence[ComparisonForm]) -> None:
    """Checks every writer's model and price, the user's own prompts and templates, and the output folder.

    Writes nothing and makes no call. Raises the `BroadsheetError` that the run would end with, before another writer
    was paid.
    """
    for settings in writers.values():
        address, _ = resolve_model(settings)
        if address is not None:
            find_price(settings, address)
            if settings.resources.own_files("prompts"):
                dry_run_prompts(settings.resources)
    check_exclusions(_first(writers))
    resources = _first(writers).resources
    if resources.own_files("templates"):
        dry_run_comparison(resources, forms)
    check_folder(folder)


def dry_run_comparison(resources: Resources, forms: Iterable[ComparisonForm]) -> None:
    """Renders a comparison in each form, open and blind; raises `TemplateError` for the first mistake."""
    for form in forms:
        for comparison in (rich_comparison(), rich_comparison().model_copy(update={"blind": True})):
            render_comparison(comparison, form, resources=resources)


def rich_comparison() -> Comparison:
    """A comparison of the papers of `rich_digest` in which every optional field has a value."""
    digest = rich_digest()
    wrong = digest.summaries[1].findings
    model = WriterRun(
        name="some-model (somewhere)",
        engine=digest.engine,
        summaries=digest.summaries,
        findings={"hash:2": wrong},
        account=digest.account,
        usage=digest.usage,
    )
    return Comparison(
        created=digest.created,
        papers=digest.papers,
        found=4,
        without_abstract=1,
        excluded=1,
        limit=3,
        sources=digest.sources,
        writers=(
            model,
            model.model_copy(update={"name": "built-in engine", "engine": Engine(version="0"), "findings": {}}),
        ),
    )


async def estimate_comparison(
    listing: Listing, writers: Writers, *, limit: int | None = None, seed: int = 0
) -> dict[str, DigestEstimate | None]:
    """By name, what each writer would take for the papers of the comparison; `None` for the built-in engine."""
    papers = sample(comparable(listing, _first(writers))[0], limit=limit, seed=seed)
    corpus = Corpus.of(papers, shipped())
    return {name: await estimate_digest(corpus, settings, tldrs_only=True) for name, settings in writers.items()}


async def make_comparison(  # noqa: PLR0913 - as `make_digest`, and the sample
    listing: Listing,
    writers: Writers,
    *,
    now: dt.datetime,
    report: Report,
    limit: int | None = None,
    seed: int = 0,
    blind: bool = False,
    interrupt: asyncio.Event | None = None,
) -> Comparison:
    """The TL;DRs of all writers for the papers of a listing that may be compared, or for `limit` of them.

    Caps and deadline hold for the whole: each writer that asks a model gets an equal share of what those before have
    left. Once `interrupt` is set no further call is made, and what is missing is extracted. Raises
    `UsageError` for fewer than two writers, `NoPapers`, and the `BackendError` of the first writer that cannot work.
    """
    if len(writers) < 2:
        raise UsageError("a comparison needs two writers or more.")
    first = _first(writers)
    whole, bare, excluded = comparable(listing, first)
    drawn = sample(whole, limit=limit, seed=seed)
    papers = [sanitise(paper) for paper in drawn]
    checker = Checker([paper.checked for paper in papers])
    began, spent, total = time.monotonic(), Amount(), Usage()
    runs: list[WriterRun] = []
    for name, settings in writers.items():
        shared = _with_share(settings, list(writers.values())[len(runs) :], spent, time.monotonic() - began)
        before = len(runs) * len(papers)

        def told(settled: int, usage: Usage, before: int = before, earlier: Usage = total) -> None:
            done, whole = before + settled, len(writers) * len(papers)
            report(Progress(task="TL;DRs", done=done, total=whole, usage=_sum(earlier, usage)))

        run, amount = await _write(name, shared, papers, checker, report=told, interrupt=interrupt)
        runs.append(run)
        spent, total = spent + amount, _sum(total, run.usage)
        told(len(papers), run.usage)
    return Comparison(
        created=now,
        language=next((one.language for one in writers.values() if one.backend is not None), "English"),
        papers=tuple(drawn),
        found=len(whole),
        without_abstract=len(bare),
        excluded=len(excluded),
        limit=limit,
        seed=seed,
        blind=blind,
        sources=listing.sources,
        writers=tuple(runs),
    )


def comparable(listing: Listing, settings: Settings) -> tuple[list[Paper], list[Paper], tuple[LeftOut, ...]]:
    """The papers that may be compared, those without an abstract, and those that `never` names.

    Raises `NoPapers` where none may be.
    """
    if not settings.reading.replacements:
        listing = without_replacements(listing)
    papers, excluded = exclude(listing.papers, settings)
    if excluded and not papers:
        raise NoPapers(say_all_excluded(excluded))
    whole = [paper for paper in papers if paper.abstract.strip()]
    if not whole:
        raise NoPapers("there is no paper with an abstract: `broadsheet read` says what was found in the input.")
    return whole, [paper for paper in papers if not paper.abstract.strip()], excluded


def _first(writers: Writers) -> Settings:
    return next(iter(writers.values()))


async def _write(  # noqa: PLR0913 - who writes about what, and whom to tell
    name: str,
    settings: Settings,
    papers: Sequence[SanitisedPaper],
    checker: Checker,
    *,
    report: Callable[[int, Usage], None],
    interrupt: asyncio.Event | None,
) -> tuple[WriterRun, Amount]:
    """What one writer makes of the papers, and what of the caps it took."""
    began = time.monotonic()
    async with open_session(settings) as session:

        def settled(done: int, _: Summary) -> None:
            report(done, session.dispatcher.usage if session else Usage())

        with stop_in_time(session, settings.llm.deadline, interrupt):
            summaries = await summarise(papers, session, report=settled)
        usage, spent = (session.dispatcher.usage, session.dispatcher.spent) if session else (Usage(), Amount())
    seconds = time.monotonic() - began
    english = session is None or is_english(settings.language)
    found = {
        summary.paper_key: findings
        for paper, summary in zip(papers, summaries, strict=True)
        if (findings := _findings(checker, paper, summary, english=english))
    }
    run = WriterRun(
        name=name,
        engine=Engine(backend=settings.llm.backend, model=settings.model_shown, version=__version__),
        summaries=summaries,
        findings=found,
        account=keep_account(Listing(papers=tuple(paper.paper for paper in papers)), summaries),
        usage=usage.model_copy(update={"seconds": seconds}),
    )
    return run, spent


def _findings(checker: Checker, paper: SanitisedPaper, summary: Summary, *, english: bool) -> tuple[Finding, ...]:
    """What the check has against a TL;DR as it stands: one in the abstract's words may be cut to say something else."""
    if not summary.tldr:
        return ()
    own_words = english or summary.method == "extracted"
    return judge_tldr(checker, paper.checked, summary.tldr, english=own_words)[1]


def _with_share(settings: Settings, waiting: Sequence[Settings], spent: Amount, seconds: float) -> Settings:
    """A writer's settings with its share of the caps, and of the deadline, that are left for those who wait.

    Money is shared by those whose model costs some. Recordings get a folder for each writer, since all are asked alike.
    """
    if settings.backend is None:
        return settings
    llm = settings.llm
    asking = [one for one in waiting if one.backend is not None]
    paid = [one for one in asking if _costs(one)]
    sharing = len(paid) if _costs(settings) else 1
    folder = f"{llm.backend}-{settings.model_shown or ''}".replace("/", "-")
    update = {
        "max_cost": None if llm.max_cost is None else max(0.0, llm.max_cost - spent.money) / sharing,
        "max_calls": None if llm.max_calls is None else max(0, llm.max_calls - spent.calls) // len(asking),
        "max_run_tokens": (
            None if llm.max_run_tokens is None else max(0, llm.max_run_tokens - spent.tokens) // len(asking)
        ),
        "deadline": None if llm.deadline is None else max(0.0, llm.deadline - seconds) / len(asking),
        "record": llm.record / folder if llm.record else None,
        "replay": llm.replay / folder if llm.replay else None,
    }
    return settings.model_copy(update={"llm": llm.model_copy(update=update)})


def _costs(settings: Settings) -> bool:
    """Whether a writer's calls cost money, as far as it is known."""
    price = settings.backend.price_of(settings.model or "") if settings.backend else None
    return price is not None and price.prompt + price.completion > 0


def _sum(one: Usage, other: Usage) -> Usage:
    """The calls, tokens and money of both; no money where that of one is not known."""
    known = one.money is not None and other.money is not None
    return Usage(
        calls=one.calls + other.calls,
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        cached_tokens=one.cached_tokens + other.cached_tokens,
        money=(one.money or 0.0) + (other.money or 0.0) if known else None,
    )
