"""A YAML file knows on which line each key stands, and says on which line it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.errors import ConfigError
from broadsheet.settings.yaml_lines import LARGEST, read_yaml


def written(text: str | bytes) -> Path:
    path = Path("kettle.yaml")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_key_knows_its_line_and_one_that_is_missing_the_line_above_it() -> None:
    file = read_yaml(written("title: Tea\n\nllm:\n  model: big\n"))
    assert file.data == {"title": "Tea", "llm": {"model": "big"}}
    assert [file.line_of(path) for path in (["llm"], ["llm", "model"], ["llm", "modle"], ["lmm"])] == [3, 4, 3, None]


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", b"\xef\xbb\xbf"])
def test_a_file_that_says_nothing_is_no_mistake(text: str | bytes) -> None:
    assert read_yaml(written(text)).data == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title: Tea\nllm: [\n", r"kettle\.yaml, line 3: .*correct the YAML"),
        ("a: 1\n\tb: 2\n", r"kettle\.yaml, line 2"),
        ("- one\n- two\n", r"kettle\.yaml, line 1: holds no `key: value` lines"),
        (b"title: \xff\n", r"is not UTF-8"),
        ("a: !!python/object/apply:os.system ['true']\n", r"kettle\.yaml, line 1"),
        (b"#" * (LARGEST + 1), r"larger than 1 MiB"),
    ],
)
def test_a_mistake_is_named_where_it_stands(text: str | bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read_yaml(written(text))


def test_a_file_that_is_not_there_says_why() -> None:
    with pytest.raises(ConfigError, match=r"cannot be read \(No such file"):
        read_yaml(Path("missing.yaml"))
