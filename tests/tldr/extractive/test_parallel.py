"""TL;DRs of many papers: the same from several processes as from one, and one where others must not be started."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.injection.sanitise import SanitisedPaper, keep_as_is
from broadsheet.models import Paper, Summary
from broadsheet.tldr.extractive.parallel import FEWEST, ReadyProcess, count_workers, extract_all, start_ready
from broadsheet.tldr.extractive.sanitised import extract_sanitised
from door_process import until

SCRIPT = """
import asyncio
from broadsheet.injection.sanitise import keep_as_is
from broadsheet.models import Paper
from broadsheet.tldr.extractive.parallel import FEWEST, count_workers, extract_all
print("run")
print(count_workers(FEWEST))
papers = [keep_as_is(Paper(key=str(at), title="Wet knots", abstract="Wet knots hold.")) for at in range(FEWEST)]
print(len(asyncio.run(extract_all(papers))))
"""

KILLED = """
import os
from broadsheet.tldr.extractive.parallel import open_pool, start_ready
if __name__ == "__main__":
    print(open_pool(1).submit(os.getpid).result(), start_ready().pid, flush=True)
    os.kill(os.getpid(), 9)
"""


def many(count: int) -> list[SanitisedPaper]:
    return [
        keep_as_is(Paper(key=f"p{at}", title=f"Knot {at}", abstract=f"Wet knots slip. We show that {at} of them hold."))
        for at in range(count)
    ]


def test_several_processes_give_the_answers_of_one_in_the_same_order() -> None:
    papers = many(FEWEST + 7)
    told: list[tuple[int, Summary]] = []
    found = asyncio.run(extract_all(papers, lambda count, summary: told.append((count, summary))))
    assert found == tuple(map(extract_sanitised, papers))
    assert [count for count, _ in told] == list(range(1, len(papers) + 1))
    assert {summary.paper_key: summary for _, summary in told} == {summary.paper_key: summary for summary in found}


def test_few_papers_start_no_process() -> None:
    assert count_workers(FEWEST - 1) == 1


def test_a_program_whose_main_module_does_not_ask_for_its_name_is_run_once(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(SCRIPT, encoding="utf-8")
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert (ran.stdout.split(), ran.stderr) == (["run", "1", str(FEWEST)], "")


def test_a_prompt_has_no_main_module_to_be_imported_again() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert (ran.stdout.split()[0], ran.stdout.split()[2], ran.stderr) == ("run", str(FEWEST), "")


@pytest.fixture(scope="module")
def ready() -> Iterator[ReadyProcess]:
    started = start_ready()
    assert started is not None
    yield started
    started.close()


def extracted(ready: ReadyProcess, papers: list[SanitisedPaper]) -> tuple[tuple[Summary, ...], list[int], set[str]]:
    """The summaries, the counts that were reported, and the keys."""
    told: list[tuple[int, Summary]] = []

    async def extract() -> tuple[Summary, ...]:
        ready.serve()
        return await extract_all(papers, lambda count, summary: told.append((count, summary)))

    found = asyncio.run(extract())
    return found, [count for count, _ in told], {summary.paper_key for _, summary in told}


def test_a_process_that_is_ready_gives_the_same_answers_in_the_same_order(ready: ReadyProcess) -> None:
    papers = many(30)
    found, counts, keys = extracted(ready, papers)
    assert found == tuple(map(extract_sanitised, papers))
    assert (counts, len(keys)) == (list(range(1, 31)), 30)


def test_what_was_begun_ahead_is_taken_and_what_was_begun_for_others_is_given_up(ready: ReadyProcess) -> None:
    papers = many(12)
    ready.begin(many(40)[20:])
    ready.begin(papers)
    found, counts, _ = extracted(ready, papers)
    assert (found, len(counts)) == (tuple(map(extract_sanitised, papers)), 12)


def test_a_paper_that_changed_since_it_was_begun_is_extracted_as_it_is_now(ready: ReadyProcess) -> None:
    before = keep_as_is(Paper(key="k", title="Wet knots", abstract="We show that wet knots slip."))
    after = keep_as_is(Paper(key="k", title="Wet knots", abstract="We show that dry knots hold."))
    ready.begin([before])
    assert extracted(ready, [after])[0] == (extract_sanitised(after),)


def test_a_program_goes_on_without_its_ready_process_once_that_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = start_ready()
    assert ready is not None
    papers = many(5)
    ready.begin(papers[:2])
    [process] = [child for child in multiprocessing.active_children() if child.pid == ready.pid]
    process.kill()
    process.join()
    assert extracted(ready, papers)[0] == tuple(map(extract_sanitised, papers))
    ready.close()
    # A pipe's error holds what was to be sent: kept by whom it reached, it would be an error of the next collection.
    unraised: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraised.append)
    gc.collect()
    assert unraised == []


def test_processes_end_with_a_program_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    pids = [int(pid) for pid in ran.stdout.split()]
    assert len(pids) == 2, ran.stderr
    until(lambda: not any(map(is_alive, pids)))


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
