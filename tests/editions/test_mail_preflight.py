"""What would stop the sending of an edition is found before the edition is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from broadsheet.editions.mail_preflight import check_sending
from broadsheet.errors import BroadsheetError
from standing_mail import kitchen_settings

SMTP = {"kind": "smtp", "host": "localhost", "user": "us", "password_env": "KITCHEN_WORD"}


def test_a_configuration_that_sends_passes(tmp_path: Path) -> None:
    check_sending(kitchen_settings(tmp_path, transport=SMTP), environment={"KITCHEN_WORD": "swordfish"})


@pytest.mark.parametrize(
    ("mail", "says"),
    [
        ({"from": "The Kitchen"}, "mail.from: 'The Kitchen' is not one address"),
        ({"list_id": "kitchen"}, "mail.list_id: 'kitchen' is no name"),
        ({"to": ["ada..ash@example.org"]}, "ada..ash@example.org"),
        ({"transport": {"kind": "smtp"}}, "mail.transport names no server"),
        ({"transport": SMTP}, "KITCHEN_WORD"),
        ({"dkim": {"domain": "example.org", "selector": "s", "key_file": "none.pem"}}, "none.pem"),
    ],
)
def test_what_would_stop_the_sending_is_named(tmp_path: Path, mail: dict[str, Any], says: str) -> None:
    with pytest.raises(BroadsheetError, match=says.replace(".", r"\.")):
        check_sending(kitchen_settings(tmp_path, **mail), environment={})


def test_a_broken_template_of_ones_own_is_named(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "email.html").write_text("{{ nothing.of.the.kind }}")
    with pytest.raises(BroadsheetError, match=r"email\.html"):
        check_sending(kitchen_settings(tmp_path), environment={})
