"""A digest in a few lines, for a chat room: what is in it, by theme, and where it stands. Pure."""

from __future__ import annotations

from broadsheet.models import Digest
from broadsheet.rendering.mail_labels import mail_labels, say
from broadsheet.rendering.text import plain, shorten
from broadsheet.rendering.view import language_code

MOST_THEMES = 12


def short_form(digest: Digest, *, number: int, archive: str | None, language: str = "") -> tuple[str, str]:
    """A title and a text of a few lines."""
    labels = mail_labels(language or language_code(digest.language))
    papers = say(labels.papers, len(digest.papers))
    counts = labels.notify.format(papers=papers, themes=say(labels.themes, len(digest.themes)))
    lines = [f"{counts}." if digest.papers else labels.nothing]
    if digest.overview and (lead := plain(digest.overview.text)):
        lines += ["", shorten(lead, 300)]
    if digest.themes:
        lines.append("")
    lines += [f"- {shorten(theme.title, 80)} ({len(theme.paper_keys)})" for theme in digest.themes[:MOST_THEMES]]
    if (left := len(digest.themes) - MOST_THEMES) > 0:
        lines.append(f"- {say(labels.more, left)}")
    if archive:
        lines += ["", archive]
    return f"{shorten(digest.title, 100)}, {labels.number.format(number=number)}", "\n".join(lines)
