"""What holds for every live source: pages to the end, faults asked for again, waits, keys, redirects, encodings."""

from __future__ import annotations

import json
import re

import pytest

from broadsheet.models import Progress
from broadsheet.reading.sources.fetcher import Fetched, Fetcher
from services import FEED, ITEM, crossref, failure, faulty, fetch, openalex, pubmed, s2
from site_of_ours import NOW, Call, Clock, Said, Site, atom, fetcher, json_of


def test_a_source_that_stops_answering_keeps_what_came_and_says_so():
    def answer(call: Call) -> Said:
        return atom(0, 500, 1203) if call.query["start"] == "0" else Said("", 503)

    with Site(answer) as site:
        got = fetch(site, "arxiv:kettles?limit=3000")
    assert len(got.texts) == 1
    assert got.why == (
        "only 500 of its 1,203 papers came: arXiv was asked 5 times, and it is too busy (503): try again later."
    )


def test_whom_a_source_waits_for_is_told_before_each_question_and_each_pause():
    told: list[Progress] = []
    faults = faulty(crossref(300), None, Said("", 503))
    with Site(faults) as site, fetcher(site, report=told.append) as source:
        source.fetch("crossref:kettle")
    said = [(progress.task, progress.waiting, progress.done, progress.total) for progress in told]
    assert said == [
        ("crossref:kettle", "for Crossref", 0, 0),
        ("crossref:kettle", "for Crossref", 200, 300),
        ("crossref:kettle", said[2][1], 200, 300),
        ("crossref:kettle", "for Crossref", 200, 300),
        ("crossref:kettle", "", 300, 300),
    ]
    assert re.fullmatch(r"\d+ s to ask Crossref again", said[2][1])


@pytest.mark.parametrize(
    ("name", "answer", "pages"),
    [("openalex", openalex, 3), ("crossref", crossref, 2), ("s2", s2, 1)],
)
def test_indexes_are_paged_by_their_cursors_to_the_end(name, answer, pages):
    with Site(answer(250)) as site:
        got = fetch(site, f"{name}:kettle physics")
    assert len(got.texts) == len(site.calls) == pages
    assert got.why == ""


@pytest.mark.parametrize(
    ("name", "answer", "empty"),
    [
        ("openalex", openalex, {"meta": {"count": 2500, "next_cursor": "x"}, "results": []}),
        ("crossref", crossref, {"message": {"total-results": 2500, "items": [], "next-cursor": "x"}}),
        ("s2", s2, {"total": 2500, "token": "x", "data": []}),
    ],
)
def test_an_empty_page_before_the_end_is_asked_for_again(name, answer, empty):
    with Site(faulty(answer(2500), None, json_of(empty), Said('{"meta": {"cou'))) as site:
        got = fetch(site, f"{name}:kettle physics?limit=5000")
    assert (
        sum(
            len(json.loads(text).get("results") or json.loads(text).get("data") or json.loads(text)["message"]["items"])
            for text in got.texts
        )
        == 2500
    )
    assert got.why == ""


@pytest.mark.parametrize(
    ("name", "answer", "title"),
    [
        ("openalex:kettle", openalex(0), "OpenAlex"),
        ("crossref:kettle", crossref(0), "Crossref"),
        ("s2:kettle", lambda call: json_of({"total": 0, "token": None, "data": []}), "Semantic Scholar"),
        ("pubmed:kettle", pubmed(0), "PubMed"),
    ],
)
def test_an_index_without_a_match_says_so(name, answer, title):
    with Site(answer) as site:
        got = fetch(site, f"{name}?days=1")
    assert got.texts == ()
    assert got.why == (
        f"{title} has no match for 'kettle' between 2026-11-20 and 2026-11-20; try fewer words or more days"
    )


def test_a_service_that_is_down_is_told_with_what_to_do():
    with Site(lambda call: Said("", 503)) as site:
        said = failure(site, "crossref:kettle")
    assert said == "crossref:kettle: Crossref was asked 5 times, and it is too busy (503): try again later."


def test_a_server_that_is_not_there_is_told():
    with Site([]) as site:
        pass
    clock = Clock()
    said = failure(site, "hf:daily", clock)
    assert said.startswith("hf:daily: Hugging Face was asked 3 times, and it cannot be reached (")
    assert sum(clock.slept) < 10


def test_the_wait_a_server_names_is_waited():
    clock = Clock()
    with Site([Said("", 429, {"Retry-After": "37"}), json_of([])]) as site:
        fetch(site, "hf:daily", clock)
    assert clock.slept[0] == 37.0


@pytest.mark.parametrize("said", ["3600", "Fri, 20 Nov 2026 12:00:00 GMT"])
def test_a_wait_that_is_too_long_is_told_and_not_waited(said):
    clock = Clock()
    with Site([Said("", 429, {"Retry-After": said})]) as site:
        told = failure(site, "hf:daily", clock)
    assert told.endswith("was asked once, and it is too busy (429): it asks to be left alone for 3,600 s.")
    assert clock.slept == []


def test_all_tries_of_a_page_together_keep_to_the_patience():
    clock = Clock()
    with Site(lambda call: Said("", 500)) as site:
        failure(site, "hf:daily", clock, attempts=100, patience=20)
    assert clock.at - NOW <= 20


def test_a_key_that_is_missing_is_named_by_its_variable():
    with Site(lambda call: json_of({"error": "Unauthorized", "message": "API key required"}, 401)) as site:
        said = failure(site, "openalex:kettle")
    assert said == (
        "openalex:kettle: OpenAlex wants a key (401: API key required): set the environment variable OPENALEX_API_KEY."
    )


def test_a_key_that_is_refused_is_shown_nowhere(monkeypatch):
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-openalex")
    with Site(lambda call: json_of({"message": f"bad key {call.query['api_key']}"}, 403)) as site:
        said = failure(site, "openalex:kettle")
    assert said == ("openalex:kettle: OpenAlex refuses the key in OPENALEX_API_KEY (403: bad key (hidden)): check it.")


def test_a_busy_service_with_keys_names_the_variable():
    with Site(lambda call: json_of({"message": "Too Many Requests"}, 429)) as site:
        said = failure(site, "s2:kettle", attempts=1)
    assert said.endswith(
        "(429: Too Many Requests): try again later, or set S2_API_KEY: it serves those with a key first."
    )


def test_a_question_that_is_not_accepted_is_asked_once():
    with Site(lambda call: json_of({"error": "Invalid filter"}, 400)) as site:
        said = failure(site, "openalex:kind:kettle")
    assert len(site.calls) == 1
    assert said.endswith("OpenAlex does not accept the question (400: Invalid filter): check the name and its options.")


def test_an_address_is_fetched_as_it_is_and_shown_without_its_secrets():
    with Site(lambda call: Said("A page of kettles")) as site:
        url = site.url.replace("//", "//ada:pass1234@") + "/list?q=tea&token=abcd1234"
        got = fetch(site, url)
    assert site.calls[0].query == {"q": "tea", "token": "abcd1234"}
    assert site.calls[0].headers["authorization"].startswith("Basic ")
    assert got == Fetched(f"{site.url}/list?q=tea&token=...", ("A page of kettles",))


def test_redirects_are_followed_five_times_and_no_more():
    def answer(call: Call) -> Said:
        left = int(call.path[1:])
        return Said("", 302, {"Location": f"/{left - 1}"}) if left else Said("arrived")

    with Site(answer) as site:
        assert fetch(site, f"{site.url}/5").texts == ("arrived",)
        assert "leads from address to address, more than 5 times" in failure(site, f"{site.url}/6")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)"])
def test_a_redirect_leads_to_the_web_or_nowhere(target):
    with Site(lambda call: Said("", 302, {"Location": target})) as site:
        assert "neither http nor https" in failure(site, f"{site.url}/")


def test_a_key_does_not_follow_to_another_server(monkeypatch):
    monkeypatch.setenv("S2_API_KEY", "secret-of-s2")
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-openalex")
    with Site(lambda call: json_of({"total": 0, "data": [], "results": []})) as other:
        with Site(lambda call: Said("", 302, {"Location": f"{other.url}/elsewhere"})) as site:
            fetch(site, "s2:kettle")
            fetch(site, "openalex:kettle")
        assert "x-api-key" in site.calls[0].headers
        assert site.calls[1].query["api_key"] == "secret-of-openalex"
        assert [("x-api-key" in call.headers, call.query) for call in other.calls] == [(False, {})] * 2


def test_an_encoding_that_is_named_is_used():
    with Site(
        lambda call: Said("чайник".encode("koi8-r"), 200, {"Content-Type": "text/plain; charset=KOI8-R"})
    ) as site:
        assert fetch(site, f"{site.url}/").texts == ("чайник",)


def test_an_encoding_that_is_no_text_or_a_trap_is_found_out_instead():
    for named in ("hex", "punycode", "kettle", "utf-16-le; x"):
        with Site([Said("Wasserkocher für Tee", 200, {"Content-Type": f"text/plain; charset={named}"})]) as site:
            assert fetch(site, f"{site.url}/{named[:3]}").texts == ("Wasserkocher für Tee",)


@pytest.mark.parametrize("location", ["http://[::1", "http://example.org:99999/", "//", "", "http:///x", "\\\\"])
def test_a_redirect_that_leads_nowhere_is_told(location):
    with Site(lambda call: Said("", 302, {"Location": location})) as site:
        said = failure(site, f"{site.url}/", attempts=1)
    assert "neither http nor https" in said or "from address to address" in said


def test_a_key_that_cannot_be_sent_is_named_and_not_shown(monkeypatch):
    monkeypatch.setenv("S2_API_KEY", "secret\nof s2")
    with Site([]) as site:
        said = failure(site, "s2:kettle")
    assert said == "s2:kettle: the key in S2_API_KEY holds characters that no key has: copy it again."


def test_what_a_server_says_of_an_answer_is_sent_back_only_where_it_can_be():
    clock = Clock()
    with Site([Said("kettles", 200, {"ETag": "\xe4\xf6"}), Said("kettles")]) as site:
        for _ in range(2):
            fetch(site, f"{site.url}/", clock)
            clock.at += 4000
    assert "if-none-match" not in site.calls[1].headers


def test_arxiv_is_asked_on_a_connection_that_is_not_left_open():
    with Site(lambda call: Said(FEED.format(items=ITEM)) if "rss" in call.path else json_of([])) as site:
        fetch(site, "arxiv:cs.CL")
        fetch(site, "hf:daily")
    assert [call.headers["connection"] for call in site.calls] == ["close", "keep-alive"]


def test_a_long_wait_is_told_of_while_it_lasts(caplog):
    with Site([Said("", 429, {"Retry-After": "37"}), json_of([])]) as site:
        fetch(site, "hf:daily")
    assert "Hugging Face: it is too busy (429); asking again in 37 s" in caplog.text


def test_without_settings_the_real_services_are_asked_for():
    with Fetcher() as source:
        plans = {name: source.plan(name).first.url for name in ("arxiv:cs.CL", "arxiv:kettle", "hf:daily")}
    assert plans == {
        "arxiv:cs.CL": "https://rss.arxiv.org/rss/cs.CL",
        "arxiv:kettle": "https://export.arxiv.org/api/query",
        "hf:daily": "https://huggingface.co/api/daily_papers",
    }
