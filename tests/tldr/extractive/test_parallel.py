"""TL;DRs of many papers: the same from several processes as from one, and one where others must not be started."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from broadsheet.injection.sanitise import SanitisedPaper, keep_as_is
from broadsheet.models import Paper, Summary
from broadsheet.tldr.extractive.parallel import FEWEST, count_workers, extract_all
from broadsheet.tldr.extractive.sanitised import extract_sanitised

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
