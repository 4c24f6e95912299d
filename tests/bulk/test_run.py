"""A whole run: what is paid, what is written, and that it is the same whoever did it in which order, killed or not."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

from broadsheet.bulk import answers
from broadsheet.bulk.folder import BulkFolder, only_here
from broadsheet.bulk.run import BulkRequest, run_bulk
from broadsheet.errors import ConfigError, NoPapers, OutputError, RunningAlready, StateError, UsageError
from broadsheet.settings.loading import load_settings
from bulk_rows import NOW, account, output, rows, table, write_rows
from commands import PROCESS
from loopback import ModelServer, Reply, complete, refuse, write_faithfully

PRICES = {"plain-8b": {"prompt": 1.0, "completion": 4.0}}


def work(*names: str, out: str = "out", part: tuple[int, int] = (1, 1), per: int = 10, **flags: Any) -> Path:
    """Runs here, with one process; returns where the writer's files are."""
    request = BulkRequest(root=Path(out), workers=1, part=part, rows=per, retry=flags.pop("retry", False))
    folder, _ = run_bulk(names, request, load_settings(flags=flags), now=NOW, tell=lambda progress: None)
    return folder.home


def configure(server: ModelServer, **llm: Any) -> None:
    """A `config.yaml` whose backend is the server, without a cache that would hide what is asked twice."""
    backend = {"base_url": server.url, "model": "plain-8b", "context": 8192, "prices": PRICES}
    told = {
        "llm": {"backend": "near", "attempts": 1, **llm},
        "backends": {"near": {**backend, "batch_size": 1, "concurrency": 4}},
        "cache": {"use": False},
        "writing": {"repairs": 0},
    }
    Path("config.yaml").write_text(json.dumps(told))


def test_a_run_ends_in_tables_and_an_account_that_adds_up():
    write_rows([*rows(25), *rows(5)])
    Path("more.jsonl").write_text('{"abstract": "no title"}\n{"abstract": "none either"}\n')
    work("papers.jsonl", "more.jsonl")
    told = account()
    assert (told["received"], told["duplicates"], told["digested"], told["failed"]) == (32, 5, 25, 2)
    assert (told["calls"], told["tokens"], told["dollars"], told["waiting"]) == (0, 0, 0.0, 0)
    assert len(table("out/summaries")) == 25
    assert [row["line"] for row in table("out/failures")] == [1, 2]
    assert {row["shard"] for row in table("out/summaries")} == {0, 1, 2}


def test_parts_in_any_order_leave_the_same_bytes_as_one_run():
    write_rows(rows(45))
    work("papers.jsonl", out="whole", per=5)
    for index in (3, 1, 4, 2):
        work("papers.jsonl", out="parts", part=(index, 4), per=5)
    assert output("parts") == output("whole")


def test_parts_that_begin_together_cut_once_and_leave_the_bytes_of_one_run():
    write_rows(rows(40))
    work("papers.jsonl", out="whole", per=5)
    command = [*PROCESS, "bulk", "run", "papers.jsonl", "--out", "parts", "--rows", "5", "--quiet", "--shard"]
    running = [subprocess.Popen([*command, f"{index}/3"], stderr=subprocess.PIPE, text=True) for index in (1, 2, 3)]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert output("parts") == output("whole")


DOOMED = """
import os, signal, sys
def listen(event, what):
    global left
    if event == "os.rename" and "doomed" in str(what[1]):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
left = int(sys.argv[1])
sys.addaudithook(listen)
from broadsheet.cli.main import main
main(sys.argv[2:])
"""
"""Kills itself when the n-th file below a folder is about to take its name."""


@pytest.mark.parametrize("moment", [2, 4, 6, 7, 8])
def test_a_run_that_is_killed_at_any_file_is_gone_on_with(moment):
    """The 2nd is the cut of a shard, 4th the account of the cut, 6th and 7th a table and its manifest."""
    write_rows(rows(30))
    work("papers.jsonl", out="whole", per=15)
    command = ["bulk", "run", "papers.jsonl", "--out", "doomed", "--rows", "15", "--workers", "1", "--quiet"]
    died = subprocess.run([sys.executable, "-c", DOOMED, str(moment), *command], check=False)
    assert died.returncode == -signal.SIGKILL
    work("papers.jsonl", out="doomed", per=15)
    assert output("doomed") == output("whole")
    assert account("doomed")["digested"] == 30
    assert list(Path("doomed").rglob(".*")) == []


def test_several_processes_leave_the_same_bytes_as_one():
    write_rows(rows(40))
    work("papers.jsonl", out="whole")
    done = subprocess.run(
        [*PROCESS, "bulk", "run", "papers.jsonl", "--out", "several", "--rows", "10", "--workers", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Digested   40, 0 failed" in done.stdout
    assert output("several") == output("whole")


def test_a_process_that_is_killed_with_a_model_asks_again_what_was_under_way_alone():
    write_rows(rows(40))
    running: list[subprocess.Popen[bytes]] = []

    def reply(call: dict[str, Any]) -> Reply:
        if len(server.calls) == 24:
            running[0].kill()
        return complete(write_faithfully(call))

    with ModelServer(reply) as server:
        configure(server)
        command = [*PROCESS, "bulk", "run", "papers.jsonl", "--out", "out", "--rows", "20", "--quiet"]
        running.append(subprocess.Popen(command))
        assert running[0].wait() == -signal.SIGKILL
        before = len(server.calls)
        work("papers.jsonl", per=20)
        assert len(table("out/summaries")) == 40
        assert len({row["paper_key"] for row in table("out/summaries")}) == 40
        assert before < 40
        assert len(server.calls) - 40 <= 4, "more was asked again than was under way"
        calls = len(server.calls)
        work("papers.jsonl", per=20)
        assert len(server.calls) == calls


def test_a_second_run_pays_for_nothing_and_its_account_stays():
    write_rows(rows(20))
    with ModelServer() as server:
        configure(server)
        work("papers.jsonl")
        told, calls = account(), len(server.calls)
        assert told["calls"] == calls
        assert told["tokens"] == 120 * calls
        assert told["dollars"] == pytest.approx(calls * (100 * 1.0 + 20 * 4.0) / 1e6)
        assert sum(row["tokens"] for row in table("out/summaries")) == told["tokens"]
        work("papers.jsonl")
    assert len(server.calls) == calls
    assert account() == told


def test_another_model_has_a_folder_of_its_own():
    write_rows(rows(12))
    assert work("papers.jsonl") == Path("out")
    with ModelServer() as server:
        configure(server)
        second = work("papers.jsonl")
        assert second.parent == Path("out")
        third = work("papers.jsonl", writing={"length": 40, "repairs": 0})
        assert len({second, third}) == 2
        assert work("papers.jsonl") == second
    assert {row["model"] for row in table("out/summaries")} == {"builtin"}
    assert "plain-8b" in {row["model"] for row in table(second / "summaries")}


def test_the_cap_is_not_passed_and_the_next_run_goes_on():
    write_rows(rows(30))
    with ModelServer() as server:
        configure(server, max_calls=9)
        with pytest.raises(Exception, match="cap of 9 calls"):
            work("papers.jsonl")
        assert len(server.calls) <= 9
        assert account()["waiting"] > 0
        configure(server)
        work("papers.jsonl")
        assert len(server.calls) == 30
    assert account()["digested"] == 30


def test_a_wrong_key_ends_the_run_and_leaves_no_table():
    write_rows(rows(30))
    with ModelServer(lambda call: refuse(401, "no such key")) as server:
        configure(server)
        with pytest.raises(Exception, match="refuses the key"):
            work("papers.jsonl")
    assert account()["waiting"] == 30
    assert table("out/summaries") == table("out/failures") == []
    work("papers.jsonl", llm={"backend": "builtin"})
    assert account()["digested"] == 30


def test_calls_that_fail_are_failures_and_a_retry_pays_for_them_alone():
    write_rows(rows(10))

    def reply(call: dict[str, Any]) -> Reply:
        odd = "part 4" in call["messages"][-1]["content"] and len(server.calls) <= 10
        return refuse(400, "this prompt is filtered") if odd else complete(write_faithfully(call))

    with ModelServer(reply) as server:
        configure(server)
        work("papers.jsonl")
        assert account()["failed"] == 1
        assert "this prompt is filtered" in table("out/failures")[0]["why"]
        work(retry=True)
        assert len(server.calls) == 11
    assert (account()["failed"], account()["digested"]) == (0, 10)


def test_a_retry_by_somebody_who_wrote_nothing_is_refused_and_names_who_did():
    work(write_rows(rows(5)))
    with ModelServer() as server:
        configure(server)
        with pytest.raises(UsageError, match=r"plain-8b \(near\) has written nothing there, but builtin \(builtin\)"):
            work(retry=True)
        assert server.calls == []
    assert not list(Path("out").glob("by-*"))


def test_one_unreadable_file_among_many_is_told_and_the_rest_is_digested():
    for number in range(20):
        write_rows(rows(1, first=number), f"papers/{number:02d}.jsonl")
    Path("papers/07.jsonl").write_bytes(b"PAR1 but not really")
    work("papers")
    assert (account()["digested"], account()["failed"]) == (19, 1)
    (failure,) = table("out/failures")
    assert (failure["source"], failure["kind"]) == ("papers/07.jsonl", "file")


def test_the_first_failures_are_told_with_their_reasons_at_the_end_and_later():
    write_rows(rows(2), "papers/good.jsonl")
    Path("papers/odd.jsonl").write_text('{"doi": "10.5555/a"}\n' * 5)
    told = [
        "Failed     papers/odd.jsonl, line 1: it has no title",
        "           papers/odd.jsonl, line 2: it has no title",
        "           papers/odd.jsonl, line 3: it has no title",
        f"           and 2 more: {Path('out/failures')}",
    ]
    for command in (["run", "papers", "--out", "out"], ["status", "out"]):
        done = subprocess.run([*PROCESS, "bulk", *command], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-4:] == told


class _Flaky(LocalFileSystem):
    """A store that answers when it likes."""

    protocol = "flaky"
    down = True

    def _open(self, path, mode="rb", **kwargs):
        if _Flaky.down:
            raise TimeoutError("it took too long")
        return super()._open(path, mode, **kwargs)


def test_an_address_that_did_not_answer_is_read_by_the_next_run_and_what_was_done_stays():
    fsspec.register_implementation("flaky", _Flaky, clobber=True)
    near, far = write_rows(rows(9)), f"flaky://{Path(write_rows(rows(5, first=9), 'far.jsonl')).resolve()}"
    work(near, far, per=5)
    assert (account()["digested"], account()["failed"]) == (9, 1)
    _Flaky.down = False
    work(near, far, part=(1, 2), per=5)
    assert account()["failed"] == 1
    work(near, far, per=5)
    assert (account()["digested"], account()["failed"]) == (14, 0)


def test_papers_that_come_later_are_all_that_is_done():
    write_rows(rows(30))
    with ModelServer() as server:
        configure(server)
        work("papers.jsonl", per=10)
        write_rows(rows(36))
        work("papers.jsonl", per=10)
        assert len(server.calls) == 36
    assert account()["digested"] == 36


def test_a_second_run_at_the_same_time_is_refused_and_parts_are_not():
    write_rows(rows(10))
    work("papers.jsonl")
    with only_here(BulkFolder(Path("out")), "", now=NOW):
        named = rf"another run \(process {os.getpid()}, since .*\) is at work in this folder"
        with pytest.raises(RunningAlready, match=named):
            work("papers.jsonl")
    with only_here(BulkFolder(Path("out")), "1-of-2", now=NOW):
        work("papers.jsonl", part=(2, 2))
        with pytest.raises(RunningAlready):
            work("papers.jsonl", part=(1, 2))


def test_a_full_disk_ends_the_run_in_a_sentence_and_leaves_no_half_table():
    write_rows(rows(10))
    whole = os.write
    left = [2]

    def write(file: int, data: bytes) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return whole(file, data[: len(data) // 2] or data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers.os, "write", write)
        with pytest.raises(OutputError, match="there is no room left: free some space, and run it again"):
            work("papers.jsonl")
    assert table("out/summaries") == []
    work("papers.jsonl")
    assert account()["digested"] == 10


NARROW = """
import resource, signal, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from broadsheet.cli.main import main
main(sys.argv[1:])
"""
"""A process that can write no file above 20 kB."""


def test_a_disk_that_is_full_while_rows_are_cut_leaves_nothing_but_locks():
    write_rows(rows(200))
    command = [sys.executable, "-c", NARROW, "bulk", "run", "papers.jsonl", "--out", "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 9
    assert done.stderr == "broadsheet: out: there is no room left: free some space, and run it again to go on.\n"
    assert {path.suffix for path in Path("out").rglob("*") if path.is_file()} == {".lock"}
    assert not list(Path("out").glob(".cutting-*"))


NEVER = {"words": ["part 4", "part 7"]}


def test_what_never_excludes_is_not_paid_for_and_is_counted():
    write_rows([*rows(30), *rows(5)])
    with ModelServer() as server:
        configure(server)
        work("papers.jsonl", never=NEVER)
        asked = "".join(call["messages"][-1]["content"] for call in server.calls)
        assert len(server.calls) == 28
        assert "part 5\n" in asked
        assert "part 4\n" not in asked
        told, cut = account(), Path("out/cut.json").read_bytes()
        assert (told["received"], told["duplicates"], told["excluded"], told["digested"]) == (35, 5, 2, 28)
        assert not {"10.5555/ash.4", "10.5555/ash.7"} & {
            row["paper_key"].removeprefix("doi:") for row in table("out/summaries")
        }
        work("papers.jsonl", never=NEVER)
        assert Path("out/cut.json").read_bytes() == cut
        assert len(server.calls) == 28


def test_a_rule_that_changes_cuts_anew_and_asks_for_what_has_no_answer_alone():
    write_rows(rows(30))
    with ModelServer() as server:
        configure(server)
        work("papers.jsonl", never=NEVER)
        work("papers.jsonl", never={"words": ["part 5"]})
        assert len(server.calls) == 30
    assert (account()["excluded"], account()["digested"]) == (1, 29)


def test_an_author_who_is_always_digested_stays_whatever_never_says():
    write_rows([{**row, "authors": ["Ada Ash" if number else "Bo Beech"]} for number, row in enumerate(rows(12))])
    rules = {"never": {"words": ["study"]}, "always": {"authors": ["Bo Beech"]}}
    work("papers.jsonl", **rules)
    assert (account()["excluded"], account()["digested"]) == (11, 1)
    with pytest.raises(ConfigError, match="Bo Beech stands in `always"):
        work("papers.jsonl", always={"authors": ["Bo Beech"]}, never={"authors": ["Bo Beech"]})


def test_rules_that_leave_nothing_are_told():
    write_rows(rows(12))
    with pytest.raises(NoPapers, match=r"`never` leaves out all 12 papers: nothing is left to digest; correct `never`"):
        work("papers.jsonl", never={"words": ["study"]})
    work("papers.jsonl")
    assert account()["digested"] == 12


def test_a_folder_without_a_run_is_told():
    with pytest.raises(StateError, match="holds no bulk run"):
        work(out="empty")
