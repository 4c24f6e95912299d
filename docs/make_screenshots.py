"""Takes the pictures of the documentation anew, in Debian's Chromium, and writes down what each was taken of.

    python docs/make_screenshots.py

`pictures.json` beside the pictures has a hash of the page behind each, without what nobody sees in it. A test compares
it with the page of today, and says which pictures are old.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from broadsheet.cli.main import main as program

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
HASHES = DOCS / "pictures.json"
COMMAND = re.compile(r"^broadsheet (digest .*) --out gallery/(\w+)$", re.MULTILINE)
UNSEEN = re.compile(
    r'<script\b.*?</script>|<svg\b.*?</svg>|<footer\b.*?</footer>|/\*.*?\*/|<!--.*?-->|\bhref="[^"]*"|\s+', re.DOTALL
)
"""Of a page: what runs, the map (its last digits are the machine's), the account with its seconds, comments, links."""
MAIL = """\
title: "Friday Reading Circle"
sources: ["{sources}"]
edition: {{url: "https://example.org/weekly"}}
mail: {{from: "Friday Reading Circle <digest@example.org>"}}
"""


def say(*words: str) -> None:
    """Runs a command of Broadsheet's in this process, as from the checkout."""
    with contextlib.chdir(ROOT):
        program(list(words), standalone_mode=False)


def make_gallery(folder: Path) -> dict[str, Path]:
    """Runs the commands of gallery.md; the page of each by its name."""
    for command, name in COMMAND.findall((DOCS / "gallery.md").read_text(encoding="utf-8")):
        say(*shlex.split(command), "--format", "html", "--quiet", "--out", str(folder / name))
    return {path.name: path / "digest.html" for path in sorted(folder.iterdir())}


def make_mail(folder: Path) -> Path:
    """The mail of an edition of the example listing."""
    config = folder / "weekly.yaml"
    config.write_text(MAIL.format(sources=ROOT / "examples" / "listing.txt"), encoding="utf-8")
    say("weekly", "--config", str(config), "--now", "2026-03-13", "--no-send", "--quiet")
    with contextlib.chdir(folder):
        program(["send", "--preview", "--config", str(config)], standalone_mode=False)
    return folder / "edition-1.html"


def make_pages(folder: Path) -> dict[str, Path]:
    """What the pictures are taken of, by the picture's name."""
    (folder / "gallery").mkdir()
    (folder / "mail").mkdir()
    say("digest", "examples/listing.txt", "--format", "html", "--quiet", "--out", str(folder / "first"))
    mail = make_mail(folder / "mail")
    gallery = {f"gallery-{name}.png": page for name, page in make_gallery(folder / "gallery").items()}
    return {"digest.png": folder / "first" / "digest.html", "mail-light.png": mail, "mail-dark.png": mail, **gallery}


def hash_pages(pages: Mapping[str, Path]) -> dict[str, str]:
    """A hash of each page without what is not seen; of the desk, whose page is served, one of its templates."""
    desk = [*sorted((ROOT / "templates" / "desk").glob("pa[gs]*.html")), ROOT / "templates" / "desk" / "desk.css"]
    texts = {name: page.read_text(encoding="utf-8") for name, page in pages.items()}
    texts["desk.png"] = "".join(path.read_text(encoding="utf-8") for path in desk)
    return {
        name: hashlib.sha256(UNSEEN.sub(" ", text).encode()).hexdigest()[:16] for name, text in sorted(texts.items())
    }


LOOKS: dict[str, dict[str, Any]] = {
    "gallery-batteries.png": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "mail-light.png": {"viewport": {"width": 600, "height": 900}},
    "mail-dark.png": {"viewport": {"width": 600, "height": 900}, "color_scheme": "dark"},
}
WIDE = {"viewport": {"width": 1200, "height": 1050}}


def take_desk(browser: Any, folder: Path) -> None:
    """The desk with the example listing in it."""
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    from desk_process import open_desk  # it stands beside the tests

    with open_desk(folder / "desk.sqlite") as desk:
        page = browser.new_page(viewport={"width": 1200, "height": 1190})
        page.goto(desk.opened)
        box = page.get_by_label("A listing, as you have it")
        box.fill((ROOT / "examples" / "listing.txt").read_text(encoding="utf-8"))
        page.get_by_text("without a model: no call, no cost").wait_for()
        box.evaluate("box => { box.scrollTop = 0; box.blur(); }")
        page.screenshot(path=DOCS / "desk.png")


def take(pages: Mapping[str, Path], folder: Path) -> None:
    """The pictures of the pages, and of the desk."""
    from playwright.sync_api import sync_playwright  # the hashes need none

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for picture, file in pages.items():
            page = browser.new_page(**LOOKS.get(picture, WIDE))
            page.goto(file.as_uri())
            page.screenshot(path=DOCS / picture)
        take_desk(browser, folder)
        browser.close()


def main() -> None:
    """Makes the pages, takes their pictures, writes down what they were taken of."""
    with tempfile.TemporaryDirectory() as name:
        pages = make_pages(Path(name))
        take(pages, Path(name))
        HASHES.write_text(json.dumps(hash_pages(pages), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
