"""Makes `docs/desk.png` anew: the desk with the example listing in it, in Debian's Chromium.

python docs/make_screenshots.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from desk_process import open_desk  # noqa: E402 - it stands beside the tests


def main() -> None:
    """Takes the picture."""
    text = (ROOT / "examples" / "listing.txt").read_text(encoding="utf-8")
    with (
        tempfile.TemporaryDirectory() as folder,
        open_desk(Path(folder) / "desk.sqlite") as desk,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 1190})
        page.goto(desk.opened)
        page.get_by_label("A listing, as you have it").fill(text)
        page.get_by_text("without a model: no call, no cost").wait_for()
        page.get_by_label("A listing, as you have it").evaluate("box => { box.scrollTop = 0; box.blur(); }")
        page.screenshot(path=ROOT / "docs" / "desk.png")
        browser.close()


if __name__ == "__main__":
    main()
