"""How far a run is: no more lines than a person wants."""

from __future__ import annotations

import pytest

from broadsheet.cli.progress import Lines, bar_width, show_progress, spent
from broadsheet.models import Progress, Usage

USAGE = Usage(calls=3, prompt_tokens=12_000, completion_tokens=345, money=0.0123)


def lines_of(*steps: tuple[float, Progress]) -> list[str]:
    """What is said when each progress is reported at its second."""
    said: list[str] = []
    times = iter([0.0, *(second for second, _ in steps)])
    lines = Lines(said.append, lambda: next(times))
    for _, progress in steps:
        lines(progress)
    return said


def step(done: int, total: int = 9, task: str = "TL;DRs", usage: Usage = USAGE) -> Progress:
    return Progress(task=task, done=done, total=total, usage=usage)


def test_a_line_comes_every_few_seconds_and_at_the_end():
    said = lines_of((1, step(1)), (5, step(2)), (6, step(3)), (9.9, step(4)), (10, step(5)), (10.1, step(9)))
    assert [line.split(" · ")[0] for line in said] == ["TL;DRs: 2 of 9", "TL;DRs: 5 of 9", "TL;DRs: 9 of 9"]


def test_the_end_of_a_task_is_said_once_and_each_task_has_its_own():
    assert len(lines_of((1, step(9)), (2, step(9)), (3, step(9, task="themes")))) == 2


def test_a_line_tells_tokens_and_money():
    assert lines_of((1, step(9))) == ["TL;DRs: 9 of 9 · 12,345 tokens · $0.0123"]


def test_a_rate_leaves_out_what_was_there_before_and_tells_the_time_left():
    said, clock = [], iter((0.0, 10.0, 20.0, 40.0))
    lines = Lines(said.append, clock.__next__, rated=True)
    for done in (100, 200, 400):
        lines(Progress(task="TL;DRs", done=done, total=1000))
    assert said == [
        "TL;DRs: 100 of 1,000",
        "TL;DRs: 200 of 1,000 · 10/s, 80 s left",
        "TL;DRs: 400 of 1,000 · 10/s, 60 s left",
    ]


def test_a_task_whose_total_nobody_knows_never_ends():
    said, clock = [], iter((0.0, 10.0, 20.0))
    lines = Lines(said.append, clock.__next__, rated=True)
    for done in (1000, 3000):
        lines(Progress(task="rows read", done=done, total=0))
    assert said == ["rows read: 1,000", "rows read: 3,000 · 200/s"]


@pytest.mark.parametrize(
    ("usage", "says"),
    [(Usage(), ""), (USAGE.model_copy(update={"money": None}), "12,345 tokens")],
)
def test_what_is_not_known_is_not_said(usage, says):
    assert spent(usage) == says


def test_quiet_reports_nothing(capsys):
    with show_progress(quiet=True) as report:
        report(step(9))
    assert capsys.readouterr() == ("", "")


def test_without_a_terminal_lines_go_to_stderr(capsys):
    with show_progress(quiet=False) as report:
        report(step(9))
    assert capsys.readouterr() == ("", "TL;DRs: 9 of 9 · 12,345 tokens · $0.0123\n")


def wait(what: str, done: int = 0, total: int = 0) -> Progress:
    return Progress(task="arxiv:cs.CL", done=done, total=total, waiting=what)


def test_whom_a_live_source_waits_for_is_said_at_once_then_every_few_seconds():
    said = lines_of(
        (0.1, wait("for arXiv")), (1, wait("for arXiv", 25, 60)), (7, wait("3 s to ask arXiv again", 50, 60))
    )
    assert said == ["arxiv:cs.CL: waiting for arXiv", "arxiv:cs.CL: waiting 3 s to ask arXiv again"]


def test_a_source_that_answered_at_once_is_not_worth_a_second_line():
    assert len(lines_of((0.1, wait("for arXiv")), (0.4, step(25, 25, task="arxiv:cs.CL", usage=Usage())))) == 1


def test_the_bar_leaves_room_for_what_stands_beside_it():
    assert [bar_width(columns) for columns in (40, 60, 80, 200)] == [4, 10, 30, 30]
