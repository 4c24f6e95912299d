"""config.yaml, the environment and flags become one tree, and a mistake is named where it stands."""

from __future__ import annotations

import datetime as dt
import re
import traceback
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
from broadsheet.settings.loading import Settings, fields_at, find_config, load_settings, merge_trees
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


LIBRARY = re.compile(r"Input|Value error|valid |pattern|unable|type=|None\b|instance|\bdict\b|tuple|literal")
"""Words of the library that checks the settings."""
ODD = ["17:00", "no", "2026-11-20", "1e3", "[]", "{}", "~", "-1", "''", "[1]", "{a: b}", "[[x]]", "[~]", "0.5", "abc"]


def keys_of(path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key that may stand in a configuration, by its path."""
    for name in fields_at(list(path)) if path else Settings.model_fields:
        here = (*path, "mine" if name == "<name>" else name)
        yield here
        yield from keys_of(here)


def test_no_value_of_any_key_is_refused_in_words_of_a_library():
    tried = [(path, value) for turn, path in enumerate(keys_of()) for value in ODD[turn % 3 :: 3]]
    assert len(tried) > 500
    for path, value in tried:
        text = "".join(f"{'  ' * depth}{key}:\n" for depth, key in enumerate(path))
        try:
            load_settings(write(f"{text[:-1]} {value}\n", "odd.yaml"))
        except ConfigError as error:
            said = str(error)
            assert not LIBRARY.search(said), said
            assert "odd.yaml, line " in said, said
            assert said.count("\n") == 0, said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("schedule: {at: 17:00}", lambda s: s.schedule.at == dt.time(17)),
        ("schedule: {at: 7:05}", lambda s: s.schedule.at == dt.time(7, 5)),
        ("schedule: {at: 10:30:30}", lambda s: s.schedule.at == dt.time(10, 30, 30)),
        ("schedule: {at: '17:00'}", lambda s: s.schedule.at == dt.time(17)),
        ("language: no", lambda s: s.language == "no"),
        ("title: 2026-11-20", lambda s: s.title == "2026-11-20"),
        ("title: 1984", lambda s: s.title == "1984"),
        ("title: 1:20", lambda s: s.title == "1:20"),
        ("edition: {editor: on}", lambda s: s.edition.editor == "on"),
        ("overview: no", lambda s: s.overview is False),
        ("cache: {use: off}", lambda s: s.cache.use is False),
        ("overview: yes", lambda s: s.overview is True),
        ("fetch: {max_age: 1e3}", lambda s: s.fetch.max_age == 1000),
        ("fetch: {limit: 1_000}", lambda s: s.fetch.limit == 1000),
        ("edition: {first_number: 010}", lambda s: s.edition.first_number == 10),
        ("interests: [2026, 3:1, yes]", lambda s: s.interests == ("2026", "3:1", "yes")),
        ("themes: [1:1, no]", lambda s: [theme.name for theme in s.named_themes] == ["1", "no"]),
        ("llm: {model: 4.10}", lambda s: s.llm.model == "4.10"),
        (
            "backends: {mine: {base_url: http://127.0.0.1:9/v1, extra: {seed: 7, stream: off, at: 10:30}}}",
            lambda s: s.backends["mine"].extra == {"seed": 7, "stream": False, "at": "10:30"},
        ),
    ],
)
def test_what_yaml_reads_in_its_own_way_is_read_as_it_is_meant(text, found):
    assert found(load_settings(write(f"{text}\n")))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("at: 1020", "`schedule.at` cannot be 1020 (should be a time of day from 00:00 to 23:59, such as 17:00)"),
        ("at: 25:00", "`schedule.at` cannot be 25:00 (should be a time of day"),
        ("at: 7", "`schedule.at` cannot be 7 (should be a time of day"),
        ("at: 5pm", "`schedule.at` cannot be '5pm' (should be a time of day"),
        ("at: 17.30", "`schedule.at` cannot be 17.30 (should be a time of day"),
        ("at: 17:00+02:00", "`schedule.at` cannot be '17:00+02:00' (should be a time of day"),
        ("at: 2026-11-20", "`schedule.at` cannot be 2026-11-20 (should be a time of day"),
        ("day: 5", "`schedule.day` cannot be 5 (should be 'monday', "),
        ("timezone: 1", "`schedule.timezone` cannot be 1 (should be the name of a time zone, such as Europe/Berlin)"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(text, says):
    write(f"title: Tea\nschedule:\n  {text}\n")
    assert mistake().startswith(f"config.yaml, line 3: {says}")


def test_a_time_is_read_alike_from_the_environment(monkeypatch):
    monkeypatch.setenv("BROADSHEET_SCHEDULE__AT", "17:00")
    assert load_settings().schedule.at == dt.time(17)
    monkeypatch.setenv("BROADSHEET_SCHEDULE__AT", "61200")
    assert "BROADSHEET_SCHEDULE__AT: `schedule.at` cannot be '61200' (should be a time of day" in mistake()


KEY = "sk-proj-" + "a1B2" * 8


@pytest.mark.parametrize(
    "key", [KEY, "hf_" + "aB3d" * 8, "AIzaSy" + "x1Y2" * 8, "AKIA" + "1234ABCD" * 2, "a" * 32, "swordfish"]
)
@pytest.mark.parametrize(
    "text",
    [
        "backends: {openai: {key_env: KEY}}",
        "backends: {openai: {key_env: [KEY]}}",
        "backends: {openai: {key_env: {a: KEY}}}",
        "backends: {openai: KEY}",
        "backends: KEY",
        "backends: {openai: {base_url_env: KEY}}",
        "fetch: {sources: {s2: {key_env: KEY}}}",
        "fetch: {sources: {s2: KEY}}",
        "mail: {transport: {password_env: KEY}}",
        "mail: {transport: KEY}",
        "bounces: {password_env: KEY}",
        "notify: {url_envs: [KEY]}",
        "notify: {url_envs: KEY}",
        "backends: {openai: {key: KEY}}",
    ],
)
def test_a_key_that_is_typed_where_its_variable_should_be_named_is_never_shown(text, key):
    write(text.replace("KEY", key))
    with pytest.raises(ConfigError) as caught:
        load_settings()
    told = "".join(traceback.format_exception(caught.value))
    assert key not in told.replace("test_loading.py", "")
    assert "config.yaml, line 1: " in str(caught.value)


@pytest.mark.parametrize("name", ["MY_API_KEY", "TOKEN2", "OPENAIKEY", "_KEY"])
def test_the_name_of_a_variable_is_taken_whether_it_is_set_or_not(name):
    write(f"backends: {{openai: {{key_env: {name}}}}}")
    assert load_settings().backends["openai"].key_env == name


def test_a_variable_of_another_spelling_is_taken_where_it_is_set(monkeypatch):
    monkeypatch.setenv("kitchen.key", "swordfish")
    write("backends: {openai: {key_env: kitchen.key}}")
    assert load_settings().backends["openai"].key_env == "kitchen.key"


def test_a_password_in_an_address_and_a_long_value_are_not_shown():
    write("edition: {url: ftp://ada:swordfish@example.org/x}\n")
    assert "`edition.url` cannot be 'ftp://…@example.org/x' (should begin with http:// or https://)" in mistake()
    write(f"top: {'9' * 5000}\n")
    assert len(mistake()) < 200


def test_an_empty_name_is_no_variable():
    write('backends: {ours: {base_url: "http://127.0.0.1:1/v1", key_env: "", model: m}}\nmail: {password_env: ""}\n')
    with pytest.raises(ConfigError, match=r"`mail\.password_env`"):
        load_settings()
    write('backends: {ours: {base_url: "http://127.0.0.1:1/v1", key_env: "", model: m}}\n')
    assert load_settings().backends["ours"].key_env is None


@pytest.mark.parametrize(
    "address", ["https://index.example/search?q=", "index.example/{title}", "https://{title}.example/"]
)
def test_a_search_without_a_place_for_the_title_is_refused(address: str) -> None:
    with pytest.raises((ConfigError, UsageError), match=r"should be an address with .title. behind"):
        load_settings(flags={"output": {"search": address}})


def test_the_search_of_the_settings_reaches_the_pages() -> None:
    assert load_settings(flags={"output": {"search": None}}).resources.search is None
    assert (
        load_settings(flags={"output": {"search": "https://a.example/{title}"}}).resources.search
        == "https://a.example/{title}"
    )
