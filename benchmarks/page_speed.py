"""Measures a digest's page by the number of its papers: seconds to render, size, and what Chromium makes of it.

    python benchmarks/page_speed.py                         # 36, 1,000 and 10,000 papers
    python benchmarks/page_speed.py --papers 1000 --style journal
    python benchmarks/page_speed.py --papers --page now/digest.html --page before/digest.html     # of two builds

The papers are the invented ones of `examples/listing.txt` over and over, in themes of 14, with a place on the map for
each. Rendering is the median of three after one that is not counted. First paint and load are from the start of
navigation; a filter and a sort are measured to the next frame that is drawn, where the page has them. A page that
leads to others is measured alone: what a reader sees first. Needs Debian's chromium and the packages of the test extra.
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
from broadsheet.rendering.page_set import render_files
from broadsheet.rendering.pages import FILE_NAMES
from broadsheet.settings.loading import Form
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
LOAD = """() => {
  const [load] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return [paint.startTime, load.loadEventEnd, performance.memory.usedJSHeapSize / 1e6];
}"""


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, nargs="*", default=[36, 1000, 10_000])
    parser.add_argument("--page", type=Path, action="append", default=[], help="a page that is there already")
    parser.add_argument("--style", default="broadsheet")
    asked = parser.parse_args()
    resources = Resources(style=asked.style)
    small = make_digest(read(ROOT / "examples" / "listing.txt"))
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, style {asked.style}\n")
    print("| papers | form | seconds to render | kB |\n|---|---|---|---|")
    pages = {str(path): path.read_text(encoding="utf-8") for path in asked.page}
    for count in asked.papers:
        large = enlarge(small, count)
        for form in FILE_NAMES:
            seconds, text = timed(large, form, resources)
            print(f"| {count:,} | {form} | {seconds:.2f} | {len(text.encode()) / 1000:,.0f} |")
            if form == "html":
                pages[f"{count:,}"] = text
    print("\n| page | kB | first paint, ms | load, ms | script heap, MB | filter, ms | sort, ms |")
    print("|---|---|---|---|---|---|---|")
    for name, html in pages.items():
        figures = (len(html.encode()) / 1000, *browse(html))
        print(f"| {name} | " + " | ".join(f"{figure:,.0f}" for figure in figures) + " |")


def timed(digest: Digest, form: Form, resources: Resources) -> tuple[float, str]:
    """The median seconds of three renderings, and the last one."""
    times, text = [], ""
    for _ in range(4):
        began = time.perf_counter()
        text = render_files(digest, [form], resources=resources)[FILE_NAMES[form]]
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


def browse(html: str) -> list[float]:
    """Medians of three visits in Chromium: milliseconds to the first paint and to load, megabytes of script heap.

    Then, where it is a page of all papers, milliseconds to filter and to sort.
    """
    from playwright.sync_api import sync_playwright

    found: list[list[float]] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "digest.html"
        file.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        for _ in range(3):
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.goto(file.as_uri(), wait_until="load")
            page.evaluate(NEXT_FRAME)
            whole = [FILTER, SORT] if page.locator("#table").count() else []
            found.append([*page.evaluate(LOAD), *(page.evaluate(action) for action in whole)])
            page.context.close()
        browser.close()
    return [statistics.median(figures) for figures in zip(*found, strict=True)]


if __name__ == "__main__":
    main()
