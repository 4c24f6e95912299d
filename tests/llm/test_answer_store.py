"""The cache keeps good answers, survives what happens to files, and never fails a run."""

from __future__ import annotations

import logging
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from broadsheet.llm.answer_store import VERSION, AnswerStore
from broadsheet.llm.prompt import Completion, Prompt

PROMPT = Prompt(system="s", user="u", schema={}, max_tokens=1)


OPENED: list[AnswerStore] = []


def open_store(path: Path, *, now: float = 1000.0) -> AnswerStore:
    store = AnswerStore(path, now=lambda: now, who="server model")
    OPENED.append(store)
    return store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache" / "answers.sqlite"


@pytest.fixture(autouse=True)
def all_closed():
    yield
    while OPENED:
        OPENED.pop().close()


def test_answers_outlive_the_run(path):
    first = open_store(path)
    first.keep("a", "One.")
    first.keep("b", "Two.")
    first.keep("a", "One, better.")
    first.close()
    assert open_store(path).recall(["a", "b", "c"]) == {"a": "One, better.", "b": "Two."}


def test_an_answer_that_was_refused_is_forgotten_and_the_others_are_not(path):
    store = open_store(path)
    store.keep("a", "One.")
    store.keep("b", "Two.")
    store.forget("a")
    assert open_store(path).recall(["a", "b"]) == {"b": "Two."}


def test_many_keys_are_found_at_once(path):
    store = open_store(path)
    for number in range(1200):
        store.keep(str(number), f"text {number}")
    assert len(store.recall([str(number) for number in range(2000)])) == 1200


def test_only_the_user_may_read_the_file(path):
    open_store(path).keep("a", "One.")
    for part in path.parent.iterdir():
        assert stat.S_IMODE(part.stat().st_mode) == 0o600, part
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_raw_replies_are_kept_apart_and_give_the_speed(path):
    store = open_store(path)
    store.log_reply(PROMPT, Completion("raw", prompt_tokens=100, completion_tokens=20), 2.0)
    store.log_reply(PROMPT, Completion("", finish="refusal", prompt_tokens=100, completion_tokens=0), 1.0)
    assert store.recall(["a"]) == {}
    speed = store.speed("server model")
    assert (speed.calls, speed.prompt_tokens, speed.completion_tokens, speed.seconds) == (2, 200, 20, 3.0)
    assert store.speed("another").calls == 0


def test_what_is_old_is_forgotten_and_the_rest_is_counted(path):
    open_store(path, now=10.0).keep("old", "x")
    store = open_store(path, now=20.0)
    store.keep("new", "y")
    store.log_reply(PROMPT, Completion("raw"), 1.0)
    contents = store.contents()
    assert (contents.answers, contents.replies, contents.oldest) == (2, 1, 10.0)
    assert contents.size > 0
    assert store.prune(older_than=15.0) == 1
    assert store.recall(["old", "new"]) == {"new": "y"}
    assert store.prune(older_than=99.0, replies_only=True) == 1


@pytest.mark.parametrize("rubbish", [b"not a database at all " * 90, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_corrupt_file_is_set_aside_with_a_message(path, rubbish, caplog):
    path.parent.mkdir()
    path.write_bytes(rubbish)
    with caplog.at_level(logging.WARNING):
        store = open_store(path)
    store.keep("a", "One.")
    assert store.recall(["a"]) == {"a": "One."}
    assert (path.parent / "answers.sqlite.1000.aside").read_bytes() == rubbish
    assert "set aside" in caplog.text


def test_a_file_of_another_version_is_set_aside(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE answers (old)")
        db.execute(f"PRAGMA user_version = {VERSION + 7}")
    db.close()
    store = open_store(path)
    store.keep("a", "One.")
    assert store.recall(["a"]) == {"a": "One."}
    assert list(path.parent.glob("*.aside"))


def test_where_no_file_can_be_a_run_goes_without(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        store = open_store(tmp_path / "file" / "answers.sqlite")
    store.keep("a", "One.")
    assert store.recall(["a"]) == {}
    assert store.contents().answers == 0
    assert "without a cache" in caplog.text


KEEP = """
import sys, time
from pathlib import Path
from broadsheet.llm.answer_store import AnswerStore
store = AnswerStore(Path(sys.argv[1]), now=time.time)
for number in range(int(sys.argv[3])):
    store.keep(f"{sys.argv[2]}{number}", "text")
    print(number, flush=True)
"""


def keep(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """A process of its own that keeps answers and prints the number of each once it is kept."""
    command = [sys.executable, "-c", KEEP, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_runs_at_once_share_the_file(path):
    runs = [keep(path, name, 300) for name in "ab"]
    for run in runs:
        run.communicate(timeout=60)
    keys = [f"{name}{number}" for name in "ab" for number in range(300)]
    assert len(open_store(path).recall(keys)) == 600


def test_what_was_kept_before_a_kill_is_there_after_it(path):
    with keep(path, "", 10**6) as run:
        assert run.stdout is not None
        last = [int(run.stdout.readline()) for _ in range(200)][-1]
        run.kill()
    found = open_store(path).recall([str(number) for number in range(last + 1)])
    assert len(found) == last + 1


def test_a_store_that_is_closed_waits_for_the_thread_that_reads_it(path):
    store, inside, go = open_store(path), threading.Event(), threading.Event()
    store.keep("a", "One.")

    def read(db):
        inside.set()
        assert go.wait(10)
        return db.execute("SELECT text FROM answers").fetchall()

    with ThreadPoolExecutor(2) as threads:
        reading = threads.submit(store._do, read, [])
        assert inside.wait(10)
        closing = threads.submit(store.close)
        with pytest.raises(TimeoutError):
            closing.result(0.05)
        go.set()
        assert reading.result(10) == [("One.",)]
        closing.result(10)
    assert store.recall(["a"]) == {}


def test_notes_are_kept_apart_from_answers_and_pruned_with_them(path):
    store = open_store(path, now=10.0)
    store.note("a", "refused")
    assert open_store(path).recall_notes(["a", "b"]) == {"a": "refused"}
    assert store.recall(["a"]) == {}
    assert store.prune(older_than=99.0) == 0  # a note is no answer
    assert store.recall_notes(["a"]) == {}


def test_a_file_from_before_there_were_notes_keeps_its_answers(path):
    store = open_store(path)
    store.keep("a", "One.")
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE notes")
    db.close()
    store = open_store(path)
    store.note("b", "refused")
    assert (store.recall(["a"]), store.recall_notes(["b"])) == ({"a": "One."}, {"b": "refused"})
    assert not list(path.parent.glob("*.aside"))


def test_half_a_surrogate_pair_in_a_reply_costs_neither_the_run_nor_the_cache(path):
    store = open_store(path)
    store.log_reply(PROMPT, Completion("a \ud83d b"), 1.0)
    store.keep("a", "One.")
    assert (store.contents().replies, store.recall(["a"])) == (1, {"a": "One."})
