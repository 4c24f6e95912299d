"""Finds out by which means a server really holds a model to a form: some refuse one, some take it and ignore it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from broadsheet.digests.open_session import open_client
from broadsheet.errors import BackendRefused, BadAnswer
from broadsheet.llm.answers import without_thoughts
from broadsheet.llm.client import Client
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.llm.servers.adapt import with_backend
from broadsheet.llm.servers.capabilities import WEAKER
from broadsheet.llm.thinking import UNTHINKING, Thinking, is_cut_in_thought, next_room
from broadsheet.local.model import LocalModel, find_in_process_model
from broadsheet.settings.loading import Settings
from broadsheet.settings.resources import Resources

MEANS = tuple(WEAKER)
"""The means that hold a model to a form, the strongest first; below them is `none`, to ask in words."""
WORDS = ("quern", "zarf")
"""Words that no model says of itself: one that does was held to the form it was sent."""
IN_A_FORM = {
    "type": "object",
    "properties": {"word": {"type": "string", "enum": list(WORDS)}},
    "required": ["word"],
    "additionalProperties": False,
}
ANYTHING = {"type": "object"}


def prompt_for_schema(resources: Resources) -> Prompt:
    """Asks for a word that the schema does not allow: who answers with one of `WORDS` was held to the schema."""
    return _prompt(resources, "check_schema", IN_A_FORM, 256)


def prompt_for_json_mode(resources: Resources) -> Prompt:
    """Asks for a plain word, in JSON mode: where the server has none, the model does as the words say."""
    return _prompt(resources, "check_json_mode", ANYTHING, 64)


def _prompt(resources: Resources, name: str, schema: Mapping[str, Any], max_tokens: int) -> Prompt:
    system, user = (resources.render("prompts", f"{file}.txt").strip() for file in (name, f"{name}_question"))
    return Prompt(system=system, user=user, schema=schema, max_tokens=max_tokens)


@dataclasses.dataclass(frozen=True)
class Trial:
    """How a server took a form: the strongest means it honours (or `none`), and the tokens that took.

    `refused` says that it objected to a schema, in place of ignoring it; `kept` that the model answered in the form.
    """

    honoured: str
    refused: bool
    kept: bool
    tokens: int
    thinking: Thinking = UNTHINKING
    """The room that the model's thoughts turned out to need, beside what is configured."""


async def try_forms(settings: Settings) -> Trial:
    """What a server honours, by one small call where it honours schemas and a second where not; raises `BackendError`.

    The second asks for a plain word in JSON mode: an answer in JSON then is the server's doing.
    """
    asked, held, thinking = await _ask_in_a_form(settings)
    word = _word(asked.text)
    if held == MEANS[0] and word in WORDS:
        return Trial(held, refused=False, kept=True, tokens=_tokens(asked), thinking=thinking)
    refused = held != MEANS[0]
    honoured, tokens = "none", _tokens(asked)
    if held != "none":
        try:
            plain, held, thinking = await _ask(settings, prompt_for_json_mode(settings.resources), MEANS[1], thinking)
        except (BackendRefused, BadAnswer):
            pass  # whatever it objected to, JSON mode is not to be had
        else:
            tokens += _tokens(plain)
            if without_thoughts(plain.text).lstrip().startswith("{"):
                honoured = held
    return Trial(honoured, refused=refused, kept=word is not None, tokens=tokens, thinking=thinking)


async def _ask_in_a_form(settings: Settings) -> tuple[Completion, str, Thinking]:
    """The answer to a form sent as a schema; a server that refuses in words we do not know is asked as configured."""
    assert settings.backend is not None  # noqa: S101 - there is a model to ask
    wanted, prompt = settings.backend.structured, prompt_for_schema(settings.resources)
    try:
        return await _ask(settings, prompt, MEANS[0])
    except BackendRefused as refusal:
        if wanted == MEANS[0] or refusal.status not in (400, 422):
            raise
        return await _ask(settings, prompt, wanted)


async def _ask(
    settings: Settings, prompt: Prompt, means: str, thinking: Thinking = UNTHINKING
) -> tuple[Completion, str, Thinking]:
    """The answer, the means that were left when it came, and the room that the model's thoughts needed."""
    backend = settings.backend
    assert backend is not None  # noqa: S101 - there is a model to ask
    trial = with_backend(settings, backend.model_copy(update={"structured": means}))
    client = LocalModel(find_in_process_model(trial), backend, trial) if backend.in_process else open_client(trial)
    assert client is not None  # noqa: S101 - only the built-in engine has none
    room = thinking.room
    try:
        while True:
            most = prompt.max_tokens + backend.thinking + room
            answer = await client.complete(dataclasses.replace(prompt, max_tokens=most))
            larger = next_room(room, backend.context // 2)
            if not is_cut_in_thought(answer) or larger == room:
                break
            room = larger
    finally:
        await client.close()
    took = answer.thinking_tokens or answer.completion_tokens
    found = Thinking(room, max(took, thinking.tokens)) if room else thinking
    return answer, client.abilities.structured if isinstance(client, Client) else means, found


def _word(text: str) -> str | None:
    try:
        answer: Any = json.loads(without_thoughts(text))
    except (ValueError, RecursionError):
        return None
    word = answer.get("word") if isinstance(answer, dict) else None
    return word if isinstance(word, str) else None


def _tokens(answer: Completion) -> int:
    return answer.prompt_tokens + answer.completion_tokens
