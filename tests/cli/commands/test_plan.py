"""`broadsheet plan`: what a digest would take is told, and nobody is asked."""

from __future__ import annotations

import re

import pytest

from commands import LISTING, run, write
from loopback import paid_server
from small_model import NAME, needs_model


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", "kept")
    with paid_server() as running:
        yield running


def test_a_plan_tells_what_a_digest_takes_and_asks_nobody(listing, server):
    planned = run("plan", listing)
    assert planned.exit_code == 0, planned.stderr
    assert server.calls == []
    assert "Papers     3\n" in planned.stdout
    assert "Calls      4\n" in planned.stdout
    assert "about $0.00" in planned.stdout
    assert "a guess" in planned.stdout
    run("digest", listing)
    assert len(server.calls) == 4


def test_a_plan_after_a_digest_counts_only_what_is_new_and_knows_the_speed(listing, server):
    run("digest", listing)
    planned = run("plan", listing)
    assert "3 of them answered before" in planned.stdout
    assert "Calls      0\n" in planned.stdout
    assert "as fast as its calls so far" in planned.stdout


def test_a_plan_names_what_would_be_left_out_and_does_not_count_its_calls(listing, server):
    whole = run("plan", listing).stdout
    planned = run("plan", listing, "--at-most-source", "2")
    assert planned.exit_code == 0, planned.stderr
    assert "Papers     2\nLeft out   1 paper: listing.txt may give 2 papers (“" in planned.stdout
    calls = [int(re.search(r"Calls +(\d+)", said)[1]) for said in (whole, planned.stdout)]
    assert calls[1] < calls[0]
    assert server.calls == []


def test_a_plan_for_the_built_in_engine_is_no_plan(listing):
    planned = run("plan", listing)
    assert planned.exit_code == 2
    assert "costs nothing" in planned.stderr


IN_PROCESS = """
local: {threads: 1, slots: 2, context: 2048}
writing: {repairs: 0}
grouping: builtin
overview: false
"""


@pytest.fixture
def local(listing: str) -> None:
    """A configuration for a model in this process, beside the listing."""
    write(IN_PROCESS, "config.yaml")


@needs_model
@pytest.mark.usefixtures("local")
def test_a_plan_knows_how_quick_the_model_is_here():
    planned = run("plan", "listing.txt", "--backend", "local", "--model", NAME)
    assert planned.exit_code == 0, planned.output
    assert "as fast as its calls so far" not in planned.output
    assert "timed on this machine" in planned.output
