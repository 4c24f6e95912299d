"""The desk in a real Chromium: paste, watch, read, star, edit, search; nothing for axe to find, by keyboard too."""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browser_page import shown
from desk_process import DeskProcess, open_desk
from door_process import until
from faulty import Call, FaultyServer, in_background, listing_text, well
from loopback import ModelServer, Reply, complete, write_faithfully
from places import EXAMPLES, SHARED

TEXT = (EXAMPLES / "listing.txt").read_text(encoding="utf-8")
THE_109 = SHARED / "listings" / "hf_trending_pasted.txt"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    with open_desk(tmp_path_factory.mktemp("desk") / "desk.sqlite") as opened:
        yield opened


@pytest.fixture(scope="module")
def made(desk: DeskProcess) -> str:
    return f"{desk.url}/runs/{desk.digest(TEXT)['id']}"


@pytest.fixture
def page(browser: Any, desk: DeskProcess) -> Iterator[Any]:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(desk.opened)
    yield page
    page.context.close()
    assert [text for text in complaints if "favicon" not in text and "404" not in text and "422" not in text] == []


def test_a_paste_is_understood_and_becomes_a_digest(page: Any) -> None:
    page.get_by_label("A listing, as you have it").fill(TEXT)
    page.get_by_role("heading", name="What was understood").wait_for()
    assert shown(page, "#understood .figures") == ["36 papers · 6 stretches not understood"]
    page.get_by_text("36 papers, without a model: no call, no cost").wait_for()
    page.get_by_text("The papers").click()
    page.locator(".papers input").first.uncheck()
    page.get_by_text("35 papers, without a model").wait_for()
    page.get_by_label("Name at the head").fill("Friday")
    page.get_by_role("button", name="Digest").click()
    page.locator("#digest").wait_for()
    assert shown(page, "#digest h1") == ["Friday"]
    assert page.locator(".paper").count() == 35


def test_the_html_of_the_clipboard_keeps_its_links(page: Any) -> None:
    html = "".join(
        f'<li><a href="https://arxiv.org/abs/2699.0000{at}">Knots of kind {at} in wet nets</a>'
        f"<p>Knots of kind {at} slip when they are wet. We tied four hundred and counted those that held.</p></li>"
        for at in range(1, 4)
    )
    page.locator("#text").evaluate(
        """(box, html) => {
          const data = new DataTransfer();
          data.setData("text/html", `<ul>${html}</ul>`);
          data.setData("text/plain", "Knots");
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
          box.value = "Knots";
          box.dispatchEvent(new InputEvent("input", { inputType: "insertFromPaste" }));
        }""",
        html,
    )
    page.get_by_text("The papers").click()
    assert len(shown(page, ".papers li")) == 3
    assert "3 papers" in shown(page, "#understood .figures")[0]


def test_files_are_understood_like_pasted_text(page: Any, tmp_path: Path) -> None:
    (tmp_path / "knots.ris").write_text("TY  - JOUR\nTI  - Knots in nets\nAU  - Ash, Ada\nAB  - They hold.\nER  - \n")
    page.get_by_label("Or files").set_input_files([tmp_path / "knots.ris", EXAMPLES / "listing.json"])
    page.locator("#understood").wait_for()
    assert len(shown(page, ".sources li")) == 2


def test_what_is_no_listing_is_said_and_nothing_is_lost(page: Any) -> None:
    page.locator("#text").fill("nothing but a line")
    page.locator(".problem:not([hidden])").wait_for()
    assert "no papers in it" in page.locator(".problem").inner_text()
    assert page.locator("#text").input_value() == "nothing but a line"


def test_stars_and_words_of_ones_own_are_kept(page: Any, made: str) -> None:
    page.goto(made)
    paper = page.locator(".paper").first
    title = paper.locator("h3").inner_text()
    paper.get_by_role("button", name="Star").click()
    page.get_by_text("Kept.").wait_for()
    paper.get_by_role("button", name="Edit").click()
    paper.get_by_label("TL;DR").fill("Lamps burn blue.")
    paper.get_by_role("button", name="Keep").click()
    page.get_by_text("Lamps burn blue.").first.wait_for()
    first = page.locator(".paper").first
    assert first.get_by_role("button", name="Star").get_attribute("aria-pressed") == "true"
    assert shown(page, ".edited") == ["edited"]
    page.get_by_role("link", name="Stars").click()
    page.locator(".starred li").wait_for()
    assert title in shown(page, ".starred li")[0]
    page.get_by_role("button", name="Take away").click()
    page.locator(".starred li").wait_for(state="detached")


def test_themes_are_renamed_merged_and_counted_again(page: Any, made: str) -> None:
    page.goto(made)
    themes = len(shown(page, ".theme h2"))
    header = page.locator(".theme header").first
    header.get_by_role("button", name="Rename").click()
    header.get_by_label("Heading").fill("Lamps and other lights")
    header.get_by_label("Heading").press("Enter")
    page.get_by_role("heading", name="Lamps and other lights").wait_for()
    with page.expect_navigation():
        page.locator(".theme").nth(1).get_by_label("Merge with").select_option("0")
    page.locator(".theme").first.wait_for()
    assert len(shown(page, ".theme h2")) == themes - 1
    with page.expect_navigation():
        page.locator("#count").fill("3")
        page.get_by_role("button", name="Group again").click()
    assert page.locator(".paper").count() == 36


def test_what_is_missing_to_send_or_keep_a_digest_is_said_beside_the_buttons(page: Any, made: str) -> None:
    page.goto(made)
    page.get_by_role("button", name="Send to myself").click()
    page.get_by_text("mail.from is not set").wait_for()
    page.get_by_role("button", name="Keep as an edition").click()
    page.get_by_text("no weekly is configured").wait_for()
    assert page.locator(".problem").is_visible()


def test_a_search_leads_to_the_paper(page: Any, made: str) -> None:
    page.goto(made)
    title = page.locator(".paper h3").nth(4).inner_text()
    page.get_by_role("link", name="Shelf").click()
    page.get_by_label("Find in all digests").fill(title)
    page.get_by_role("button", name="Find").click()
    page.locator(".hits a").first.wait_for()
    page.locator(".hits a").first.click()
    page.locator(".paper:target").wait_for()
    assert page.locator(".paper:target h3").inner_text() == title


def test_it_works_by_keyboard_alone(page: Any) -> None:
    page.locator("textarea:focus").wait_for()
    page.keyboard.insert_text(TEXT)
    page.get_by_text("36 papers, without a model").wait_for()
    page.locator("#title").focus()
    page.keyboard.press("Enter")
    page.locator("#digest").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/", "/shelf", "/shelf?q=robots&author=a", "/stars", "run", "changes"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(  # noqa: PLR0917 - what varies comes by position
    page: Any, desk: DeskProcess, made: str, path: str, width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing").Axe()
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    run = made.rpartition("/")[2]
    page.goto({"run": made, "changes": f"{desk.url}/changes?before={run}&after={run}"}.get(path, desk.url + path))
    for summary in page.locator("details.left-out > summary").all():
        if not summary.evaluate("one => one.parentElement.open"):
            summary.click()
    if path == "run":
        page.locator(".tools-of-paper").first.wait_for()
    results = axe.run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reader_signs_in_and_out_of_a_desk_that_others_reach(browser: Any, tmp_path: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing").Axe()
    words = "four wet knots in hemp"
    with open_desk(tmp_path / "desk.sqlite", "--host", "127.0.0.2", password=words) as desk:
        context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
        page = context.new_page()
        page.goto(desk.opened)
        page.get_by_label("The desk’s password").fill("not these words, though")
        page.keyboard.press("Enter")
        page.get_by_text("That is not the password").wait_for()
        results = axe.run(page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, results.generate_report()
        page.get_by_label("The desk’s password").fill(words)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("A listing, as you have it").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("The desk’s password").wait_for()
        context.close()


def test_what_is_never_shown_is_said_in_the_plan_before_the_digest_leaves_it_out(page: Any) -> None:
    page.get_by_label("A listing, as you have it").fill(TEXT)
    page.get_by_text("What is left out").click()
    page.get_by_label("Words never shown, a line each").fill("robots\nno such word")
    page.get_by_label("Papers of a source, at most").fill("20")
    page.get_by_label("Papers of a source, at most").blur()
    page.get_by_text("20 papers, without a model: no call, no cost; ").wait_for()
    assert "left out: “robots” is never shown here; " in page.locator("#plan").inner_text()
    assert "left out: pasted may give 20 papers" in page.locator("#plan").inner_text()
    page.get_by_role("button", name="Digest").click()
    page.locator("#digest").wait_for()
    assert page.locator(".paper").count() == 20
    page.get_by_text("left out: “robots” is never shown here").first.wait_for(state="attached")


def test_a_note_is_written_shown_and_found_and_two_digests_are_compared(
    page: Any, desk: DeskProcess, made: str
) -> None:
    page.goto(made)
    paper = page.locator(".paper").first
    paper.get_by_role("button", name="Note", exact=True).click()
    paper.get_by_label("Note").fill("Ask <b>the</b> zarfish crew")
    paper.get_by_role("button", name="Keep").click()
    page.get_by_text("Your note: Ask <b>the</b> zarfish crew").wait_for()
    for title in ("One", "Another"):
        desk.digest(TEXT, title=title)
    page.goto(f"{desk.url}/shelf")
    page.get_by_label("Find in all digests").fill("zarfish")
    page.get_by_role("button", name="Find").click()
    page.get_by_text("Ask <b>the</b> zarfish crew").first.wait_for()
    page.goto(f"{desk.url}/shelf")
    page.get_by_text("Narrow it").click()
    page.get_by_label("Dated from").fill("2999-01-01")
    page.get_by_role("button", name="Find").click()
    page.get_by_text("0 papers found").wait_for()
    page.goto(f"{desk.url}/shelf")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="What changed").wait_for()
    assert ": 0 new, 0 gone, 0 moved, 36 where they were" in page.locator(".figures").inner_text()


def test_five_files_of_five_formats_are_dropped_and_corrected_before_anything_is_spent(page: Any) -> None:
    files = {
        "knots.ris": "TY  - JOUR\nTI  - Knots in nets\nAU  - Ash, Ada\nAB  - They hold.\nER  - \n",
        "lids.bib": "@article{a, title={Lids of kettles}, author={Birch, Ben}, abstract={Lids rattle at 3 Hz.}}",
        "moss.csv": "title,authors,abstract\nMoss on stones,Cy Cedar,Moss grows on the north side.\n",
        "tides.jsonl": json.dumps({"title": "Bathtub tides", "abstract": "Tides rise.", "authors": ["Dee Dogwood"]}),
        "listing.txt": TEXT,
    }
    packed = {name: base64.b64encode(text.encode()).decode() for name, text in files.items()}
    page.locator(".drop").evaluate(
        """(place, files) => {
          const data = new DataTransfer();
          for (const [name, text] of Object.entries(files)) {
            const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
            data.items.add(new File([bytes], name));
          }
          place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        packed,
    )
    page.get_by_text("40 papers, without a model: no call, no cost").wait_for()
    assert len(shown(page, ".sources li")) == 5


def test_a_paper_is_moved_to_another_theme(page: Any, made: str) -> None:
    page.goto(made)
    title = page.locator(".paper h3").first.inner_text()
    with page.expect_navigation():
        page.locator(".paper").first.get_by_label("Theme").select_option("1")
    page.locator(".tools-of-paper").first.wait_for()
    assert title in [text.split("\n")[0] for text in shown(page, ".theme >> nth=1 >> .paper h3")]


def configure(folder: Path, url: str) -> Path:
    """A backend that is asked about one paper after the other."""
    config = folder / "config.yaml"
    config.write_text(
        f"backends: {{near: {{base_url: '{url}', model: plain-8b, batch_size: 1, concurrency: 1}}}}\n"
        f"llm: {{backend: near, timeout: 60, attempts: 1}}\noverview: false\ncache: {{folder: {folder / 'kept'}}}\n"
    )
    return config


def test_a_page_that_is_reloaded_and_whose_desk_is_killed_goes_on_by_itself_with_nothing_asked_twice(
    browser: Any, tmp_path: Path
) -> None:
    server, state = FaultyServer([well] * 5, then=lambda call: None), tmp_path / "desk.sqlite"
    page = browser.new_context().new_page()
    with in_background(server):
        config = configure(tmp_path, server.url)
        with open_desk(state, config=config) as desk:
            page.goto(desk.opened)
            run = desk.ask("POST", "/api/v1/digests", {"text": listing_text(12)}).json["id"]
            page.goto(f"{desk.url}/runs/{run}")
            page.locator(".settled li").nth(4).wait_for()
            page.reload()
            page.locator(".settled li").nth(4).wait_for()
            assert page.locator(".settled li").count() == 5
            until(lambda: len(server.calls) > 5)
            answered = server.asked[:5]
            desk.stop(signal.SIGKILL)
        server.heal()
        with open_desk(state, "--port", desk.url.rpartition(":")[2], config=config):
            page.locator("#digest").wait_for()
            assert page.locator(".paper").count() == 12
    assert [topic for topic in answered if server.asked.count(topic) > 1] == []
    page.context.close()


def test_a_pasted_page_of_109_is_planned_and_asked_ten_calls_at_once_and_its_papers_come_one_after_another(
    browser: Any, tmp_path: Path
) -> None:
    if not THE_109.is_file():
        pytest.skip("the listing of 109 papers is in shared/ beside the repository")
    ten, held = threading.Barrier(10), threading.Event()

    def reply(call: dict[str, Any]) -> Reply:
        if len(server.calls) <= 10:
            ten.wait(60)  # none is answered before ten are asked
        else:
            held.wait(60)  # their papers are seen before further ones are answered
        return complete(write_faithfully(call))

    page = browser.new_context().new_page()
    with ModelServer(reply) as server:
        server.write_config(tmp_path / "config.yaml", concurrency=10, batch_size=4)
        with open_desk(tmp_path / "d.sqlite", config=tmp_path / "config.yaml") as desk:
            page.goto(desk.opened)
            page.get_by_label("A listing, as you have it").fill(THE_109.read_text(encoding="utf-8"))
            page.get_by_text("109 papers").first.wait_for()
            page.get_by_label("Engine").select_option("near")
            page.get_by_text("calls, about").first.wait_for()
            page.get_by_role("button", name="Digest").click()
            page.locator(".settled li").nth(3).wait_for()
            assert (len(server.calls) <= 20, page.locator("#digest").count()) == (True, 0)
            held.set()
            page.locator("#digest").wait_for()
            assert page.locator(".paper").count() == 109
    assert not ten.broken
    page.context.close()


def test_stop_keeps_what_was_answered_and_what_is_under_way_and_shows_the_digest(browser: Any, tmp_path: Path) -> None:
    stopped = threading.Event()

    def once_stopped(call: Call) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
        async def play(writer: asyncio.StreamWriter) -> None:
            await asyncio.to_thread(stopped.wait, 60)
            writer.write(well(call))
            await writer.drain()

        return play

    server = FaultyServer([well] * 3, then=once_stopped)
    page = browser.new_context().new_page()
    with in_background(server), open_desk(tmp_path / "d.sqlite", config=configure(tmp_path, server.url)) as desk:
        page.goto(desk.opened)
        run = desk.ask("POST", "/api/v1/digests", {"text": listing_text(6)}).json["id"]
        page.goto(f"{desk.url}/runs/{run}")
        page.locator(".settled li").nth(2).wait_for()
        until(lambda: len(server.calls) > 3)
        with page.expect_response("**/stop"):
            page.get_by_role("button", name="Stop, and keep what is there").click()
        stopped.set()
        page.locator("#digest").wait_for()
        assert page.locator(".paper").count() == 6
        made = desk.wait(run)
    assert made["state"] == "stopped"
    assert made["digest"]["account"]["written"] >= 4
    page.context.close()
