"""Notifies chat rooms and webhooks of an edition once each, through apprise, with a summary and a link.

Their addresses are secrets: no message, log or exception contains one.
"""

from __future__ import annotations

import logging
import sqlite3
import warnings
from collections.abc import Mapping

from broadsheet.errors import MailError, UsageError
from broadsheet.locale.labels import MailLabels
from broadsheet.locale.language_codes import language_code
from broadsheet.locale.translations import load_complete
from broadsheet.mailing.send import archive_address
from broadsheet.models import Digest
from broadsheet.rendering.text import plain, truncate
from broadsheet.settings.extras import missing_extra
from broadsheet.settings.loading import Settings
from broadsheet.store.editions import digest_of

MOST_THEMES = 12


def short_form(digest: Digest, *, number: int, archive: str | None, language: str = "") -> tuple[str, str]:
    """The title and the text, a few lines long, of a notification."""
    labels = MailLabels(load_complete(language or language_code(digest.language)))
    papers = labels.papers.format(number=len(digest.papers))
    counts = labels.notify.format(papers=papers, themes=labels.themes.format(number=len(digest.themes)))
    lines = [f"{counts}." if digest.papers else labels.nothing]
    if digest.overview and (lead := plain(digest.overview.text)):
        lines += ["", truncate(lead, 300)]
    if digest.themes:
        lines.append("")
    lines += [f"- {truncate(theme.title, 80)} ({len(theme.paper_keys)})" for theme in digest.themes[:MOST_THEMES]]
    if (left := len(digest.themes) - MOST_THEMES) > 0:
        lines.append(f"- {labels.more.format(number=left)}")
    if archive:
        lines += ["", archive]
    return f"{truncate(digest.title, 100)}, {labels.number.format(number=number)}", "\n".join(lines)


def tell_door(address: str, name: str, *, title: str, text: str) -> None:
    """Sends a notification to an apprise address; errors use `name` in place of the secret address.

    Raises `UsageError` where apprise is not installed, `MailError` where the service does not accept it.
    """
    try:
        import apprise  # an extra
    except ImportError as error:
        raise UsageError(missing_extra("notify", error)) from error
    logging.getLogger("apprise").disabled = True  # its log shows addresses
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what its services import is theirs to mend
        door = apprise.Apprise()
        if not door.add(address):
            raise MailError(f"{name}: holds no address that apprise knows; see its list of services.")
        try:
            taken = bool(door.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT))
        except TypeError:  # what apprise raises for a text that it takes for empty
            taken = False
    if not taken:
        raise MailError(f"{name}: the service took nothing; check the address in that variable.")


def notify_edition(
    db: sqlite3.Connection, number: int, settings: Settings, *, environment: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Notifies the services that were not notified of the edition yet; returns their variables' names, and errors.

    A failing service does not stop the others, and the next run tries it again.
    """
    told: list[str] = []
    failed: list[str] = []
    digest = digest_of(db, number)
    known = {row[0] for row in db.execute("SELECT door FROM notices WHERE edition = ?", (number,))}
    waiting = [name for name in settings.notify.url_envs if name not in known]
    if digest is None or not waiting:
        return told, failed
    title, text = short_form(
        digest,
        number=number,
        archive=archive_address(settings, number),
        language=language_code(settings.edition.language or settings.language),
    )
    for name in waiting:
        if not (address := environment.get(name)):
            failed.append(f"{name}: is empty; put the address of the room there.")
            continue
        try:
            tell_door(address, name, title=title, text=text)
        except MailError as error:
            failed.append(str(error))
        else:
            db.execute("INSERT OR IGNORE INTO notices VALUES (?, ?)", (number, name))
            told.append(name)
    return told, failed
