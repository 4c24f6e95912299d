"""CPU seconds and MB for digest.json of invented papers, written or read back, in this process.

    python benchmarks/scale.py write FOLDER 10000
    python benchmarks/scale.py read FOLDER 10000        # what was written there

Memory is the peak beyond what the process had before. `speed_table.py` runs it with two builds. Needs Linux, whose peak
of memory can be set back.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from pathlib import Path

from broadsheet.models import Account, Digest, Evidence, Paper, Summary, Theme

try:
    from broadsheet.cli.actions.digest import write_forms
    from broadsheet.digests.previous import read_edition
    from broadsheet.settings.loading import load_settings
except ImportError:  # the build of commit 055de2f, which today's is compared with
    from broadsheet.commands.digest import _write as write_forms
    from broadsheet.store.earlier import read_edition

    from broadsheet.settings import load_settings


def invent(count: int) -> Digest:
    """A digest of papers that are visibly invented, with abstracts as long as real ones."""
    papers, summaries = [], []
    for at in range(count):
        tldr = f"We tie knot {at} in wet rope, and show that it holds for as long as the tide is low."
        abstract = " ".join([tldr, *(f"In trial {at + no} the rope of the goat held {no} boats." for no in range(24))])
        paper = Paper(
            key=f"doi:10.5555/{at}",
            title=f"Knot {at}, tied wet",
            abstract=abstract,
            raw_abstract=f"{abstract} ",
            authors=("Ada Ash", "Bo Birch"),
            published=dt.date(2026, 1, 1),
            identifiers={"doi": f"10.5555/{at}"},
        )
        piece = Evidence(sentence=0, start=0, end=len(tldr), text=tldr)
        papers.append(paper)
        summaries.append(Summary(paper_key=paper.key, tldr=tldr, method="extracted", evidence=(piece,)))
    return Digest(
        title="Knots",
        created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        themes=(Theme(title="Knots", paper_keys=tuple(paper.key for paper in papers)),),
        summaries=tuple(summaries),
        papers=tuple(papers),
        account=Account(received=count, digested=count, extracted=count),
    )


def memory(name: str) -> float:
    """A figure of this process in MB: `VmRSS` is what it has, `VmHWM` the peak of that."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


def measure(task: str, folder: str, count: int) -> None:
    """Writes or reads digest.json in this process, and prints seconds and MB."""
    digest = invent(count) if task == "write" else None
    settings = load_settings(None, {"output": {"folder": folder, "formats": ["json"]}})
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # sets the peak back
    before, began = memory("VmRSS"), time.process_time()
    if digest is not None:
        write_forms(digest, settings)
    else:
        digest = read_edition(Path(folder))
    print(json.dumps([time.process_time() - began, memory("VmHWM") - before]))


if __name__ == "__main__":
    measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))
