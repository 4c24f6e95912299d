"""Checks what an edition is sent with before it is made, so that it does not stand unsent once it is."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping

from broadsheet.digests.dry_run import rich_digest
from broadsheet.errors import UsageError
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.render import Frame, render_letter
from broadsheet.mailing.send import envelope_of, signer_of, transport_of
from broadsheet.settings.extras import missing_extra
from broadsheet.settings.loading import Settings


def check_sending(settings: Settings, *, environment: Mapping[str, str]) -> None:
    """Checks sender, list, recipients, signature, transport and its password, the extra for chat rooms, own templates.

    Connects to nothing and writes nothing. Raises the `BroadsheetError` that the sending would end with.
    """
    envelope_of(settings, 1)
    signer_of(settings)
    for address in settings.mail.to:
        parse_address(address)
    transport_of(settings, sleep=lambda seconds: None, environment=environment)
    if settings.notify.url_envs and importlib.util.find_spec("apprise") is None:
        raise UsageError(missing_extra("notify", ImportError("apprise")))
    if settings.resources.own_files("templates"):
        render_letter(rich_digest(), Frame(number=1), resources=settings.resources)
