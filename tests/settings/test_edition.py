"""What a standing edition may be told: a wrong zone, door, port or rate is refused before anything runs."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from broadsheet.settings.base import Branch
from broadsheet.settings.edition import Bounces, Edition, Mail, Schedule, TransportSettings, WebSettings


@pytest.mark.parametrize("zone", ["Berlin", "Mars/Base", "../etc/passwd", ""])
def test_a_zone_that_nobody_knows_is_refused_with_an_example(zone: str) -> None:
    with pytest.raises(ValidationError, match="such as Europe/Berlin"):
        Schedule(timezone=zone)


def test_a_sender_is_named_by_the_word_of_the_file_and_by_the_field() -> None:
    assert Mail.model_validate({"from": "ada@kettle.example"}).sender == "ada@kettle.example"
    assert Mail(sender="ada@kettle.example").sender == "ada@kettle.example"


@pytest.mark.parametrize(
    ("branch", "values"),
    [
        (Schedule, {"day": "caturday"}),
        (Edition, {"url": "ftp://kettle.example"}),
        (Edition, {"first_number": 0}),
        (WebSettings, {"url": "kettle.example"}),
        (WebSettings, {"port": 65536}),
        (WebSettings, {"confirm_hours": 0}),
        (TransportSettings, {"rate": 0}),
        (TransportSettings, {"kind": "pigeon"}),
        (Mail, {"to": ["not an address"]}),
        (Bounces, {"port": 0}),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(branch: type[Branch], values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        branch.model_validate(values)


def test_the_door_listens_on_loopback_and_trusts_no_proxy_unless_told() -> None:
    assert (WebSettings().host, WebSettings().trust_proxy) == ("127.0.0.1", False)
