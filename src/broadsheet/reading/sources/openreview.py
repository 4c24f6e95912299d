"""How OpenReview is asked, and its answers are looked at. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.reading.sources.requests import (
    Asker,
    Key,
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

OPENREVIEW_PAGE = 1000


def plan_openreview(query: Query, ask: Asker) -> SourcePlan:
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
    return SourcePlan("openreview", "OpenReview", first, nothing, limit, Key("header", "Authorization", "Bearer "))


def plan_openreview_paper(ids: Sequence[str], ask: Asker, *, service: str = "openreview") -> SourcePlan:
    """The note of this id, from the newer interface or the older; neither takes several."""
    first = Request(ask.url(service, "notes"), _look_at_note, {"id": ids[0]})
    nothing = "OpenReview shows nobody a paper of that id"
    return SourcePlan(service, "OpenReview", first, nothing, 1, Key("header", "Authorization", "Bearer "))


def _look_at_note(text: str) -> ResultPage:
    return ResultPage(len(rows_of(parse_object(text).get("notes"))))


def _notes_page(url: str, asked: dict[str, str], start: int, known: int, older: Request | None) -> Request:
    """A page of notes; venues from before 2023 stand behind the older interface, which is asked where this has none."""

    def look(text: str) -> ResultPage:
        answer = parse_object(text)
        notes = rows_of(answer.get("notes"))
        total = max(number_of(answer.get("count")) or 0, known, start + len(notes))
        if not notes and not total:
            return ResultPage(0, 0, older, listing=older is None)
        end = start + len(notes)
        page = ResultPage(
            len(notes), total, _notes_page(url, asked, end, total, None) if notes and end < total else None
        )
        check_count(len(notes), taken=start, total=total, page=page)
        return page

    return Request(url, look, {**asked, "offset": str(start)})


SOURCE = LiveSource(
    "openreview:ICLR.cc/2026/Conference",
    ("limit",),
    plan_openreview,
    ("openreview", "openreview_old"),
    "openreview.net",
    1.0,
)
