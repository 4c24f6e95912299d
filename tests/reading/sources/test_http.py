"""One GET: bounds of size and time, and what a server says with it."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from broadsheet.errors import SourceError
from broadsheet.reading.sources.http import HttpClient, HttpReply, Later, quoted
from broadsheet.settings.loading import Fetch
from site_of_ours import NOW, Said, Site


def open_door(**fields: object) -> HttpClient:
    largest = fields.pop("largest", 10_000)
    return HttpClient(Fetch(**fields), largest=largest)


@contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[str]:
    """The address of a server that says something, and then a little every twentieth of a second, for long."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(10_000)
                try:
                    connection.sendall(first)
                    for _ in range(100):
                        if done.wait(0.05):
                            break
                        connection.sendall(drop)
                except OSError:
                    pass

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        done.set()
        thread.join()


def test_an_answer_comes_whole_with_its_headers():
    with Site([Said("kettles", 203, {"ETag": '"1"', "Content-Type": "text/plain; charset=KOI8-R"})]) as site:
        door = open_door()
        reply = door.get(site.url, {"X-Mine": "1"})
        door.close()
    assert (reply.status, reply.body, reply.headers["etag"], reply.charset) == (203, b"kettles", '"1"', "koi8-r")
    assert site.calls[0].headers["x-mine"] == "1"
    assert site.calls[0].headers["user-agent"].startswith("Broadsheet/")
    assert "mailto" not in site.calls[0].headers["user-agent"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_that_is_too_large_is_left_however_small_it_is_packed(packed):
    body = b"0" * 20_000
    said = Said(gzip.compress(body), 200, {"Content-Encoding": "gzip"}) if packed else Said(body)
    with Site([said]) as site:
        door = open_door()
        with pytest.raises(SourceError, match=r"larger than 10,000 bytes: ask for less"):
            door.get(site.url, {})
        door.close()


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["body", "headers", "chunks"],
)
def test_a_slow_drip_ends_when_the_time_is_over(first, drop):
    door = open_door(timeout=0.3)
    with dripping(first, drop) as url, pytest.raises(Later, match=r"was not complete after 0\.3 s"):
        door.get(url, {})
    door.close()


def test_a_silent_server_ends_when_the_time_is_over():
    door = open_door(timeout=0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(Later, match=r"(within|after) 0\.2 s"):
        door.get(f"http://127.0.0.1:{listener.getsockname()[1]}/", {})
    door.close()


def test_a_door_that_was_cut_off_opens_again():
    door = open_door(timeout=0.2)
    with dripping(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n") as url, pytest.raises(Later):
        door.get(url, {})
    with Site([Said("kettles")]) as site:
        assert door.get(site.url, {}).body == b"kettles"
    door.close()


def test_a_body_shorter_than_it_was_said_to_be_is_no_answer():
    first = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nkett"
    door = open_door()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(first)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Later, match="cannot be reached"):
            door.get(f"http://127.0.0.1:{listener.getsockname()[1]}/", {})
        thread.join()
    door.close()


def test_what_is_no_http_is_told_as_such():
    door = open_door(timeout=5)
    with dripping(b"SSH-2.0-Kettle\r\n\r\n", b"x") as url, pytest.raises(Later, match="cannot be reached"):
        door.get(url, {})
    door.close()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("12", 12.0),
        ("1.5", 1.5),
        ("Fri, 20 Nov 2026 11:02:00 GMT", 120.0),
        ("Fri, 20 Nov 2020 11:02:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_a_server_names_its_wait_as_seconds_or_as_a_date(said, seconds):
    assert HttpReply(429, b"", {"retry-after": said}).retry_after(NOW) == seconds


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error": {"message": "no  such\\nfilter"}}', "no such filter"),
        (b'{"errors": [{"detail": "too deep"}]}', "too deep"),
        (b"Rate exceeded.", "Rate exceeded."),
        (b"<html><body>A whole page</body></html>", ""),
        (b"[" * 20_000, ""),
        (b"\xff\xfe" * 900, ""),
    ],
)
def test_the_words_of_an_error_are_found_where_they_are_few(body, message):
    assert HttpReply(400, body, {}).message == message


def test_words_of_others_are_made_fit_for_a_sentence():
    assert quoted("too\x1b[31m  many\nrequests. ") == "too [31m many requests"
    assert len(quoted("x" * 1000)) == 161
