"""A month of weeks to make editions of: sources on loopback that change weekly, an inbox, a configuration."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

from click.testing import Result

from commands import run, write
from site_of_ours import Call, Said, Site, settings

FRIDAYS = ("2026-11-06", "2026-11-13", "2026-11-20", "2026-11-27")
SUBJECTS = ("kettle", "bathtub", "moss", "teapot", "sponge", "candle")


def title_of(number: int) -> str:
    """Every invented paper has one of six subjects, and a title of its own."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    return f"How {subject} number {number} behaves when nobody in the kitchen is watching"


def abstract_of(number: int) -> str:
    subject = SUBJECTS[number % len(SUBJECTS)]
    return f"We watched {subject} {number} for {number + 2} hours. The {subject} changed {number + 1} times a day."


def atom_entry(number: int, *, version: int = 1, day: str = "2026-11-05") -> str:
    """A paper as arXiv's search tells it."""
    return (
        f"<entry><id>http://arxiv.org/abs/2611.{number:05}v{version}</id><published>{day}T00:00:00Z</published>"
        f"<title>{title_of(number)}</title><summary>{abstract_of(number)}</summary>"
        f"<author><name>Ada Invented{number}</name></author></entry>\n"
    )


def atom_page(entries: Iterable[str]) -> str:
    body = list(entries)
    head = f'<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{len(body)}'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"{head}</opensearch:totalResults>\n{''.join(body)}</feed>\n"
    )


def record(number: int, **fields: Any) -> dict[str, Any]:
    """A paper as a file of the inbox tells it."""
    told = {"title": title_of(number), "abstract": abstract_of(number), "authors": [f"Ada Invented{number}"]}
    return {**told, **fields}


def put(name: str, *records: dict[str, Any]) -> str:
    """A file of papers in the inbox."""
    return write("\n".join(json.dumps(one) for one in records) + "\n", f"inbox/{name}")


class Month(Site):
    """Sources whose answers are those of a `week`, 0 to 3; `down` are paths that fail, `unchanged` counts the 304s."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.week, self.unchanged = 0, 0
        self.down: set[str] = set()

    def _answer(self, call: Call) -> Said:
        if call.path in self.down:
            return Said("", 404)
        if call.path == "/api/query":
            return Said(atom_page(self._searched()))
        if call.path == "/feed.xml":
            tag = f'"week-{self.week}"'
            if call.headers.get("if-none-match") == tag:
                self.unchanged += 1
                return Said("", 304)
            return Said(atom_page(atom_entry(number) for number in self._fed()), 200, {"ETag": tag})
        return Said('<rss version="2.0"><channel><title>cs.KT</title></channel></rss>')

    def _searched(self) -> list[str]:
        """Four papers a week; last week's are found again, and in the third week one of the first has a version 2."""
        first = 4 * self.week
        entries = [atom_entry(number) for number in range(max(0, first - 4), first + 4)]
        return [*entries, *([atom_entry(1, version=2)] if self.week >= 2 else [])]

    def _fed(self) -> range:
        """Two papers a week of a feed that keeps its last six."""
        return range(max(100, 100 + 2 * (self.week - 2)), 100 + 2 * (self.week + 1))


def configure(site: Site | None = None, **branches: Any) -> str:
    """weekly.yaml, with the sources of a site where there is one, beside an inbox."""
    sources = ["inbox/*.jsonl", *(["arxiv:cs.CL", f"{site.url}/feed.xml"] if site else [])]
    fetch = {"fetch": settings(site, attempts=1, max_age=0).model_dump(mode="json")} if site else {}
    tree = {
        "sources": sources,
        "edition": {"title": "Kitchen weekly", "archive": "site"},
        "schedule": {"timezone": "Europe/Berlin"},
        "overview": False,
        **fetch,
        **branches,
    }
    return write(json.dumps(tree), "weekly.yaml")


def weekly(now: str, *flags: str) -> Result:
    return run("weekly", "--config", "weekly.yaml", "--now", now, "--quiet", *flags)


def summary(now: str, *flags: str) -> dict[str, Any]:
    """What a run says to a monitor; it went well."""
    done = run("weekly", "--config", "weekly.yaml", "--now", now, "--json", *flags)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def edition(number: int, folder: str = "site") -> dict[str, Any]:
    return json.loads(Path(folder, "editions", f"{number:03d}", "digest.json").read_text(encoding="utf-8"))


def titles(number: int) -> set[str]:
    return {paper["title"] for paper in edition(number)["papers"]}


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href" and value:
                self.links.append(value)
            elif name == "id" and value:
                self.ids.add(value)


def broken_links(folder: Path) -> list[str]:
    """Every link within a site that leads nowhere, a fragment that no page has included."""
    pages = {page: _Links(page.read_text(encoding="utf-8")) for page in sorted(folder.rglob("*.html"))}
    broken = []
    for page, found in pages.items():
        for link in found.links:
            if "://" in link or link.startswith("mailto:"):
                continue
            path, fragment = urldefrag(link)
            target = (page.parent / unquote(path)).resolve() if path else page.resolve()
            ids = {file.resolve(): one.ids for file, one in pages.items()}.get(target, set())
            if not target.is_file() or (fragment and unquote(fragment) not in ids):
                broken.append(f"{page.relative_to(folder)} -> {link}")
    return broken
