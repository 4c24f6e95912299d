"""What a run takes, from the command line: planned, capped, remembered, recorded, and played back."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import LISTING, digest_json, run, write
from loopback import ModelServer
from scripted import PAPER

PRICE = {"plain-8b": {"prompt": 1.0, "completion": 4.0}}


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch):
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", "kept")


@pytest.fixture
def server():
    with ModelServer() as running:
        running.write_config(Path("config.yaml"), prices=PRICE, batch_size=1, concurrency=1)
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


def test_a_plan_for_the_built_in_engine_is_no_plan(listing):
    planned = run("plan", listing)
    assert planned.exit_code == 2
    assert "costs nothing" in planned.stderr


def test_a_second_run_asks_nobody_and_says_the_same(listing, server):
    run("digest", listing)
    first, calls = digest_json(), len(server.calls)
    again = run("digest", listing)
    assert again.exit_code == 0
    assert len(server.calls) == calls
    assert digest_json()["summaries"] == [summary | {"asked": 0} for summary in first["summaries"]]
    assert digest_json()["themes"] == first["themes"]


def test_one_new_paper_costs_one_paper(listing, server):
    run("digest", listing)
    calls = len(server.calls)
    new = "\n\nCounting Forks by Ear Alone\n\nForks ring when dropped. We count 40 forks by ear and miss two of them.\n"
    write(LISTING + new, listing)
    run("digest", listing)
    asked = [call["messages"][-1]["content"] for call in server.calls[calls:]]
    assert sum(len(PAPER.findall(prompt)) for prompt in asked) == 1


def test_another_batch_size_costs_nothing(listing, server):
    run("digest", listing)
    calls = len(server.calls)
    run("digest", listing, "--batch-size", "3")
    assert len(server.calls) == calls


def test_at_the_cap_the_rest_is_extracted_and_said(listing, server):
    done = run("digest", listing, "--max-calls", "2")
    assert done.exit_code == 0
    assert len(server.calls) == 2
    account = digest_json()["account"]
    assert (account["written"], account["extracted"]) == (2, 1)
    assert "the cap of 2 calls" in done.stdout


def test_no_money_means_no_call(listing, server):
    done = run("digest", listing, "--max-cost", "0")
    assert done.exit_code == 0
    assert server.calls == []
    assert "the cap of $0" in done.stdout


def test_a_cap_in_dollars_needs_a_price(listing, server):
    server.write_config(Path("config.yaml"))
    done = run("digest", listing, "--max-cost", "1")
    assert done.exit_code == 5
    assert "`backends.near.prices`" in done.stderr


def test_offline_uses_what_is_there(listing, server):
    run("digest", listing, "--max-calls", "1")
    done = run("digest", listing, "--offline")
    assert done.exit_code == 0
    assert len(server.calls) == 1
    assert digest_json()["account"]["written"] == 1
    assert "--offline asks nobody" in done.stdout


def test_a_recorded_run_plays_back_without_a_server(listing, server):
    run("digest", listing, "--record", "tape")
    told, calls = digest_json(), len(server.calls)
    done = run("digest", listing, "--replay", "tape", "--out", "again")
    assert done.exit_code == 0, done.stderr
    assert len(server.calls) == calls
    assert digest_json("again")["summaries"] == told["summaries"]
    assert digest_json("again")["themes"] == told["themes"]
    assert run("digest", listing, "--replay", "nowhere").exit_code == 5


def test_the_cache_is_shown_pruned_and_cleared(listing, server):
    run("digest", listing)
    shown = run("cache", "info").stdout
    assert "Answers    4\n" in shown
    assert "Replies    4 raw ones" in shown
    assert run("cache", "prune", "--days", "1").stdout.startswith("0 forgotten")
    assert run("cache", "prune", "--days", "0", "--replies").stdout.startswith("4 forgotten")
    assert run("cache", "clear").stdout.startswith("4 forgotten")
    assert "Answers    0\n" in run("cache", "info").stdout


def test_a_cache_that_is_switched_off_keeps_nothing(listing, server, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CACHE__USE", "false")
    run("digest", listing)
    calls = len(server.calls)
    run("digest", listing)
    assert len(server.calls) == 2 * calls


def test_a_corrupt_cache_is_set_aside_and_the_run_goes_on(listing, server):
    write("no database at all", "kept/answers.sqlite")
    done = run("digest", listing)
    assert done.exit_code == 0
    assert "set aside" in done.stderr
    assert digest_json()["account"]["written"] == 3
