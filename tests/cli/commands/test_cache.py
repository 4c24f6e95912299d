"""`broadsheet cache`: what was answered before is shown, and forgotten when asked."""

from __future__ import annotations

import pytest

from commands import LISTING, run, write
from loopback import paid_server


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", "kept")
    with paid_server() as running:
        yield running


def test_the_cache_is_shown_pruned_and_cleared(listing, server):
    run("digest", listing)
    shown = run("cache", "info").stdout
    assert "Answers    4\n" in shown
    assert "Replies    4 raw ones" in shown
    assert run("cache", "prune", "--days", "1").stdout.startswith("0 forgotten")
    assert run("cache", "prune", "--days", "0", "--replies").stdout.startswith("4 forgotten")
    assert run("cache", "clear").stdout.startswith("4 forgotten")
    assert "Answers    0\n" in run("cache", "info").stdout
