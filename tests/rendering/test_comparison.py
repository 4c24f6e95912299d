"""The page that compares writers: who is named where, and that hostile text stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet.digests.comparison import rich_comparison
from broadsheet.locale.labels import ComparisonLabels
from broadsheet.models import Comparison, Finding, Source
from broadsheet.rendering.comparison import blind_order, compare_view, render_comparison
from broadsheet.settings.resources import Resources
from browser_page import shown
from sample_digest import PAPERS, SUMMARIES

RICH = rich_comparison()
HOSTILE = RICH.model_copy(
    update={
        "papers": PAPERS,
        "sources": (Source(name="<b>list.txt", format="x", papers=4),),
        "writers": tuple(
            run.model_copy(
                update={
                    "name": f"{run.name} <i>|`*",
                    "summaries": SUMMARIES,
                    "findings": {PAPERS[3].key: (Finding(kind="number", detail="<img src=x> | 3"),)},
                }
            )
            for run in RICH.writers
        ),
    }
)


def page(comparison: Comparison, form: Any = "html", style: str = "broadsheet") -> str:
    return render_comparison(comparison, form, resources=Resources(style=style))


def test_under_each_paper_stands_each_writer_in_order_with_mark_words_and_findings():
    made = compare_view(RICH, ComparisonLabels())
    assert [[answer.writer for answer in paper.answers] for paper in made.papers] == [list(made.names)] * 3
    first, second = made.papers[0].answers[0], made.papers[1].answers[0]
    assert (first.words, first.marked, first.how, first.findings) == ("5 words", False, "written", ())
    assert (second.marked, second.how) == (True, "Extracted, because x. · asked 3 times")
    assert second.findings == ("the abstract has no 13.",)
    assert made.papers[1].answers[1].findings == ()
    assert made.papers[2].answers[0].words == "No TL;DR was made."


def test_the_table_counts_what_each_writer_made_and_took():
    rows = {row.name: row.values for row in compare_view(RICH, ComparisonLabels()).rows}
    assert rows["TL;DRs the check objects to"] == ("1", "0")
    assert rows["Calls"] == ("2", "2")
    assert rows["Money"] == ("price not configured",) * 2
    assert rows["Words, on average"] == ("5.0", "5.0")


def test_a_blind_page_shows_letters_whose_key_is_right():
    blind = RICH.model_copy(update={"blind": True, "seed": 1})
    made = compare_view(blind, ComparisonLabels())
    for paper, told in zip(blind.papers, made.papers, strict=True):
        assert [answer.writer for answer in told.answers] == ["A", "B"]
        assert [author.name for author in told.key] == [run.name for run in blind_order(blind, paper)]
        assert not any(answer.marked or answer.how for answer in told.answers)


def test_the_order_under_a_letter_changes_from_paper_to_paper_and_with_the_seed():
    papers = [RICH.papers[0].model_copy(update={"key": f"hash:{number}"}) for number in range(40)]
    first = [blind_order(RICH, paper)[0].name for paper in papers]
    other = [blind_order(RICH.model_copy(update={"seed": 7}), paper)[0].name for paper in papers]
    assert 10 < first.count(RICH.writers[0].name) < 30
    assert first == [blind_order(RICH, paper)[0].name for paper in papers] != other


@pytest.mark.parametrize("blind", [False, True])
def test_hostile_text_stays_text(blind: bool):
    comparison = HOSTILE.model_copy(update={"blind": blind})
    html, markdown, text = (page(comparison, form) for form in ("html", "md", "txt"))
    assert not any(tag in html for tag in ("<script", "<img", "<i>", "<b>list", "javascript:alert(5)"))
    assert not re.search(r"(?<!\\)\]\(javascript", markdown)
    assert "<img" not in markdown.replace("\\<img", "")
    assert "\x1b" not in html + markdown + text


def test_a_comparison_in_german_says_so():
    assert "<h1>Nebeneinander</h1>" in page(RICH.model_copy(update={"language": "German"}))


def test_the_command_makes_the_page_again():
    one = RICH.model_copy(update={"blind": True, "seed": 4})
    assert compare_view(one, ComparisonLabels()).command == (
        "broadsheet compare listing.txt --backend somewhere=some-model --backend builtin --limit 3 --seed 4 --blind"
    )


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    opened = []

    def open_it(html: str, **context: Any) -> Any:
        file = tmp_path / f"page-{len(opened)}.html"
        file.write_text(html, encoding="utf-8")
        shown_page = browser.new_context(**context).new_page()
        requests: list[str] = []
        shown_page.on("request", lambda request: requests.append(request.url))
        shown_page.goto(file.as_uri())
        opened.append((file.as_uri(), shown_page, requests))
        return shown_page

    yield open_it
    for address, shown_page, requests in opened:
        shown_page.context.close()
        assert {request.partition("#")[0] for request in requests} == {address}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("style", ["broadsheet", "journal"])
def test_axe_finds_nothing_on_it(open_page: Any, style: str, scheme: str):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing").Axe()
    for blind in (False, True):
        seen = open_page(page(HOSTILE.model_copy(update={"blind": blind}), style=style), color_scheme=scheme)
        seen.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        results = axe.run(seen, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, results.generate_report()


def test_nothing_scrolls_sideways_on_a_small_phone_and_the_answers_stand_side_by_side_on_a_screen(open_page: Any):
    long = RICH.model_copy(
        update={"writers": tuple(run.model_copy(update={"name": "m" * 60 + run.name}) for run in RICH.writers)}
    )
    seen = open_page(page(long), viewport={"width": 360, "height": 740})
    assert seen.evaluate("document.documentElement.scrollWidth") <= 360
    seen.set_viewport_size({"width": 1280, "height": 900})
    left, right = (seen.locator(".paper .answers section").nth(place).bounding_box() for place in (0, 1))
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]


def test_the_key_of_a_blind_page_is_folded(open_page: Any):
    seen = open_page(page(RICH.model_copy(update={"blind": True})))
    assert not any("some-model" in text for text in shown(seen, "main *, .key li, .key td, .key th"))
    seen.locator(".key > summary").click()
    assert any("some-model" in text for text in shown(seen, ".key li"))
