"""How bioRxiv and medRxiv are asked, and its answers are looked at. Pure."""

from __future__ import annotations

import difflib
from urllib.parse import quote

from broadsheet.errors import UsageError
from broadsheet.reading.sources.requests import (
    DATED,
    Asker,
    LiveSource,
    Query,
    Request,
    ResultPage,
    SourcePlan,
    check_count,
    number_of,
    parse_object,
    rows_of,
)


def plan_biorxiv(query: Query, ask: Asker) -> SourcePlan:
    """A category of bioRxiv or medRxiv, `all`, or a DOI; the days of `fetch.days` where none are named."""
    server, title = query.service, {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}[query.service]
    limit = ask.limit(query.limit)
    if query.terms.startswith("10."):
        url = ask.url("biorxiv", f"details/{server}/{quote(query.terms)}/na/json")
        return SourcePlan(
            "biorxiv", title, Request(url, _look_at_doi), f"{title} has no preprint {query.terms[:100]}", limit
        )
    category = _subject(query, server)
    since, until = ask.span(query.since, query.until)
    url = ask.url("biorxiv", f"details/{server}/{since}/{until}")
    first = _biorxiv_page(url, {"category": category.replace(" ", "_")} if category else {}, 0, 0)
    said = f"{category or 'any category'} between {since} and {until}"
    return SourcePlan("biorxiv", title, first, f"{title} posted nothing in {said}", limit)


def _subject(query: Query, server: str) -> str:
    named = " ".join(query.terms.lower().replace("_", " ").replace("-", " ").split())
    if named in ("all", "*"):
        return ""
    if named not in SUBJECTS[server]:
        close = difflib.get_close_matches(named, SUBJECTS[server], n=1, cutoff=0.6)
        meant = f"did you mean `{server}:{close[0]}`?" if close else f"`{server}:all` takes every one."
        raise UsageError(f"{query.name[:200]} names no category of {server}: {meant}")
    return named


def _biorxiv_page(url: str, asked: dict[str, str], start: int, known: int) -> Request:
    def look(text: str) -> ResultPage:
        answer = parse_object(text)
        rows = rows_of(answer.get("collection", []))
        messages = answer.get("messages")
        message = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else {}
        total = max(number_of(message.get("total")) or 0, known)
        end = start + len(rows)  # pages have been 100 and are 30 long: a step is what came
        page = ResultPage(len(rows), total, _biorxiv_page(url, asked, end, total) if rows and end < total else None)
        check_count(len(rows), taken=start, total=total, page=page)
        return page

    return Request(f"{url}/{start}", look, asked)


def _look_at_doi(text: str) -> ResultPage:
    return ResultPage(len(rows_of(parse_object(text).get("collection", []))))


_NAMED = {
    "biorxiv": (
        "animal behavior and cognition, biochemistry, bioengineering, bioinformatics, biophysics, cancer biology, "
        "cell biology, clinical trials, developmental biology, ecology, epidemiology, evolutionary biology, genetics, "
        "genomics, immunology, microbiology, molecular biology, neuroscience, paleontology, pathology, "
        "pharmacology and toxicology, physiology, plant biology, scientific communication and education, "
        "synthetic biology, systems biology, zoology"
    ),
    "medrxiv": (
        "addiction medicine, allergy and immunology, anesthesia, cardiovascular medicine, "
        "dentistry and oral medicine, dermatology, emergency medicine, endocrinology, epidemiology, "
        "forensic medicine, gastroenterology, genetic and genomic medicine, geriatric medicine, health economics, "
        "health informatics, health policy, health systems and quality improvement, hematology, hiv aids, "
        "infectious diseases, intensive care and critical care medicine, medical education, medical ethics, "
        "nephrology, neurology, nursing, nutrition, obstetrics and gynecology, "
        "occupational and environmental health, oncology, ophthalmology, orthopedics, otolaryngology, pain medicine, "
        "palliative medicine, pathology, pediatrics, pharmacology and therapeutics, primary care research, "
        "psychiatry and clinical psychology, public and global health, radiology and imaging, "
        "rehabilitation medicine and physical therapy, respiratory medicine, rheumatology, "
        "sexual and reproductive health, sports medicine, surgery, toxicology, transplantation, urology"
    ),
}


SUBJECTS = {server: names.split(", ") for server, names in _NAMED.items()}
"""The categories, as bioRxiv and medRxiv name them: they answer an unknown one with all papers or none."""


BIORXIV = LiveSource("biorxiv:neuroscience", DATED, plan_biorxiv, ("biorxiv",), "biorxiv.org", 1.0)
MEDRXIV = LiveSource("medrxiv:oncology", DATED, plan_biorxiv, ("biorxiv",), "medrxiv.org", 1.0)
