"""Sends an edition: queues its mails and sends them one by one, with a consistent outbox whenever it is stopped.

Several processes may send at the same time and share the work; one process should have one sender.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import os
import secrets
import socket
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from broadsheet.digests.interests import Interests, match_papers, rank_themes
from broadsheet.digests.merge import merge_digests
from broadsheet.digests.selection import gather_corpus
from broadsheet.errors import BadAddress, BroadsheetError, ConfigError, MailError, StateError
from broadsheet.locale.language_codes import language_code
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.dkim import Signer, read_signer
from broadsheet.mailing.message import (
    Encoded,
    Envelope,
    Recipient,
    compose,
    encode,
    list_id,
    message_id,
    sender_address,
)
from broadsheet.mailing.outbox import (
    ClaimedMail,
    Queued,
    Settled,
    State,
    claim_next,
    count_mails,
    next_mail_due,
    queue,
    recover,
    release,
    settle,
)
from broadsheet.mailing.recipients import due_recipients, name_recipients
from broadsheet.mailing.render import Frame, RenderedMail, render_letter
from broadsheet.mailing.signed_links import sign, signing_key
from broadsheet.mailing.smtp_replies import Outcome, Transport
from broadsheet.mailing.transports import MailRateLimit, open_transport
from broadsheet.models import Digest, Progress
from broadsheet.settings.loading import Settings
from broadsheet.store.desk import Star
from broadsheet.store.editions import digest_of
from broadsheet.store.subscriber_stars import paper_word, stars_of
from broadsheet.themes.corpus import Corpus

Report = Callable[[Progress], None]
WAIT_SECONDS = 900.0
"""How long a run waits for deferred mails; later ones are sent by the next run."""
REFUSALS_IN_A_ROW = 10
"""The consecutive refusals after which a run stops, since the server then rejects the sender."""
UNANSWERED_IN_A_ROW = 5
TOLD_EVERY = 20
"""The number of mails between two progress reports."""


def rank_digest(digest: Digest, corpus: Corpus, interests: tuple[str, ...], stars: tuple[Star, ...] = ()) -> Digest:
    """The digest ranked by a subscriber's interests and stars in place of the edition's interests, with reasons.

    The corpus must contain the digest's papers.
    """
    matches = match_papers(corpus, Interests(phrases=interests, stars=stars))
    themes = rank_themes(digest.themes, matches)
    return digest.model_copy(update={"matches": matches, "interests": interests, "themes": themes})


@dataclasses.dataclass(frozen=True, slots=True)
class SendReport:
    """The mails that a run sent, and the number of the edition's mails by state after it."""

    edition: int
    queued: int
    recovered: int
    sent: int
    states: Mapping[State, int]

    @property
    def waiting(self) -> int:
        """The number of unsent mails."""
        return self.states["queued"] + self.states["uncertain"]


@dataclasses.dataclass(frozen=True)
class Post:
    """The settings for composing and signing the mails of an edition."""

    envelope: Envelope
    signer: Signer | None
    door: str | None
    key: bytes

    def recipient(self, address: str, public: str, id: str) -> Recipient:
        """A recipient with personal links."""
        if not self.door:
            return Recipient(address, id, leave_word=sign("leave", public, self.key))
        base = self.door.rstrip("/")
        word = sign("leave", public, self.key)
        return Recipient(
            address,
            id,
            f"{base}/leave/{word}",
            word,
            f"{base}/preferences/{sign('preferences', public, self.key)}",
            lambda paper: f"{base}/star/{sign('star', f'{public}.{paper}', self.key)}",
        )


class Letters:
    """The mails of an edition, each rendered and encoded once for all subscribers who get the same."""

    def __init__(self, db: sqlite3.Connection, edition: int, settings: Settings) -> None:
        self.db, self.edition, self.settings = db, edition, settings
        self.encoded = functools.lru_cache(maxsize=64)(self._encoded)
        self._papers = functools.lru_cache(maxsize=1)(self._gather)

    def letter(
        self,
        first: int | None,
        language: str,
        interests: tuple[str, ...],
        *,
        named: bool = False,
        starrer: int | None = None,
    ) -> RenderedMail:
        """The mail with the editions from `first` on, in a language, ranked by interests; `named` by `mail.to`.

        The stars of the subscriber with the id `starrer` rank it too.
        """
        settings, digests = self.settings, self._digests(first)
        digest = merge_digests(digests)
        stars = () if starrer is None else stars_of(self.db, starrer)
        if interests or stars:
            digest = rank_digest(digest, self._papers(first), interests, stars)
        frame = Frame(
            number=self.edition,
            language=language or language_code(settings.edition.language or settings.language),
            archive=archive_address(settings, self.edition),
            can_choose=bool(settings.door.url),
            earlier=len(digests) > 1,
            named=named,
            star_words=self._star_words(first) if settings.door.url else {},
        )
        return render_letter(digest, frame, resources=settings.resources)

    def _star_words(self, first: int | None) -> dict[str, str]:
        """What names each paper in a link to star it, by the paper's key."""
        return {
            paper.key: paper_word(number, paper.key)
            for number in self._numbers(first)
            if (digest := digest_of(self.db, number))
            for paper in digest.papers
        }

    def _numbers(self, first: int | None) -> range:
        return range(first or self.edition, self.edition + 1)

    def _digests(self, first: int | None) -> list[Digest]:
        digests = [digest for number in self._numbers(first) if (digest := digest_of(self.db, number))]
        if not digests:
            raise StateError(f"edition {self.edition} has no digest yet; make it with `broadsheet weekly`.")
        return digests

    def _gather(self, first: int | None) -> Corpus:
        """The corpus of the papers of these editions, for the ranking."""
        return gather_corpus(merge_digests(self._digests(first)).papers, self.settings)

    def _encoded(
        self,
        first: int | None,
        language: str,
        interests: tuple[str, ...],
        named: bool = False,
        starrer: int | None = None,
    ) -> Encoded:
        return encode(self.letter(first, language, interests, named=named, starrer=starrer))


def archive_address(settings: Settings, edition: int) -> str | None:
    """The web address of an edition in the published archive; `None` where the archive has no address."""
    return f"{settings.edition.url.rstrip('/')}/editions/{edition:03d}/" if settings.edition.url else None


def post_of(db: sqlite3.Connection, settings: Settings, edition: int) -> Post:
    """The settings for an edition's mails; raises `ConfigError` without a sender, `MailError` for an invalid one."""
    return Post(envelope_of(settings, edition), signer_of(settings), settings.door.url, signing_key(db))


def envelope_of(settings: Settings, edition: int) -> Envelope:
    """The headers of an edition's mails; raises `ConfigError` without a sender, `MailError` for an invalid one."""
    mail = settings.mail
    if not mail.sender:
        raise ConfigError(
            "mail.from is not set: name who mails come from, such as `Group weekly <digest@example.org>`."
        )
    sender = sender_address(mail.sender)
    title = " ".join((settings.edition.title or settings.title).split())
    return Envelope(
        sender=sender,
        list_id=list_id(title, sender.domain, own=mail.list_id),
        list_name=title,
        leave_address=mail.leave_address or sender.addr_spec,
        reply_to=mail.reply_to,
        archive=archive_address(settings, edition),
    )


def signer_of(settings: Settings) -> Signer | None:
    """What signs the mails, where something does; raises `BroadsheetError` for a key that cannot be read."""
    dkim = settings.mail.dkim
    return read_signer(dkim.domain, dkim.selector, base_of(settings) / dkim.key_file) if dkim else None


def base_of(settings: Settings) -> Path:
    """The folder that paths under `mail:` are relative to."""
    return settings.folder or Path()


def transport_of(
    settings: Settings, *, sleep: Callable[[float], None], environment: Mapping[str, str] = os.environ
) -> Transport:
    """The configured transport, with the password from the environment."""
    return open_transport(settings.mail.transport, base=base_of(settings), environment=environment, sleep=sleep)


def queue_edition(db: sqlite3.Connection, edition: int, settings: Settings, *, now: dt.datetime) -> int:
    """Queues the mails of an edition for recipients without one; returns their number."""
    sender = sender_address(settings.mail.sender or "")
    named = [parse_address(address) for address in settings.mail.to]
    name_recipients(db, named, now=now)
    key = signing_key(db)
    return queue(
        db,
        edition,
        [
            Queued(
                due.subscriber,
                message_id(edition, due.public, key=key, domain=sender.domain),
                due.first if due.first != edition else None,
            )
            for due in due_recipients(db, edition, named=[address.mailbox for address in named])
        ],
    )


def send_edition(  # noqa: PLR0913 - all but three have a default that is right outside of tests
    db: sqlite3.Connection,
    number: int,
    settings: Settings,
    *,
    now: Callable[[], dt.datetime],
    sleep: Callable[[float], None],
    report: Report,
    environment: Mapping[str, str] = os.environ,
    transport: Transport | None = None,
    wait: float = WAIT_SECONDS,
) -> SendReport:
    """Sends an edition to all recipients who do not have it yet; after an error the rest stays queued.

    Raises `MailError` where the server accepts no mail, `ConfigError` where a setting is missing, `StateError` where
    the edition has no digest.
    """
    post = post_of(db, settings, number)
    if digest_of(db, number) is None:
        raise StateError(f"there is no edition {number} with a digest; `broadsheet weekly` makes one.")
    recovered = recover(db, lives=sender_lives, now=now())
    queued = queue_edition(db, number, settings, now=now())
    sender = _Sender(Letters(db, number, settings), post, _Hands(now, sleep, report))
    if next_mail_due(db, number) is not None:
        with transport or transport_of(settings, sleep=sleep, environment=environment) as way:
            sender.run(way, wait=wait)
    return SendReport(number, queued, recovered, sender.sent, count_mails(db, number))


@dataclasses.dataclass(frozen=True)
class _Hands:
    """The side effects of a run besides the transport: a clock, a sleep function and a progress callback."""

    now: Callable[[], dt.datetime]
    sleep: Callable[[float], None]
    report: Report


class _Sender:
    """One run that sends the mails of one edition."""

    def __init__(self, letters: Letters, post: Post, hands: _Hands) -> None:
        self._letters, self._post, self._hands = letters, post, hands
        self._db, self._edition, mail = letters.db, letters.edition, letters.settings.mail
        self._tries = mail.attempts
        self._worker = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
        self._pace = MailRateLimit(mail.transport.rate, clock=lambda: hands.now().timestamp(), sleep=hands.sleep)
        self._refusals = self._unanswered = 0
        self.sent = 0

    def run(self, transport: Transport, *, wait: float) -> None:
        """Sends due mails, and waits for deferred ones for at most `wait` seconds in all."""
        until = self._hands.now().timestamp() + wait
        self._round(transport)
        while (due := next_mail_due(self._db, self._edition)) is not None and due <= until:
            if (pause := due - self._hands.now().timestamp()) > 0:
                self._hands.sleep(pause)
            if not self._round(transport):
                break

    def _round(self, transport: Transport) -> int:
        """Sends the mails that are due now; returns the number of attempts."""
        tried, settled = 0, None
        while claim := claim_next(self._db, self._edition, self._worker, now=self._hands.now(), settled=settled):
            if tried % TOLD_EVERY == 0:
                self._tell()
            settled = self._send(transport, claim)
            tried += 1
            self._heed(settled)
        self._tell()
        return tried

    def _send(self, transport: Transport, claim: ClaimedMail) -> Settled:
        """Sends one mail. After an interruption the claim is released, or uncertain if the mail may have been sent."""
        try:
            self._pace.wait()
            starrer = claim.subscriber if claim.starred else None
            letter = self._letters.encoded(claim.first, claim.language, claim.interests, claim.named, starrer)
            to = self._post.recipient(claim.address, claim.public, claim.message_id)
            mail = compose(letter, to, self._post.envelope, now=self._hands.now(), signer=self._post.signer)
            outcome = transport.send(self._post.envelope.sender.addr_spec, claim.address, mail)
        except BadAddress as error:
            return Settled(claim, "refused", None, str(error))
        except BroadsheetError:
            release(self._db, claim)
            raise
        except BaseException:
            settle(
                self._db, Settled(claim, "uncertain", None, "the run was ended", self._tries + 1), now=self._hands.now()
            )
            raise
        return Settled(claim, outcome.kind, outcome.code, outcome.said, self._tries)

    def _heed(self, settled: Settled) -> None:
        """Stops the run after `REFUSALS_IN_A_ROW` refusals; the last outcome is recorded first."""
        if settled.became == "sent":
            self.sent += 1
            self._refusals = self._unanswered = 0
            return
        if settled.became in ("refused", "gone"):
            self._refusals += 1
        elif settled.code is None:
            self._unanswered += 1
        if self._refusals >= REFUSALS_IN_A_ROW or self._unanswered >= UNANSWERED_IN_A_ROW:
            settle(self._db, settled, now=self._hands.now())
            said = " ".join(filter(None, [str(settled.code or ""), settled.why]))
            raise MailError(
                f"the mail server took none of the last mails ({said}); the others stay queued: mend it, and "
                "run `broadsheet send --resume`.",
                code=settled.code,
            )

    def _tell(self) -> None:
        states = count_mails(self._db, self._edition)
        total = sum(states.values())
        left = states["queued"] + states["uncertain"] + states["claimed"]
        self._hands.report(Progress(task="Mails", done=total - left, total=total))


def sender_lives(worker: str) -> bool | None:
    """Whether the sender of that name still runs; `None` where it is on another machine or unknown."""
    host, _, rest = worker.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname() or not pid.isdigit() or os.name != "posix":
        return None
    if int(pid) == os.getpid():
        return False  # an earlier process of our number: this one has not begun to send
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return None
    return None  # a process of that number runs: the sender, or one that came after it


def send_test(  # noqa: PLR0913 - as `send_edition`
    db: sqlite3.Connection,
    number: int,
    settings: Settings,
    addresses: Iterable[str],
    *,
    now: dt.datetime,
    sleep: Callable[[float], None],
    transport: Transport | None = None,
) -> list[Outcome]:
    """Sends an edition to these addresses as a test: nothing is recorded, and the links change nothing."""
    post = post_of(db, settings, number)
    letter = Letters(db, number, settings).encoded(None, "", ())
    outcomes = []
    with transport or transport_of(settings, sleep=sleep) as way:
        for address in addresses:
            id = f"<test.{secrets.token_hex(8)}@{post.envelope.sender.domain}>"
            mail = compose(letter, post.recipient(address, "test", id), post.envelope, now=now, signer=post.signer)
            outcomes.append(way.send(post.envelope.sender.addr_spec, parse_address(address).text, mail))
    return outcomes


def send_digest(  # noqa: PLR0913 - as `send_edition`
    digest: Digest,
    settings: Settings,
    address: str,
    *,
    message_id: str,
    now: dt.datetime,
    sleep: Callable[[float], None],
    environment: Mapping[str, str] = os.environ,
) -> Outcome:
    """Sends a digest that is no edition to one address that the configuration names; nothing is recorded.

    Raises `ConfigError` where a setting is missing, and `MailError` where the server takes no mail at all.
    """
    envelope = dataclasses.replace(envelope_of(settings, 0), archive=None)
    letter = encode(render_letter(digest, Frame(can_leave=False, named=True), resources=settings.resources))
    mail = compose(letter, Recipient(address, message_id), envelope, now=now, signer=signer_of(settings))
    with transport_of(settings, sleep=sleep, environment=environment) as way:
        return way.send(envelope.sender.addr_spec, parse_address(address).text, mail)
