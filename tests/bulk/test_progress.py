"""What shards report is added up as progress of the run."""

from __future__ import annotations

from broadsheet.bulk.progress import BulkReport
from broadsheet.models import Progress, Usage


def test_papers_and_what_they_took_are_added_up_over_shards():
    told: list[Progress] = []
    report = BulkReport(10, told.append)
    first, second = report.of(0), report.of(1)
    first(2, Usage(calls=1, prompt_tokens=10, money=0.5))
    second(3, Usage(calls=2, completion_tokens=5, money=0.25))
    first(1, Usage(calls=4, prompt_tokens=40, money=2.0))
    assert [(one.done, one.total) for one in told] == [(2, 10), (5, 10), (6, 10)]
    assert told[-1].usage == Usage(calls=6, prompt_tokens=40, completion_tokens=5, money=2.25)


def test_money_that_is_not_known_is_no_sum():
    report = BulkReport(10, lambda progress: None)
    report.of(0)(1, Usage(calls=1, money=None))
    report.of(1)(1, Usage(calls=1, money=1.0))
    assert report.usage.money is None
