"""`broadsheet schedule`: what makes the edition come by itself is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import run
from month import configure


@pytest.mark.parametrize("kind", ["cron", "systemd", "workflow"])
def test_the_command_prints_each_kind_and_installs_nothing(kind):
    configure()
    before = sorted(Path().rglob("*"))
    done = run("schedule", "--config", "weekly.yaml", "--kind", kind)
    assert done.exit_code == 0, done.stderr
    assert "weekly --config " in done.stdout
    assert sorted(Path().rglob("*")) == before
