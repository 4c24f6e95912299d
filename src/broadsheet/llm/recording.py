"""Recordings of exchanges in a folder: written while a run calls a server, and played back without one.

They hold whole abstracts and answers, so that only their owner may read them.

Prompts are identified with a fixed delimiter, so that a recording plays on any machine.
"""

from __future__ import annotations

import dataclasses
import errno
import json
import os
from collections import Counter
from pathlib import Path

from broadsheet.errors import BadAnswer, OutputError
from broadsheet.llm.cache import cache_key
from broadsheet.llm.prompt import Completion, Model, Prompt


class Recorder:
    """A model that passes calls on to another one and writes one file an exchange."""

    def __init__(self, model: Model, folder: Path) -> None:
        self._model, self._folder = model, folder
        self._times: Counter[str] = Counter()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not any(folder.iterdir()):
                folder.chmod(0o700)  # also one that was made for this beforehand
        except OSError as error:
            raise OutputError(f"{folder} cannot be made ({error.strerror}): give --record another folder.") from error

    async def complete(self, prompt: Prompt) -> Completion:
        """The other model's answer; an error is not recorded."""
        completion = await self._model.complete(prompt)
        path = _path(self._folder, prompt, self._times)
        exchange = {
            "prompt": dataclasses.asdict(prompt.unsealed()),
            "completion": dataclasses.asdict(completion) | {"allowance": None},
        }
        try:
            aside = path.with_suffix(".part")
            aside.unlink(missing_ok=True)  # whose mode would stay
            whole = json.dumps(exchange, indent=1, ensure_ascii=False).encode(errors="replace")
            with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(whole + b"\n")
            aside.replace(path)
        except OSError as error:
            means = "free some space" if error.errno == errno.ENOSPC else "give --record another folder"
            raise OutputError(f"{path} cannot be written ({error.strerror}): {means}.") from error
        return completion


class Player:
    """A model that returns recorded answers: the n-th answer for the n-th use of the same prompt."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._times: Counter[str] = Counter()

    async def complete(self, prompt: Prompt) -> Completion:
        """The recorded answer; raises `BadAnswer` when there is none for this prompt."""
        path = _path(self._folder, prompt, self._times)
        try:
            told = json.loads(path.read_text(encoding="utf-8"))["completion"]
            return Completion(**told)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadAnswer(f"{self._folder} holds no answer to this prompt: record the run again.") from error


def _path(folder: Path, prompt: Prompt, times: Counter[str]) -> Path:
    name = cache_key(dataclasses.asdict(prompt.unsealed()))[:24]
    times[name] += 1
    return folder / f"{name}-{times[name]}.json"
