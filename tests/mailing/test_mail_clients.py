"""A mail held against caniemail's data for Gmail, Outlook and Apple Mail, and against html-validate.

Both come from npm: `MAIL_TOOLS` is a folder in which `npm install caniemail html-validate` was run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from broadsheet.mailing.render import Frame, render_letter
from broadsheet.settings.resources import Resources
from long_digest import long_digest
from places import ROOT, SUPPORT
from sample_digest import DIGEST

TOOLS = os.environ.get("MAIL_TOOLS", "")
SCRIPT = SUPPORT / "mail_clients.mjs"
UNSUPPORTED = {
    "<body> element": "Gmail makes a <div> of it; the ground is painted by the table inside",
    "role attribute": "dropped by some; tables are then read as tables",
    "@media": "dropped by some Gmail and Outlook: these show the light mail at one size of type",
    "<style> element": "the same",
    "Attribute selector": "these four mark what is for Outlook alone, which has them",
    "Class selector": "the same",
    "Type selector": "the same",
    "Descendant combinator": "the same",
    "display:none": "Outlook on Windows shows the preheader's first words: in the colour of the ground",
}
"""What some big client does not support, and what a reader sees then; docs/mail.md has the same list."""
BROKEN_RULES = {"no-inline-style", "no-deprecated-attr", "no-conditional-comment"}
"""Rules of pages that a mail cannot keep: styles in elements, attributes of tables, comments for Outlook."""


@pytest.mark.parametrize("digest", [DIGEST, long_digest(60)], ids=["rich", "long"])
def test_the_big_clients_show_all_but_a_documented_list(tmp_path, digest) -> None:
    if not (TOOLS and shutil.which("node") and (Path(TOOLS) / "node_modules" / "caniemail").is_dir()):
        pytest.skip("MAIL_TOOLS names no folder with caniemail and html-validate")
    frame = Frame(number=3, archive="https://archive.example/3/", can_choose=True)
    page = tmp_path / "mail.html"
    page.write_text(render_letter(digest, frame, resources=Resources()).html, encoding="utf-8")
    done = subprocess.run(["node", SCRIPT, TOOLS, page], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {title for title, _ in found["errors"]} <= set(UNSUPPORTED), found["errors"]
    assert {rule for rule, _ in found["rules"]} <= BROKEN_RULES, found["rules"]


def test_the_documented_list_is_the_one_that_is_tested() -> None:
    guide = (ROOT / "docs" / "mail.md").read_text(encoding="utf-8")
    assert [name for name in UNSUPPORTED if f"`{name}`" not in guide] == []
