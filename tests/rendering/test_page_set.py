"""A digest too large for one page: every paper on its theme's page, found from everywhere, with no server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from broadsheet.models import Digest, Highlight, Paper, Summary, Theme
from broadsheet.rendering.page_set import MOST_ON_A_PAGE, render_files, render_page_set
from broadsheet.rendering.write_files import write_files
from broadsheet.settings.resources import Resources
from browser_page import shown
from sample_digest import DIGEST, HOSTILE
from search_indexes import indexed


def large(count: int, *, of_a_theme: int = 40) -> Digest:
    """A digest of that many invented papers, one of them hostile; every theme refers to a paper of the first."""
    papers = [
        Paper(key=f"hash:{number}", title=f"Lamp {number} of the harbour", abstract=f"Lamp {number} is blue.")
        for number in range(count - 1)
    ]
    papers.append(HOSTILE)
    keys = [paper.key for paper in papers]
    themes = [
        Theme(title=f"Lamps of kind {start}", paper_keys=tuple(keys[start : start + of_a_theme]), see_also=(keys[0],))
        for start in range(0, count, of_a_theme)
    ]
    told = [Summary(paper_key=paper.key, tldr=paper.abstract or "Red.", method="extracted") for paper in papers]
    return DIGEST.model_copy(
        update={
            "papers": tuple(papers),
            "summaries": tuple(told),
            "themes": tuple(themes),
            "map": (),
            "overview": None,
            "highlights": (Highlight(paper_key=keys[-2], reason="it is the last"),),
            "matches": (),
        }
    )


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return {name: "".join(parts) for name, parts in render_page_set(large(120), resources=Resources()).items()}


def test_a_small_digest_is_one_page_and_a_large_one_is_not() -> None:
    assert list(render_files(large(MOST_ON_A_PAGE), ("html", "md"), resources=Resources())) == [
        "digest.html",
        "digest.md",
    ]
    many = list(render_files(large(MOST_ON_A_PAGE + 1, of_a_theme=400), ("html",), resources=Resources()))
    assert many == ["themes/index.js", "themes/0001.html", "themes/0002.html", "digest.html"]


def test_every_paper_stands_on_one_page_and_in_the_index_where_it_stands(files: dict[str, str]) -> None:
    index = indexed(files["themes/index.js"])
    assert len(index["papers"]) == 120
    for page, anchor, *_ in index["papers"]:
        standing = [name for name, text in files.items() if f'<article class="paper" id="{anchor}"' in text]
        assert standing == [f"themes/{index['pages'][page][0]}"]


def test_every_link_between_the_pages_leads_to_something(files: dict[str, str]) -> None:
    for name, text in files.items():
        for href in re.findall(r'href="([^":]+)"', text) if name.endswith(".html") else ():
            path, _, anchor = unquote(href).partition("#")
            target = Path("/", name).parent.joinpath(path).resolve().relative_to("/").as_posix() if path else name
            assert not anchor or f'id="{anchor}"' in files[target], (name, href)


def test_a_theme_leads_to_those_beside_it_and_back(files: dict[str, str]) -> None:
    assert re.findall(r'rel="(\w+)" href="([^"]+)"', files["themes/0002.html"]) == [
        ("prev", "0001.html"),
        ("index", "../digest.html"),
        ("next", "0003.html"),
    ]
    assert 'rel="prev"' not in files["themes/0001.html"]
    assert 'rel="next"' not in files["themes/0003.html"]


def test_the_front_page_has_the_first_papers_of_each_theme_and_no_abstract(files: dict[str, str]) -> None:
    front = files["digest.html"]
    themes = front[front.index('id="papers"') :]
    assert re.findall(r'<h3 dir="auto"><a href="([^"#]+)#', themes) == [
        *["themes/0001.html"] * 3,
        *["themes/0002.html"] * 3,
        *["themes/0003.html"] * 3,
    ]
    assert 'class="abstract"' not in front


def test_the_front_page_of_ten_thousand_papers_stays_below_400_kb() -> None:
    front = render_page_set(large(10_000, of_a_theme=20), resources=Resources())["digest.html"]
    assert len("".join(front).encode()) < 400_000


def test_text_of_a_paper_gets_nowhere_out_of_its_place(files: dict[str, str]) -> None:
    for name, text in files.items():
        if name.endswith(".html"):
            assert "<script>alert" not in text
            assert "<img" not in text
            assert re.search(r"script-src 'sha256-[\w+/=]+' 'self'; base-uri 'none'", text)


@pytest.fixture
def front(browser: Any, tmp_path: Path, files: dict[str, str]) -> Iterator[Any]:
    """The front page, read as a file; afterwards nothing but files beside it may have been asked for."""
    write_files(files, tmp_path)
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "digest.html").as_uri())
    yield page
    page.context.close()
    assert complaints == []
    assert all(url.startswith(tmp_path.as_uri()) for url in asked)


def press(page: Any, keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_keys_go_through_the_front_page_and_lead_to_the_page_of_a_theme(front: Any) -> None:
    press(front, "jjj")
    assert front.evaluate("document.activeElement.textContent.trim()").startswith("Lamp 2 of the harbour")
    press(front, "ko")
    front.wait_for_url("**/themes/0001.html#paper-hash-1")
    front.evaluate("scrollTo(0, 0)")
    press(front, "jj")
    assert front.evaluate("document.activeElement.id") == "paper-hash-1"
    press(front, "/")
    front.keyboard.type("lamp 97")
    front.locator("#found li").first.wait_for()
    front.locator("#find").blur()
    front.evaluate("scrollTo(0, 0)")
    press(front, "jo")  # what is found stands before the papers
    front.wait_for_url("**/themes/0003.html#paper-hash-97")
    press(front, "?")
    assert front.locator("dialog kbd").all_inner_texts() == ["/", "j", "k", "o", "s", "?"]


def test_a_star_is_the_same_on_every_page_and_the_starred_of_all_themes_are_shown_from_each(front: Any) -> None:
    press(front, "jjs")
    front.locator(".theme h2 a").nth(2).click()
    front.wait_for_url("**/themes/0003.html#*")
    press(front, "js")
    front.get_by_role("button", name="Starred", exact=True).first.click()
    front.locator("#found li").first.wait_for()
    assert [text.splitlines()[0] for text in shown(front, "#found li")] == [
        "Lamp 1 of the harbour Lamps of kind 0",
        "Lamp 80 of the harbour Lamps of kind 80",
    ]
    assert shown(front, "output") == ["2 of 120 papers"]
    front.get_by_label("Find in this edition").fill("lamp 80")
    assert shown(front, "output") == ["1 of 120 papers"]
    front.go_back()
    starred = front.locator(".paper [aria-pressed='true']")
    assert starred.count() == 2  # with the one that was starred on the page of its theme
    starred.first.click()
    front.reload()
    assert starred.count() == 1


def test_pages_of_a_set_are_whole_without_script(browser: Any, tmp_path: Path, files: dict[str, str]) -> None:
    write_files(files, tmp_path)
    page = browser.new_context(java_script_enabled=False).new_page()
    for name, papers in (("digest.html", 9), ("themes/0001.html", 40)):
        page.goto((tmp_path / name).as_uri())
        assert len(shown(page, ".paper")) == papers
        assert shown(page, "form, dialog, .paper button") == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["digest.html", "themes/0003.html"])
def test_axe_finds_nothing_on_pages_of_a_set(front: Any, tmp_path: Path, name: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing").Axe()
    front.emulate_media(color_scheme=scheme)
    front.goto((tmp_path / name).as_uri())
    results = axe.run(front, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


def test_the_search_finds_from_a_file_what_stands_on_other_pages(browser: Any, tmp_path: Path) -> None:
    write_files(render_page_set(large(120), resources=Resources()), tmp_path)
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "digest.html").as_uri())
    assert not [url for url in asked if url.endswith("index.js")]
    page.get_by_label("Find in this edition").fill("lamp 97")
    page.locator("#found li").first.wait_for()
    assert shown(page, "output") == ["1 of 120 papers"]
    page.locator("#found a").click()
    assert page.url.endswith("/themes/0003.html#paper-hash-97")
    assert page.locator("#paper-hash-97").is_visible()
    page.get_by_label("Find in this edition").fill("lamp 3 of")
    page.locator("#found li").first.wait_for()
    page.locator("#found a").first.click()
    assert page.url.endswith("/themes/0001.html#paper-hash-3")
    assert complaints == []
    assert all(url.startswith("file:") for url in asked)
    page.context.close()
