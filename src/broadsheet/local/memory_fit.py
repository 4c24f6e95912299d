"""Decides how a model is run on a machine: context, slots and threads that fit its memory. Pure."""

from __future__ import annotations

import dataclasses

from broadsheet.errors import ConfigError
from broadsheet.local.gguf import Header
from broadsheet.local.machine import Machine
from broadsheet.settings.model import Local

MOST_SLOTS = 4
"""Prompts at once, if there are as many cores: more gain little speed, and each slot must read the instructions."""
_GIB = 1 << 30
KEPT = _GIB


@dataclasses.dataclass(frozen=True)
class Fit:
    """How a model is run: `context` tokens for a prompt with its answer, and `memory` in bytes for all of it.

    `kept` is the size in bytes of the prompt cache: a paper that is asked about again need not be read again.
    """

    context: int
    slots: int
    threads: int
    kv: str
    memory: int
    kept: int


def fit_model(header: Header, machine: Machine, local: Local) -> Fit:
    """As configured, else with the most slots that cores and memory allow; raises `ConfigError` if none fits."""
    context = min(local.context, header.context or local.context)
    threads = local.threads or machine.cores
    most = min(MOST_SLOTS, threads)
    # The KV cache grows linearly with the slots, so fewer of them may fit where more do not.
    for slots in [local.slots] if local.slots else range(most, 0, -1):
        memory = header.memory(context, slots, local.kv)
        if memory <= machine.memory:
            # A quarter of what is then free, and at most 1 GiB, goes to the prompt cache; other programs keep the rest.
            return Fit(context, slots, threads, local.kv, memory, kept=min(KEPT, (machine.memory - memory) // 4))
    raise ConfigError(
        f"the model needs {memory / _GIB:.1f} GiB of memory and {machine.memory / _GIB:.1f} GiB are free: close other "
        "programs, name a smaller model with --model, or set `local.slots: 1`, `local.kv: q8_0` or a smaller "
        "`local.context`."
    )
