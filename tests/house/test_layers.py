"""Imports go down only, and every module stands in a layer."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import broadsheet
from places import ROOT


def test_imports_go_down_only():
    # A process of its own: import-linter configures logging for the whole of the one it runs in.
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_module_stands_in_a_layer():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {module.strip().removeprefix("broadsheet.") for layer in layers for module in layer.split("|")}
    there = {
        path.stem for path in (ROOT / "src/broadsheet").iterdir() if path.name[0] not in "._" and path.stem != "py"
    }
    assert there == named


def test_the_public_names_are_sorted_and_there():
    assert broadsheet.__all__ == sorted(broadsheet.__all__)
    for name in broadsheet.__all__:
        assert getattr(broadsheet, name) is not None


def test_an_unknown_public_name_is_an_attribute_error():
    assert not hasattr(broadsheet, "undigest")
