"""The fields of a call that a server accepts, and what is left out after it refuses one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from broadsheet.errors import BackendRefused
from broadsheet.llm.prompt import Prompt
from broadsheet.settings.model import Backend

WEAKER = {"json_schema": "json_object", "json_object": "none"}
LIMITS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


class Abilities:
    """The fields of calls to a server: first as configured, then without what it refused."""

    def __init__(self, backend: Backend, *, temperature: float | None) -> None:
        self.structured: str = backend.structured
        self._limit_field: str = backend.limit_field
        self._temperature = temperature
        self._configured = tuple(backend.extra)
        self._extra = dict(backend.extra)
        self._given_up: set[str] = set()

    def fields(self, prompt: Prompt, *, model: str) -> dict[str, Any]:
        """The fields of a call as this server accepts them."""
        fields: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            self._limit_field: prompt.max_tokens,
        }
        if self._temperature is not None:
            fields["temperature"] = self._temperature
        if self.structured == "json_schema":
            form = {"name": "answer", "strict": True, "schema": prompt.schema}
            fields["response_format"] = {"type": "json_schema", "json_schema": form}
        elif self.structured == "json_object":
            fields["response_format"] = {"type": "json_object"}
        return fields | self._extra

    def do_without(self, refusal: BackendRefused, fields: Mapping[str, Any]) -> bool:
        """Gives up the field a refusal names; false when it objects to something else.

        Calls run concurrently: another one may have given up the same field a moment ago, and a retry is right then
        too. Every `True` makes later calls weaker, so retries end.
        """
        if refusal.status not in (400, 422):
            return False
        said = refusal.evidence.lower()
        return (
            self._weaken_form(said, fields)
            or self._swap_limit(said, fields)
            or self._drop_temperature(said, fields)
            or self._drop_extra(said, fields)
        )

    def _weaken_form(self, said: str, fields: Mapping[str, Any]) -> bool:
        used = fields.get("response_format", {}).get("type")
        if used is None or not re.search(r"response_?format|json_?schema|json_object|\bschema\b|grammar", said):
            return False
        if self.structured == used:
            self.structured = WEAKER[used]
        return True

    def _swap_limit(self, said: str, fields: Mapping[str, Any]) -> bool:
        used = next(name for name in LIMITS if name in fields)
        if used not in said or LIMITS[used] in self._given_up:
            return False
        self._given_up.add(used)
        self._limit_field = LIMITS[used]
        return True

    def _drop_temperature(self, said: str, fields: Mapping[str, Any]) -> bool:
        if "temperature" not in fields or "temperature" not in said:
            return False
        self._temperature = None
        return True

    def _drop_extra(self, said: str, fields: Mapping[str, Any]) -> bool:
        named = [name for name in self._configured if name in fields and name.lower() in said]
        for name in named:
            self._extra.pop(name, None)
        return bool(named)
