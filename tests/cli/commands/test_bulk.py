"""`broadsheet bulk`: what its commands print, and what they say where something is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from broadsheet.cli.main import main
from bulk_rows import account, rows, table, write_rows
from commands import run
from loopback import ModelServer


def start(*flags: str, count: int = 12) -> str:
    """A run of so many papers; returns what it prints."""
    done = run("bulk", "run", write_rows(rows(count)), "--out", "month", "--workers", "1", *flags)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_run_prints_its_account_and_where_the_files_are():
    told = start()
    assert "Received   12 rows: 0 met again" in told
    assert "Digested   12, 0 failed" in told
    assert "Shards     1 of 1 done" in told
    assert "Files      month" in told
    assert account("month")["digested"] == len(table("month/summaries")) == 12


def test_a_quiet_run_prints_nothing():
    assert start("--quiet") == ""


def test_status_names_the_writers_and_changes_nothing():
    start()
    with ModelServer() as server:
        server.write_config(Path("config.yaml"))
        run("bulk", "run", "papers.jsonl", "--out", "month")
    before = {path: path.read_bytes() for path in Path("month").rglob("*") if path.is_file()}
    told = run("bulk", "status", "month").output
    assert "Writer     builtin (builtin)" in told
    assert "Writer     plain-8b (near)" in told
    assert told.count("Digested   12, 0 failed") == 2
    assert {path: path.read_bytes() for path in Path("month").rglob("*") if path.is_file()} == before


def test_a_server_that_is_named_takes_the_place_of_the_configured_one():
    write_rows(rows(6))
    with ModelServer() as near, ModelServer() as other:
        near.write_config(Path("config.yaml"))
        done = run("bulk", "run", "papers.jsonl", "--out", "month", "--base-url", other.url)
    assert done.exit_code == 0, done.output
    assert not near.calls
    assert other.calls


def test_a_part_leaves_the_others_waiting_and_says_so():
    write_rows(rows(30))
    told = run("bulk", "run", "papers.jsonl", "--out", "month", "--rows", "10", "--shard", "2/3").output
    assert "waiting" in told
    assert "Shards     1 of 3 done" in told


def test_retry_asks_again_for_what_failed():
    start()
    assert "Digested   12, 0 failed" in run("bulk", "retry", "month").output


def test_a_plan_of_the_built_in_engine_is_timed_and_keeps_what_was_read():
    told = run("bulk", "plan", write_rows([*rows(20), *rows(5)]), "--out", "month", "--rows", "10").output
    assert "Rows       25: 20 papers, 5 met again, 0 unreadable" in told
    assert "Shards     3" in told
    assert "timed on this machine" in told
    assert "Money" not in told
    assert "Shards     3 of 3 done" in run("bulk", "run", "papers.jsonl", "--out", "month").output


def test_a_plan_of_a_model_names_both_prices_and_asks_nobody():
    with ModelServer() as server:
        prices = {"plain-8b": {"prompt": 1.0, "completion": 4.0}}
        server.write_config(Path("config.yaml"), prices=prices, batch_size=4)
        told = run("bulk", "plan", write_rows(rows(40)), "--rows", "10").output
        assert server.calls == []
    assert "Calls      about 10" in told
    assert "at a batch endpoint's half price" in told
    assert "plain-8b (near)" in told


def test_what_never_excludes_is_no_part_of_a_plan_and_is_told():
    Path("config.yaml").write_text('never: {words: ["part 4"]}')
    assert "Rows       20: 19 papers, 0 met again, 1 never shown, 0 unreadable" in run(
        "bulk", "plan", write_rows(rows(20)), "--out", "month", "--rows", "10"
    ).output.replace("\u00a0", " ")
    assert "Received   20 rows: 0 met again, 1 never shown\nDigested   19" in start(count=20)
    assert "1 never shown" in run("bulk", "status", "month").output
    assert "1 never shown" in run("bulk", "digest", "month").output


def test_pages_are_made_of_the_shards():
    start(count=40)
    done = run("bulk", "digest", "month", "--title", "A month", "--format", "html,json")
    assert done.exit_code == 0, done.output
    made = json.loads(Path("month/digest/digest.json").read_text())
    assert made["title"] == "A month"
    assert len(made["papers"]) == len(made["summaries"]) == 40
    assert Path("month/digest/digest.html").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "gone.jsonl", "--out", "month"), 3, "there is no file gone.jsonl: check the path."),
        (("run", "papers.jsonl", "--out", "month", "--shard", "4/3"), 2, "--shard cannot be 4/3: write I/N"),
        (("run", "papers.jsonl", "--out", "month", "--on", "moon"), 2, "--on cannot be moon: it is one of local"),
        (("run", "papers.jsonl", "--out", "taken"), 9, "taken: it cannot be written"),
        (("run", "papers.jsonl", "--out", "month", "--base-url", "http://a/v1"), 2, "name the backend that it is for"),
        (("run", "papers.jsonl", "--out", "month", "--backend", "nobody"), 5, "there is no backend 'nobody'"),
        (("status", "empty"), 10, "empty: holds no bulk run; begin one with"),
        (("retry", "empty"), 10, "empty: holds no bulk run; begin one with"),
        (("digest", "empty"), 10, "empty: nothing was written there"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(words, code, said):
    write_rows(rows(3))
    Path("taken").write_text("a file")
    done = run("bulk", *words)
    assert done.exit_code == code, done.output
    assert said in done.output
    assert done.output.count("\n") == 1


def test_without_the_extra_the_command_says_how_it_is_installed():
    write_rows(rows(3))
    code = (
        "import sys; sys.modules['pyarrow'] = None; from broadsheet.cli.main import main; main(prog_name='broadsheet')"
    )
    words = [sys.executable, "-c", code, "bulk", "run", "papers.jsonl", "--out", "month"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("broadsheet: `broadsheet bulk` needs the extra `bulk`: install it with")


def test_every_command_has_an_example_in_its_help():
    bulk = main.get_command(None, "bulk")
    for name in ("run", "status", "retry", "plan", "digest"):
        assert f"broadsheet bulk {name}" in run("bulk", name, "--help").output
        assert name in bulk.commands
