"""Renders a digest in any of its forms; pure, but for reading the templates.

Each form has its own guard against hostile text, and a template cannot forget it: HTML is autoescaped, and in
Markdown every value passes `escape_markdown` on its way out. The one script of the page is named by its hash in
the page's policy, so that no other runs.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol, assert_never

from markupsafe import Markup

from broadsheet.errors import TemplateError
from broadsheet.locale.labels import PageLabels
from broadsheet.locale.language_codes import language_code
from broadsheet.locale.translations import load_language
from broadsheet.models import Digest, Strand
from broadsheet.rendering.digest_json import dump_digest
from broadsheet.rendering.links import markdown_target
from broadsheet.rendering.markdown_note import note_html
from broadsheet.rendering.notes.front_matter import Value, front_matter, tag_of
from broadsheet.rendering.published import publish_digest
from broadsheet.rendering.text import Verbatim, columns, escape_markdown, heading, truncate, wrap, wrap_prose
from broadsheet.rendering.trend import draw_trend
from broadsheet.rendering.view import Neighbours, Page, view
from broadsheet.settings.loading import Arrangement, Form
from broadsheet.settings.resources import Resources, shipped_root
from broadsheet.text.lazy_regex import lazy_regex

COLUMNS = 72
MOST_IN_NOTEBOOK = 200
"""Papers that a cell shows: a notebook keeps every output in its file."""
_INDENTATION = lazy_regex(r"^[ \t]+", re.MULTILINE)
FILE_NAMES: Mapping[Form, str] = {
    "md": "digest.md",
    "html": "digest.html",
    "txt": "digest.txt",
    "json": "digest.json",
    "atom": "digest.atom.xml",
    "feed": "digest.feed.json",
    "bib": "digest.bib",
    "ris": "digest.ris",
    "csl": "digest.csl.json",
}


def render_digest(  # noqa: PLR0913 - what is shown, how, and where it stands
    digest: Digest,
    form: Form,
    *,
    resources: Resources,
    neighbours: Neighbours | None = None,
    by: Arrangement = "theme",
    strands: Sequence[Strand] = (),
) -> str:
    """A digest in one form; a broken template raises `TemplateError`.

    A page that stands in an archive has `neighbours` to lead to, and shows the `strands` of its themes. Page, Markdown
    and text have the papers under what `by` says; what is for programs has the themes. Every form may be published,
    and leaves out what only concerns whoever runs it.
    """
    digest = publish_digest(digest)
    match form:
        case "json":
            return "".join(dump_digest(digest))
        case "html":
            return _render_html(digest, resources, neighbours, by, strands)
        case "md":
            return _render_markdown(digest, resources, by)
        case "txt":
            return _render_text(digest, resources, by)
        case "atom" | "feed" | "bib" | "ris" | "csl":
            return _render_for_programs(digest, form)
        case _:
            assert_never(form)


def render_in_parts(digest: Digest, form: Form, *, resources: Resources, by: Arrangement = "theme") -> Iterator[str]:
    """`render_digest`, begun when the first part is asked for; of a long digest the JSON comes in many parts."""
    if form == "json":
        yield from dump_digest(publish_digest(digest))
    else:
        yield render_digest(digest, form, resources=resources, by=by)


def _render_for_programs(digest: Digest, form: Literal["atom", "feed", "bib", "ris", "csl"]) -> str:
    from broadsheet.rendering import references, syndication  # lxml and bibtexparser: 0.1 s, for what few ask for

    match form:
        case "atom":
            return syndication.atom(digest)
        case "feed":
            return syndication.json_feed(digest)
        case "bib":
            return references.bibtex(digest)
        case "csl":
            return references.csl_json(digest)
        case _:
            return references.ris(digest)


def labels_of(language: str) -> PageLabels:
    """The words of a page about a digest in a language, given its code or its English name."""
    return PageLabels(load_language(language_code(language)))


def _render_html(
    digest: Digest, resources: Resources, neighbours: Neighbours | None, by: Arrangement, strands: Sequence[Strand]
) -> str:
    labels = labels_of(digest.language)
    page = view(_without_returned(digest, strands), labels, by=by, search=resources.search)
    script, policy = script_of(resources, "digest.js")
    return resources.render(
        "templates",
        "digest.html",
        page=page,
        labels=labels,
        note=render_note(page),
        href="#{}".format,
        neighbours=neighbours,
        trend=draw_trend(strands, labels, {section.title: section.anchor for section in page.sections}),
        script=script,
        script_policy=policy,
    )


def _without_returned(digest: Digest, strands: Sequence[Strand]) -> Digest:
    """The digest with no theme called new that stood in an edition before the last, as the strip of trends shows."""
    returned = {heading(strand.title) for strand in strands if strand.status != "new" and any(strand.sizes[:-1])}
    themes = (
        theme.model_copy(update={"status": ""}) if theme.status == "new" and heading(theme.title) in returned else theme
        for theme in digest.themes
    )
    return digest.model_copy(update={"themes": tuple(themes)})


def render_note(page: Page) -> Markup:
    """The editor's note: the one value that skips the escaping besides the script, for nh3 has cleaned it."""
    return Markup(note_html(page.note)) if page.note else Markup()  # noqa: S704


def script_of(resources: Resources, name: str) -> tuple[Markup, str]:
    """A page's script, after the one that all share, and what its policy calls it; an empty file is a page without."""
    files = [resources.find("templates", shared) for shared in ("papers.js", name)]
    texts = [file.read_text(encoding="utf-8").strip() for file in files]
    for file, text in zip(files, texts, strict=True):
        if "</script" in text.lower() or "<!--" in text:
            raise TemplateError(f"{file}: holds `</script` or `<!--`, which ends it early; write it in two pieces.")
    script = "\n".join(map(_shortened, texts, files)) if all(texts) else ""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return Markup(script), f"'sha256-{digest}'" if script else "'none'"  # noqa: S704 - files of the program's


def _shortened(script: str, file: Path) -> str:
    """A script without indentation, which every page would carry; one of the reader's own stays as it is.

    No string of the shipped scripts goes over lines, and inside one of another script indentation may count.
    """
    return _INDENTATION.sub("", script) if file.is_relative_to(shipped_root()) else script


def _render_markdown(digest: Digest, resources: Resources, by: Arrangement) -> str:
    labels = labels_of(digest.language)
    page = view(digest, labels, with_map=False, by=by)
    fields: dict[str, Value] = {
        "title": page.title,
        "date": digest.created.date(),
        "number": digest.number,
        "tags": [tag_of(title) for theme in digest.themes if not theme.other and (title := heading(theme.title))],
    }
    return resources.render(
        "templates",
        "digest.md",
        finalize=escape_markdown,
        front=Verbatim(front_matter(fields)),
        page=page,
        labels=labels,
        note=Verbatim(page.note),
        br=Verbatim("  "),
        **punctuation(labels),
        target=_target,
        link=markdown_link,
        code=inline_code,
    )


def _render_text(digest: Digest, resources: Resources, by: Arrangement) -> str:
    labels = labels_of(digest.language)
    page = view(digest, labels, with_map=False, by=by)
    return resources.render(
        "templates",
        "digest.txt",
        page=page,
        labels=labels,
        note=wrap_prose(page.note),
        wrap=wrap,
        rule=draw_rule,
        leaders=_leaders,
    )


def notebook_html(digest: Digest, resources: Resources) -> str:
    """One element with its own styles: no script, no request, and no name that another cell could have too.

    Of more papers than a cell shows each theme has its first ones. A broken template raises `TemplateError`.
    """
    labels = labels_of(digest.language)
    page = view(publish_digest(digest), labels, with_map=False)
    shown = (
        MOST_IN_NOTEBOOK if len(digest.papers) <= MOST_IN_NOTEBOOK else max(1, MOST_IN_NOTEBOOK // len(page.sections))
    )
    return resources.render("templates", "notebook.html", page=page, labels=labels, shown=shown)


def markdown_body(digest: Digest, resources: Resources) -> str:
    """`digest.md` without its front matter, for cells and chats, which would show that as text."""
    text = render_digest(digest, "md", resources=resources)
    front, _, rest = text.partition("\n---\n")
    return rest.lstrip() if front.startswith("---\n") else text


def _target(url: str) -> Verbatim:
    return Verbatim(markdown_target(url))


class Linked(Protocol):
    """A paper as a line names it."""

    @property
    def title(self) -> str: ...

    @property
    def url(self) -> str | None: ...


def punctuation(labels: PageLabels) -> dict[str, Verbatim]:
    """The program's own punctuation, which Markdown need not have escaped."""
    return {name: Verbatim(getattr(labels, name)) for name in ("colon", "semicolon", "stop")}


def markdown_link(paper: Linked) -> Verbatim:
    """A paper's title, linked where it has an address."""
    title = escape_markdown(paper.title)
    return Verbatim(f"[{title}]({markdown_target(paper.url)})" if paper.url else title)


def inline_code(text: str) -> Verbatim:
    """Inline code; backticks in it become apostrophes, since one may be as long as any fence."""
    return Verbatim("`" + text.replace("`", "'") + "`")


def draw_rule(mark: str, width: int = COLUMNS) -> str:
    """A line across a page of text."""
    return mark * width


def _leaders(name: str, number: int, indent: str = "") -> str:
    """A line of a table of contents: the name, dots, the number at the right edge."""
    name, end = indent + truncate(name, COLUMNS - 8 - len(indent)), f" {number:,}"
    return f"{name} {'.' * (COLUMNS - columns(name) - len(end) - 1)}{end}"
