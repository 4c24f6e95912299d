"""The fields of a call that a server accepts, and what is left out after it refuses one."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from broadsheet.errors import BackendRefused
from broadsheet.llm.prompt import Prompt
from broadsheet.settings.model import Backend
from broadsheet.text.lazy_regex import lazy_regex

WEAKER = {"json_schema": "json_object", "json_object": "none"}
_FORM = lazy_regex(r"response_?\s?(?:format|schema|mime)|schema|json|grammar|structured|guided")
_ROLE = lazy_regex(r"\b(?:system|developer)\b|\broles?\b")
_MOST = lazy_regex(r"(?:at most|max(?:imum)?|up to|less than(?: or equal to)?|<=?|exceeds?|, )\D{0,40}?(\d{3,7})\b")
LIMITS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
OBJECTIONS = (400, 422, 500)
"""The statuses of an objection to a field; llama.cpp's server gives 500 where a model's template knows no such role."""
_OF_THE_PROMPT = lazy_regex(
    r"content[_ ]?filter|content (?:management )?policy|safety|moderation|filtered", re.IGNORECASE
)


def may_be_cured(refusal: BackendRefused) -> bool:
    """Whether a refusal in words nobody knows may be of a field, and not of the prompt, the key or the model."""
    if _OF_THE_PROMPT.search(refusal.evidence):
        return False
    return refusal.status in OBJECTIONS or (refusal.status == 404 and "parameters" in refusal.evidence)


class Abilities:
    """The fields of calls to a server: first as configured, then without what it refused."""

    def __init__(self, backend: Backend, *, temperature: float | None) -> None:
        self.structured: str = backend.structured
        self._limit_field: str = backend.limit_field
        self._temperature = temperature
        self._configured = tuple(backend.extra)
        self._extra = dict(backend.extra)
        self._given_up: set[str] = set()
        self._most: int | None = None
        self._system = self._limited = True

    def fields(self, prompt: Prompt, *, model: str) -> dict[str, Any]:
        """The fields of a call as this server accepts them."""
        fields: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ]
            if self._system
            else [{"role": "user", "content": f"{prompt.system}\n\n{prompt.user}"}],
        }
        if self._limited:
            fields[self._limit_field] = min(prompt.max_tokens, self._most or prompt.max_tokens)
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
        if refusal.status not in OBJECTIONS:
            return False
        said = refusal.evidence.lower()
        return (
            self._lower_limit(said, fields)
            or self._swap_limit(said, fields)
            or self._drop_temperature(said, fields)
            or self._drop_extra(said, fields)
            or self._weaken_form(said, fields)
            or self._drop_system(said, fields)
        )

    def weaker(self) -> Iterator[Abilities]:
        """These abilities without what a server may object to in words that nobody knows, the fewest things first."""
        less = copy.copy(self)
        less.structured = "none"
        yield less
        less = copy.copy(less)
        less._temperature, less._extra = None, {}
        yield less
        less = copy.copy(less)
        less._system = False
        yield less
        less = copy.copy(less)
        less._limited = False
        yield less

    def _weaken_form(self, said: str, fields: Mapping[str, Any]) -> bool:
        used = fields.get("response_format", {}).get("type")
        if used is None or not _FORM.search(said):
            return False
        if self.structured == used:
            self.structured = WEAKER[used]
        return True

    def _lower_limit(self, said: str, fields: Mapping[str, Any]) -> bool:
        """Takes the most that a server says an answer may have; what is asked for was more."""
        used = next((name for name in LIMITS if name in fields), "")
        if not used or not re.search(r"max_(?:completion_|output_)?tokens|completion tokens", said):
            return False
        most = max((limit for limit in map(int, _MOST.findall(said)) if limit < fields[used]), default=0)
        self._most = most or self._most
        return most > 0

    def _drop_system(self, said: str, fields: Mapping[str, Any]) -> bool:
        """Puts the instructions before the material, for a model that knows no role of a system."""
        if len(fields["messages"]) < 2 or not _ROLE.search(said):
            return False
        self._system = False
        return True

    def _swap_limit(self, said: str, fields: Mapping[str, Any]) -> bool:
        used = next((name for name in LIMITS if name in fields), "")
        if not used or used not in said or LIMITS[used] in self._given_up:
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
