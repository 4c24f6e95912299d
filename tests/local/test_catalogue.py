"""The models that were tried: what is said of each is what its file says."""

from __future__ import annotations

import pytest

from broadsheet.local.catalogue import look_up
from broadsheet.local.gguf import read_header
from small_model import NAME, PATH, needs_model


@needs_model
def test_the_list_says_the_memory_that_the_file_itself_lets_us_expect():
    known = look_up(NAME)
    assert known is not None
    assert known.memory == pytest.approx(read_header(PATH).memory(4096, 4), rel=0.01)
