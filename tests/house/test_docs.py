"""README.md and docs/ are true where a test can tell: links, commands and flags, formats, exit codes, fields."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from broadsheet import errors, models
from broadsheet.cli.main import main
from broadsheet.reading.listing import FORMATS
from places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
ALL = PAGES | {ROOT / name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}
MOST_WORDS = 900


def page(name: str) -> str:
    return PAGES[ROOT / "docs" / name]


def table(text: str) -> list[list[str]]:
    """The rows of the first table of a text, without its head."""
    lines = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert lines
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[0].splitlines()[2:]]


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def anchor(heading: str) -> str:
    """A heading as the address of its place: lower case, without signs, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", without_code(text))


def commands(text: str) -> Iterator[list[str]]:
    """Each call of `broadsheet` that a page shows in a block or in a line, as words; comments and pipes are cut."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    shown = [line for language, block in blocks if language in {"", "sh"} for line in block.splitlines()]
    shown += [code for code in re.findall(r"`([^`\n]+)`", without_code(text)) if code.startswith("broadsheet ")]
    for line in shown:
        found = re.match(r"(?:\$ |[A-Z_]+=\S+ |pbpaste \| |.*&& \S*/)?(?:broadsheet) (.*)", line)
        if found:
            yield shlex.split(re.split(r" [|&>…]", found[1])[0], comments=True)


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that these words name, and what is left of them."""
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]!r}"
        command, words = found, words[1:]
    return command, words


def test_the_readme_is_short_and_begins_with_the_two_commands():
    assert len(README.split()) <= MOST_WORDS
    begins = "\n".join(README.splitlines()[:30])
    ours = re.search(r'^test_command="(.*)"$', (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)
    assert ours
    assert ours[1] in begins
    assert ".venv/bin/pip install -q . && .venv/bin/broadsheet digest examples/listing.txt" in begins


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_each_link_leads_somewhere(path):
    for link in links(ALL[path]):
        if link.startswith("https://"):
            continue
        name, _, place = link.partition("#")
        there = (path.parent / name) if name else path
        assert there.exists(), link
        if place:
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert place in map(anchor, headings), link


def test_the_index_names_each_page_once():
    named = [link for link in links(page("README.md")) if not link.startswith("..")]
    assert sorted(named) == sorted(path.name for path in PAGES if path.name != "README.md")


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_each_command_that_is_shown_exists_with_its_flags(path):
    for words in commands(ALL[path]):
        command, rest = resolve(words)
        known = {name for parameter in command.params for name in parameter.opts} | {"--help", "--version"}
        assert [word for word in rest if word.startswith("--") and word not in known] == [], words


def test_commands_are_found_in_the_pages():
    """Or the test above looks at nothing."""
    assert sum(len(list(commands(text))) for text in ALL.values()) > 60


def test_no_page_installs_from_an_index():
    found = [
        (path.name, line)
        for path, text in ALL.items()
        for line in re.findall(r"pip install[^`\n]*", text)
        if re.search(r"""install (?:-\S+ )*['"]?broadsheet\b""", line)
    ]
    assert found == []


def test_the_formats_are_those_that_are_tried_in_their_order():
    named = [row[0] for row in table(page("formats.md"))]
    assert named == ["a workbook", *(form.name for form in FORMATS)]


def test_the_exit_codes_are_those_of_the_errors_and_of_the_help():
    rows = {int(code): meaning for code, meaning in table(page("exit-codes.md"))}
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert {kind.exit_code for kind in kinds} == set(rows) - {0, 130}
    said = re.findall(r"^ +(\d+) +(\S.*)$", main.epilog or "", re.MULTILINE)
    assert {int(code): meaning for code, meaning in said} == rows


def test_each_field_of_a_digest_is_described():
    named = set(re.findall(r"`([a-z_]+)(?:\[\])?`", page("digest-json.md")))
    kinds = [models.Digest, models.Paper, models.Summary, models.Theme, models.Overview, models.Cited]
    kinds += [models.Highlight, models.Match, models.Returned, models.Point, models.Fragment, models.Source]
    kinds += [models.LeftOut, models.Usage, models.Engine, models.Period]
    assert [(kind.__name__, field) for kind in kinds for field in kind.model_fields if field not in named] == []


def test_every_threat_that_the_desk_guards_against_names_a_test_there_is() -> None:
    named = set(re.findall(r"`(test_\w+)`", page("desk.md")))
    there = {
        name
        for file in (ROOT / "tests/web/desk").glob("*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    assert len(named) >= 7
    assert named - there == set()
