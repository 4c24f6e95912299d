"""The extras by name, and the command that installs one, for how this Broadsheet was installed.

Where a distribution came from stands in `direct_url.json` beside its metadata (PEP 610), and which tool brought it in
`INSTALLER` (PEP 376). The name alone is asked for only where it came from an index.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import json
import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from broadsheet.errors import UsageError
from broadsheet.settings.resources import shipped_root

Extra = Literal["local", "embeddings", "web", "mcp", "notify", "eval", "pdf", "bulk", "ray"]
EXTRAS: Mapping[Extra, str] = {
    "local": "a model in this process",
    "embeddings": "`embeddings`",
    "web": "serving pages",
    "mcp": "`broadsheet mcp`",
    "notify": "`notify`",
    "eval": "`broadsheet eval tldr`",
    "pdf": "reading a PDF",
    "bulk": "`broadsheet bulk`",
    "ray": "`--on ray`",
}
"""Every extra of pyproject.toml but that of the tests, and what needs it."""
NAME = "broadsheet"

Tool = Literal["pip", "pip outside", "uv", "uv tool", "pipx"]
"""What installs into an environment; `pip outside` where it holds no pip of its own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Installation:
    """How this Broadsheet was installed: by what, into which environment, and from where.

    `origin` is what `direct_url.json` says, `None` for an index; `requires` are the requirements of the metadata.
    """

    tool: Tool
    python: str
    prefix: Path
    origin: Mapping[str, Any] | None = None
    requires: tuple[str, ...] = ()


def missing_extra(extra: Extra, error: ImportError) -> str:
    """What to say where an extra's library cannot be imported: what needs it, and the command that brings it."""
    command = shell_line(extra_command(extra, look_at_installation()))
    if isinstance(error, ModuleNotFoundError):
        return f"{EXTRAS[extra]} needs the extra `{extra}`: install it with `{command}`."
    return f"{EXTRAS[extra]} cannot load what the extra `{extra}` brought ({error}): mend that, or repeat `{command}`."


def import_extra(extra: Extra, module: str) -> Any:
    """A module of ours that needs an extra; raises `UsageError` where that is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UsageError(missing_extra(extra, error)) from error


def package_command(package: str, here: Installation | None = None) -> str:
    """The command that installs a package beside this Broadsheet, without what that package depends on."""
    here = here or look_at_installation()
    if here.tool == "pipx":
        return shell_line(["pipx", "runpip", here.prefix.name, "install", "--no-deps", package])
    return shell_line([*_installer(here, for_tool=False), "--no-deps", package])


def extra_command(extra: Extra, here: Installation) -> list[str]:
    """The words of the command that installs an extra.

    Broadsheet is named as it was installed. Where what it was installed from is gone, and for pipx, which keeps such
    a list itself, the libraries of the extra are named in its place.
    """
    own = _libraries(extra, here.requires)
    source = _source(extra, here.origin)
    if here.tool == "pipx":
        return ["pipx", "inject", here.prefix.name, *own]
    if not source and own:
        return [*_installer(here, for_tool=False), *own]
    return [*_installer(here, for_tool=True), *(source or [f"{NAME}[{extra}]"])]


def remote_requirement(here: Installation) -> str | None:
    """What another machine installs to get this Broadsheet, `None` where it came from a place on this one."""
    if here.origin is None:
        return f"{NAME}=={metadata.version(NAME)}"
    url = str(here.origin.get("url", ""))
    return None if urlsplit(url).scheme == "file" else _reference(NAME, here.origin)


def look_at_installation(folder: Path | None = None, *, prefix: Path | None = None) -> Installation:
    """How Broadsheet got here; `folder` holds its metadata, and `prefix` is its environment, if not those we run in.

    Without metadata it runs from its source, which is then taken for the origin.
    """
    prefix = prefix or Path(sys.prefix)
    try:
        found = metadata.Distribution.at(folder) if folder else metadata.distribution(NAME)
    except metadata.PackageNotFoundError:
        return Installation(_tool("", prefix), _python(), prefix, _source_tree())
    origin = _parsed(found.read_text("direct_url.json"))
    tool = _tool((found.read_text("INSTALLER") or "").strip(), prefix)
    return Installation(tool, _python(), prefix, origin, tuple(found.requires or ()))


def shell_line(words: Sequence[str], *, windows: bool = os.name == "nt") -> str:
    """Words as a person types them, quoted where a shell would read them otherwise: a POSIX shell, or cmd.exe."""
    if not windows:
        return shlex.join(words)
    return " ".join(word if re.fullmatch(r"[\w.:\\/@=+-]+", word) else f'"{word}"' for word in words)


def _installer(here: Installation, *, for_tool: bool) -> list[str]:
    """The command up to what is to be installed; `for_tool` where that is Broadsheet itself."""
    if here.tool == "pip":
        return [here.python, "-m", "pip", "install"]
    if here.tool == "pip outside":
        return ["pip", "--python", here.python, "install"]
    if here.tool == "uv tool" and for_tool:
        return ["uv", "tool", "install"]
    return ["uv", "pip", "install", "--python", here.python]


def _source(extra: Extra, origin: Mapping[str, Any] | None) -> list[str]:
    """Broadsheet with an extra, as it was installed; nothing where that is a path that is gone."""
    if origin is None:
        return [f"{NAME}[{extra}]"]
    parts = urlsplit(str(origin.get("url", "")))
    if parts.scheme != "file" or "vcs_info" in origin or "subdirectory" in origin:
        return [_reference(f"{NAME}[{extra}]", origin)]
    path = Path(url2pathname(parts.path))
    if not path.exists():
        return []
    editable = (origin.get("dir_info") or {}).get("editable")
    return [*(["-e"] if editable else []), f"{path}[{extra}]"]


def _reference(name: str, origin: Mapping[str, Any]) -> str:
    """A name with the address it is at (PEP 508), of a repository the very commit."""
    url, vcs = str(origin.get("url", "")), origin.get("vcs_info")
    if vcs:
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    where = f"#subdirectory={origin['subdirectory']}" if origin.get("subdirectory") else ""
    return f"{name} @ {url}{where}"


def _libraries(extra: Extra, requires: Sequence[str]) -> list[str]:
    """What an extra brings, by the requirements of the metadata: `starlette>=1.0; extra == 'web'`."""
    marked = re.compile(rf"""\s*(.+?)\s*;\s*extra\s*==\s*(['"]){extra}\2\s*""")
    return [found[1] for one in requires if (found := marked.fullmatch(one))]


def _tool(installer: str, prefix: Path) -> Tool:
    """pipx and `uv tool` leave a note in the environments they keep; one that uv made holds no pip, as a rule."""
    if (prefix / "pipx_metadata.json").is_file():
        return "pipx"
    if (prefix / "uv-receipt.toml").is_file():
        return "uv tool"
    if installer == "uv":
        return "uv"
    return "pip" if importlib.util.find_spec("pip") else "pip outside"


def _python() -> str:
    return sys.executable or "python"


def _parsed(text: str | None) -> Mapping[str, Any] | None:
    try:
        told = json.loads(text) if text else None
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _source_tree() -> Mapping[str, Any] | None:
    root = shipped_root()
    return {"url": root.as_uri(), "dir_info": {"editable": True}} if (root / "pyproject.toml").is_file() else None
