"""Learned weights are read by name, and nothing in them is ever run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from broadsheet.text.weights import FOLDER, load_arrays, load_numbers


def test_every_shipped_file_can_be_read() -> None:
    assert all(load_arrays(path.stem) for path in FOLDER.glob("*.npz"))
    assert all(load_numbers(path.stem) for path in FOLDER.glob("*.json"))


def test_arrays_of_another_file_are_read_by_its_path(tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", kettles=np.arange(3))
    assert load_arrays(tmp_path / "own.npz")["kettles"].tolist() == [0, 1, 2]


def test_a_file_that_would_run_something_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", kettles=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        load_arrays(tmp_path / "own.npz")
