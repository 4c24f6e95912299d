"""Hugging Face's lists: of a day, a week or a month, to their end."""

from __future__ import annotations

import pytest

from broadsheet.errors import UsageError
from services import fetch
from site_of_ours import DAY, NOW, Call, Clock, Said, Site, fetcher, json_of, papers


def test_the_lists_of_hugging_face_are_those_of_a_day_a_week_a_month():
    names = ["daily", "daily:2026-11-19", "weekly", "weekly:2026-W46", "monthly:2026-10"]
    with Site(lambda call: json_of(papers(0, 2) if "p" not in call.query else [])) as site:
        for name in names:
            fetch(site, f"hf:{name}")
    asked = [
        {key: call.query[key] for key in ("date", "week", "month") if key in call.query} for call in site.calls[::2]
    ]
    assert asked == [
        {"date": "2026-11-20"},
        {"date": "2026-11-19"},
        {"week": "2026-W47"},
        {"week": "2026-W46"},
        {"month": "2026-10"},
    ]


@pytest.mark.parametrize("repeats", [True, False])
def test_a_list_without_a_count_ends_with_an_empty_page_or_a_repeated_one(repeats):
    def answer(call: Call) -> Said:
        number = int(call.query.get("p", 0))
        return json_of(papers(100 * min(number, 1), 100) if number < 2 or repeats else [])

    with Site(answer) as site:
        got = fetch(site, "hf:weekly")
    assert [call.query.get("p") for call in site.calls] == [None, "1", "2"]
    assert len(got.texts) == 2


def test_an_empty_day_says_what_day_it_is_and_names_one_before():
    with Site(lambda call: json_of([])) as site:
        sunday = fetch(site, "hf:daily", Clock(NOW + 2 * DAY))
    assert sunday.why == (
        "Hugging Face lists no papers for Sunday 2026-11-22; few are submitted on Saturdays and Sundays; "
        "hf:daily:2026-11-20 asks for a day before"
    )


@pytest.mark.parametrize("name", ["hf:yearly", "hf:daily:20.11.2026", "hf:daily:2026-02-30", "hf:weekly:2026-11-20"])
def test_a_list_that_hugging_face_does_not_have_is_refused_before_it_is_asked(name):
    with Site([]) as site, fetcher(site) as source, pytest.raises(UsageError, match="hf:daily"):
        source.plan(name)
