"""config.yaml, the environment and flags become one tree, and a mistake is named where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from broadsheet.errors import ConfigError, UsageError
from broadsheet.settings.loading import Settings, find_config, load_settings, merge_trees
from broadsheet.settings.model import Backend
from broadsheet.settings.resources import shipped_root

SHIPPED = yaml.safe_load((shipped_root() / "config.yaml").read_text(encoding="utf-8"))


def write(text: str, name: str = "config.yaml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def mistake(**flags: object) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(flags=flags)
    return str(caught.value)


def test_the_shipped_config_is_the_defaults_field_for_field():
    loaded = load_settings()
    defaults = Settings(backends=SHIPPED["backends"])
    assert loaded.model_dump() == defaults.model_dump()
    assert loaded.folder is None


def branches(kind: type[BaseModel], data: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, set[str], set[str]]]:
    """Each group of the shipped configuration: its name, its keys there, and the keys that it may have."""
    fields = {field.alias or key: field.annotation for key, field in kind.model_fields.items()}
    yield at, set(data), set(fields)
    for key, annotation in fields.items():
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from branches(annotation, data[key], f"{at}.{key}")


def test_the_shipped_config_names_every_setting_and_no_other():
    found = list(branches(Settings, SHIPPED))
    assert len(found) > 15
    assert [(name, keys ^ fields) for name, keys, fields in found if keys != fields] == []


def test_the_shipped_config_ends_with_what_only_a_standing_edition_needs():
    text = (shipped_root() / "config.yaml").read_text(encoding="utf-8")
    _, heading, last = text.partition("# ==== Only for a standing edition ====\n")
    assert heading
    theirs = {"sources", "when_empty", "edition", "schedule", "mail", "bounces", "door", "notify"}
    assert set(yaml.safe_load(last)) == theirs


def test_every_field_of_a_backend_that_may_be_left_out_is_told_of_with_its_default():
    text = (shipped_root() / "config.yaml").read_text(encoding="utf-8")
    for name, field in Backend.model_fields.items():
        if name in {"base_url", "base_url_env", "key_env", "model"}:
            continue
        told = re.search(rf"^#   (?:\w+, )?{name}(?:, \w+)? +(\w+);", text, re.MULTILINE)
        assert told, name
        assert told[1] == ("none" if field.default in (None, PydanticUndefined) else str(field.default)), name


def test_a_flag_wins_over_the_environment_and_that_over_the_file(monkeypatch):
    write("title: file\nlanguage: file\nnote: file\n")
    monkeypatch.setenv("BROADSHEET_TITLE", "environment")
    monkeypatch.setenv("BROADSHEET_LANGUAGE", "environment")
    loaded = load_settings(flags={"title": "flag"})
    assert (loaded.title, loaded.language, loaded.note) == ("flag", "environment", "file")


def test_one_key_of_a_group_leaves_its_neighbours_alone(monkeypatch):
    write("llm: {backend: ollama, attempts: 2}\n")
    monkeypatch.setenv("BROADSHEET_LLM__MODEL", "plain-8b")
    llm = load_settings(flags={"llm": {"batch_size": "3"}}).llm
    assert (llm.backend, llm.attempts, llm.model, llm.batch_size, llm.timeout) == ("ollama", 2, "plain-8b", 3, 180)


def test_a_preset_is_changed_by_one_key_and_a_new_backend_stands_beside_it():
    write("backends:\n  openai: {model: other}\n  mine: {base_url: 'http://127.0.0.1:9/v1'}\n")
    backends = load_settings().backends
    assert backends["openai"].model == "other"
    assert backends["openai"].key_env == "OPENAI_API_KEY"
    assert backends["mine"].batch_size == Backend.model_fields["batch_size"].default


def test_a_group_that_is_all_comments_says_nothing():
    write("llm:\n  # backend: ollama\ntitle: Mine\n")
    assert load_settings().llm == load_settings(write("title: x\n", "other.yaml")).llm


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title: x\nthems: 4\n", "config.yaml, line 2: unknown key `thems` (did you mean `themes`?)"),
        ("llm:\n  modle: x\n", "config.yaml, line 2: unknown key `llm.modle` (did you mean `model`?)"),
        ("backends:\n  mine:\n    base_ulr: x\n", "unknown key `backends.mine.base_ulr` (did you mean `base_url`?)"),
        ("backends:\n  mine:\n    model: x\n", "config.yaml, line 2: `backends.mine.base_url` is missing"),
        (
            "\n\nthemes: 0\n",
            "config.yaml, line 3: `themes` cannot be 0 (should be `auto`, a whole number above 0",
        ),
        ("output:\n  formats: [md, pdf]\n", "line 2: `output.formats` cannot be 'pdf' (should be 'md', 'html', 'txt'"),
        ("llm: ollama\n", "line 1: `llm` cannot be 'ollama' (should be a group of keys)"),
        ("llm:\n  timeout: -1\n", "line 2: `llm.timeout` cannot be -1 (should be greater than 0)"),
        ("title: [x\nnote: y\n", "config.yaml, line 2: "),
        ("- a\n- b\n", "config.yaml, line 1: holds no `key: value` lines"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(text, says, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CONFIG", str(write(text)))
    assert says in mistake()


def test_further_mistakes_are_counted():
    write("title: []\nlanguage: []\nnote: []\n")
    assert "(2 more mistakes stand behind it.)" in mistake()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("BROADSHEET_LLM__MODE", "x", "BROADSHEET_LLM__MODE: unknown key `llm.mode` (did you mean `model`?)"),
        ("BROADSHEET_LLM__BATCH_SIZE", "0", "BROADSHEET_LLM__BATCH_SIZE: `llm.batch_size` cannot be '0'"),
        ("BROADSHEET_LML__MODEL", "x", "BROADSHEET_LML__MODEL names no setting (did you mean `BROADSHEET_LLM`?)"),
        ("BROADSHEET_LLM", "ollama", "BROADSHEET_LLM: `llm` cannot be 'ollama' (should be a group of keys)"),
        ("BROADSHEET_OUTPUT__FORMATS", "md,pdf", "BROADSHEET_OUTPUT__FORMATS: `output.formats` cannot be 'pdf'"),
    ],
)
def test_a_mistake_in_the_environment_is_named_by_its_variable(name, value, says, monkeypatch):
    monkeypatch.setenv(name, value)
    assert says in mistake()


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (
            {"themes": "0"},
            "--themes cannot be '0' (should be `auto`, a whole number above 0",
        ),
        ({"llm": {"batch_size": "many"}}, "--batch-size cannot be 'many'"),
        ({"output": {"formats": ["md", "pdf"]}}, "--format cannot be 'pdf'"),
    ],
)
def test_a_wrong_flag_is_named_as_it_was_typed(flags, says):
    with pytest.raises(UsageError) as caught:
        load_settings(flags=flags)
    assert str(caught.value).startswith(says)


def test_a_list_in_the_environment_is_written_with_commas(monkeypatch):
    monkeypatch.setenv("BROADSHEET_OUTPUT__FORMATS", "md, json")
    assert load_settings().output.formats == ("md", "json")


def test_a_config_of_another_tool_is_left_alone():
    write("site_name: My site\nplugins: [search]\n")
    assert find_config() is None


def test_a_broken_config_of_ours_is_not_taken_for_a_foreign_one():
    write("backends: {mine: {base_url: [}}\n")
    assert "config.yaml, line 1" in mistake()


def test_the_named_config_wins_over_the_one_that_lies_here(monkeypatch):
    write("title: here\n")
    monkeypatch.setenv("BROADSHEET_CONFIG", str(write("title: variable\n", "variable.yaml")))
    assert load_settings().title == "variable"
    assert load_settings(write("title: flag\n", "flag.yaml")).title == "flag"


def test_the_users_own_folder_is_the_last_place_looked_in(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    own = tmp_path / "home" / "broadsheet"
    own.mkdir(parents=True)
    write("title: mine\n", str(own / "config.yaml"))
    assert load_settings().title == "mine"
    assert load_settings().folder == own


def test_a_config_that_is_not_there_says_how_to_make_one():
    with pytest.raises(ConfigError, match=r"missing\.yaml: there is no such file; `broadsheet init`"):
        load_settings(Path("missing.yaml"))


def test_prompts_and_templates_are_looked_for_beside_the_config(tmp_path):
    (tmp_path / "friday").mkdir()
    beside = write("title: x\n", "friday/config.yaml")
    assert load_settings(beside).folder == tmp_path / "friday"
    assert load_settings(write("folder: mine\n", "friday/other.yaml")).folder == tmp_path / "friday" / "mine"


def test_a_home_is_expanded_in_the_output_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/invented")
    assert load_settings(flags={"output": {"folder": "~/digests"}}).output.folder == Path("/home/invented/digests")
    assert load_settings(flags={"output": {"folder": "~nobody-9/x"}}).output.folder == Path("~nobody-9/x")


def test_an_unknown_backend_names_the_nearest_and_all_known():
    with pytest.raises(ConfigError, match=r"'olama' \(did you mean `ollama`\?\): known are builtin, openai, .*vllm"):
        _ = load_settings(flags={"llm": {"backend": "olama"}}).backend


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().title = "other"


keys = st.sampled_from("abc")
trees = st.recursive(st.integers(), lambda inner: st.dictionaries(keys, inner, max_size=3), max_leaves=8)
groups = st.dictionaries(keys, trees, max_size=3)


@given(base=groups, over=groups)
@budget(derandomize=True, max_examples=60)
def test_what_lies_on_top_counts_and_nothing_below_is_lost(base, over):
    merged = merge_trees(base, over)
    assert set(merged) == set(base) | set(over)
    for key, value in over.items():
        if not isinstance(value, dict):
            assert merged[key] == value
    assert merge_trees(base, {}) == base
    assert merge_trees(merged, over) == merged


def test_a_flag_for_another_backend_leaves_the_files_model_behind(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("llm: {backend: ollama, model: small-8b}\n")
    assert load_settings(config).model == "small-8b"
    assert load_settings(config, {"llm": {"backend": "ollama"}}).model == "small-8b"
    assert load_settings(config, {"llm": {"backend": "vllm"}}).model is None
    assert load_settings(config, {"llm": {"backend": "vllm", "model": "big"}}).model == "big"


def test_a_page_names_a_models_file_and_not_where_it_lies(tmp_path: Path):
    flags = {"llm": {"backend": "local", "model": str(tmp_path / "private" / "kettle.gguf")}}
    assert load_settings(flags=flags).model_shown == "kettle.gguf"
    assert (
        load_settings(flags={"llm": {"backend": "openrouter", "model": "maker/kettle"}}).model_shown == "maker/kettle"
    )
    assert load_settings().model_shown is None
