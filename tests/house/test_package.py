"""The wheel as a stranger gets it: built, installed into an empty environment, run from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from commands import LISTING
from places import ROOT

SHIPPED = [
    "config.yaml",
    *(
        str(path.relative_to(ROOT))
        for room in ("prompts", "templates")
        for path in sorted((ROOT / room).rglob("*"))
        if path.is_file()
    ),
]


def call(*command: str | Path, cwd: Path, **variables: str) -> str:
    """What a command prints; fails with all it said."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and with the wheel that was built from it; no network is needed."""
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="session")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment that holds the wheel, and borrows its dependencies from this one."""
    home = tmp_path_factory.mktemp("stranger") / "venv"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    wheel = next(built.glob("*.whl"))
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel]
    call(*pip, cwd=home)
    site = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip())
    # A path alone: the .pth files of that folder, and so an editable install, do not count.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_the_wheel_holds_everything_it_needs(built):
    names = zipfile.ZipFile(next(built.glob("*.whl"))).namelist()
    assert [name for name in SHIPPED if f"broadsheet/{name}" not in names] == []
    assert "broadsheet/py.typed" in names
    assert [name for name in names if not name.startswith(("broadsheet/", "broadsheet-"))] == []


def test_the_sdist_holds_everything_it_needs(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = [*SHIPPED, "README.md", "CONTRIBUTING.md", "LICENSE", "tests/conftest.py"]
    assert [name for name in needed if name not in names] == []


def test_the_wheel_makes_a_digest_from_another_folder(installed, tmp_path):
    (tmp_path / "listing.txt").write_text(LISTING, encoding="utf-8")
    where = call(installed, "-c", "import broadsheet; print(broadsheet.__file__)", cwd=tmp_path).strip()
    assert not Path(where).is_relative_to(ROOT)
    said = call(installed.parent / "broadsheet", "digest", "listing.txt", cwd=tmp_path, HOME=str(tmp_path))
    assert "3 digested" in said
    made = json.loads((tmp_path / "digest" / "digest.json").read_text(encoding="utf-8"))
    assert len(made["papers"]) == 3
    assert "<html" in (tmp_path / "digest" / "digest.html").read_text(encoding="utf-8")


def test_the_wheel_passes_its_own_examination_and_copies_its_files(installed, tmp_path):
    checks = call(installed.parent / "broadsheet", "doctor", cwd=tmp_path, HOME=str(tmp_path))
    assert "fail" not in checks
    assert str(ROOT) not in checks
    call(installed.parent / "broadsheet", "init", "mine", cwd=tmp_path)
    assert [name for name in SHIPPED if not (tmp_path / "mine" / name).is_file()] == []
