"""Papers by their identifiers: who is asked for which, several in a request, and who is asked after whom.

An answer is matched by identifier and never by its place. A service that cannot be reached is not asked again in the
same run, and what could not be found has a reason.
"""

from __future__ import annotations

import dataclasses
import functools
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from broadsheet.errors import ReadingError, SourceError, SourceRefused
from broadsheet.reading.record import Record
from broadsheet.reading.sources.acl import plan_acl_papers
from broadsheet.reading.sources.arxiv import plan_arxiv_papers
from broadsheet.reading.sources.crossref import plan_crossref_papers
from broadsheet.reading.sources.openalex import plan_openalex_papers
from broadsheet.reading.sources.openreview import plan_openreview_paper
from broadsheet.reading.sources.pubmed import plan_pmc_papers, plan_pubmed_papers
from broadsheet.reading.sources.requests import Asker, SourcePlan
from broadsheet.reading.sources.semantic_scholar import plan_s2_paper

if TYPE_CHECKING:
    from broadsheet.reading.sources.fetcher import Fetcher

log = logging.getLogger(__name__)

Parse = Callable[[str], Sequence[Record]]
"""The text of an answer -> the records in it."""
Plan = Callable[[Sequence[str], Asker], SourcePlan]

ACL_DOI = "10.18653/v1/"
ARXIV_DOI = "10.48550/arxiv."
SCHEMES = ("arxiv", "doi", "pmid", "pmcid", "acl", "openreview")
"""What can be looked up, what is looked at first first."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Step:
    """A service that is asked for identifiers of a scheme: so many at once, each as it calls them."""

    plan: Plan
    size: int
    asked: Callable[[Record], str]
    names: Callable[[Record], str]
    """The name by which its record is known."""
    when: str = "missing"
    """`missing`: for what was not found; `bare`: for what has no abstract, too; `shut`: where the one before was."""


@dataclasses.dataclass(frozen=True, slots=True)
class NotFound:
    """Why a paper was not found; `shut` where that is because a service could not be asked."""

    why: str
    shut: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class LookedUp:
    """What became of each identifier, by its name, and which services answered in the place of others."""

    found: Mapping[str, Record | NotFound]
    instead: Mapping[str, str]
    """By the name of a paper, who was shut and who answered."""


def look_up_papers(wanted: Iterable[Record], fetcher: Fetcher, parse: Parse) -> LookedUp:
    """Asks for all identifiers of a run together."""
    named = {name_of(record): record for record in wanted}
    run = _Run(fetcher, parse)
    for scheme in SCHEMES:
        run.ask({name: record for name, record in named.items() if name.startswith(f"{scheme}:")}, _STEPS[scheme])
    return LookedUp(run.found, run.instead)


def name_of(record: Record) -> str:
    """The identifier that a record is looked up by: `arxiv:2401.01234`."""
    scheme = next(scheme for scheme in SCHEMES if record.identifiers.get(scheme))
    return f"{scheme}:{record.identifiers[scheme]}"


class _Run:
    """The identifiers of one run, and the services that are shut."""

    def __init__(self, fetcher: Fetcher, parse: Parse) -> None:
        self.found: dict[str, Record | NotFound] = {}
        self.instead: dict[str, str] = {}
        self._fetcher, self._parse = fetcher, parse
        self._shut: dict[str, str] = {}

    def ask(self, named: Mapping[str, Record], steps: Sequence[_Step]) -> None:
        """Asks the services in turn for what is still wanted of them."""
        for step in steps:
            left = [name for name in named if self._is_wanted(name, step)]
            for start in range(0, len(left), step.size):
                self._ask_batch({name: named[name] for name in left[start : start + step.size]}, step)

    def _is_wanted(self, name: str, step: _Step) -> bool:
        known = self.found.get(name)
        if known is None:
            return True
        if isinstance(known, NotFound):
            return step.when != "shut" or known.shut
        return step.when == "bare" and not known.abstract

    def _ask_batch(self, batch: Mapping[str, Record], step: _Step) -> None:
        plan = step.plan([step.asked(record) for record in batch.values()], self._fetcher.asker)
        if plan.service in self._shut:
            return self._miss(batch, NotFound(self._shut[plan.service], shut=True))
        try:
            answer = self._fetcher.fetch(plan.title, plan)
            records = [record for text in answer.texts if isinstance(text, str) for record in self._parse(text)]
        except SourceRefused as error:
            if len(batch) > 1:  # one that a service does not like costs the others nothing
                return self._halve(batch, step)
            log.debug("%s", error)
            return self._miss(batch, NotFound(plan.nothing))
        except SourceError as error:
            self._shut[plan.service] = why = str(error).removeprefix(f"{plan.title}: ").rstrip(".")
            log.warning("%s.", why)
            return self._miss(batch, NotFound(why, shut=True))
        except ReadingError as error:
            return self._miss(batch, NotFound(f"{plan.title} gave what cannot be read ({str(error).rstrip('.')})"))
        by_name = {f"{scheme}:{value}": record for record in records for scheme, value in record.identifiers.items()}
        for name, record in batch.items():
            found = by_name.get(step.names(record)) or by_name.get(name)
            if found is None and len(batch) == len(records) == step.size == 1:
                found = records[0]
            if found is None or not found.title:
                self._miss({name: record}, NotFound(plan.nothing))
            else:
                self._keep(name, record, found, plan.title)
        return None

    def _halve(self, batch: Mapping[str, Record], step: _Step) -> None:
        items = list(batch.items())
        middle = len(items) // 2
        for half in (items[:middle], items[middle:]):
            self._ask_batch(dict(half), step)

    def _miss(self, batch: Mapping[str, Record], missed: NotFound) -> None:
        """Keeps why papers were not found: the first service knows best, and one that was shut is told beside."""
        for name in batch:
            known = self.found.get(name)
            if known is None:
                self.found[name] = missed
            elif isinstance(known, NotFound) and known.shut and missed.why not in known.why:
                self.found[name] = NotFound(f"{known.why}; {missed.why}", shut=True)

    def _keep(self, name: str, wanted: Record, found: Record, title: str) -> None:
        known = self.found.get(name)
        if isinstance(known, Record):  # it lacked an abstract
            found = dataclasses.replace(known, abstract=found.abstract or known.abstract)
        elif known is not None and known.shut:
            self.instead[name] = f"{known.why}; {title} was asked in its place"
        identifiers = {**found.identifiers, **wanted.identifiers}
        self.found[name] = dataclasses.replace(found, identifiers=identifiers, line=wanted.line)


def _of(scheme: str) -> Callable[[Record], str]:
    return lambda record: record.identifiers[scheme]


def _named(scheme: str) -> Callable[[Record], str]:
    return lambda record: f"{scheme}:{record.identifiers[scheme]}"


def _versioned(record: Record) -> str:
    version = record.identifiers.get("arxiv_version")
    return record.identifiers["arxiv"] + (f"v{version}" if version else "")


def _doi_from(prefix: str, scheme: str) -> Callable[[Record], str]:
    return lambda record: f"{prefix}{record.identifiers[scheme].lower()}"


def _doi_name_from(prefix: str, scheme: str) -> Callable[[Record], str]:
    return lambda record: f"doi:{prefix}{record.identifiers[scheme].lower()}"


_CROSSREF_AT_ONCE = 40
"""DOIs of a request, so that its address stays short enough for every server on the way."""
_OPENALEX_AT_ONCE = 50
_OLDER_OPENREVIEW = functools.partial(plan_openreview_paper, service="openreview_old")
_STEPS: Mapping[str, Sequence[_Step]] = {
    "arxiv": (
        _Step(plan_arxiv_papers, 100, _versioned, _named("arxiv")),
        _Step(
            plan_openalex_papers,
            _OPENALEX_AT_ONCE,
            _doi_from(ARXIV_DOI, "arxiv"),
            _doi_name_from(ARXIV_DOI, "arxiv"),
            when="shut",
        ),
        _Step(plan_s2_paper, 1, _of("arxiv"), _named("arxiv"), when="shut"),
    ),
    "doi": (
        _Step(plan_crossref_papers, _CROSSREF_AT_ONCE, _of("doi"), _named("doi")),
        _Step(plan_openalex_papers, _OPENALEX_AT_ONCE, _of("doi"), _named("doi"), when="bare"),
    ),
    "pmid": (_Step(plan_pubmed_papers, 200, _of("pmid"), _named("pmid")),),
    "pmcid": (_Step(plan_pmc_papers, 200, _of("pmcid"), _named("pmcid")),),
    "acl": (
        _Step(plan_crossref_papers, _CROSSREF_AT_ONCE, _doi_from(ACL_DOI, "acl"), _doi_name_from(ACL_DOI, "acl")),
        _Step(
            plan_openalex_papers,
            _OPENALEX_AT_ONCE,
            _doi_from(ACL_DOI, "acl"),
            _doi_name_from(ACL_DOI, "acl"),
            when="bare",
        ),
        _Step(plan_acl_papers, 1, _of("acl"), _named("acl"), when="bare"),
    ),
    "openreview": (
        _Step(plan_openreview_paper, 1, _of("openreview"), _named("openreview")),
        _Step(_OLDER_OPENREVIEW, 1, _of("openreview"), _named("openreview")),
    ),
}
