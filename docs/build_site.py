"""The documentation as a site: the pages of this folder, and a reference of commands and settings made from the code.

    pip install sphinx furo myst-parser
    python docs/build_site.py site

The pages are read as well without it. A link that leads nowhere, and whatever else Sphinx warns of, is an error.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from make_screenshots import make_gallery
from sphinx.cmd.build import build_main

from broadsheet.cli.main import main as program

DOCS = Path(__file__).parent
CONTENTS = {
    "Guide": (
        "first-digest tutorial own-listing desk gallery weekly github-actions container trends with-a-model models "
        "compare bulk bulk-batch mail subscribers making-it-yours interests zotero page notes terminal python"
    ),
    "Explanation": "how-it-works",
    "Reference": "commands config-yaml exit-codes formats sources settings digest-json evaluation",
}
"""The pages in the order of the contents, by part; one that is in none is an error of Sphinx."""
LINK_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./(?!docs/)[^)]*\)")


def list_contents() -> str:
    """The contents of the first page, as Sphinx wants them."""
    return "\n".join(
        f"\n```{{toctree}}\n:hidden:\n:caption: {part}\n\n" + "\n".join(pages.split()) + "\n```"
        for part, pages in CONTENTS.items()
    )


def walk(command: click.Command, words: tuple[str, ...] = ("broadsheet",)) -> Iterator[tuple[str, str]]:
    """A command and those below it: what is typed, and its help."""
    with click.Context(command, info_name=" ".join(words), terminal_width=100, max_content_width=100) as context:
        yield " ".join(words), command.get_help(context)
        for name in command.list_commands(context) if isinstance(command, click.Group) else ():
            if below := command.get_command(context, name):
                yield from walk(below, (*words, name))


def describe_commands() -> str:
    """Every command with its help."""
    parts = [f"## `{words}`\n\n```text\n{said}\n```\n" for words, said in walk(program)]
    return "# Commands\n\nEach command, as its own `--help` has it.\n\n" + "\n".join(parts)


def describe_settings() -> str:
    """The shipped config.yaml."""
    text = (DOCS.parent / "config.yaml").read_text(encoding="utf-8")
    return f"# config.yaml\n\nEvery setting with its default and what it means.\n\n```yaml\n{text}```\n"


def collect_pages(folder: Path) -> None:
    """Puts the pages into a folder, as Sphinx gets them: what they say of files beside docs/ is no link there."""
    shutil.copytree(DOCS, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copy(DOCS / "conf.py", folder)
    (folder / "commands.md").write_text(describe_commands(), encoding="utf-8")
    (folder / "config-yaml.md").write_text(describe_settings(), encoding="utf-8")
    for page in folder.glob("*.md"):
        text = page.read_text(encoding="utf-8").replace("](../config.yaml)", "](config-yaml.md)")
        text = LINK_OUTSIDE.sub(r"\1", text) + (list_contents() if page.name == "README.md" else "")
        page.write_text(text, encoding="utf-8")


def add_gallery(folder: Path, out: Path) -> None:
    """Makes the digests of the gallery into the site, and puts a way to each below its picture."""
    page = folder / "gallery.md"
    text = page.read_text(encoding="utf-8")
    for name in make_gallery(out / "gallery"):
        link = f'<p><a href="gallery/{name}/digest.html">The whole digest</a></p>'
        text = re.sub(rf"^(!\[.*\]\(gallery-{name}\.png\))$", rf"\1\n\n{link}", text, flags=re.MULTILINE)
    page.write_text(text, encoding="utf-8")


def main() -> int:
    """Build it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    with tempfile.TemporaryDirectory() as name:
        pages = Path(name)
        collect_pages(pages)
        add_gallery(pages, out)
        said = build_main(["-q", "-W", "--keep-going", "-n", "-b", "html", "-d", f"{name}-made", name, str(out)])
    shutil.rmtree(f"{name}-made", ignore_errors=True)
    if said == 0:
        shutil.copy(out / "README.html", out / "index.html")
    return said


if __name__ == "__main__":
    sys.exit(main())
