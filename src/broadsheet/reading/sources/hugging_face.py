"""How Hugging Face's daily papers are asked, and its answers are looked at. Pure."""

from __future__ import annotations

import datetime as dt
import re

from broadsheet.errors import UsageError
from broadsheet.reading.sources.requests import (
    DAYS,
    Asker,
    LiveSource,
    Query,
    Request,
    ResultPage,
    SourcePlan,
    read_json,
    rows_of,
)

HF_PAGE = 100


def plan_hf(query: Query, ask: Asker) -> SourcePlan:
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
    return SourcePlan("hf", "Hugging Face", first, _no_daily_papers(kind, moment), limit)


def _hf_page(url: str, asked: dict[str, str], number: int, before: str) -> Request:
    """A page of a list that has no count: it ends with a page that is empty, or the same as the one before."""

    def look(text: str) -> ResultPage:
        rows = rows_of(read_json(text))
        if not rows or text == before:
            return ResultPage(0)
        return ResultPage(len(rows), None, _hf_page(url, asked, number + 1, text))

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


SOURCE = LiveSource("hf:daily", ("limit",), plan_hf, ("hf",), "huggingface.co", 1.0)
