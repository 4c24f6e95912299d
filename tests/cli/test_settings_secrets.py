"""Values of variables that a configuration names for keys and passwords are not shown, whatever they are called."""

from __future__ import annotations

from broadsheet.cli.console import redact
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.settings.loading import load_settings

TREE = {
    "backends": {"ours": {"base_url": "http://127.0.0.1:9/v1", "key_env": "KITCHEN_A"}},
    "mail": {"transport": {"kind": "smtp", "host": "h.example", "user": "us", "password_env": "KITCHEN_B"}},
    "bounces": {"host": "h.example", "user": "us", "password_env": "KITCHEN_C"},
    "notify": {"url_envs": ["KITCHEN_D"]},
}


def test_every_variable_that_is_named_is_guarded(monkeypatch):
    values = {f"KITCHEN_{letter}": f"swordfish-{letter}" for letter in "ABCD"}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    said = " ".join(values.values())
    guard_secrets(load_settings(flags=TREE))
    assert redact(said) == " ".join(f"<{name}>" for name in values)
