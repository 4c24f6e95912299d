"""Every command line of README.md and docs/ runs: page by page, in the order in which they stand, on loopback.

Each page has a folder with what its lines presuppose. A line that runs until it is stopped, or that needs a model file
or a cluster, is named below with the test that runs it.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from broadsheet.cli.main import main
from bulk_rows import rows, write_rows
from commands import LISTING, run
from grouped_rows import grouped_rows
from kettle_site import answer
from loopback import ModelServer
from month import record
from places import DATA, EXAMPLES, ROOT
from services import FEED, ITEM
from site_of_ours import Call, Said, Site, json_of, settings

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"(?:\$ |[A-Z_]+=\S+ |.*&& \S*/)?broadsheet (.*)")
ELSEWHERE = {
    r"^desk$": "tests/web/desk/test_browser.py",
    r"^serve\b": "tests/web/test_server.py",
    r"^mcp$": "tests/web/desk/test_mcp_tools.py",
    r" --desk$": "tests/cli/commands/test_store.py",
    r"--watch\b": "tests/cli/test_watching.py",
    r"--backend local\b": "tests/local/test_model.py",
    r"^models (pull|info|remove)\b": "tests/local/test_pull.py",
    r"^digest 2401\.": "tests/reading/sources/test_lookup.py",
    r"^bulk retry\b": "tests/cli/commands/test_bulk.py",
    r"--on ray\b": "tests/bulk/test_on_ray.py",
    r"--on batch\b|^bulk (collect|cancel)\b": "tests/bulk/test_on_batch.py",
}
"""What is not run here, and where it is."""
MOST_ELSEWHERE = 22
NAMES = {"A": "openai", "B": "ollama=qwen3:8b", "NAME": "openai", "X": "listing.txt", "/shared/month": "shared"}
"""What a reader puts in the place of a word."""
BEFORE = {
    "bulk-batch": ["bulk run papers --out month"],
    "mail": ["weekly --no-send --quiet"],
    "subscribers": ["weekly --no-send --quiet"],
    "trends": [f"weekly --now 2026-03-{day} --no-send --quiet" for day in ("06", "13", "20", "27")],
}
"""What a page takes for granted was done, by its name."""
WEEKLY = """
title: The Kitchen Physicist
sources: ["inbox/*"]
edition: {url: "https://kitchen.example/weekly", state: weekly.sqlite}
mail:
  from: "The Kitchen Physicist <digest@example.org>"
  to: ["ada@example.org"]
  transport: {kind: eml, folder: outbox}
door: {url: "https://kitchen.example"}
bounces: {folder: returned}
"""


def shown(page: Path) -> Iterator[str]:
    """The command lines of a page: those of its blocks, in their order, then those that are told in passing."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line for language, block in blocks if language in {"", "sh"} for line in block.splitlines()]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    lines += [code for code in re.findall(r"`([^`\n]+)`", prose) if code.startswith("broadsheet ")]
    for line in lines:
        if found := COMMAND.match(line):
            yield re.split(r" [|&>…]| #", found[1])[0].strip()


def is_elsewhere(line: str) -> bool:
    return any(re.search(pattern, line) for pattern in ELSEWHERE)


def words_of(line: str) -> list[str]:
    """What is typed; a command that is only named is asked for its help."""
    words = [NAMES.get(word, word) for word in shlex.split(line)]
    command: click.Command = main
    rest = words
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest[0])
        assert found is not None, line
        command, rest = found, rest[1:]
    wants = isinstance(command, click.Group) or any(one.required for one in command.params)
    return [*words, "--help"] if not rest and (wants or command.name in {"digest", "read", "plan"}) else words


def says(call: Call) -> Said:
    """What the live sources say: a paper or two each."""
    if call.path.startswith("/rss/"):
        return Said(FEED.format(items=ITEM))
    if call.path == "/api/daily_papers":
        return json_of([{"paper": {"id": "2611.00001", "title": "Kettles at Noon", "summary": "We boiled them."}}])
    return answer(call)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with what the pages speak of; model servers and live sources are on loopback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    shutil.copytree(EXAMPLES, "examples")
    for name in ("inbox", "friday", "returned", "bin"):
        Path(name).mkdir()
    for name in ("listing.txt", "inbox/listing.txt", "friday/listing.txt"):
        Path(name).write_text(LISTING, encoding="utf-8")
    shutil.copy(DATA / "listings" / "arxiv_mail.txt", "mail.txt")
    shutil.copy(EXAMPLES / "gallery" / "reefs.bib", "liked.bib")
    shutil.copy(EXAMPLES / "labelled.jsonl", "labelled.jsonl")
    Path("listing.json").write_text(json.dumps([record(at, published=f"2026-0{1 + at % 3}-02") for at in range(12)]))
    Path("judged.jsonl").write_text(json.dumps({"abstract": "We count 4 cups.", "tldr": "It counts 4.", "label": 1}))
    Path("sorted.jsonl").write_text(grouped_rows(12), encoding="utf-8")
    write_rows(rows(12), "papers/papers.jsonl")
    pq.write_table(pa.Table.from_pylist(rows(12)), "papers/papers.parquet")
    write_rows(rows(12), "ten-thousand.jsonl")
    assert run("digest", "listing.txt", "--quiet", "--out", "friday", "--format", "json").exit_code == 0
    paste = Path("bin/wl-paste")
    paste.write_text("#!/bin/sh\ncat listing.txt\n", encoding="utf-8")
    paste.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("BROWSER", "true")
    monkeypatch.setenv("OPENAI_API_KEY", "invented")
    with Site(says) as site, ModelServer(listing=(200, {"data": [{"id": "qwen3:8b"}, {"id": "gemma3:4b"}]})) as model:
        own = {"fetch": settings(site, attempts=1).model_dump(mode="json")}
        own["backends"] = {name: {"base_url": model.url} for name in ("openai", "ollama")}
        for name in ("config.yaml", "weekly.yaml"):
            Path(name).write_text(WEEKLY + yaml.safe_dump(own), encoding="utf-8")
        yield tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_line_of_a_page_runs(page: Path, folder: Path) -> None:
    for line in dict.fromkeys([*BEFORE.get(page.stem, ()), *shown(page)]):
        if not is_elsewhere(line):
            if line.startswith("bulk run ") and "--out month" in line:
                shutil.rmtree("month", ignore_errors=True)  # it is a run of other papers
            with tempfile.TemporaryDirectory() as planned:  # and so is what is only planned
                instead = {"month": planned} if line.startswith("bulk plan ") else {}
                done = run(*(instead.get(word, word) for word in words_of(line)))
            assert done.exit_code == 0, f"{line}\n{done.output}"


def test_what_is_not_run_here_is_little_and_its_test_is_there() -> None:
    left = {line for page in PAGES for line in shown(page) if is_elsewhere(line)}
    assert len(left) <= MOST_ELSEWHERE, left
    unused = [pattern for pattern in ELSEWHERE if not any(re.search(pattern, line) for line in left)]
    assert (unused, [path for path in ELSEWHERE.values() if not (ROOT / path).exists()]) == ([], [])
