"""Chromium, and a page shown in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

NEEDED = bool(os.environ.get("TESTS_NEED_BROWSER"))


QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def missing(what: str) -> Any:
    return pytest.fail(f"{what} is missing") if NEEDED else pytest.skip(f"{what} is missing: install it to try pages")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or missing("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


def shown(page: Any, selector: str) -> list[str]:
    return [item.inner_text() for item in page.locator(selector).all() if item.is_visible()]
