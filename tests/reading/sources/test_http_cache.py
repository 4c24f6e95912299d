"""Answers on disk: used while fresh, asked for again by their ETag, and readable by nobody else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from broadsheet.reading.sources.http_cache import CachedAnswer, HttpCache
from site_of_ours import DAY, NOW, Call, Clock, Said, Site, atom, fetcher, json_of, papers


def kept() -> list[Path]:
    return sorted(Path("fetched").glob("*.answer"))


def test_an_answer_is_found_as_it_was_kept():
    cache = HttpCache(Path("fetched"), now=Clock().now)
    answer = CachedAnswer(b"kettles\nand tea\n", NOW, "koi8-r", '"1"', "Fri, 20 Nov 2026 11:00:00 GMT")
    cache.keep("https://example.org/", answer)
    assert cache.find("https://example.org/") == answer
    assert cache.find("https://example.org/other") is None


def test_an_answer_is_fresh_for_its_age_and_never_from_the_future():
    clock = Clock()
    cache = HttpCache(Path("fetched"), now=clock.now)
    answer = CachedAnswer(b"", NOW)
    clock.at = NOW + 59
    assert cache.is_fresh(answer, 60)
    assert not cache.is_fresh(answer, 59)
    clock.at = NOW - 1
    assert not cache.is_fresh(answer, 60)


@pytest.mark.parametrize("damage", [b"", b"{}\nkettles", b"\xff\xfe", b"[" * 9000 + b"\n"])
def test_a_damaged_file_is_no_answer(damage):
    cache = HttpCache(Path("fetched"), now=Clock().now)
    cache.keep("x", CachedAnswer(b"kettles", NOW))
    kept()[0].write_bytes(damage)
    assert cache.find("x") is None


def test_a_file_that_was_cut_off_is_no_answer():
    cache = HttpCache(Path("fetched"), now=Clock().now)
    cache.keep("x", CachedAnswer(b"kettles", NOW))
    kept()[0].write_bytes(kept()[0].read_bytes()[:-1])
    assert cache.find("x") is None


def test_a_folder_that_cannot_be_is_done_without():
    Path("fetched").write_text("a file")
    cache = HttpCache(Path("fetched"), now=Clock().now)
    cache.keep("x", CachedAnswer(b"kettles", NOW))
    cache.prune()
    assert cache.find("x") is None


def test_what_nobody_asks_for_is_forgotten_and_other_files_are_left():
    clock = Clock()
    cache = HttpCache(Path("fetched"), now=clock.now)
    cache.keep("old", CachedAnswer(b"", NOW))
    os.utime(kept()[0], (NOW, NOW))
    Path("fetched/mine.txt").write_text("")
    os.utime("fetched/mine.txt", (NOW, NOW))
    clock.at = NOW + 31 * DAY
    cache.prune()
    assert [path.name for path in Path("fetched").iterdir()] == ["mine.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_files_are_the_users_alone_and_hold_no_address_and_no_key(monkeypatch):
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-openalex")
    with Site(lambda call: json_of({"meta": {"count": 1}, "results": papers(0, 1)})) as site, fetcher(site) as source:
        source.fetch("openalex:kettle")
        source.fetch(f"{site.url}/feed?token=abcd1234")
    assert len(kept()) == 2
    for path in kept():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not any(word in path.read_bytes() for word in (b"secret-of-openalex", b"abcd1234", b"127.0.0.1"))
    assert stat.S_IMODE(Path("fetched").stat().st_mode) == 0o700


def test_an_answer_that_repeats_a_secret_is_not_kept():
    with Site(lambda call: Said(f"kettles for {call.query['token']}")) as site, fetcher(site) as source:
        source.fetch(f"{site.url}/feed?token=abcd1234")
    assert kept() == []


def test_a_fresh_answer_asks_nobody_and_an_old_one_asks_whether_it_changed():
    clock = Clock()
    headers = {"ETag": '"7"', "Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"}

    def answer(call: Call) -> Said:
        return Said("", 304) if call.headers.get("if-none-match") == '"7"' else Said("kettles", 200, headers)

    with Site(answer) as site:
        texts = []
        for age in (0, 3599, 3600, 3600, 7300):
            clock.at = NOW + age
            with fetcher(site, clock) as source:
                texts.append(source.fetch(f"{site.url}/feed").texts)
    assert texts == [("kettles",)] * 5
    assert [call.headers.get("if-none-match") for call in site.calls] == [None, '"7"', '"7"']
    assert site.calls[1].headers["if-modified-since"] == "Fri, 20 Nov 2026 10:00:00 GMT"


def test_every_page_is_kept_and_a_fault_or_an_empty_answer_is_not():
    clock = Clock()
    pages = [atom(0, 500, 800), atom(0, 0, 800), atom(500, 300, 800)]
    with Site(pages) as site:
        for _ in range(2):
            with fetcher(site, clock) as source:
                assert len(source.fetch("arxiv:kettle").texts) == 2
    assert len(site.calls) == 3
    with Site(lambda call: atom(0, 0, 0)) as site:
        for _ in range(2):
            with fetcher(site, clock) as source:
                source.fetch("arxiv:teapots")
    assert len(site.calls) == 2


def test_what_a_server_wants_forgotten_is_not_kept():
    said = Said("kettles", 200, {"Cache-Control": "private, no-store"})
    with Site([said]) as site, fetcher(site) as source:
        source.fetch(f"{site.url}/")
    assert kept() == []


def test_an_age_of_nothing_asks_every_time():
    with Site(lambda call: Said("kettles")) as site:
        for _ in range(2):
            with fetcher(site, max_age=0) as source:
                source.fetch(f"{site.url}/")
    assert len(site.calls) == 2
