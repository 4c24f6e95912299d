"""The doors besides mail, by apprise: a chat room or a webhook gets a short form with a link. Addresses are secrets."""

from __future__ import annotations

import logging
import warnings

from broadsheet.errors import MailError, UsageError


def tell_door(address: str, name: str, *, title: str, text: str) -> None:
    """Sends a short form to one of apprise's addresses; `name` is what it is called in errors, which never show it.

    Raises `UsageError` where apprise is not installed, `MailError` where nobody took it.
    """
    try:
        import apprise
    except ImportError as error:
        raise UsageError("`notify:` needs more: pip install 'broadsheet[notify]'.") from error
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
