"""A YAML file that remembers on which line each key stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from broadsheet.errors import ConfigError

LARGEST = 1 << 20


@dataclasses.dataclass(frozen=True)
class YamlFile:
    """The data of a file, and the 1-based line of each key by its path."""

    path: Path
    data: dict[str, Any]
    lines: Mapping[tuple[str, ...], int]

    def line_of(self, path: Sequence[str]) -> int | None:
        """The line of a key, or of the nearest key above it that is there."""
        for depth in range(len(path), 0, -1):
            if (line := self.lines.get(tuple(path[:depth]))) is not None:
                return line
        return None


def read_yaml(path: Path) -> YamlFile:
    """A mapping from a YAML file; raises `ConfigError` naming the line of a mistake."""

    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path}: larger than 1 MiB, so this is no configuration; name another file.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text; save it as UTF-8.") from error
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it: ten times as quick
        node = yaml.compose(text, Loader=loader)
        data = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader either way
        lines = dict(_lines(node))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise ConfigError(f"{path}, line {line}: {error.problem or 'is not YAML'}; correct the YAML.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"{path}: is not YAML we can read ({type(error).__name__}); correct it.") from error
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise ConfigError(f"{path}, line 1: holds no `key: value` lines; see `broadsheet init` for a sample.")
    return YamlFile(path=path, data={str(key): value for key, value in data.items()}, lines=lines)


def _lines(node: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], int]]:
    found: list[tuple[tuple[str, ...], int]] = []
    pairs = node.value if node is not None and node.id == "mapping" else ()
    for key, value in pairs:
        here = (*path, str(key.value))
        found.append((here, key.start_mark.line + 1))
        found.extend(_lines(value, here))
    return found
