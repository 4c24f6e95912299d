#!/usr/bin/env bash
# flufl.bounce 6.0, 2026-11-28.
# Guess: a delivery report about an internationalised address (RFC 6533: `Final-Recipient: utf-8; …`) is read like one
# about any other address.
# Seen: the recipient of type rfc822 is found, the one of type utf-8 is not, and nothing says that there was one: a
# list that trusts it goes on writing to a mailbox that is gone.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"; "$folder/venv/bin/pip" install -q flufl.bounce==6.0
"$folder/venv/bin/python" - <<'PY'
from email import message_from_string

from flufl.bounce import scan_message

REPORT = """From: mailer-daemon@example.org
To: list@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/{part}

Reporting-MTA: dns; mx.example.org

Final-Recipient: {recipient}
Action: failed
Status: 5.1.1

--b--
"""
plain = scan_message(message_from_string(REPORT.format(
    kind="delivery-status", part="delivery-status", recipient="rfc822; ada@example.org")))
wide = scan_message(message_from_string(REPORT.format(
    kind="global-delivery-status", part="global-delivery-status", recipient="utf-8; ada@example.org")))
print(plain, wide)
assert plain == {b"ada@example.org"}
assert not wide
PY
