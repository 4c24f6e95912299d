"""Watching a listing: a change counts once it has come to rest, and nothing else does."""

from __future__ import annotations

import contextlib
import itertools
import os
from pathlib import Path

import pytest

from broadsheet.cli.watching import SECONDS, Stamp, changes, stamp, watched
from broadsheet.errors import UsageError


def seen(*versions: int) -> list[Stamp]:
    """What is seen of a file in these versions; of version 0 nothing."""
    return [frozenset({("a.txt", version, 1)}) if version else frozenset() for version in versions]


def renewed_at(*versions: int) -> list[int]:
    """After how many looks a change is told; the first version is known."""
    known, *later = seen(*versions)
    looks = iter(later)
    told: list[int] = []
    slept: list[float] = []
    with contextlib.suppress(RuntimeError):  # the looks are used up
        told.extend(len(slept) for _ in changes(known, lambda: next(looks), slept.append))
    assert set(slept) <= {SECONDS}
    return told


def test_a_change_is_told_when_it_has_come_to_rest() -> None:
    assert renewed_at(1, 1, 1, 2, 2, 2) == [4]
    assert renewed_at(1, 2, 3, 4, 4, 4, 5, 5) == [4, 7]


def test_a_change_during_a_run_is_told_after_it() -> None:
    assert renewed_at(1, 2, 2, 2) == [2]


def test_a_file_that_is_gone_is_waited_for() -> None:
    assert renewed_at(1, 0, 0, 0, 2, 2) == [5]
    assert renewed_at(1, 0, 0, 1, 1) == []


def test_the_stamp_of_files_folders_and_patterns_changes_with_them() -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text("one")
    looks = [stamp(["in", "in/*.ris", "gone.txt"])]
    Path("in/b.ris").write_text("two")
    looks.append(stamp(["in", "in/*.ris", "gone.txt"]))
    os.utime("in/a.txt", ns=(1, 1))
    looks.append(stamp(["in", "in/*.ris", "gone.txt"]))
    assert len(set(looks)) == 3
    assert {len(look) for look in looks} == {1, 2}
    assert all(before != after for before, after in itertools.pairwise(looks))


def test_only_files_are_watched() -> None:
    assert watched(["a.txt", "arxiv:cs.CL", "2401.01234", "https://tea.example/list", "in/*.ris"]) == [
        "a.txt",
        "in/*.ris",
    ]
    with pytest.raises(UsageError, match="--watch needs a file, a folder or a pattern"):
        watched(["-", "arxiv:cs.CL"])
