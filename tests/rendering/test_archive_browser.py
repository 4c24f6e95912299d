"""An archive in a real Chromium, over loopback: nothing for axe to find, and a search that finds."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Returned, Strand
from broadsheet.rendering.archive import Archive, ArchiveFront, outline
from broadsheet.rendering.pages import render_digest
from broadsheet.rendering.view import Neighbours
from broadsheet.rendering.write_files import write_files
from broadsheet.settings.resources import Resources
from browser_page import shown
from sample_digest import DIGEST


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an archive of two editions is served."""
    folder = tmp_path_factory.mktemp("site")
    back = Returned(paper_key="x", title="Tides, again", url="https://a.example/x", version=2, edition=1)
    strands = [Strand(title="Water", sizes=(1, 2), status="grown"), Strand(title="Lids", sizes=(1, 0), status="gone")]
    outlines = []
    for number, update in ((2, {"returned": (back,)}), (1, {})):
        digest = DIGEST.model_copy(update={"number": number, **update})
        outlines.append(outline(digest, PageLabels(), in_feed=True))
        beside = Neighbours("../../index.html", earlier="../001/index.html" if number == 2 else "")
        place = folder / f"editions/{number:03d}"
        place.mkdir(parents=True)
        (place / "index.html").write_text(render_digest(digest, "html", resources=Resources(), neighbours=beside))
    archive = Archive(ArchiveFront("The Kitchen Physicist", subscribe="s"), outlines, forms=("md",), strands=strands)
    for name, text in archive.files(Resources()).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    page.context.close()
    assert [text for text in complaints if "favicon" not in text and "404" not in text] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "editions/002/index.html"])
def test_axe_finds_nothing(page: Any, address: str, path: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing").Axe()
    page.emulate_media(color_scheme=scheme)
    page.goto(address + path)
    if not path:
        page.get_by_label("Find in all editions").fill("tides")
        page.locator("#found li").first.wait_for()
    for width in (1280, 390) if scheme == "light" else (390,):  # colours do not depend on the width
        page.set_viewport_size({"width": width, "height": 900})
        results = axe.run(page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, results.generate_report()


def test_the_search_finds_in_all_editions_and_leads_to_the_paper(page: Any) -> None:
    find = page.get_by_label("Find in all editions")
    find.fill("KETTLÉS nine")
    page.locator("#found li").first.wait_for()
    assert shown(page, "output") == ["2 of 8 papers"]
    assert [text.splitlines()[0] for text in shown(page, "#found li")] == [
        "A survey of singing kettles, 1900–1999 No. 2, 4 November 2099",
        "A survey of singing kettles, 1900–1999 No. 1, 4 November 2099",
    ]
    page.locator("#found a").first.click()
    assert page.url.endswith("/editions/002/index.html#paper-doi-10-9999-kettle-7")
    assert page.locator("#paper-doi-10-9999-kettle-7").is_visible()


def test_text_of_a_paper_is_text_in_the_search(page: Any) -> None:
    page.get_by_label("Find in all editions").fill("alert")
    page.locator("#found li").first.wait_for()
    assert page.locator("#found img, #found script").count() == 0
    page.get_by_label("Find in all editions").fill("no paper says this")
    page.locator("#found").wait_for(state="hidden")
    assert shown(page, "output") == ["0 of 8 papers"]


def test_what_was_starred_in_any_edition_is_found_from_the_front(page: Any, address: str) -> None:
    page.goto(f"{address}editions/001/index.html")
    for key in "jjs":
        page.keyboard.press(key)
    page.get_by_role("link", name="All editions").click()
    page.wait_for_url(f"{address}index.html")  # and its script has run
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.get_by_role("button", name="Starred").click()
    page.locator("#found li").first.wait_for()
    assert shown(page, "#found a") == ["A survey of singing kettles, 1900–1999"] * 2  # it stands in both


@pytest.mark.parametrize(("touch", "least"), [(False, 24), (True, 44)])
@pytest.mark.parametrize("path", ["", "editions/002/index.html"])
def test_what_is_pressed_is_large_enough_for_a_pointer_and_for_a_finger(
    browser: Any, address: str, path: str, touch: bool, least: int
) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=touch, is_mobile=touch).new_page()
    page.goto(address + path)
    heights = page.eval_on_selector_all(
        ":is(h2, h3, h4, .dateline, .neighbours, .trend, .count) a, .tools button",
        "all => all.map(one => one.getBoundingClientRect().height).filter(Boolean)",
    )
    assert min(heights) >= least
    page.context.close()


def test_the_archive_is_whole_without_script_and_on_a_small_phone(browser: Any, address: str) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False).new_page()
    page.goto(address)
    assert not page.locator("form").is_visible()
    assert len(shown(page, ".edition")) == 2
    page.get_by_role("link", name="No. 2, 4 November 2099", exact=True).click()
    page.get_by_role("link", name="Previous edition").click()
    page.get_by_role("link", name="All editions").click()
    assert page.url == f"{address}index.html"
    page.context.close()


def test_an_archive_that_is_read_as_files_is_searched_too(browser: Any, tmp_path: Path) -> None:
    edition = outline(DIGEST.model_copy(update={"number": 1}), PageLabels(), in_feed=True)
    archive = Archive(ArchiveFront("Kitchen"), [edition])
    write_files(archive.files(Resources()), tmp_path)
    page = browser.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_label("Find in all editions").fill("kettles nine")
    page.locator("#found li").first.wait_for()
    assert shown(page, "output") == ["1 of 4 papers"]
    page.close()
