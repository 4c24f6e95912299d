"""The queue of runs: nothing is lost when the desk is killed, a stop keeps what is there, one after the other."""

from __future__ import annotations

import signal
import stat
from pathlib import Path

from commands import run
from desk_process import DeskProcess, open_desk
from door_process import until
from faulty import FaultyServer, in_background, listing_text, well
from places import EXAMPLES

TEXT = (EXAMPLES / "listing.txt").read_text(encoding="utf-8")


def submit(desk: DeskProcess, **settings: object) -> str:
    found: str = desk.ask("POST", "/api/v1/digests", {"text": TEXT, "settings": settings}).json["id"]
    return found


def test_a_run_that_a_killed_desk_leaves_behind_is_made_by_the_next(tmp_path: Path) -> None:
    state = tmp_path / "desk.sqlite"
    with open_desk(state) as desk:
        runs = [submit(desk), submit(desk)]
        desk.stop(signal.SIGKILL)
    with open_desk(state) as desk:
        assert [desk.wait(run)["state"] for run in runs] == ["done", "done"]
        numbers = [number for number, *_ in desk.events(runs[0])]
        assert numbers == list(range(1, len(numbers) + 1))
        assert desk.stop() == 0


def test_what_the_desk_keeps_is_its_owners_alone(tmp_path: Path) -> None:
    with open_desk(tmp_path / "below" / "desk.sqlite") as desk:
        submit(desk)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in desk.state.parent.iterdir()}
    assert {mode & 0o077 for mode in modes.values()} == {0}, modes


def test_a_run_that_waits_is_stopped_at_once(tmp_path: Path) -> None:
    with open_desk(tmp_path / "desk.sqlite") as desk:
        first, second = submit(desk), submit(desk)
        assert desk.ask("POST", f"/api/v1/digests/{second}/stop").status == 202
        assert desk.wait(second)["state"] == "stopped"
        assert desk.wait(first)["state"] == "done"


def configure(folder: Path, url: str) -> Path:
    """A backend that is asked about one paper after the other, once."""
    config = folder / "config.yaml"
    config.write_text(
        f"backends: {{near: {{base_url: '{url}', model: plain-8b, batch_size: 1, concurrency: 1}}}}\n"
        f"llm: {{backend: near, timeout: 5, attempts: 1}}\noverview: false\ncache: {{folder: {folder / 'kept'}}}\n"
    )
    return config


def test_answers_that_were_paid_for_are_not_asked_for_again_after_a_kill(tmp_path: Path) -> None:
    server = FaultyServer([well] * 8, then=lambda call: None)
    with in_background(server):
        config = configure(tmp_path, server.url)
        with open_desk(tmp_path / "desk.sqlite", config=config) as desk:
            run = desk.ask("POST", "/api/v1/digests", {"text": listing_text(12)}).json["id"]
            until(lambda: len(server.calls) > 8)
            desk.stop(signal.SIGKILL)
        answered = server.asked[:8]
        server.heal()
        with open_desk(tmp_path / "desk.sqlite", config=config) as desk:
            made = desk.wait(run)
    assert (made["state"], made["digest"]["account"]["written"]) == ("done", 12)
    assert [topic for topic in answered if server.asked.count(topic) > 1] == []


def test_a_run_that_is_stopped_keeps_what_was_answered(tmp_path: Path) -> None:
    server = FaultyServer([well] * 5, then=lambda call: None)
    with in_background(server), open_desk(tmp_path / "d.sqlite", config=configure(tmp_path, server.url)) as desk:
        run = desk.ask("POST", "/api/v1/digests", {"text": listing_text(12)}).json["id"]
        until(lambda: len(server.calls) > 5)
        desk.ask("POST", f"/api/v1/digests/{run}/stop")
        made = desk.wait(run)
    account = made["digest"]["account"]
    assert (made["state"], account["written"], account["extracted"]) == ("stopped", 5, 7)


def test_a_run_that_fails_says_why_and_the_next_one_is_made(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("backends: {shut: {base_url: 'http://127.0.0.1:9', model: kettle}}\nllm: {attempts: 1}\n")
    with open_desk(tmp_path / "desk.sqlite", config=config) as desk:
        failed = desk.wait(submit(desk, llm={"backend": "shut"}))
        assert failed["state"] == "failed"
        assert failed["problem"]["title"] == "The model server gave no answer"
        assert "127.0.0.1:9" in failed["problem"]["detail"]
        assert desk.wait(submit(desk))["state"] == "done"


def test_a_damaged_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    state = tmp_path / "desk.sqlite"
    state.write_bytes(b"no database" * 1000)
    ended = run("desk", "--no-open", "--port", "0", "--state", str(state))
    assert ended.exit_code == 10
    assert "is no state file of Broadsheet" in ended.stderr
    assert state.stat().st_size == 11_000
