"""Reading, digesting and rendering from Python."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import broadsheet
from broadsheet.errors import NoPapers, SourceError, UsageError
from commands import LISTING
from kettle_site import kettle_site
from places import EXAMPLES
from sample_digest import DIGEST
from site_of_ours import Site

CELL = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


@pytest.fixture
def site() -> Iterator[Site]:
    with kettle_site() as site:
        yield site


def test_sources_and_addresses_are_read_from_python(site):
    assert len(broadsheet.read("crossref:kettles").papers) == 7
    assert len(broadsheet.read(f"{site.url}/listing").papers) == 3
    assert len(broadsheet.read(f"arxiv:cs.CL\n\n{LISTING}").papers) >= 3
    with pytest.raises(NoPapers):
        broadsheet.read("arxiv:cs.CL")
    with pytest.raises(SourceError):
        broadsheet.read("hf:daily")


def test_the_names_that_are_offered_are_the_public_ones_and_asking_loads_nothing():
    assert dir(broadsheet) == sorted([*broadsheet.__all__, "__version__"])
    code = "import sys, broadsheet; dir(broadsheet); print([name for name in sys.modules if 'broadsheet.' in name])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_settings_are_keywords_of_a_digest():
    made = broadsheet.digest(broadsheet.read(LISTING), title="Friday", themes=1)
    assert (made.title, len(made.themes)) == ("Friday", 1)
    spoken = broadsheet.digest(broadsheet.read(LISTING), language="Japanese", themes=1)
    assert "1テーマ、論文3本" in broadsheet.render(spoken, "html")
    with pytest.raises(UsageError, match="give settings or keywords, not both: themes"):
        broadsheet.digest(broadsheet.read(LISTING), broadsheet.load_settings(), themes=1)
    with pytest.raises(UsageError, match="did you mean `themes`"):
        broadsheet.digest(broadsheet.read(LISTING), theme=1)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("pdf", "a digest has no form 'pdf': choose one of md, html, txt, json, atom, feed, bib, ris, csl."),
        ("htm", r"a digest has no form 'htm' \(did you mean `html`\?\): choose one of .*"),
    ],
)
def test_a_form_that_is_not_there_is_told_with_those_that_are(form, said):
    with pytest.raises(UsageError, match=f"^{said}$"):
        broadsheet.render(DIGEST, form)


def test_papers_are_rendered_under_what_is_asked_for():
    assert "## Ida Quill" in broadsheet.render(DIGEST, "md", by="author")
    with pytest.raises(UsageError, match="papers cannot stand `by` 'year': choose one of theme, author, venue"):
        broadsheet.render(DIGEST, "md", by="year")


def test_a_digest_shows_itself_in_a_notebook():
    made = broadsheet.Digest.model_validate_json(DIGEST.model_dump_json())
    assert made._repr_html_().startswith('<div class="broadsheet-digest"')
    assert made._repr_markdown_().startswith("# The Kitchen Physicist")


def test_the_notebook_of_the_examples_runs(monkeypatch, capsys):
    """Its cells in their order in one namespace, in an event loop as a notebook has one."""
    cells = json.loads((EXAMPLES / "digest.ipynb").read_text(encoding="utf-8"))["cells"]
    monkeypatch.chdir(EXAMPLES)
    namespace: dict[str, Any] = {}
    shown: list[object] = []

    async def run(source: str) -> None:
        *body, last = ast.parse(source).body
        pieces: list[tuple[ast.Module | ast.Expression, str]] = [(ast.Module(body, []), "exec")]
        expression = isinstance(last, ast.Expr)
        pieces += [(ast.Expression(last.value), "eval")] if expression else [(ast.Module([last], []), "exec")]
        for tree, mode in pieces:
            value = eval(compile(tree, "cell", mode, CELL), namespace)
            value = await value if inspect.iscoroutine(value) else value
        if expression:
            shown.append(value)

    async def run_all() -> None:
        for cell in cells:
            assert cell.get("outputs", []) == []
            if cell["cell_type"] == "code":
                await run("".join(cell["source"]))

    asyncio.run(run_all())
    assert "36 papers" in repr(shown[0])
    assert "Language models" in shown[1]._repr_html_()
    printed = capsys.readouterr().out
    assert "@misc{" in printed
    assert "no form 'pdf'" in printed
