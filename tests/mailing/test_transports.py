"""How mails leave, as the configuration says; a password comes from the environment alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.errors import ConfigError
from broadsheet.mailing.transports import PRESETS, MailRateLimit, open_transport, server_of
from broadsheet.settings.edition import TransportSettings


def test_a_preset_knows_where_and_the_configuration_knows_better() -> None:
    server = server_of(TransportSettings(kind="smtp", preset="fastmail"), {})
    assert (server.place, server.security) == ("smtp.fastmail.com:465", "tls")
    own = server_of(TransportSettings(kind="smtp", preset="Gmail", port=2525), {})
    assert (own.place, own.security) == ("smtp.gmail.com:2525", "starttls")
    assert all(preset.security in ("starttls", "tls") for preset in PRESETS.values())


def test_a_password_comes_from_its_variable_alone() -> None:
    named = TransportSettings(kind="smtp", host="h.example", user="us", password_env="MAIL_WORD")
    assert server_of(named, {"MAIL_WORD": "swordfish"}).password == "swordfish"
    with pytest.raises(ConfigError, match="MAIL_WORD is empty"):
        server_of(named, {})
    with pytest.raises(ConfigError, match="password_env is missing"):
        server_of(TransportSettings(kind="smtp", host="h.example", user="us"), {})


@pytest.mark.parametrize("transport", [TransportSettings(kind="smtp"), TransportSettings(kind="smtp", preset="pigeon")])
def test_a_transport_without_a_server_is_told_with_the_presets(transport: TransportSettings) -> None:
    with pytest.raises(ConfigError, match="fastmail, gmail"):
        open_transport(transport, base=Path(), environment={}, sleep=lambda seconds: None)


def test_a_pace_keeps_mails_apart_and_a_clock_put_back_delays_nobody() -> None:
    times = iter([0.0, 0.5, 2.0, -3600.0, -3599.5])
    slept: list[float] = []
    pace = MailRateLimit(60, clock=lambda: next(times), sleep=slept.append)
    for _ in range(5):
        pace.wait()
    assert slept == [0.5, 0.5]
