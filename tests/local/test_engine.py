"""A model file run by llama.cpp in this process: behind a key, timed, and refused where it cannot be loaded."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.errors import ConfigError
from broadsheet.local.engine import LlamaServer, start_engine
from broadsheet.local.memory_fit import Fit
from small_model import PATH, needs_model

pytestmark = needs_model

FIT = Fit(context=1024, slots=2, threads=1, kv="f16", memory=0, kept=0)


@pytest.fixture(scope="module")
def engine() -> Iterator[LlamaServer]:
    running = start_engine(PATH, FIT, gpu_layers=None)
    yield running
    running.close()


def test_it_answers_nobody_without_the_key(engine: LlamaServer):
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        urllib.request.urlopen(f"{engine.base_url}/models")
    refused.value.close()
    assert engine.base_url.startswith("http://127.0.0.1:")
    assert engine.key not in repr(engine)


def test_its_speed_is_told_in_tokens(engine: LlamaServer):
    read, written = engine.time_tokens("A paper says what was done. " * 6, 4)
    assert read > 0
    assert written > 0


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path):
    cut = tmp_path / "cut.gguf"
    with PATH.open("rb") as whole:
        cut.write_bytes(whole.read(3 << 20))
    with pytest.raises(ConfigError, match=r"cut\.gguf: llama\.cpp cannot load it"):
        start_engine(cut, FIT, gpu_layers=None)


@pytest.mark.parametrize(("own", "expected"), [({}, "'1000'"), ({"GOMP_SPINCOUNT": "7"}, "'7'")])
def test_idle_threads_leave_a_shared_core_to_others_unless_the_user_has_chosen(
    own: dict[str, str], expected: str
) -> None:
    """The library that runs the threads says itself how long they wait awake, where it is GNU's."""
    unset = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))}
    said = subprocess.run(
        [sys.executable, "-c", "from broadsheet.local.engine import check_extra; check_extra()"],
        env=unset | own | {"OMP_DISPLAY_ENV": "verbose"},
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    spins = [line.partition("=")[2].strip() for line in said.splitlines() if "GOMP_SPINCOUNT" in line]
    if not spins:
        pytest.skip("the threads of this wheel are not those of GNU's OpenMP")
    assert spins == [expected]
