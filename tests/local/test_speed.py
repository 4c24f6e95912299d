"""How quick a model is: from tokens a second to seconds, and remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.local.speed import MeasuredSpeed, keep_speed, recall_speed


class Timed:
    """An engine that reads 20 tokens a second and writes 9."""

    def time_tokens(self, prompt: str, answer: int) -> tuple[float, float]:
        return 20.0, 9.0


def test_a_slot_alone_writes_as_fast_as_measured():
    assert MeasuredSpeed.of(Timed(), 1) == MeasuredSpeed(read=20.0, written=9.0, together=9.0)


def test_slots_together_write_faster_but_never_than_the_machine_reads():
    assert MeasuredSpeed.of(Timed(), 2).together == 18.0
    assert MeasuredSpeed(20.0, 15.0, 15.0) != MeasuredSpeed.of(Timed(), 4)
    assert MeasuredSpeed.of(Timed(), 4).together <= 20.0


def test_seconds_are_reading_and_writing():
    assert MeasuredSpeed(read=20.0, written=9.0, together=18.0).seconds(200, 90) == pytest.approx(15.0)


def test_it_is_remembered_by_model_and_machine(tmp_path: Path):
    file = tmp_path / "folder" / "speed.json"
    first, second = MeasuredSpeed(1.0, 2.0, 3.0), MeasuredSpeed(4.0, 5.0, 6.0)
    keep_speed(file, "one", first)
    keep_speed(file, "two", second)
    assert (recall_speed(file, "one"), recall_speed(file, "two"), recall_speed(file, "three")) == (first, second, None)


@pytest.mark.parametrize("content", ["", "[]", '{"one": 3}', '{"one": {"read": 1}}', "\x00"])
def test_what_cannot_be_read_is_measured_again(tmp_path: Path, content):
    file = tmp_path / "speed.json"
    file.write_text(content)
    assert recall_speed(file, "one") is None
    keep_speed(file, "one", MeasuredSpeed(1.0, 2.0, 3.0))
    assert recall_speed(file, "one") == MeasuredSpeed(1.0, 2.0, 3.0)


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path):
    (tmp_path / "file").write_text("")
    keep_speed(tmp_path / "file" / "speed.json", "one", MeasuredSpeed(1.0, 2.0, 3.0))
