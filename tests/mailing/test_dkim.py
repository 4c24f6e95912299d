"""The signature of a mail: over all that matters to its reader, and broken where any of it is changed."""

from __future__ import annotations

from pathlib import Path

import dkim
import pytest

from broadsheet.errors import MailError
from broadsheet.mailing.dkim import read_signer
from made_message import made


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path_factory.mktemp("key") / "dkim.pem"
    path.write_bytes(
        made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    public = made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    lines = public.decode().splitlines()[1:-1]
    (path.parent / "dns").write_text("v=DKIM1; k=rsa; p=" + "".join(lines))
    return path


def test_a_signature_covers_the_headers_to_leave_and_breaks_when_they_change(key: Path) -> None:
    dns = (key.parent / "dns").read_bytes()
    signer = read_signer("example.org", "digest", key)
    data, _ = made(signer=signer)

    def find(name: bytes, timeout: int = 5) -> bytes | None:
        return dns if name.rstrip(b".") == b"digest._domainkey.example.org" else None

    assert dkim.verify(data, dnsfunc=find)
    for old, new in (
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Twice-Click"),
        (b"door.example/leave", b"door.examp1e/leave"),
        (b"To: ann@", b"To: eve@"),
        (b"Gr=C3=BC", b"Gr=C3=BD"),
    ):
        assert data.count(old) >= 1
        assert not dkim.verify(data.replace(old, new), dnsfunc=find)
    added = data.replace(b"Subject:", b"Reply-To: eve@example.com\r\nSubject:")
    assert not dkim.verify(added, dnsfunc=find)


def test_a_key_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(MailError, match=r"mail\.dkim\.key_file"):
        read_signer("example.org", "s", tmp_path / "no.pem")
    (tmp_path / "no.pem").write_text("no key")
    with pytest.raises(MailError, match=r"mail\.dkim\.key_file"):
        made(signer=read_signer("example.org", "s", tmp_path / "no.pem"))
