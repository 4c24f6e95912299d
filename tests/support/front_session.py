"""Papers, and a session whose model names themes, for tests of themes and overview."""

from __future__ import annotations

import json

from broadsheet.llm.budget import Caps
from broadsheet.llm.dispatch import NO_CAPS, Dispatcher
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.settings.loading import load_settings
from broadsheet.settings.model import Backend
from broadsheet.settings.resources import Resources
from invented_papers import MATTERS, invent
from summarise_session import no_sleep
from theme_answers import LINE, sorts

PAPERS = invent(40)


def says_all(prompt: Prompt) -> str:
    """Whatever is asked, answered well."""
    if "themes" in prompt.schema["properties"]:
        return sorts(prompt)
    if "sentences" in prompt.schema["properties"]:
        lines = LINE.findall(prompt.user)
        sentences = []
        for name in MATTERS:
            ids = [id for id, title in lines if name in title.lower()][:2]
            sentences.append({"text": f"Both of these papers study {name} and say more of it.", "ids": ids})
        return json.dumps({"sentences": sentences, "highlights": []})
    name = next(name for name in MATTERS if name in prompt.user.lower())
    return json.dumps({"title": f"Studies of {name}", "blurb": ""})


def front_session_for(
    model, *, caps: Caps = NO_CAPS, context: int = 8192, where: str = "http://127.0.0.1:1/v1", **flags
) -> Session:
    backend = Backend(base_url=where, batch_size=5, concurrency=50, context=context)
    dispatcher = Dispatcher(model, at_once=50, sleep=no_sleep, caps=caps)
    return Session(dispatcher, backend, load_settings(flags=flags), Resources(), count=lambda text: len(text) // 4)
