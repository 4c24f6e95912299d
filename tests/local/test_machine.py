"""What this machine can give to a model, and what a container leaves of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.local.machine import container_memory, look_at_machine


def test_this_machine_has_a_core_and_some_memory():
    machine = look_at_machine()
    assert machine.cores >= 1
    assert machine.memory > 1 << 20


@pytest.mark.parametrize(
    ("limit", "used", "left"), [("1000\n", "400\n", 600), ("1000", "4000", 0), ("max\n", "5\n", None), ("?", "5", None)]
)
def test_a_container_has_what_its_limit_leaves(tmp_path: Path, limit, used, left):
    (tmp_path / "memory.max").write_text(limit)
    (tmp_path / "memory.current").write_text(used)
    assert container_memory(tmp_path) == left


def test_without_a_container_there_is_no_limit(tmp_path: Path):
    assert container_memory(tmp_path) is None
