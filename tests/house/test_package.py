"""The wheel as a stranger gets it: built, installed into an empty environment, run from another folder."""

from __future__ import annotations

import json
import os
import re
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


CATALOGUES = [path.name for path in sorted((ROOT / "src/broadsheet/locale").glob("*.po*"))]


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
    assert len(CATALOGUES) > 27
    assert [name for name in CATALOGUES if f"broadsheet/locale/{name}" not in names] == []
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


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that is installed here, but for Broadsheet, the extra `web` and pip."""
    folder = tmp_path_factory.mktemp("libraries")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not re.match(r"pip\b|starlette|uvicorn|broadsheet|.*\.pth$", entry.name):
            (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels, in which nothing but an invented starlette and uvicorn can be had."""
    folder = tmp_path_factory.mktemp("index")
    for name in ("starlette", "uvicorn"):
        about = f"{name}-99.0.dist-info"
        with zipfile.ZipFile(folder / f"{name}-99.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "")
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 99.0\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
    return folder


@pytest.mark.parametrize("kind", ["a checkout that is edited", "a wheel"])
def test_the_command_that_is_said_brings_the_extra(built, libraries, index, tmp_path, kind):
    home = tmp_path / "my place"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    source = ["-e", ROOT] if kind == "a checkout that is edited" else [next(built.glob("*.whl"))]
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index), "PIP_NO_BUILD_ISOLATION": "0"}
    site = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip())
    (site / "borrowed.pth").write_text(f"{libraries}\n")
    call(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", *source, cwd=home, **offline)

    say = "from broadsheet.settings.extras import *; print(shell_line(extra_command('web', look_at_installation())))"
    command = call(python, "-c", say, cwd=tmp_path).strip()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    call("sh", "-c", command, cwd=tmp_path, PATH=path, **offline)
    versions = "from importlib.metadata import version; print(version('starlette'), version('uvicorn'))"
    assert call(python, "-c", versions, cwd=tmp_path).split() == ["99.0", "99.0"]
