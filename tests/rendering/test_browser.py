"""The page in a real Chromium: what a stylesheet, a script and a keyboard make of it.

`TESTS_NEED_BROWSER=1`, as `.ci/run` has it, makes a missing browser a failure; elsewhere it is a skip.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from broadsheet import digest as make_digest
from broadsheet import read
from broadsheet.mailing.render import Frame, render_letter
from broadsheet.models import Digest, Highlight, Listing, Point, Strand, Theme
from broadsheet.rendering.pages import render_digest
from broadsheet.rendering.view import Neighbours
from broadsheet.settings.resources import Resources
from browser_page import shown
from invented_papers import invent
from long_digest import long_digest
from places import EXAMPLES, SHARED
from sample_digest import DIGEST, built_in

STYLES = ("broadsheet", "journal")


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a digest as a file; afterwards nothing may have been asked for but the file, and nothing complained of."""
    opened: list[tuple[str, Any, list[str], list[str]]] = []

    def open_it(digest: Digest = DIGEST, *, style: str = "broadsheet", html: str = "", **context: Any) -> Any:
        file = tmp_path / f"page-{len(opened)}.html"
        file.write_text(html or render_digest(digest, "html", resources=Resources(style=style)), encoding="utf-8")
        page = browser.new_context(viewport={"width": 1280, "height": 900}, **context).new_page()
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        opened.append((file.as_uri(), page, requests, complaints))
        page.complaints = complaints
        return page

    yield open_it
    for address, page, requests, complaints in opened:
        page.context.close()
        assert {request.partition("#")[0] for request in requests} == {address}
        assert complaints == []


LONG = long_digest(20, themes=3)
MAPPED = LONG.model_copy(
    update={
        "map": tuple(Point(paper_key=paper.key, x=at % 5 / 4, y=at // 5 / 3) for at, paper in enumerate(LONG.papers)),
        "highlights": tuple(Highlight(paper_key=paper.key, reason="first of its kind") for paper in LONG.papers[::7]),
    }
)


def unfold(page: Any) -> None:
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")


def focused(page: Any) -> str:
    script = (
        "(e => `${e.tagName.toLowerCase()} ${e.getAttribute('href') ?? e.textContent.trim()}`)(document.activeElement)"
    )
    return str(page.evaluate(script))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("style", STYLES)
def test_axe_finds_nothing_folded_or_unfolded(open_page: Open, style: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing").Axe()
    page = open_page(style=style, color_scheme=scheme)
    for look in (lambda page: None, unfold):
        look(page)
        results = axe.run(page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, results.generate_report()


STRANDS = (
    Strand(title="Water & its moods", sizes=(1, 0, 2), status="grown"),
    Strand(title="Patient plants", sizes=(0, 0, 1), status="new"),
    Strand(title="Teapots & lids", sizes=(3, 2, 0), status="gone"),
)


@functools.cache
def other_views() -> dict[str, str]:
    """Views that are no page by theme: groups of another kind, another script, the mail."""
    shipped = Resources()
    frame = Frame(number=3, archive="https://archive.example/3/", can_choose=True)
    return {
        "author": render_digest(DIGEST, "html", resources=shipped, by="author"),
        "venue": render_digest(DIGEST, "html", resources=shipped, by="venue"),
        "German": render_digest(DIGEST.model_copy(update={"language": "German"}), "html", resources=shipped),
        "Japanese": render_digest(DIGEST.model_copy(update={"language": "Japanese"}), "html", resources=shipped),
        "Chinese, with a strip of trends": render_digest(
            DIGEST.model_copy(update={"language": "Chinese", "number": 3}),
            "html",
            resources=shipped,
            neighbours=Neighbours("../../index.html", earlier="../002/index.html", earlier_name="No. 2"),
            strands=STRANDS,
        ),
        "mail": render_letter(DIGEST, frame, resources=shipped).html,
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", other_views())
def test_axe_finds_nothing_on_other_views(open_page: Open, view: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing").Axe()
    page = open_page(html=other_views()[view], color_scheme=scheme)
    # A mail is shown within a page of its client's, which has the landmarks.
    rules = {"landmark-one-main": {"enabled": view != "mail"}, "region": {"enabled": view != "mail"}}
    for width in (1440, 390) if scheme == "light" else (390,):  # colours do not depend on the width
        page.set_viewport_size({"width": width, "height": 844})
        results = axe.run(page, options={"resultTypes": ["violations"], "rules": rules})
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [340, 390, 480, 820, 1280])
def test_no_line_of_small_print_begins_or_ends_with_a_dot(open_page: Open, width: int) -> None:
    """A dot hangs before each part: it is seen where a part stands to its left, and clipped away at a line's head."""
    page = open_page()
    page.set_viewport_size({"width": width, "height": 900})
    script = """abouts => abouts.flatMap(about => {
      const left = about.getBoundingClientRect().left;
      return [...about.querySelectorAll(":scope > :not(details), summary")].map(part => {
        const dot = part.getBoundingClientRect().left + parseFloat(getComputedStyle(part, "::before").left);
        return [getComputedStyle(part, "::before").content, part.getBoundingClientRect().left - left, dot - left];
      });
    })"""
    parts = page.eval_on_selector_all(".about", script)
    assert len(parts) > 8
    assert {content for content, _, _ in parts} == {'"·"'}
    # A part at the line's head has its dot outside of what is shown: 5px beside the line, a dot is 3px wide.
    assert all(dot < -7 if at < 1 else dot > 5 for _, at, dot in parts), parts


def test_what_opens_an_abstract_stays_where_it_is_and_closes_it(open_page: Open) -> None:
    page = open_page()
    summary = page.locator(".abstract > summary").first
    summary.scroll_into_view_if_needed()
    before = summary.bounding_box()
    summary.click()
    assert page.locator(".abstract p").first.is_visible()
    assert summary.bounding_box()["x"] == before["x"]
    assert summary.bounding_box()["y"] == before["y"]
    summary.click()
    assert not page.locator(".abstract p").first.is_visible()


@pytest.mark.parametrize(("touch", "least"), [(False, 24), (True, 44)])
@pytest.mark.parametrize("style", STYLES)
def test_what_is_pressed_in_small_print_is_large_enough(open_page: Open, style: str, touch: bool, least: int) -> None:
    page = open_page(style=style, has_touch=touch, is_mobile=touch)
    script = "all => all.map(one => [one.textContent, one.getBoundingClientRect().height])"
    small = page.eval_on_selector_all(".about > a, .about > button, .about summary", script)
    assert len(small) > 8
    assert [one for one in small if one[1] < least - 0.1] == []


def test_the_map_of_a_large_digest_is_as_wide_as_the_page(open_page: Open) -> None:
    many = long_digest(90, themes=18)
    places = tuple(Point(paper_key=one.key, x=at % 9 / 8, y=at // 9 / 7) for at, one in enumerate(many.papers))
    page = open_page(many.model_copy(update={"map": places}))
    assert page.locator(".front.long").count() == 1
    widths = [page.locator(one).bounding_box()["width"] for one in (".map", "main")]
    assert widths[0] == widths[1]


@pytest.mark.parametrize("digest", [DIGEST, built_in()], ids=["rich", "bare"])
def test_every_link_within_the_page_leads_somewhere(open_page: Open, digest: Digest) -> None:
    page = open_page(digest)
    links = page.eval_on_selector_all("a[href^='#']", "links => links.map(link => link.getAttribute('href').slice(1))")
    assert len(links) > 4
    assert [link for link in links if not page.evaluate("id => !!document.getElementById(id)", link)] == []


@pytest.mark.parametrize("style", STYLES)
def test_nothing_scrolls_sideways_on_a_small_phone(open_page: Open, style: str) -> None:
    long = DIGEST.papers[0].model_copy(update={"title": "Tides" * 60, "authors": ("A" * 90,) * 5})
    page = open_page(DIGEST.model_copy(update={"papers": (long, *DIGEST.papers[1:])}), style=style)
    page.set_viewport_size({"width": 360, "height": 740})
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_tab_key_goes_through_the_page_in_reading_order(open_page: Open) -> None:
    page = open_page()
    stops = []
    for _ in range(24):
        page.keyboard.press("Tab")
        stops.append(focused(page))
    assert stops[:8] == [
        "a #papers",
        "a #paper-arxiv-2699-00001",  # to read first
        "a #theme-water-its-moods",
        "a #paper-hash-hostile",
        "a #theme-water-its-moods-2",
        "a #theme-water-its-moods",
        "a #theme-patient-plants",
        "a #theme-water-its-moods-2",
    ]
    at = stops.index("a https://almanac.example/99")
    assert stops[at + 1].startswith("input")
    assert stops[at + 2 : at + 9] == [
        "button Starred",
        "button Keys",
        "summary All papers in a table",
        "a #theme-water-its-moods",
        "a #contents",
        "a #paper-hash-moss",  # see also
        "a https://arxiv.org/abs/2699.00001",
    ]


def test_the_arrow_keys_go_from_point_to_point_on_the_map_and_back_round(open_page: Open) -> None:
    page = open_page(MAPPED)
    points = page.locator(".map svg a")
    points.first.focus()
    seen = []
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(focused(page))
    assert seen[3] == "a #paper-arxiv-2699-00004"
    assert len(set(seen[:4])) == 4
    assert seen[4] == seen[2]
    points.first.focus()
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "a #paper-arxiv-2699-00019"


def test_a_point_of_the_map_is_named_by_its_paper_and_leads_to_it(open_page: Open) -> None:
    page = open_page(MAPPED)
    group = page.get_by_role("group", name="Bathtubs at rest")
    (key,) = MAPPED.themes[1].paper_keys[:1]
    paper = next(paper for paper in MAPPED.papers if paper.key == key)
    group.get_by_role("link", name=paper.title).click()
    assert page.url.endswith(f"#paper-{key.replace(':', '-').replace('.', '-')}")


def test_the_page_is_whole_without_script(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    assert not page.locator("form").is_visible()
    assert len(shown(page, ".paper")) == 4
    page.locator(".table summary").click()
    assert shown(page, "#table tbody th")[0] == "Counting tides in bathtubs"
    page.locator(".paper .abstract summary").first.click()
    assert shown(page, ".paper mark") == ["We timed 40 tubs & found tides < 2 mm in 31 of them."]


def test_the_other_authors_are_folded_behind_the_first_three(open_page: Open) -> None:
    page = open_page()
    assert shown(page, ".others") == []
    page.get_by_text("and 2 more").click()
    assert shown(page, ".others") == ["Ruth Osk, Lev Parr"]


def test_the_filter_leaves_the_papers_that_hold_every_word(open_page: Open) -> None:
    page = open_page()
    find = page.get_by_label("Find in this edition")
    find.fill("KETTLÉS nine")
    assert shown(page, ".paper h3") == ["A survey of singing kettles, 1900–1999"]
    assert shown(page, "output") == ["1 of 4 papers"]
    assert len(shown(page, ".theme")) == 1
    page.locator(".table summary").click()
    assert len(shown(page, "#table tbody tr")) == 1
    find.fill("no paper says this")
    assert (shown(page, ".paper"), shown(page, "output")) == ([], ["0 of 4 papers"])
    find.fill("")
    assert len(shown(page, ".paper")) == 4
    assert page.locator("output").inner_text() == ""


@pytest.mark.parametrize(
    ("language", "find", "found"), [("ja", "この号を検索", "論文4本中1本"), ("zh", "在本期中查找", "4篇论文中的1篇")]
)
def test_a_chinese_or_japanese_page_is_upright_unspaced_and_found_by_its_letters(
    open_page: Open, language: str, find: str, found: str
) -> None:
    (first, *others) = DIGEST.summaries
    told = first.model_copy(update={"tldr": "やかんのデータ１２件を測り、湯が沸く音を調べた。"})
    page = open_page(DIGEST.model_copy(update={"language": language, "summaries": (told, *others), "number": 7}))
    assert page.locator("html").get_attribute("lang") == language
    looks = page.evaluate(
        "Array.from(document.querySelectorAll('body *'), getComputedStyle).map(s => [s.fontStyle, s.letterSpacing])"
    )
    assert {tuple(look) for look in looks} <= {("normal", "normal"), ("normal", "0px")}
    page.get_by_label(find).fill("データ12件")
    assert shown(page, "output") == [found]


def test_a_link_to_a_paper_that_is_filtered_out_brings_it_back(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("Find in this edition").fill("moss")
    page.get_by_role("link", name="2: Counting tides in bathtubs").first.click()
    assert len(shown(page, ".paper")) == 4
    assert page.locator("#paper-arxiv-2699-00001").is_visible()


def test_the_table_sorts_by_a_column_and_back_with_the_empty_last(open_page: Open) -> None:
    page = open_page()
    page.locator(".table summary").click()
    heading = page.get_by_role("columnheader", name="Date")
    heading.get_by_role("button").click()
    assert shown(page, "#table td.date") == ["2099-10-28", "2099-11-03", "", ""]
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.get_by_role("button").press("Enter")
    assert shown(page, "#table td.date") == ["2099-11-03", "2099-10-28", "", ""]
    assert heading.get_attribute("aria-sort") == "descending"
    page.get_by_role("columnheader", name="Paper").get_by_role("button").click()
    assert heading.get_attribute("aria-sort") is None


def test_no_other_script_runs_than_the_one_the_policy_names(open_page: Open) -> None:
    html = render_digest(DIGEST, "html", resources=Resources())
    page = open_page(html=html.replace("</main>", "<script>document.title = 'evil'</script></main>"))
    assert page.title() == "The Kitchen Physicist, 28 October – 3 November 2099"
    assert page.locator("form").is_visible()  # ours ran
    assert len(page.complaints) == 1
    page.complaints.clear()


@pytest.mark.parametrize("style", STYLES)
def test_on_paper_there_is_no_navigation_and_addresses_are_spelled_out(open_page: Open, style: str) -> None:
    page = open_page(style=style)
    page.emulate_media(media="print")
    assert shown(page, "nav, .map, .tools, .abstract") == []
    assert len(shown(page, ".paper .tldr")) == 3
    assert page.locator(".first .tldr").count() == 2
    printed = page.eval_on_selector(".paper h3 a", "link => getComputedStyle(link, '::after').content")
    assert "arxiv.org/abs/2699.00001" in printed
    script = "all => all.map(one => [getComputedStyle(one, '::before').content, getComputedStyle(one).lineHeight])"
    dots = page.eval_on_selector_all(
        ".about > .names, .about > .names ~ span", script
    )  # within a line, none at its head
    assert {dot for dot, _ in dots} == {"none", '" · "'}
    assert page.locator(".about").first.evaluate("one => getComputedStyle(one).display") == "block"
    assert max(float(height.removesuffix("px")) for _, height in dots) < 20  # the 24 of what is pressed are for screens
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_in_a_long_edition_a_link_lands_on_its_theme_and_the_filter_sees_all(open_page: Open) -> None:
    papers = tuple(DIGEST.papers[0].model_copy(update={"key": f"hash:{number}"}) for number in range(210))
    shares = [tuple(paper.key for paper in papers[start : start + 14]) for start in range(0, 210, 14)]
    themes = tuple(Theme(title=f"Theme {number}", paper_keys=keys) for number, keys in enumerate(shares))
    page = open_page(DIGEST.model_copy(update={"papers": papers, "themes": themes, "summaries": (), "map": ()}))
    page.get_by_role("link", name="Theme 6 14").click()
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(page.locator("#theme-theme-6").bounding_box()["y"]) < 40
    page.get_by_label("Find in this edition").fill("bathtubs")
    assert shown(page, "output") == ["210 of 210 papers"]


def test_nothing_moves(open_page: Open) -> None:
    page = open_page()
    page.locator("nav a").first.hover()
    page.locator(".abstract summary").first.click()
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


# The first screen, and where the reader is.

SCREENS = [(390, 844), (820, 1180), (1440, 900)]
THE_109, LISTING = SHARED / "listings" / "hf_trending_pasted.txt", EXAMPLES / "listing.txt"
SIZE_BEFORE = 307_663
"""Bytes of the page of the 109 as it was when the account came first, at commit 055de2f."""


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
@pytest.mark.parametrize("digest", [DIGEST, MAPPED], ids=["led by an overview", "with a map"])
def test_the_first_paper_stands_whole_on_the_first_screen(
    open_page: Open, digest: Digest, screen: tuple[int, int]
) -> None:
    page = open_page(digest)
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    box = page.locator(".stories article").first.bounding_box()
    assert box["y"] + box["height"] < screen[1]


@functools.cache
def made_of(name: str) -> Digest:
    """What the built-in engine makes of a listing: the 109 as they were pasted, the examples, or a week of 20."""
    if name == "the 109" and not THE_109.is_file():
        pytest.skip("the folder of real listings is not beside the repository")
    listing = (
        Listing(papers=tuple(invent(20))) if name == "a week of 20" else read({"the 109": THE_109}.get(name, LISTING))
    )
    with ThreadPoolExecutor(1) as thread:  # Playwright has this thread's event loop
        return thread.submit(make_digest, listing).result()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
@pytest.mark.parametrize("name", ["the 109", "the examples", "a week of 20"])
def test_the_first_paper_of_a_digest_without_a_model_stands_whole_on_the_first_screen(
    open_page: Open, name: str, screen: tuple[int, int]
) -> None:
    page = open_page(made_of(name))
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    story = page.locator(".stories article").first
    box = story.bounding_box()
    assert (box["y"] + box["height"] < screen[1], story.locator(".tldr").is_visible()) == (True, True)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen[0]


@pytest.mark.parametrize("name", ["the 109", "the examples"])
def test_the_three_papers_to_read_first_stand_on_a_phones_first_screen_of_a_mail(open_page: Open, name: str) -> None:
    mail = render_letter(made_of(name), Frame(number=3, can_choose=True), resources=Resources())
    page = open_page(html=mail.html)
    page.set_viewport_size({"width": 360, "height": 740})
    told = page.locator(".first .t")
    assert told.count() == 3
    last = told.last.bounding_box()
    assert last["y"] + last["height"] < 740


def test_the_page_of_the_109_is_at_most_a_tenth_larger_than_before_papers_led_it() -> None:
    html = render_digest(made_of("the 109"), "html", resources=Resources())
    assert len(html.encode()) <= 1.1 * SIZE_BEFORE


def test_the_map_is_folded_on_a_phone_and_beside_the_contents_elsewhere(open_page: Open) -> None:
    page = open_page(MAPPED)
    page.set_viewport_size({"width": 390, "height": 844})
    assert shown(page, ".map svg") == []
    page.locator(".map summary").click()
    assert page.locator(".map svg a").count() == 20
    for width in (820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        contents, drawn = (page.locator(selector).bounding_box() for selector in ("nav", ".map"))
        assert drawn["y"] < contents["y"] + contents["height"]
        assert contents["x"] + contents["width"] <= drawn["x"]


def test_the_names_on_the_map_overlap_neither_each_other_nor_a_mark(open_page: Open) -> None:
    first, *others = MAPPED.themes
    long = first.model_copy(update={"title": "Semi-supervised learning and semantic segmentation"})
    page = open_page(MAPPED.model_copy(update={"themes": (long, *others)}))
    assert page.locator(".map text").first.locator("tspan").all_text_contents() == [
        "Semi-supervised learning",
        "and semantic segmentation",
    ]
    for width in (960, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        boxes = page.eval_on_selector_all(
            ".map text, .map rect",
            "all => all.map(one => [one.tagName, ...Object.values(one.getBoundingClientRect().toJSON()).slice(0, 4)])",
        )
        names = [box for box in boxes if box[0] == "text"]
        assert len(names) == 3
        for _, x, y, w, h in names:
            meeting = [b for b in boxes if b[1] < x + w and x < b[1] + b[3] and b[2] < y + h and y < b[2] + b[4]]
            assert len(meeting) == 1  # itself


def test_the_name_of_a_theme_stays_beside_its_papers_on_a_wide_screen_and_scrolls_away_on_a_phone(
    open_page: Open,
) -> None:
    page = open_page(MAPPED)
    for width, stays in ((1440, True), (390, False)):
        page.set_viewport_size({"width": width, "height": 500})
        page.locator(".theme .paper").nth(3).evaluate("paper => paper.scrollIntoView()")
        assert (page.locator(".theme > header").first.bounding_box()["y"] > 0) == stays


@pytest.mark.parametrize(("touch", "least"), [(False, 24), (True, 44)])
def test_what_is_pressed_is_large_enough_for_a_pointer_and_for_a_finger(
    open_page: Open, touch: bool, least: int
) -> None:
    page = open_page(MAPPED, has_touch=touch, is_mobile=touch)
    heights = page.eval_on_selector_all(
        "h3 a, nav a, .about a, .about button, .about summary, .tools button, .tools summary, .why-first a",
        "all => all.map(one => one.getBoundingClientRect().height).filter(Boolean)",
    )
    assert min(heights) >= least


# Keys and stars.


def press(page: Any, keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_keys_move_from_paper_to_paper_and_find(open_page: Open) -> None:
    page = open_page()
    place = "document.activeElement.id"
    press(page, "j")
    assert page.evaluate(place) == "paper-arxiv-2699-00001"
    press(page, "jj")
    assert page.evaluate(place) == "paper-hash-moss"
    press(page, "k")
    assert page.evaluate(place) == "paper-doi-10-9999-kettle-7"
    press(page, "/")
    page.keyboard.type("moss j")
    assert page.locator("#find").input_value() == "moss j"
    page.locator("#find").fill("moss")
    page.locator("#find").blur()
    press(page, "jj")
    assert page.evaluate(place) == "paper-hash-moss"  # what is filtered out is passed over


def test_o_opens_what_the_title_leads_to(open_page: Open) -> None:
    page = open_page()
    page.evaluate("addEventListener('click', event => { event.preventDefault(); window.led = event.target.href })")
    press(page, "jo")
    assert page.evaluate("led") == "https://arxiv.org/abs/2699.00001"


def test_a_star_stays_on_the_device_and_the_starred_can_be_shown_alone(open_page: Open) -> None:
    page = open_page()
    press(page, "jjs")
    page.reload()
    star = page.locator("#paper-doi-10-9999-kettle-7 button")
    assert (star.inner_text(), star.get_attribute("aria-pressed")) == ("Starred", "true")
    page.get_by_role("button", name="Starred", exact=True).first.click()
    assert shown(page, ".paper h3") == ["A survey of singing kettles, 1900–1999"]
    assert shown(page, "output") == ["1 of 4 papers"]
    star.click()
    page.reload()
    assert page.locator(".about [aria-pressed='true']").count() == 0


def test_the_question_mark_shows_the_keys_and_they_can_be_put_off(open_page: Open) -> None:
    page = open_page()
    press(page, "?")
    assert page.locator("dialog kbd").all_inner_texts() == ["/", "j", "k", "o", "s", "?"]
    page.get_by_label("The keys are on").uncheck()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    page.reload()
    press(page, "j")
    assert page.evaluate("document.activeElement.className") != "paper"
    page.get_by_role("button", name="Keys").click()
    assert page.locator("dialog").is_visible()


def test_a_permalink_leads_to_its_paper(open_page: Open) -> None:
    page = open_page()
    page.locator("#paper-hash-moss").get_by_role("link", name="Link").click()
    assert page.url.endswith("#paper-hash-moss")
    page.get_by_role("link", name="In this edition").first.click()
    assert page.url.endswith("#contents")
