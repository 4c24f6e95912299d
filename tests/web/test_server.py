"""A door is opened only as it was configured, and says in one sentence why it cannot be."""

from __future__ import annotations

import contextlib
import socket

import pytest

from broadsheet.errors import ConfigError
from broadsheet.settings.loading import Settings
from broadsheet.web.server import listening


def test_a_free_port_is_taken_on_loopback_and_given_back() -> None:
    with listening(Settings(door={"port": 0})) as bound:
        host, port = bound.getsockname()
        assert (host, port > 0) == ("127.0.0.1", True)
        with socket.create_connection((host, port), timeout=10):
            pass
    with contextlib.closing(socket.create_server((host, port))):
        pass


def test_a_port_that_another_holds_is_named() -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{port} cannot be listened on .*--port"):
            listening(Settings(door={"port": port})).__enter__()


def test_a_host_that_others_reach_needs_the_address_they_reach_it_at() -> None:
    with pytest.raises(ConfigError, match=r"door\.host is 0\.0\.0\.0.*door\.url is not set"):
        listening(Settings(door={"host": "0.0.0.0", "port": 0})).__enter__()
    with listening(Settings(door={"host": "0.0.0.0", "port": 0, "url": "https://papers.example.org"})) as bound:
        assert bound.getsockname()[0] == "0.0.0.0"
