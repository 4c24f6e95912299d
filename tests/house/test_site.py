"""The documentation makes a site: each page stands in its contents, each link leads somewhere, each command is told."""

from __future__ import annotations

import os
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


def test_the_pages_ask_nobody_elsewhere(site: Path):
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert 'src="http' not in text
        assert 'rel="stylesheet" type="text/css" href="http' not in text


def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path):
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "config.yaml", tmp_path)
    page = tmp_path / "docs" / "exit-codes.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n[Gone](no-such-page.md)\n", encoding="utf-8")
    done = build(tmp_path / "docs" / "build_site.py", tmp_path / "site")
    assert done.returncode != 0
    assert "no-such-page.md" in done.stderr
