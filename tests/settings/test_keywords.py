"""Settings as keywords: each is a key of the configuration, and a wrong one is named with the nearest right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.errors import ConfigError, UsageError
from broadsheet.settings.keywords import Keywords, path_of, settings_from_keywords
from broadsheet.settings.loading import fields_at, load_settings


@pytest.mark.parametrize("name", Keywords.__annotations__)
def test_each_keyword_is_a_key_of_the_configuration(name: str) -> None:
    *above, last = path_of(name)
    assert last in fields_at(above)


def test_keywords_lie_on_top_of_what_is_configured() -> None:
    Path("config.yaml").write_text("title: Mine\nlanguage: German\nwriting: {length: 30}\n")
    made = settings_from_keywords(
        {"title": "Friday", "themes": 8, "audience": "cooks", "replacements": True, "top": None}
    )
    assert (made.title, made.language, made.themes, made.top) == ("Friday", "German", 8, None)
    assert (made.writing.audience, made.writing.length, made.reading.replacements) == ("cooks", 30, True)


def test_no_keyword_that_says_something_is_what_is_configured_anyway() -> None:
    assert settings_from_keywords({"model": None}).model_dump() == load_settings().model_dump()


@pytest.mark.parametrize(
    ("keywords", "backend", "model"),
    [
        ({"model": "ollama:qwen3:8b"}, "ollama", "qwen3:8b"),
        ({"model": "qwen3:8b", "backend": "ollama"}, "ollama", "qwen3:8b"),
        ({"backend": "ollama", "model": "ollama:odd"}, "ollama", "ollama:odd"),
        ({"model": "mine:m"}, "mine", "m"),
    ],
)
def test_a_model_may_name_its_backend(keywords: dict[str, str], backend: str, model: str) -> None:
    Path("config.yaml").write_text("backends: {mine: {base_url: 'http://127.0.0.1:9/v1'}}\n")
    made = settings_from_keywords(keywords)
    assert (made.llm.backend, made.model) == (backend, model)


def test_a_model_alone_is_of_the_backend_that_is_configured() -> None:
    Path("config.yaml").write_text("llm: {backend: ollama, model: a}\n")
    made = settings_from_keywords({"model": "qwen3:8b"})
    assert (made.llm.backend, made.model) == ("ollama", "qwen3:8b")


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"theme": 8}, r"there is no setting `theme` \(did you mean `themes`\?\)\."),
        ({"zzz": 8}, r"there is no setting `zzz`: known are title, language, .*replacements\."),
        ({"themes": "x"}, r"`themes` cannot be 'x' \(should be `auto`, .*; correct it\."),
        ({"length": "long"}, r"`length` cannot be 'long' \(should be a whole number\); correct it\."),
        ({"model": "olama:m"}, r"`model` 'olama:m' says no backend \(did you mean `ollama`\?\): write 'BACKEND:m', .*"),
        ({"model": "qwen3:8b"}, r"`model` 'qwen3:8b' says no backend: write 'BACKEND:8b', with one of openai, .*"),
    ],
)
def test_a_wrong_keyword_is_told_in_one_sentence(keywords: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=f"^{said}$"):
        settings_from_keywords(keywords)


def test_an_unknown_backend_is_told_as_the_command_tells_it() -> None:
    with pytest.raises(ConfigError, match=r"did you mean `ollama`\?"):
        _ = settings_from_keywords({"backend": "olama"}).backend
