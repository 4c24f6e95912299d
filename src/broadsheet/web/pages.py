"""Renders the web pages from templates, in a language, with a content security policy that allows their style."""

from __future__ import annotations

import dataclasses
import functools
import re
import urllib.parse
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse

from broadsheet.locale.labels import WebLabels
from broadsheet.locale.translations import complete_languages, load_complete
from broadsheet.mailing.addresses import MOST_PHRASES
from broadsheet.settings.resources import Resources
from broadsheet.web.confirmation import ConfirmationMail
from broadsheet.web.security import page_policy


@dataclasses.dataclass(frozen=True)
class Pages:
    """Renders the pages of one site; `base` is its base path, empty for the root."""

    title: str
    language: str
    base: str
    resources: Resources
    archive: Path | None
    hours: float

    @classmethod
    def of(cls, head: ConfirmationMail, *, url: str, archive: Path | None) -> Pages:
        """The pages of a site at an address."""
        base = urllib.parse.urlsplit(url).path.rstrip("/")
        return cls(head.title, head.language, base, head.resources, archive, head.hours)

    def page(self, name: str, *, language: str = "", status: int = 200, **values: Any) -> HTMLResponse:
        """A page from `templates/door/`, in a supported language or the default."""
        code = language or self.language
        spoken = load_complete(code)
        html = self.resources.render(
            "templates",
            f"door/{name}.html",
            words=WebLabels(spoken),
            language=spoken.tag(code),
            title=self.title,
            base=self.base,
            has_archive=self.archive is not None and (self.archive / "index.html").is_file(),
            hours=f"{self.hours:g}",
            most_interests=MOST_PHRASES,
            style=self._style[0],
            **values,
        )
        return HTMLResponse(html, status, headers={"Content-Security-Policy": self._style[1]})

    def said(self, what: str, *, language: str = "", status: int) -> HTMLResponse:
        """A page with one message, such as `dead` or `often`: a title, a sentence and a link."""
        return self.page("said", language=language, status=status, what=what)

    @functools.cached_property
    def _style(self) -> tuple[Any, str]:
        """The style sheet of every page, and the policy that allows it."""

        text = self.resources.render("templates", "door/door.css")
        return Markup(text), page_policy(text)  # noqa: S704 - a file of the program's


def language_for(wanted: str, otherwise: str) -> str:
    """The first supported language in a browser's `Accept-Language`; `otherwise` where there is none."""
    ranked = []
    for place, part in enumerate(wanted[:300].split(",")[:20]):
        code, _, rest = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        ranked.append((-(float(weight[1]) if weight else 1.0), place, code.partition("-")[0].lower()))
    spoken = [code for weight, _, code in sorted(ranked) if weight < 0 and code in complete_languages()]
    return spoken[0] if spoken else otherwise
