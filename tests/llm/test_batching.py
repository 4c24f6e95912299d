"""Batches hold everything once, in order, within their limits, and as even as can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.llm.batching import Limits, halves, pack


@pytest.mark.parametrize(
    ("papers", "at_once", "batches", "largest"),
    [(109, 10, 10, 11), (109, 64, 55, 2), (1, 10, 1, 1), (12, 1, 1, 12), (13, 1, 2, 7), (240, 10, 20, 12)],
)
def test_batches_divide_into_the_concurrency(papers, at_once, batches, largest):
    packed = pack([300] * papers, Limits(items=12, tokens=100_000, at_once=at_once))
    assert len(packed) == batches
    assert max(len(batch) for batch in packed) == largest


def test_tokens_cut_a_batch_before_it_overflows():
    packed = pack([400, 400, 400, 900, 100], Limits(items=12, tokens=1000, at_once=1))
    assert [list(batch) for batch in packed] == [[0, 1], [2], [3, 4]]


sizes = st.lists(st.integers(1, 3000), max_size=200)
limits = st.builds(Limits, items=st.integers(1, 20), tokens=st.integers(500, 5000), at_once=st.integers(1, 80))


@given(sizes, limits)
def test_every_item_is_in_one_batch_and_no_batch_overflows(sizes, limits):
    packed = pack(sizes, limits)
    assert [position for batch in packed for position in batch] == list(range(len(sizes)))
    for batch in packed:
        assert 1 <= len(batch) <= limits.items
        assert len(batch) == 1 or sum(sizes[position] for position in batch) <= limits.tokens


@given(st.integers(0, 50), st.integers(1, 50))
def test_halves_are_smaller_until_one_is_left(start, length):
    batch = range(start, start + length)
    parts = halves(batch)
    assert [position for part in parts for position in part] == list(batch)
    assert length == 1 or all(len(part) < length for part in parts)
