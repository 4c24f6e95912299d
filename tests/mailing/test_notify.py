"""The doors besides mail: a short form to each, once, and no address in any error."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from broadsheet.mailing.notify import MOST_THEMES, notify_edition, short_form
from broadsheet.models import Theme
from sample_digest import DIGEST
from standing_mail import kitchen_settings, open_kitchen


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A webhook on loopback, as apprise names it, and what it was told."""
    told: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/s3cret-path", told
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_short_form_has_title_counts_themes_and_the_link() -> None:
    title, text = short_form(DIGEST, number=12, archive="https://archive.example/12/", language="de")
    assert title == "The Kitchen Physicist, Nr. 12"
    assert text.splitlines()[0] == "4 Arbeiten in 3 Themen."
    assert "- Patient plants (1)" in text
    assert text.endswith("\nhttps://archive.example/12/")


def test_a_short_form_stays_short() -> None:
    themes = tuple(Theme(title="Kettles " * 40, paper_keys=(f"hash:{number}",)) for number in range(200))
    _, text = short_form(DIGEST.model_copy(update={"themes": themes}), number=1, archive=None)
    assert len(text) < 1500
    assert f"- and {200 - MOST_THEMES} more" in text


def test_each_door_is_told_once_and_one_that_fails_again_by_the_next_run(tmp_path, hook) -> None:
    address, told = hook
    db = open_kitchen(tmp_path / "s.sqlite")
    settings = kitchen_settings(tmp_path).model_copy(
        update={"notify": kitchen_settings(tmp_path).notify.model_copy(update={"url_envs": ("ROOM", "DEAD", "NONE")})}
    )
    environment = {"ROOM": address, "DEAD": "json://127.0.0.1:9/s3cret-path"}
    for expected in (["ROOM"], []):
        done, failed = notify_edition(db, 1, settings, environment=environment)
        assert done == expected
        assert [sentence.partition(":")[0] for sentence in failed] == ["DEAD", "NONE"]
        assert "s3cret" not in " ".join(failed)
    assert len(told) == 1
    assert "Water & its moods (2)" in told[0]["message"]
    assert notify_edition(db, 1, settings, environment={"DEAD": address, "NONE": address})[0] == ["DEAD", "NONE"]
