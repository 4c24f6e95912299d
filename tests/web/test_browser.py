"""The door in a real Chromium, without script: from subscribing to leaving, in light and dark, on a phone too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from broadsheet.rendering.pages import render_digest
from broadsheet.settings.resources import Resources
from door_process import DoorProcess, link_in, open_door
from sample_digest import DIGEST


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorProcess]:
    folder = tmp_path_factory.mktemp("door")
    with open_door(folder) as opened:
        place = folder / "site" / "editions" / "001"
        place.mkdir(parents=True)
        (place / "index.html").write_text(render_digest(DIGEST, "html", resources=Resources()), encoding="utf-8")
        yield opened


class Visit:
    """A page that keeps what a browser complains of: a policy that refuses something is a complaint."""

    def __init__(self, browser: Any, **context: Any) -> None:
        self.page = browser.new_context(viewport={"width": 360, "height": 740}, **context).new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def check(self, *schemes: str) -> None:
        """Nothing for axe to find, nothing that scrolls sideways, nothing refused."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")
        for scheme in schemes or ("light",):
            self.page.emulate_media(color_scheme=scheme)
            results = axe.Axe().run(self.page, options={"resultTypes": ["violations"]})
            assert results.violations_count == 0, results.generate_report()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert [text for text in self.complaints if "favicon" not in text and "404" not in text] == []


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    visit = Visit(browser, bypass_csp=False)
    yield visit
    visit.page.context.close()


def test_from_subscribing_to_leaving(door: DoorProcess, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{door.url}/subscribe")
    visit.check("light", "dark")
    page.get_by_label("Your address").fill("ann@example.org")
    page.get_by_role("button", name="Subscribe").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Look into your mailbox"
    visit.check()
    page.goto(door.url + link_in(door.mail_to("ann@example.org")))
    visit.check()
    page.get_by_role("button", name="Confirm").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You are subscribed"
    visit.check()
    page.get_by_role("link", name="Choose what comes").click()
    page.get_by_label("Your interests").fill("tidal pools\nmoss")
    page.get_by_label("Once a month").check()
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("status").inner_text() == "Saved."
    assert page.get_by_label("Your interests").input_value() == "tidal pools\nmoss"
    assert page.get_by_label("Once a month").is_checked()
    visit.check("dark", "light")
    page.get_by_role("link", name="Leave Group weekly?").click()
    visit.check()
    page.get_by_role("button", name="Leave").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You have left"
    visit.check()


def test_it_works_without_script(door: DoorProcess, browser: Any) -> None:
    visit = Visit(browser, java_script_enabled=False)
    visit.page.goto(f"{door.url}/subscribe")
    visit.page.get_by_label("Your address").fill("no.script@example.org")
    visit.page.get_by_role("button", name="Subscribe").click()
    assert visit.page.get_by_role("heading", level=1).inner_text() == "Look into your mailbox"
    visit.page.context.close()


def test_a_typing_mistake_is_told_beside_its_field(door: DoorProcess, visit: Visit) -> None:
    visit.page.goto(f"{door.url}/subscribe")
    visit.page.eval_on_selector("form", "form => form.noValidate = true")
    visit.page.get_by_label("Your address").fill("ann@example")
    visit.page.get_by_role("button", name="Subscribe").click()
    field = visit.page.get_by_label("Your address")
    assert field.get_attribute("aria-describedby") == "wrong"
    assert field.input_value() == "ann@example"
    visit.complaints.clear()  # the browser notes the answer's 400
    visit.check("light", "dark")


def test_a_form_on_another_site_is_refused_by_what_the_browser_says(door: DoorProcess, visit: Visit) -> None:
    action = door.url.replace("127.0.0.1", "localhost") + "/subscribe"
    visit.page.goto("about:blank")
    field = '<input name="address" value="victim@example.org">'
    visit.page.set_content(f'<form method="post" action="{action}">{field}<button>Go</button></form>')
    visit.page.get_by_role("button").click()
    assert visit.page.get_by_role("heading", level=1).inner_text() == "This form came from elsewhere"


def test_an_edition_keeps_its_script_and_style_behind_the_policy_of_the_door(door: DoorProcess, visit: Visit) -> None:
    visit.page.goto(f"{door.url}/editions/001/")
    visit.page.get_by_label("Find in this edition").fill("moss")
    assert visit.page.locator(".paper:visible").count() == 1
    assert [text for text in visit.complaints if "favicon" not in text and "404" not in text] == []


@pytest.mark.parametrize(("language", "button"), [("de-AT", "Abonnieren"), ("es", "Suscribirse")])
def test_the_page_speaks_the_language_of_the_browser(
    door: DoorProcess,
    browser: Any,
    language: str,
    button: str,
) -> None:
    visit = Visit(browser, locale=language)
    visit.page.goto(f"{door.url}/subscribe")
    assert visit.page.get_by_role("button").inner_text() == button
    visit.page.context.close()
