#!/usr/bin/env bash
# dkimpy 1.1.8, 2026-11-28.
# Guess: its default choice of headers holds all that large mail services ask of a newsletter; RFC 8058 says that
# List-Unsubscribe and List-Unsubscribe-Post must both be covered by a valid signature.
# Seen: List-Unsubscribe is signed by default, List-Unsubscribe-Post is not, so that a mail signed with the defaults
# has no valid one-click.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"; "$folder/venv/bin/pip" install -q dkimpy==1.1.8 cryptography==46.0.3
"$folder/venv/bin/python" - <<'PY'
import re

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
mail = (b"From: digest@example.org\r\nTo: ada@example.org\r\nSubject: Week 12\r\n"
        b"List-Unsubscribe: <https://example.org/leave>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        b"\r\nKettles.\r\n")
signature = dkim.sign(mail, b"s", b"example.org", key).decode()
signed = {name.strip().lower() for name in re.search(r"\bh=([^;]+);", signature)[1].split(":")}
print(sorted(signed))
assert "list-unsubscribe" in signed
assert "list-unsubscribe-post" not in signed
PY
