"""The first page is there before what makes a digest is loaded; that is loaded once, after the page."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from asgi_client import ask
from broadsheet.settings.resources import Resources
from broadsheet.web.desk.front_page import FrontPage
from broadsheet.web.desk.runs import RunQueue
from broadsheet.web.desk.settings import configure


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[RunQueue]:
    opened = RunQueue(
        tmp_path / "desk.sqlite",
        configure=functools.partial(configure, config=None),
        clock=lambda: dt.datetime.now(dt.UTC),
    )
    yield opened
    asyncio.run(opened.close())


def test_what_follows_the_first_page_comes_after_it_and_not_after_its_files(queue: RunQueue) -> None:
    followed: list[str] = []
    front = FrontPage(queue, Resources(), reached=False, then=lambda: followed.append("loaded"))
    app = Starlette(routes=front.routes())
    assert b"<textarea" in ask(app, "/").body
    assert followed == ["loaded"]
    assert ask(app, "/desk/desk.js").status == 200
    assert ask(app, "/desk/nothing.js").status == 404
    assert followed == ["loaded"]


def test_what_is_loaded_ahead_leaves_nothing_on_the_desk(queue: RunQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADSHEET_LLM__BACKEND", "openai")  # it asks no model, whatever is configured
    queue.warm_up()
    assert (
        b'<ul class="runs">'
        not in ask(Starlette(routes=FrontPage(queue, Resources(), reached=False, then=dict).routes()), "/").body
    )
