"""Measures a digest's page by the number of its papers: seconds to render, size, and what Chromium makes of it.

    python benchmarks/page_speed.py                         # 36, 1,000 and 10,000 papers
    python benchmarks/page_speed.py --papers 1000 --style journal

The papers are the invented ones of `examples/listing.txt` over and over, in themes of 14, with a place on the map for
each. Rendering is the median of three after one that is not counted. Load is from the start of navigation to the end
of the load event; a filter and a sort are measured to the next frame that is drawn. Needs Debian's chromium and the
packages of the test extra.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from broadsheet import digest as make_digest
from broadsheet import read
from broadsheet.models import Cited, Digest, Highlight, Overview, Point, Theme
from broadsheet.rendering.pages import FILE_NAMES, render_digest
from broadsheet.settings.resources import Resources

ROOT = Path(__file__).resolve().parents[1]
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
NEXT_FRAME = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
FILTER = f"""async () => {{
  const find = document.getElementById("find"), began = performance.now();
  find.value = "lanternfish array"; find.dispatchEvent(new Event("input"));
  await {NEXT_FRAME}; return performance.now() - began;
}}"""
SORT = f"""async () => {{
  document.querySelector(".table").open = true; document.getElementById("find").value = "";
  document.getElementById("find").dispatchEvent(new Event("input")); await {NEXT_FRAME};
  const began = performance.now(); document.querySelector("thead button").click();
  await {NEXT_FRAME}; return performance.now() - began;
}}"""
LOAD = "() => { const [entry] = performance.getEntriesByType('navigation'); return entry.loadEventEnd; }"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, nargs="+", default=[36, 1000, 10_000])
    parser.add_argument("--style", default="broadsheet")
    asked = parser.parse_args()
    resources = Resources(style=asked.style)
    small = make_digest(read(ROOT / "examples" / "listing.txt"))
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, style {asked.style}\n")
    print("| papers | form | seconds to render | kB |\n|---|---|---|---|")
    pages: dict[int, str] = {}
    for count in asked.papers:
        large = enlarge(small, count)
        for form in FILE_NAMES:
            seconds, text = timed(large, form, resources)
            print(f"| {count:,} | {form} | {seconds:.2f} | {len(text.encode()) / 1000:,.0f} |")
            if form == "html":
                pages[count] = text
    print("\n| papers | load, ms | filter, ms | sort, ms | script heap, MB |\n|---|---|---|---|---|")
    for count, html in pages.items():
        print(f"| {count:,} | " + " | ".join(f"{figure:,.0f}" for figure in browse(html)) + " |")


def timed(digest: Digest, form: str, resources: Resources) -> tuple[float, str]:
    """The median seconds of three renderings, and the last one."""
    times, text = [], ""
    for _ in range(4):
        began = time.perf_counter()
        text = render_digest(digest, form, resources=resources)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:]), text


def enlarge(small: Digest, count: int) -> Digest:
    """A digest of that many papers, by a seed: the small one's over and over, under keys of their own."""
    chance = random.Random(7)
    summaries = {summary.paper_key: summary for summary in small.summaries}
    papers, told = [], []
    for number in range(count):
        paper = small.papers[number % len(small.papers)]
        key = f"hash:{number}"
        date = dt.date(2026, 1, 1) + dt.timedelta(days=number % 300)
        papers.append(paper.model_copy(update={"key": key, "published": date}))
        told.append(summaries[paper.key].model_copy(update={"paper_key": key}))
    keys = [paper.key for paper in papers]
    shares = [tuple(keys[start : start + 14]) for start in range(0, count, 14)]
    themes = tuple(Theme(title=f"Lamps of kind {number}", paper_keys=share) for number, share in enumerate(shares, 1))
    return small.model_copy(
        update={
            "papers": tuple(papers),
            "summaries": tuple(told),
            "themes": themes,
            "map": tuple(Point(paper_key=key, x=chance.random(), y=chance.gauss(0.5, 0.2)) for key in keys),
            "overview": Overview(text="Lamps.", sentences=(Cited(text="Lamps.", paper_keys=tuple(keys[:3])),)),
            "highlights": tuple(Highlight(paper_key=key, reason="first of its kind") for key in keys[:5]),
        }
    )


def browse(html: str) -> tuple[float, float, float, float]:
    """Medians of three loads in Chromium: milliseconds to load, to filter, to sort, and megabytes of script heap."""
    from playwright.sync_api import sync_playwright

    found = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "digest.html"
        file.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        for _ in range(3):
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.goto(file.as_uri(), wait_until="load")
            page.evaluate(NEXT_FRAME)
            heap = "performance.memory.usedJSHeapSize / 1e6"
            found.append((page.evaluate(LOAD), page.evaluate(FILTER), page.evaluate(SORT), page.evaluate(heap)))
            page.context.close()
        browser.close()
    load, sift, sort, memory = (statistics.median(figures) for figures in zip(*found, strict=True))
    return load, sift, sort, memory


if __name__ == "__main__":
    main()
