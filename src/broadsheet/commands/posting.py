"""How a command sends a mail of its own, such as one that confirms."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broadsheet.settings import Settings


def sender_for(settings: Settings, config: Path | None) -> Callable[[EmailMessage], None]:
    """A function that sends one mail by the configured transport; it raises `MailError` where the mail is not taken."""
    import time

    from broadsheet.errors import MailError
    from broadsheet.sending import transport_of
    from broadsheet.terminal import guard

    guard(name for name in (settings.mail.transport.password_env,) if name)

    def send(message: EmailMessage) -> None:
        (to,), (sender,) = message["To"].addresses, message["From"].addresses
        with transport_of(settings, sleep=time.sleep) as way:
            outcome = way.send(sender.addr_spec, to.addr_spec, message.as_bytes())
        if outcome.kind not in ("sent", "uncertain"):
            raise MailError(f"the mail server did not take the mail ({outcome.said}); try again.", code=outcome.code)

    return send
