"""A recorded run plays back the same, asking nobody."""

from __future__ import annotations

import asyncio
import stat

import pytest

from broadsheet.errors import BackendBusy, BadAnswer, OutputError
from broadsheet.llm.prompt import Allowance, Completion, Prompt
from broadsheet.llm.recording import Player, Recorder
from scripted import ScriptedModel

ONE = Prompt(system="s", user="one", schema={"a": 1}, max_tokens=5)
TWO = Prompt(system="s", user="two", schema={"a": 1}, max_tokens=5)


def say(model, *prompts):
    async def run():
        return [await model.complete(prompt) for prompt in prompts]

    return asyncio.run(run())


def test_the_same_prompts_get_the_same_answers_in_the_same_order(tmp_path):
    told = [Completion("a", prompt_tokens=3, allowance=Allowance(1, 2, 3.0)), Completion("b"), Completion("c")]
    heard = say(Recorder(ScriptedModel(told), tmp_path), ONE, TWO, ONE)
    again = say(Player(tmp_path), ONE, ONE, TWO)
    assert [completion.text for completion in heard] == ["a", "b", "c"]
    assert [completion.text for completion in again] == ["a", "c", "b"]
    assert again[0].prompt_tokens == 3


def test_an_error_is_not_recorded(tmp_path):
    recorder = Recorder(ScriptedModel([BackendBusy("busy"), Completion("a")]), tmp_path)
    with pytest.raises(BackendBusy):
        say(recorder, ONE)
    say(recorder, ONE)
    assert say(Player(tmp_path), ONE)[0].text == "a"


@pytest.mark.parametrize("content", [None, "{", '{"completion": {"no": 1}}', "[]"])
def test_a_missing_or_broken_recording_says_so(tmp_path, content):
    say(Recorder(ScriptedModel([Completion("a")]), tmp_path), ONE)
    (path,) = tmp_path.iterdir()
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(BadAnswer, match="record the run again"):
        say(Player(tmp_path), ONE)


def test_a_recording_plays_on_a_machine_with_another_secret(tmp_path):
    here = Prompt("s", "<paper-bcdfghjk>x</paper-bcdfghjk>", {}, 9, seal="bcdfghjk")
    there = Prompt("s", "<paper-zzzzzzzz>x</paper-zzzzzzzz>", {}, 9, seal="zzzzzzzz")
    say(Recorder(ScriptedModel(["one"]), tmp_path), here)
    assert "bcdfghjk" not in next(tmp_path.iterdir()).read_text()
    assert say(Player(tmp_path), there)[0].text == "one"


def test_recordings_and_their_folder_are_the_users_alone(tmp_path):
    for folder in (tmp_path / "made" / "here", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True, mode=0o755)
        say(Recorder(ScriptedModel(["a"]), folder), ONE)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_folder_with_other_things_in_it_keeps_its_mode(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir(mode=0o755)
    (folder / "mine.txt").write_text("x")
    say(Recorder(ScriptedModel(["a"]), folder), ONE)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_half_a_surrogate_pair_in_an_answer_is_recorded_all_the_same(tmp_path):
    say(Recorder(ScriptedModel(["a \ud83d b"]), tmp_path), ONE)
    assert say(Player(tmp_path), ONE)[0].text == "a ? b"


def test_a_folder_that_is_gone_is_an_error_of_the_output(tmp_path):
    recorder = Recorder(ScriptedModel(["a"]), tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(OutputError, match="give --record another folder"):
        say(recorder, ONE)
