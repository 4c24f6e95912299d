"""How a command sends a mail of its own, such as one that confirms."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broadsheet.settings import Settings


def sender_for(settings: Settings, config: Path | None) -> Callable[[EmailMessage], None]:
    """A function that sends one mail by the configured transport."""
    from broadsheet.commands.standing import beside
    from broadsheet.errors import OutputError
    from broadsheet.settings import find_config

    folder = beside(settings.mail.transport.folder or Path("outbox"), find_config(config))

    def send(message: EmailMessage) -> None:
        target = folder / f"confirm-{secrets.token_hex(8)}.eml"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.write_bytes(message.as_bytes())
        except OSError as error:
            raise OutputError(f"{target} cannot be written ({error.strerror}); name another folder.") from error

    return send
