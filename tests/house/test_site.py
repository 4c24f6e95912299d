"""The documentation makes a site: each page stands in its contents, each link leads somewhere, each command is told."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from broadsheet.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def build(script: Path, out: Path) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("sphinx", reason="needs sphinx, furo and myst-parser")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, str(script), str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=environment,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    done = build(ROOT / "docs" / "build_site.py", out)
    assert (done.returncode, done.stderr) == (0, "")
    return out


def test_every_page_is_in_the_site_and_it_opens_with_the_contents(site: Path):
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert pages <= {path.stem for path in site.glob("*.html")}
    opening = (site / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{page}.html"' in opening for page in pages - {"README"})


def test_every_command_is_told_with_its_help(site: Path):
    told = (site / "commands.html").read_text(encoding="utf-8")
    assert all(f"broadsheet {name}" in told for name in COMMANDS)
    assert "broadsheet bulk run" in told
    assert "--max-cost" in told


def test_the_gallery_leads_to_its_digests_and_each_has_its_papers(site: Path):
    page = (site / "gallery.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(gallery/\w+/digest.html)"', page)
    assert len(links) == 3
    papers = [(site / link).read_text(encoding="utf-8").count('class="paper"') for link in links]
    assert papers == [12, 11, 11]


def test_each_picture_shows_the_page_of_today():
    """Compares what a picture was taken of, and not its points; `docs/pictures.json` has that."""
    read = "import json, pathlib, sys, tempfile; sys.path.insert(0, 'docs'); import make_screenshots as pictures; "
    read += "folder = tempfile.TemporaryDirectory(); pages = pictures.make_pages(pathlib.Path(folder.name)); "
    read += "print(json.dumps(pictures.hash_pages(pages)))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", read], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=300
    )
    today = json.loads(done.stdout.splitlines()[-1])
    taken = json.loads((ROOT / "docs/pictures.json").read_text(encoding="utf-8"))
    shown = {path.name for path in (ROOT / "docs").glob("*.png")}
    assert taken.keys() == today.keys() == shown
    old = [name for name in sorted(shown) if taken[name] != today[name]]
    assert old == [], "these pictures are of a page as it was; run: python docs/make_screenshots.py"


def test_the_pages_ask_nobody_elsewhere(site: Path):
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert 'src="http' not in text
        assert 'rel="stylesheet" type="text/css" href="http' not in text


def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path):
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "config.yaml", tmp_path)
    page = tmp_path / "docs" / "exit-codes.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n[Gone](no-such-page.md)\n", encoding="utf-8")
    done = build(tmp_path / "docs" / "build_site.py", tmp_path / "site")
    assert done.returncode != 0
    assert "no-such-page.md" in done.stderr
