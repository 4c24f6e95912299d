"""Mails as files, in a Maildir, and through a sendmail."""

from __future__ import annotations

import email
import email.policy
import mailbox
import sys
from pathlib import Path

import pytest

from broadsheet.errors import MailError
from broadsheet.mailing.local_transports import EmlFolder, MaildirFolder, Sendmail
from made_message import made

SENDER, ANN = "digest@example.org", "ann@example.net"


def test_a_mail_sent_again_takes_its_own_place_among_the_files(tmp_path: Path) -> None:
    data, _ = made()
    with EmlFolder(tmp_path / "outbox") as way:
        for _ in range(2):
            assert way.send(SENDER, ANN, data).kind == "sent"
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "1.abc.eml"
    assert file.read_bytes() == data
    assert file.stat().st_mode & 0o077 == 0


def test_a_mail_in_a_maildir_is_read_back_as_it_was_sent(tmp_path: Path) -> None:
    data, mail = made()
    with MaildirFolder(tmp_path / "box") as way:
        assert way.send(SENDER, ANN, data).kind == "sent"
    box = mailbox.Maildir(tmp_path / "box", create=False)
    (found,) = box.keys()
    again = email.message_from_bytes(box.get_bytes(found), policy=email.policy.default)
    assert again.items() == mail.items()
    bodies = [[part.get_payload(decode=True).splitlines() for part in one.iter_parts()] for one in (mail, again)]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(("code", "becomes"), [(0, "sent"), (75, "later"), (67, "gone"), (68, "gone"), (65, "refused")])
def test_sendmail_gets_the_mail_and_its_exit_code_says_what_became_of_it(
    tmp_path: Path, code: int, becomes: str
) -> None:
    script = tmp_path / "sendmail.py"
    script.write_text(
        "import sys\n"
        f"open({str(tmp_path / 'got')!r}, 'wb').write(repr(sys.argv[1:]).encode() + sys.stdin.buffer.read())\n"
        f"print('said so', file=sys.stderr); sys.exit({code})"
    )
    outcome = Sendmail(f"{sys.executable} {script}", timeout=20).send(SENDER, ANN, b"Subject: x\r\n\r\nbody\r\n")
    assert outcome.kind == becomes
    assert (tmp_path / "got").read_bytes() == repr(["-i", "-f", SENDER, "--", ANN]).encode() + b"Subject: x\n\nbody\n"


def test_a_sendmail_that_is_not_there_ends_the_run() -> None:
    with pytest.raises(MailError, match=r"mail\.transport\.command"):
        Sendmail("/no/such/sendmail", timeout=1).send(SENDER, ANN, b"")


def test_a_folder_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for way in (EmlFolder(tmp_path / "file" / "x"), MaildirFolder(tmp_path / "file" / "x")):
        with pytest.raises(MailError, match=r"mail\.transport\.folder"):
            way.__enter__()
