"""Tells the doors besides mail of an edition, each once."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from broadsheet.delivery.doors import tell_door
from broadsheet.errors import MailError
from broadsheet.rendering.notice import short_form
from broadsheet.rendering.view import language_code
from broadsheet.sending import archive_address
from broadsheet.settings import Settings
from broadsheet.store.digests import digest_of


def notify_edition(
    db: sqlite3.Connection, number: int, settings: Settings, *, environment: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Tells the doors that do not know of the edition yet: those told now, by their variables, and what went wrong.

    A door that fails stops no other, and is told by the next run.
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
