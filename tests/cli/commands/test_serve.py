"""`broadsheet serve`: what keeps it from serving is said before it begins."""

from __future__ import annotations

import contextlib
import socket


def test_a_door_that_cannot_be_opened_says_why(tmp_path):
    from commands import run, write

    taken = socket.create_server(("127.0.0.1", 0))
    with contextlib.closing(taken):
        config = write("mail: {from: digest@example.org}\n", "weekly.yaml")
        done = run("serve", "--config", config, "--port", str(taken.getsockname()[1]))
        assert (done.exit_code, "--port" in done.output) == (5, True)
    assert "mail.from" in run("serve", "--config", write("title: x\n", "bare.yaml"), "--port", "0").output
    assert "door.url" in run("serve", "--config", config, "--host", "0.0.0.0", "--port", "0").output
