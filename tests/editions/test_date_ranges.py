"""What a source is asked for, so that no day since the last edition is missed."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.editions.date_ranges import first_day, questions
from broadsheet.errors import UsageError

SINCE, UNTIL = dt.date(2026, 11, 6), dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("inbox/*.txt", ("inbox/*.txt",)),
        ("https://example.org/feed.xml?a=b", ("https://example.org/feed.xml?a=b",)),
        ("arxiv:cs.CL", ("arxiv:cs.CL", "arxiv:cs.CL?since=2026-11-06&until=2026-11-20")),
        ("arxiv:cs.CL?limit=9", ("arxiv:cs.CL?limit=9", "arxiv:cs.CL?limit=9&since=2026-11-06&until=2026-11-20")),
        ("arxiv:graph networks", ("arxiv:graph networks?since=2026-11-06&until=2026-11-20",)),
        ("arxiv:cs.CL?days=3", ("arxiv:cs.CL?days=3",)),
        ("arxiv:2401.01234,hep-th/9901001", ("arxiv:2401.01234,hep-th/9901001",)),
        ("biorxiv:neuroscience", ("biorxiv:neuroscience?since=2026-11-06&until=2026-11-20",)),
        ("biorxiv:10.1101/2026.11.01.000001", ("biorxiv:10.1101/2026.11.01.000001",)),
        ("pubmed:38799228", ("pubmed:38799228",)),
        ("crossref:are kettles alive?", ("crossref:are kettles alive??since=2026-11-06&until=2026-11-20",)),
        ("openreview:ICLR.cc/2026/Conference", ("openreview:ICLR.cc/2026/Conference",)),
        ("hf:weekly", ("hf:weekly:2026-W47", "hf:weekly:2026-W46", "hf:weekly:2026-W45")),
        ("hf:monthly?limit=5", ("hf:monthly:2026-11?limit=5",)),
        ("hf:daily:2026-11-20", ("hf:daily:2026-11-20",)),
    ],
)
def test_a_source_is_asked_for_all_of_the_days(source, asked):
    assert questions(source, SINCE, UNTIL) == asked


def test_a_daily_list_is_asked_for_each_day():
    asked = questions("hf:daily", SINCE, UNTIL)
    assert (len(asked), asked[0], asked[-1]) == (15, "hf:daily:2026-11-20", "hf:daily:2026-11-06")


def test_a_name_that_means_nothing_is_told():
    with pytest.raises(UsageError):
        questions("arxiv:cs.CL?sinc=2026-11-13", SINCE, UNTIL)


def test_sources_are_asked_from_some_days_before_the_last_edition():
    now = dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)
    assert first_day(None, now, days=7) == dt.date(2026, 11, 14)
    assert first_day(now - dt.timedelta(days=21), now, days=7) == dt.date(2026, 10, 23)
    assert first_day(now + dt.timedelta(days=900), now, days=7) == dt.date(2026, 11, 14)
