"""A YAML file as it was meant: what stands without quotes stays its text, and each key remembers its line.

YAML 1.1, which PyYAML speaks, takes `17:00` for 1020 (base 60), `no` for false and `2026-11-20` for a date. What a key
takes is known where the configuration is checked, and not here: so the text is kept, and checked there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from broadsheet.errors import ConfigError
from broadsheet.text.lazy_regex import lazy_regex

LARGEST = 1 << 20
_TAG = "tag:yaml.org,2002:"
_TRUE = {"yes", "true", "on"}
_FALSE = {"no", "false", "off"}
_INDICATOR = lazy_regex(r"[\s-]*(?:[\w.-]+:\s+)?([*&!%@`|>])")
"""A line whose value begins with a sign that means something else to YAML."""
_QUOTED = lazy_regex(r"[\s-]*(?:[\w.-]+:\s+)?[\"']")
"""A line whose value begins with a quotation mark."""
_POWER = lazy_regex(r"[-+]?[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+")
"""A number that YAML 1.1 takes for text."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it: ten times as quick


class Plain(str):
    """The text of a value without quotes that YAML takes for a number, a boolean or a date."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclasses.dataclass(frozen=True)
class YamlFile:
    """The data of a file, in which every value is text or nothing, and the 1-based line of each key by its path."""

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
        node = yaml.compose(text, Loader=_Loader)
        reading = _Reading()
        data = reading.value(node, ())
    except yaml.MarkedYAMLError as error:
        line, said = _explain(error, text.splitlines())
        raise ConfigError(f"{path}, line {line}: {said}.") from error
    except _Unread as error:
        raise ConfigError(f"{path}, line {error.line}: {error}.") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: holds a control character, which no YAML may; take it out.") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: its groups stand too deep in one another; take some out.") from error
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise ConfigError(f"{path}, line 1: holds no `key: value` lines; see `broadsheet init` for a sample.")
    return YamlFile(path=path, data=data, lines=reading.lines)


def typed(value: Any) -> Any:
    """The value with numbers and booleans for the texts that stand for them, where no field says what it takes."""
    if isinstance(value, Mapping):
        return {str(key): typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [typed(each) for each in value]
    if not isinstance(value, Plain):
        return value
    if value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    for number in (int, float):
        try:
            return number(value)
        except ValueError:
            continue
    return str(value)


class _Unread(Exception):
    """What YAML allows, and no configuration holds."""

    def __init__(self, said: str, node: yaml.Node) -> None:
        super().__init__(said)
        self.line: int = node.start_mark.line + 1


class _Reading:
    """Values from nodes, with the lines of their keys; what an alias names is read once."""

    def __init__(self) -> None:
        self.lines: dict[tuple[str, ...], int] = {}
        self._known: dict[int, Any] = {}
        self._open: set[int] = set()

    def value(self, node: yaml.Node | None, path: tuple[str, ...]) -> Any:
        """What a node holds; raises `_Unread` for what no configuration holds."""
        if node is None:
            return None
        if id(node) in self._open:
            raise _Unread("a value holds itself; write it out", node)
        if id(node) not in self._known:
            self._open.add(id(node))
            self._known[id(node)] = self._read(node, path)
            self._open.remove(id(node))
        return self._known[id(node)]

    def _read(self, node: yaml.Node, path: tuple[str, ...]) -> Any:
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(each, path) for each in node.value]
        if isinstance(node, yaml.ScalarNode) and node.tag.removeprefix(_TAG) in _SCALARS:
            if node.tag == f"{_TAG}null":
                return None
            is_text = node.tag == f"{_TAG}str" and (node.style or not _POWER.fullmatch(node.value))
            return node.value if is_text else Plain(node.value)
        raise _Unread("a word that begins with ! is a type to YAML; write the value alone, or put it in quotes", node)

    def _mapping(self, node: yaml.MappingNode, path: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        shared: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Unread("a group or list stands where a key should; put what begins with { or [ in quotes", key)
            here = (*path, key.value)
            if key.tag == f"{_TAG}merge":
                several = value.value if isinstance(value, yaml.SequenceNode) else [value]
                for each in reversed(several):
                    shared |= self.value(each, path) if isinstance(each, yaml.MappingNode) else {}
                continue
            if key.value in found:
                earlier = self.lines[here]
                raise _Unread(f"the key `{'.'.join(here)}` stands in line {earlier} too; take one of the two out", key)
            self.lines[here] = key.start_mark.line + 1
            found[key.value] = self.value(value, here)
        return shared | found


_SCALARS = {"str", "null", "bool", "int", "float", "timestamp", "value"}


def _explain(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[int, str]:
    """The line that is no YAML, what is wrong with it and what to write there, in words of ours."""
    problem, context = error.problem or "", error.context or ""
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]
    line, begun = marks[0].line + 1, marks[-1].line + 1
    at = min(line, len(lines)) - 1
    text = lines[at] if lines else ""
    if "\t" in text[: len(text) - len(text.lstrip())]:
        said = "is indented by a tab, which YAML does not take; write blanks"
    elif "alias" in context + problem:
        said = "a value that begins with * means something else to YAML; put it in quotes"
    elif sign := _INDICATOR.match(text):
        said = f"a value that begins with {sign[1]} means something else to YAML; put it in quotes"
    elif "quoted scalar" in context:
        line, said = begun, "a quotation mark never closes; close it, or double a ' inside of '…'"
    elif "flow" in context:
        said = f"the bracket that opens in line {begun} is not closed, or lacks a comma; correct the YAML"
    elif "simple key" in context:
        line, said = begun, "has no `: ` behind a key; write `key: value`"
    elif "mapping values" in problem:
        said = "a `: ` stands inside of a value, or the line is indented too far; put the value in quotes"
    elif "single document" in context:
        said = "a second document begins; keep one"
    elif _QUOTED.match(text):
        said = "text stands behind a closing quotation mark; put the whole value in quotes, and double a ' in '…'"
    else:
        said = "is not YAML; indent the lines of one group alike, and correct the YAML"
    return line, said
