"""How Hugging Face, bioRxiv, medRxiv and OpenReview are asked. Pure."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from urllib.parse import quote

from broadsheet.errors import UsageError
from broadsheet.reading.plans import (
    DAYS,
    Asker,
    Key,
    Page,
    Plan,
    Request,
    check_count,
    number_of,
    read_json,
    read_object,
    rows_of,
)
from broadsheet.reading.sources import Query

HF_PAGE = 100
OPENREVIEW_PAGE = 1000


def plan_hf(query: Query, ask: Asker) -> Plan:
    """`daily`, `weekly` or `monthly`, today's or `daily:2026-11-20`, `weekly:2026-W47`, `monthly:2026-11`."""
    kind, _, moment = query.terms.partition(":")
    kind, moment = kind.strip().lower(), moment.strip()
    year, week, _ = ask.today.isocalendar()
    now = {"daily": f"{ask.today}", "weekly": f"{year}-W{week:02}", "monthly": f"{ask.today:%Y-%m}"}
    shape = {"daily": r"\d{4}-\d\d-\d\d", "weekly": r"\d{4}-W\d\d", "monthly": r"\d{4}-\d\d"}
    if kind not in now or (moment and not re.fullmatch(shape[kind], moment)):
        raise UsageError(
            f"{query.name[:200]} is no list of Hugging Face: write hf:daily, hf:daily:2026-11-20, hf:weekly, "
            "hf:weekly:2026-W47 or hf:monthly:2026-11."
        )
    moment = moment or now[kind]
    field = {"daily": "date", "weekly": "week", "monthly": "month"}[kind]
    limit = ask.limit(query.limit)
    first = _hf_page(ask.url("hf", "api/daily_papers"), {field: moment, "limit": str(min(limit, HF_PAGE))}, 0, "")
    return Plan("hf", "Hugging Face", first, _no_daily_papers(kind, moment), limit)


def _hf_page(url: str, asked: dict[str, str], number: int, before: str) -> Request:
    """A page of a list that has no count: it ends with a page that is empty, or the same as the one before."""

    def look(text: str) -> Page:
        rows = rows_of(read_json(text))
        if not rows or text == before:
            return Page(0)
        return Page(len(rows), None, _hf_page(url, asked, number + 1, text))

    return Request(url, look, {**asked, "p": str(number)} if number else asked)


def _no_daily_papers(kind: str, moment: str) -> str:
    if kind != "daily":
        return f"Hugging Face lists no papers for {moment}"
    try:
        day = dt.date.fromisoformat(moment)
    except ValueError as error:
        raise UsageError(f"hf:daily:{moment[:20]} names no day: write hf:daily:2026-11-20.") from error
    before = day - dt.timedelta(days=max(1, day.weekday() - 4))
    why = "few are submitted on Saturdays and Sundays" if day.weekday() >= 5 else "the list grows over the day"
    said = f"{DAYS[day.weekday()]} {day}"
    return f"Hugging Face lists no papers for {said}; {why}; hf:daily:{before} asks for a day before"


def plan_biorxiv(query: Query, ask: Asker) -> Plan:
    """A category of bioRxiv or medRxiv, `all`, or a DOI; the days of `fetch.days` where none are named."""
    server, title = query.service, {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}[query.service]
    limit = ask.limit(query.limit)
    if query.terms.startswith("10."):
        url = ask.url("biorxiv", f"details/{server}/{quote(query.terms)}/na/json")
        return Plan("biorxiv", title, Request(url, _look_at_doi), f"{title} has no preprint {query.terms[:100]}", limit)
    category = _subject(query, server)
    since, until = ask.span(query.since, query.until)
    url = ask.url("biorxiv", f"details/{server}/{since}/{until}")
    first = _biorxiv_page(url, {"category": category.replace(" ", "_")} if category else {}, 0, 0)
    said = f"{category or 'any category'} between {since} and {until}"
    return Plan("biorxiv", title, first, f"{title} posted nothing in {said}", limit)


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
    def look(text: str) -> Page:
        answer = read_object(text)
        rows = rows_of(answer.get("collection", []))
        messages = answer.get("messages")
        message = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else {}
        total = max(number_of(message.get("total")) or 0, known)
        end = start + len(rows)  # pages have been 100 and are 30 long: a step is what came
        page = Page(len(rows), total, _biorxiv_page(url, asked, end, total) if rows and end < total else None)
        check_count(len(rows), taken=start, total=total, page=page)
        return page

    return Request(f"{url}/{start}", look, asked)


def _look_at_doi(text: str) -> Page:
    return Page(len(rows_of(read_object(text).get("collection", []))))


def plan_openreview(query: Query, ask: Asker) -> Plan:
    """A venue's id (its papers that are accepted or under review), an invitation (`…/-/Submission`), or its name."""
    terms = query.terms
    field = "invitation" if "/-/" in terms else "content.venueid" if "/" in terms else "content.venue"
    limit = ask.limit(query.limit)
    asked = {field: terms, "limit": str(min(limit, OPENREVIEW_PAGE))}
    older = _notes_page(ask.url("openreview_old", "notes"), asked, 0, 0, None)
    first = _notes_page(ask.url("openreview", "notes"), asked, 0, 0, older)
    nothing = (
        f"OpenReview shows nobody a paper of {terms[:100]!r}; a venue is named as in its address, "
        "such as openreview:ICLR.cc/2026/Conference"
    )
    return Plan("openreview", "OpenReview", first, nothing, limit, Key("header", "Authorization", "Bearer "))


def _notes_page(url: str, asked: dict[str, str], start: int, known: int, older: Request | None) -> Request:
    """A page of notes; venues from before 2023 stand behind the older interface, which is asked where this has none."""

    def look(text: str) -> Page:
        answer = read_object(text)
        notes = rows_of(answer.get("notes"))
        total = max(number_of(answer.get("count")) or 0, known, start + len(notes))
        if not notes and not total:
            return Page(0, 0, older, listing=older is None)
        end = start + len(notes)
        page = Page(len(notes), total, _notes_page(url, asked, end, total, None) if notes and end < total else None)
        check_count(len(notes), taken=start, total=total, page=page)
        return page

    return Request(url, look, {**asked, "offset": str(start)})


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
