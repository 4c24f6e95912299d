"""A digest that is too large for one page: a front page, a page for each theme, and an index that is searched. Pure.

They ask for nothing elsewhere and need no server: the search loads its index as a script from beside the pages.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from broadsheet.models import Digest
from broadsheet.rendering.notes.folder import NOTES, render_notes
from broadsheet.rendering.pages import FILE_NAMES, labels_of, render_in_parts, render_note, script_of
from broadsheet.rendering.published import publish_digest
from broadsheet.rendering.search_index import IndexedPage, index_script
from broadsheet.rendering.view import Page, view
from broadsheet.settings.loading import Arrangement, WrittenForm
from broadsheet.settings.resources import Resources

MOST_ON_A_PAGE = 500
"""The most papers that stand on one page: a browser takes a second to show more, and nobody reads that far down."""
FRONT = FILE_NAMES["html"]
THEMES = "themes"
"""Where the pages of themes and the index stand, beside the front page."""
INDEX = "index.js"
_MOST_ON_FRONT = 500
"""Papers of all themes together that stand on the front page, so that it stays below some 400 kB."""
_MOST_OF_A_THEME = 3


def render_files(
    digest: Digest,
    forms: Iterable[WrittenForm],
    *,
    resources: Resources,
    notes: Mapping[str, str | None] | None = None,
    by: Arrangement = "theme",
) -> dict[str, str | Iterator[str]]:
    """A digest in each form, by path below one folder; as HTML in as many pages as it takes, as JSON in parts.

    `notes` is what lies in the folder of notes already, as `render_notes` takes it; `by` is what papers stand under, as
    in `render_digest`. A broken template raises `TemplateError`.
    """
    files: dict[str, str | Iterator[str]] = {}
    for form in forms:
        if form == "obsidian":
            own = render_notes(digest, notes or {}, resources=resources)
            files |= {f"{NOTES}/{path}": text for path, text in own.items()}
        elif form == "html" and len(digest.papers) > MOST_ON_A_PAGE:
            files |= render_page_set(digest, resources=resources, by=by)
        else:
            files[FILE_NAMES[form]] = render_in_parts(digest, form, resources=resources, by=by)
    return files


def render_page_set(digest: Digest, *, resources: Resources, by: Arrangement = "theme") -> dict[str, Iterator[str]]:
    """The pages and their index by path, the front page last, each rendered when it is asked for.

    A broken template raises `TemplateError` then.
    """
    labels = labels_of(digest.language)
    page = view(publish_digest(digest), labels, with_map=False, by=by, search=resources.search)
    places = _places(page)
    script, policy = script_of(resources, "search.js")
    write = functools.partial(
        _render,
        resources,
        page=page,
        labels=labels,
        find=labels.find,
        script=script,
        script_policy=f"{policy} 'self'",
    )
    files: dict[str, Iterator[str]] = {f"{THEMES}/{INDEX}": index_script(_indexed(page, places))}
    for at, section in enumerate(page.sections):
        files[f"{THEMES}/{places[section.anchor]}"] = write(
            "theme.html",
            section=section,
            earlier=page.sections[at - 1] if at else None,
            later=page.sections[at + 1] if at + 1 < len(page.sections) else None,
            front=f"../{FRONT}",
            base="",
            indexes=INDEX,
            href=_linker(places, here=places[section.anchor]),
        )
    files[FRONT] = write(
        "front.html",
        note=render_note(page),
        shown=min(_MOST_OF_A_THEME, _MOST_ON_FRONT // max(1, len(page.sections))),
        base=f"{THEMES}/",
        indexes=f"{THEMES}/{INDEX}",
        href=_linker({anchor: f"{THEMES}/{name}" for anchor, name in places.items()}, here=FRONT),
    )
    return files


def _render(resources: Resources, template: str, **values: Any) -> Iterator[str]:
    yield resources.render("templates", template, **values)


def _places(page: Page) -> dict[str, str]:
    """The file on which each theme and each paper stands, by anchor."""
    return {
        anchor: f"{section.number:04d}.html"
        for section in page.sections
        for anchor in (section.anchor, *section.papers.anchors)
    }


def _indexed(page: Page, places: Mapping[str, str]) -> list[IndexedPage]:
    return [IndexedPage(places[section.anchor], section.title, section.papers.told()) for section in page.sections]


def _linker(places: Mapping[str, str], *, here: str) -> Callable[[str], str]:
    """What a template asks for the address of an anchor, seen from the page `here`."""
    return lambda anchor: f"#{anchor}" if places[anchor] == here else f"{places[anchor]}#{anchor}"
