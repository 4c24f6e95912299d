"""A model's header, a machine, and what was asked for -> how the model is run there. Pure."""

from __future__ import annotations

import dataclasses

from broadsheet.errors import ConfigError
from broadsheet.local.gguf import Header
from broadsheet.local.machine import Machine
from broadsheet.settings.model import Local

MOST_SLOTS = 4
"""Prompts side by side, if there are as many cores: more are hardly quicker, and each slot reads the instructions."""
_GIB = 1 << 30
KEPT = _GIB


@dataclasses.dataclass(frozen=True)
class Fit:
    """How a model is run: the tokens a prompt and its answer may have together, and what that takes in bytes.

    `kept` bytes besides may hold what was read before: a paper that is asked about again is not read again.
    """

    context: int
    slots: int
    threads: int
    kv: str
    memory: int
    kept: int


def fit_model(header: Header, machine: Machine, local: Local) -> Fit:
    """As the configuration says, else with the slots that cores and memory are for; raises `ConfigError` for none."""
    context = min(local.context, header.context or local.context)
    threads = local.threads or machine.cores
    most = min(MOST_SLOTS, threads)
    for slots in [local.slots] if local.slots else range(most, 0, -1):
        memory = header.memory(context, slots, local.kv)
        if memory <= machine.memory:
            return Fit(context, slots, threads, local.kv, memory, kept=min(KEPT, (machine.memory - memory) // 4))
    raise ConfigError(
        f"the model needs {memory / _GIB:.1f} GiB of memory and {machine.memory / _GIB:.1f} GiB are free: close other "
        "programs, name a smaller model with --model, or set `local.slots: 1`, `local.kv: q8_0` or a smaller "
        "`local.context`."
    )
