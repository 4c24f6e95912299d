"""The branches of the configuration that say who writes: the model, its server, or a model in this process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from broadsheet.settings.base import Branch, Count, NamedSecret, Seconds, UserPath
from broadsheet.settings.yaml_lines import typed

BUILTIN = "builtin"
IN_PROCESS = "in-process"
"""The `base_url` of a backend that is no server elsewhere: the model is loaded into this process."""


class Price(Branch):
    """US dollars per million tokens; `cached` falls back to `prompt`, `batch` is a batch endpoint's part of them."""

    prompt: Annotated[float, Field(ge=0)]
    completion: Annotated[float, Field(ge=0)]
    cached: Annotated[float, Field(ge=0)] | None = None
    batch: Annotated[float, Field(ge=0)] = 0.5

    def at_batch(self) -> Price:
        """What a batch endpoint takes."""
        cached = None if self.cached is None else self.batch * self.cached
        return Price(prompt=self.batch * self.prompt, completion=self.batch * self.completion, cached=cached, batch=1)


class Backend(Branch):
    """An OpenAI-compatible server: where it is, which variable holds its key, what it can do."""

    base_url: str
    base_url_env: NamedSecret = None
    key_env: NamedSecret = None
    model: str | None = None
    structured: Literal["json_schema", "json_object", "none"] = "json_schema"
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    context: Annotated[int, Field(ge=512)] = 8192
    batch_size: Count = 12
    concurrency: Count = 10
    requests_per_minute: Count | None = None
    tokens_per_minute: Count | None = None
    enqueued_tokens: Count | None = None
    thinking: Annotated[int, Field(ge=0)] = 0
    extra: Annotated[Mapping[str, Any], BeforeValidator(typed)] = Field(default_factory=dict)
    prices: Mapping[str, Price] = Field(default_factory=dict)

    @property
    def in_process(self) -> bool:
        """Whether the model is loaded into this process, and asked nowhere else."""
        return self.base_url == IN_PROCESS

    def price_of(self, model: str) -> Price | None:
        """What the model costs, `None` when nobody said."""
        return self.prices.get(model, self.prices.get("*"))


class LLM(Branch):
    """Which model writes, and how it is asked; `None` means the backend's own value."""

    backend: str = BUILTIN
    model: str | None = None
    batch_size: Count | None = None
    concurrency: Count | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = 0
    timeout: Seconds = 180
    attempts: Count = 5
    patience: Seconds = 300
    deadline: Seconds | None = None
    max_cost: Annotated[float, Field(ge=0)] | None = None
    max_calls: Annotated[int, Field(ge=0)] | None = None
    max_run_tokens: Annotated[int, Field(ge=0)] | None = None
    offline: bool = False
    retry: bool = False
    record: Path | None = None
    replay: Path | None = None


class Local(Branch):
    """How a local model is run; `None` leaves it to the machine.

    `slots` is how many prompts are answered side by side, `context` the tokens each of them may have, `kv` how the
    memory of what was read is kept (`q8_0` takes half of `f16`), `gpu_layers` how much of the model a GPU build keeps
    on the GPU, and `folder` where `broadsheet models pull` puts models.
    """

    threads: Count | None = None
    slots: Annotated[int, Field(ge=1, le=64)] | None = None
    context: Annotated[int, Field(ge=1024)] = 4096
    kv: Literal["f16", "q8_0"] = "f16"
    gpu_layers: Annotated[int, Field(ge=0)] | None = None
    folder: UserPath | None = None
