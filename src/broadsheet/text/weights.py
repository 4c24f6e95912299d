"""Loads the learned weights shipped in `text/data/`; scripts in benchmarks/ made them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent / "data"


def load_arrays(file: str | Path) -> dict[str, NDArray[Any]]:
    """The arrays by name of the shipped `<file>.npz`, or of the file at a path; pickled objects are refused."""
    with np.load(FOLDER / f"{file}.npz" if isinstance(file, str) else file, allow_pickle=False) as arrays:
        return dict(arrays)


def load_numbers(name: str) -> dict[str, float]:
    """The numbers by name of the shipped `<name>.json`, in the file's order."""
    numbers: dict[str, float] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return numbers
