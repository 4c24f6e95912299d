"""A digest of the desk sent on: as a mail to the reader, and as an edition of the configured weekly."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import hashlib
import secrets
import time
from pathlib import Path

from broadsheet import editions
from broadsheet.editions.paths import EditionPaths
from broadsheet.errors import BroadsheetError, ConfigError, MailError, RunningAlready, UsageError
from broadsheet.mailing import send
from broadsheet.models import Digest
from broadsheet.settings.loading import Settings
from broadsheet.store.desk import DeskMail, claim_mail, listing_of, settle_mail
from broadsheet.web.desk.runs import RunQueue


def own_address(settings: Settings, asked: str | None = None) -> str:
    """The reader's own address: the one of `mail.to`, or which of several was asked for.

    Raises `ConfigError` where the configuration names none, and `UsageError` for one that it does not name.
    """
    send.envelope_of(settings, 0)  # without a sender nothing else matters
    known = settings.mail.to
    if not known:
        raise ConfigError("mail.to is empty: name your own address there, so that the desk knows where to send.")
    if asked is None and len(known) == 1:
        return known[0]
    if asked not in known:
        raise UsageError(f"`to` should be an address of mail.to in the configuration: {', '.join(known)}.")
    return asked


async def mail_digest(queue: RunQueue, run: str, digest: Digest, *, to: str | None) -> DeskMail:
    """Sends a digest as it stands to the reader, once: what was sent before is answered and not sent again.

    What was sent and what may have been is kept before and after, so that a mail that is sent again after a crash has
    the same Message-ID. Raises `MailError` where it was not sent.
    """
    settings = queue.configure({})
    address = own_address(settings, to)
    domain = send.envelope_of(settings, 0).sender.domain
    fresh = DeskMail(
        run=run,
        address=address,
        version=hashlib.sha256(digest.model_dump_json().encode()).hexdigest(),
        state="claimed",
        message_id=f"<desk.{secrets.token_hex(15)}@{domain}>",
        at=queue.clock(),
    )
    mail = await queue.do(claim_mail, fresh)
    if mail is None:
        raise RunningAlready("this digest is being sent to you already: wait until it is.")
    if mail.state == "sent":
        return mail
    kept = dataclasses.replace(mail, state="uncertain", why="the desk was ended")
    try:
        outcome = await asyncio.to_thread(
            send.send_digest, digest, settings, address, message_id=mail.message_id, now=mail.at, sleep=time.sleep
        )
        state = outcome.kind if outcome.kind in ("sent", "uncertain") else "failed"
        why = " ".join(filter(None, [str(outcome.code or ""), outcome.said]))
        kept = dataclasses.replace(mail, state=state, why=why)
    except BroadsheetError as error:
        kept = dataclasses.replace(mail, state="failed", why=str(error))
        raise
    finally:
        await queue.do(settle_mail, kept)
    if kept.state != "sent":
        raise MailError(f"the mail to {address} was not taken ({kept.why or outcome.kind}); try again later.")
    return kept


async def keep_as_edition(queue: RunQueue, config: Path | None, run: str, digest: Digest, *, number: int | None) -> int:
    """Makes a digest as it stands the next edition of the configured weekly; returns its number.

    Raises what `keep_edition` raises.
    """
    settings = queue.configure({})
    listing = await queue.do(listing_of, run)
    standing = editions.StandingEdition(settings, EditionPaths.of(settings, config))
    assert listing is not None  # noqa: S101 - it was kept with the run
    keep = functools.partial(editions.keep_edition, standing, listing, digest, queue.clock(), number=number)
    return await asyncio.to_thread(keep)
