"""How a model is run on a machine: slots by memory, and a refusal in time."""

from __future__ import annotations

import dataclasses

import pytest

from broadsheet.errors import ConfigError
from broadsheet.local.machine import Machine
from broadsheet.local.memory_fit import fit_model
from broadsheet.settings.model import Local

GIB = 1 << 30


@dataclasses.dataclass(frozen=True)
class Hungry:
    """A header of a model that needs a gibibyte, and another for each slot."""

    context: int = 8192

    def memory(self, context: int, slots: int, kv: str = "f16") -> int:
        return GIB + slots * GIB // (2 if kv == "q8_0" else 1)


def test_it_takes_up_to_four_slots_and_a_thread_a_core_where_there_is_room():
    fitted = fit_model(Hungry(), Machine(cores=16, memory=16 * GIB), Local())
    assert (fitted.slots, fitted.threads, fitted.context, fitted.memory) == (4, 16, 4096, 5 * GIB)


@pytest.mark.parametrize(("cores", "slots"), [(1, 1), (2, 2), (4, 4), (64, 4)])
def test_every_core_has_a_slot_up_to_four(cores, slots):
    assert fit_model(Hungry(), Machine(cores=cores, memory=16 * GIB), Local()).slots == slots


def test_it_takes_fewer_slots_where_memory_is_short():
    assert fit_model(Hungry(), Machine(cores=16, memory=3 * GIB), Local()).slots == 2


def test_it_never_takes_more_context_than_the_model_was_made_for():
    assert fit_model(Hungry(context=2048), Machine(2, 16 * GIB), Local()).context == 2048


def test_what_the_configuration_says_counts():
    fitted = fit_model(Hungry(), Machine(2, 16 * GIB), Local(threads=1, slots=1, context=1024, kv="q8_0"))
    assert (fitted.threads, fitted.slots, fitted.context, fitted.kv) == (1, 1, 1024, "q8_0")


@pytest.mark.parametrize("local", [Local(), Local(slots=8)])
def test_a_model_that_does_not_fit_is_refused_with_both_figures(local):
    with pytest.raises(ConfigError, match=r"needs \d\.0 GiB of memory and 1\.5 GiB are free.*smaller model"):
        fit_model(Hungry(), Machine(2, GIB * 3 // 2), local)
