"""The types of a call to a model and of its raw answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Protocol


@dataclasses.dataclass(frozen=True)
class Prompt:
    """One call: the instructions, the material, the schema of the answer and its cap in tokens."""

    system: str
    user: str
    schema: Mapping[str, Any]
    """A JSON schema; sent where the server can hold to one, and said in words in `system` everywhere."""
    max_tokens: int
    seal: str = ""
    """The delimiter: pseudorandom letters in the tags around the material, different in each installation."""

    def unsealed(self) -> Prompt:
        """The prompt with a fixed delimiter, by which recordings and logs identify it on every machine."""
        if not self.seal:
            return self
        return dataclasses.replace(self, user=self.user.replace(self.seal, "SEAL"), seal="")


@dataclasses.dataclass(frozen=True)
class Allowance:
    """What is left of a server's rate limits (`x-ratelimit-*` headers), and the seconds until they are full again."""

    requests: int | None
    tokens: int | None
    reset: float
    limit: int | None = None
    """The tokens of a whole minute, where the server says so."""

    def wait_for(self, tokens: int) -> float:
        """Seconds until a call of these tokens is allowed; limits are taken to refill linearly until they are full."""
        if self.tokens is not None and self.tokens < tokens:
            missing = 1.0
            if self.limit is not None and self.limit > self.tokens:
                # Linear refill: the share of the missing tokens that this call needs takes the same share of the time.
                missing = min(1.0, (tokens - self.tokens) / (self.limit - self.tokens))
            return self.reset * missing
        return self.reset if self.requests == 0 else 0.0


@dataclasses.dataclass(frozen=True)
class Completion:
    """One answer as it came: its text, why it ended (`stop`, `length`, `content_filter`, `refusal`), its tokens.

    `finish` is `tool_call` or `reasoning` where that is all there is: a call of a tool, or the model's thoughts.
    """

    text: str
    finish: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    allowance: Allowance | None = None
    thought: bool = False
    """Whether the model thought before it answered, by a field of its own or by a count of tokens."""
    thinking_tokens: int = 0
    """The completion tokens of its thoughts, 0 where the server does not count them apart."""


class Model(Protocol):
    """Anything that answers a prompt: the client of a server, or a fake with a list of answers."""

    async def complete(self, prompt: Prompt) -> Completion:
        """The answer; raises a `BackendError` of the kind that says whether another try can help."""
        ...
