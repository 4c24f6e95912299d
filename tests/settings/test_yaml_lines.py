"""A YAML file knows on which line each key stands, and says on which line it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.errors import ConfigError
from broadsheet.settings.yaml_lines import LARGEST, read_yaml, typed


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


@pytest.mark.parametrize(
    "text",
    ["17:00", "7:30", "1:20:30", "no", "on", "Off", "y", "2026-11-20", "2026-11-20T07:00:00Z", "1e3", "1.0", "010",
     "0x10", "1_000", ".5", ".inf", "="],
)  # fmt: skip
def test_what_stands_without_quotes_stays_its_text(text: str) -> None:
    assert read_yaml(written(f"a: {text}\nb: [{text}]\n{text}: c\n")).data == {"a": text, "b": [text], text: "c"}


def test_nothing_is_nothing_and_quotes_make_text_of_it() -> None:
    assert read_yaml(written("a: ~\nb:\nc: null\nd: 'null'\n")).data == {"a": None, "b": None, "c": None, "d": "null"}


def test_where_no_field_says_what_it_takes_numbers_and_booleans_are_typed() -> None:
    text = "a: {b: 1, c: [0.5, 1e3, yes, off], d: '1', e: 17:00, f: 2026-11-20, 3: minimal}\n"
    found = typed(read_yaml(written(text)).data["a"])
    assert found == {"b": 1, "c": [0.5, 1000.0, True, False], "d": "1", "e": "17:00", "f": "2026-11-20", "3": "minimal"}
    assert [type(each) for each in (*found["c"], found["d"], found["e"])] == [float, float, bool, bool, str, str]


def test_an_alias_and_a_merge_are_read() -> None:
    found = read_yaml(written("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\ne: *x\n")).data
    assert found == {"a": {"b": "1", "c": "2"}, "d": {"b": "1", "c": "3"}, "e": {"b": "1", "c": "2"}}


def test_a_small_file_that_unfolds_to_a_huge_one_takes_no_time() -> None:
    lines = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{p: *a{n - 1}, q: *a{n - 1}}}" for n in range(1, 60))]
    assert len(read_yaml(written("\n".join(lines))).lines) < 1000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a:\n\tb: 1\n", "line 2: is indented by a tab, which YAML does not take; write blanks"),
        ("a:\n  b: 1\n \tc: 2\n", "line 3: is indented by a tab"),
        ("title: Parsing: an overview\n", "line 1: a `: ` stands inside of a value"),
        ("sources: [*.txt]\n", "line 1: a value that begins with * means something else to YAML; put it in quotes"),
        ("sources:\n  - *.txt\n", "line 2: a value that begins with * means"),
        ("title: @home\n", "line 1: a value that begins with @ means"),
        ("title: %s\n", "line 1: a value that begins with % means"),
        ("a: 1\ntitle: 'Ash\nb: 2\n", "line 2: a quotation mark never closes"),
        ("title: 'it's'\n", "line 1: text stands behind a closing quotation mark"),
        ('mail:\n  from: "Ada Ash" <ada@example.org>\n', "line 2: text stands behind a closing quotation mark"),
        ("title: {{ title }}\n", "line 1: a group or list stands where a key should"),
        ("a: 1\nb: {c: 1\n", "the bracket that opens in line 2 is not closed"),
        ("a: 1\nb\nc: 2\n", "line 2: has no `: ` behind a key; write `key: value`"),
        ("a: 1\n---\nb: 2\n", "line 2: a second document begins; keep one"),
        ("llm:\n  model: a\ntop: 3\nllm: {}\n", "line 4: the key `llm` stands in line 1 too; take one of the two"),
        ("a: !!binary aGk=\n", "line 1: a word that begins with ! is a type to YAML"),
        ("a: &x {b: *x}\n", "line 1: a value holds itself"),
        ("a: \x07\n", "holds a control character"),
        ("a:\n    b: 1\n  c: 2\n", "line 3: is not YAML; indent the lines of one group alike"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_to_write_in_words_of_ours(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_yaml(written(text))
    assert says in str(caught.value)
