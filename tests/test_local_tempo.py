"""How quick a model is: from tokens a second to seconds, and remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.local.tempo import Tempo, keep_tempo, recall_tempo


class Timed:
    """An engine that reads 20 tokens a second and writes 9."""

    def time_tokens(self, prompt: str, answer: int) -> tuple[float, float]:
        return 20.0, 9.0


def test_a_slot_alone_writes_as_fast_as_measured():
    assert Tempo.of(Timed(), 1) == Tempo(read=20.0, written=9.0, together=9.0)


def test_slots_together_write_faster_but_never_than_the_machine_reads():
    assert Tempo.of(Timed(), 2).together == 18.0
    assert Tempo(20.0, 15.0, 15.0) != Tempo.of(Timed(), 4)
    assert Tempo.of(Timed(), 4).together <= 20.0


def test_seconds_are_reading_and_writing():
    assert Tempo(read=20.0, written=9.0, together=18.0).seconds(200, 90) == pytest.approx(15.0)


def test_it_is_remembered_by_model_and_machine(tmp_path: Path):
    file = tmp_path / "folder" / "speed.json"
    first, second = Tempo(1.0, 2.0, 3.0), Tempo(4.0, 5.0, 6.0)
    keep_tempo(file, "one", first)
    keep_tempo(file, "two", second)
    assert (recall_tempo(file, "one"), recall_tempo(file, "two"), recall_tempo(file, "three")) == (first, second, None)


@pytest.mark.parametrize("content", ["", "[]", '{"one": 3}', '{"one": {"read": 1}}', "\x00"])
def test_what_cannot_be_read_is_measured_again(tmp_path: Path, content):
    file = tmp_path / "speed.json"
    file.write_text(content)
    assert recall_tempo(file, "one") is None
    keep_tempo(file, "one", Tempo(1.0, 2.0, 3.0))
    assert recall_tempo(file, "one") == Tempo(1.0, 2.0, 3.0)


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path):
    (tmp_path / "file").write_text("")
    keep_tempo(tmp_path / "file" / "speed.json", "one", Tempo(1.0, 2.0, 3.0))
