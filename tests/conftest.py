"""What holds for every test: no network but loopback, and nothing of the developer's own machine."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "ours",
    suppress_health_check=[HealthCheck.too_slow],
    deadline=None,  # nothing is timed here
    derandomize="CI" in os.environ,  # what CI says of a commit it says again; developers' runs look for new examples
)
settings.load_profile("ours")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before numpy is loaded
pytest_plugins = ["browser_page"]  # the fixture `browser`
pytest.register_assert_rewrite("varieties")

FOREIGN = re.compile(
    r"^BROADSHEET_|_API_KEY$|_BASE_URL$|_PROXY$|^TIKTOKEN_CACHE_DIR$|^(NO|FORCE)_COLOR$", re.IGNORECASE
)


class NetworkBlocked(RuntimeError):
    """A test tried to leave the machine; no `OSError`, so that no code takes it for a server that is down."""


def _allow(address: Any) -> None:
    """Passes loopback and sockets that are files; raises `NetworkBlocked` for everything else."""
    if isinstance(address, str | bytes):
        return
    host = address[0].decode() if isinstance(address[0], bytes) else str(address[0])
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise NetworkBlocked(f"tests reach nothing but loopback, and this one tried {host}: give it a fake.")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        resolve = socket.getaddrinfo

        def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
            if host is not None:
                _allow((host,))
            return resolve(host, *args, **kwargs)

        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


def _guarded(method: Any) -> Any:
    def guarded(self: socket.socket, *args: Any) -> Any:
        _allow(args[-1])
        return method(self, *args)

    return guarded


@pytest.fixture(autouse=True, scope="session")
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        for name in ("CONFIG", "CACHE", "DATA", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        yield


@pytest.fixture(autouse=True)
def _clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to stand in, and an environment that says nothing to us."""
    for name in list(os.environ):
        if FOREIGN.search(name):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _states_closed() -> Iterator[None]:
    """Closes the states of editions that a test opened through `standing_mail`."""
    yield
    if kitchens := sys.modules.get("standing_mail"):
        kitchens.close_kitchens()
