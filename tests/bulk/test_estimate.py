"""A plan is a fair sample times the papers, and asks nobody."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from broadsheet.bulk.estimate import BulkEstimate, estimate_bulk
from broadsheet.bulk.folder import BulkFolder
from broadsheet.settings.loading import load_settings
from bulk_rows import cut_files, rows, write_rows
from loopback import ModelServer


def plan(count: int = 60, *, per: int = 15) -> BulkEstimate:
    cut = cut_files(write_rows(rows(count)), rows=per)
    ticks = itertools.count()
    folder = BulkFolder(Path("out"))
    return asyncio.run(estimate_bulk(folder, cut, load_settings(), clock=lambda: float(next(ticks))))


def test_the_built_in_engine_is_timed_and_shared_among_the_cores():
    made = plan()
    assert made.measured == "cores"
    assert made.seconds == pytest.approx(60 * (1 / 40) / made.cores)
    assert made.calls == 0
    assert made.disk > 60 * 250


def test_a_model_is_planned_by_a_sample_and_its_batch_price_is_half():
    with ModelServer() as server:
        prices = {"plain-8b": {"prompt": 1.0, "completion": 4.0}}
        server.write_config(Path("config.yaml"), prices=prices, batch_size=1)
        made = plan(60)
        assert server.calls == []
    assert made.calls == made.papers == 60
    assert made.money is not None
    assert made.money == pytest.approx((made.prompt_tokens + 4 * made.completion_tokens) / 1e6, rel=0.01)
    assert made.batch_money == pytest.approx(0.5 * made.money)


def test_a_sample_of_some_shards_stands_for_all():
    with ModelServer() as server:
        server.write_config(Path("config.yaml"), batch_size=1)
        made = plan(900, per=100)
    assert made.sample == 400
    assert made.calls == 900
    assert made.money is None
