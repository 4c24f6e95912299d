"""Renders a digest as Markdown, HTML, plain text or JSON; pure, but for reading the templates.

Each form has its own guard against hostile text, and a template cannot forget it: HTML is autoescaped, and in
Markdown every value passes `escape_markdown` on its way out.
"""

from __future__ import annotations

from typing import assert_never

from broadsheet.models import Digest
from broadsheet.rendering.links import markdown_target
from broadsheet.rendering.prose import note_html
from broadsheet.rendering.text import Verbatim, columns, escape_markdown, shorten, wrap, wrap_prose
from broadsheet.rendering.view import Page, view
from broadsheet.resources import Resources
from broadsheet.settings import Form

COLUMNS = 72


def render(digest: Digest, form: Form, *, resources: Resources) -> str:
    """A digest in one form; a broken template raises `TemplateError`."""
    match form:
        case "json":
            return digest.model_dump_json(indent=2) + "\n"
        case "html":
            return _render_html(view(digest), resources)
        case "md":
            return _render_markdown(view(digest), resources)
        case "txt":
            return _render_text(view(digest), resources)
        case _:
            assert_never(form)


def _render_html(page: Page, resources: Resources) -> str:
    from markupsafe import Markup

    # nh3 has cleaned the note: the one value that skips the escaping.
    note = Markup(note_html(page.note)) if page.note else ""  # noqa: S704
    return resources.render("templates", "digest.html", page=page, note=note)


def _render_markdown(page: Page, resources: Resources) -> str:
    return resources.render(
        "templates",
        "digest.md",
        finalize=escape_markdown,
        page=page,
        note=Verbatim(page.note),
        br=Verbatim("  "),
        target=_target,
        code=_code,
    )


def _render_text(page: Page, resources: Resources) -> str:
    return resources.render(
        "templates",
        "digest.txt",
        page=page,
        note=wrap_prose(page.note),
        wrap=wrap,
        rule=_rule,
        leaders=_leaders,
    )


def _target(url: str) -> Verbatim:
    return Verbatim(markdown_target(url))


def _code(text: str) -> Verbatim:
    """Inline code; backticks in it become apostrophes, since one may be as long as any fence."""
    return Verbatim("`" + text.replace("`", "'") + "`")


def _rule(mark: str, width: int = COLUMNS) -> str:
    return mark * width


def _leaders(name: str, number: int) -> str:
    """A line of a table of contents: the name, dots, the number at the right edge."""
    name, end = shorten(name, COLUMNS - 8), f" {number:,}"
    return f"{name} {'.' * (COLUMNS - columns(name) - len(end) - 1)}{end}"
