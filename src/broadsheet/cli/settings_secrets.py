"""The environment variables that a configuration names for keys and passwords."""

from __future__ import annotations

from broadsheet.cli.console import guard
from broadsheet.settings.loading import Settings


def guard_secrets(settings: Settings) -> None:
    """Keeps their values out of everything that a command shows."""
    guard(settings.fetch.key_names())
    guard(backend.key_env for backend in settings.backends.values() if backend.key_env)
    passwords = (settings.mail.transport.password_env, settings.bounces.password_env)
    guard(name for name in (*passwords, *settings.notify.url_envs) if name)
