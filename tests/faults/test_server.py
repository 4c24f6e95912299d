"""Every fault of a model server, over a real socket, through the real client: no paper is lost, swapped or made up.

 1 JSON cut off         CURED            12 bursts of 5xx       CURED, NOTHING, test_a_burst…
 2 unknown id           CURED            13 HTML, any status    CURED, NOTHING
 3 id twice             CURED            14 no choices          CURED, NOTHING
 4 id missing           CURED            15 reset               CURED
 5 reordered, respelled CURED            16 lying length        CURED
 6 refusals             CURED, ONE       17 never answers       CURED, NOTHING, test_a_silent…, a drip: CURED
 7 empty, null          CURED, ONE       18 too large, too deep CURED, test_a_body_without_end…
 8 content filter       ONE              19 404, 401            NOTHING, test_a_key_that_expires…
 9 Retry-After          test_retry…      20 context too long    ONE, test_a_prompt_that_is_too_long…
10 429 without it       CURED, NOTHING   21 response_format     CURED, test_a_server_without_forms…
11 insufficient_quota   NOTHING          22 thoughts, fences    CURED, ALWAYS_READ
                                         23 other language, …   CURED, ONE, test_one_sentence…
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import gzip
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import faulty
from broadsheet import api
from broadsheet.errors import BackendBusy, BackendError, BackendRefused, BadAnswer
from broadsheet.models import Digest
from commands import run, write
from faulty import (
    Call,
    Fault,
    FaultyServer,
    about,
    check,
    drips,
    endless,
    in_background,
    listing_of,
    listing_text,
    message,
    raw,
    resets,
    says,
    settings_for,
    status,
    well,
    when,
    without_waiting,
)
from places import SUPPORT
from scripted import answer, completion_body, http

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
COUNT = 12
HTML = b"<!doctype html><html><head><title>Sign in</title></head><body>Your session is over.</body></html>"
PROSE = "I'm sorry, but I cannot summarise these papers for you."


@dataclasses.dataclass
class Run:
    """What became of a run: its digest or the error that ended it, what was asked, and the seconds it believes."""

    made: Digest | None
    error: BackendError | None
    calls: list[Call]
    took: float

    @property
    def asked(self) -> list[str]:
        return [topic for call in self.calls for topic in call.topics]

    @property
    def written(self) -> set[str]:
        assert self.made is not None, self.error
        kept = [summary for summary in self.made.summaries if summary.method == "written"]
        return {summary.paper_key.removeprefix("hash:") for summary in kept}


def digest(plan: Iterable[Fault] = (), then: Fault = well, *, count: int = COUNT, backend=None, **llm) -> Run:
    """A run against the faults, checked; and then one against the healed server, which asks for what failed only."""
    return without_waiting(run_twice(FaultyServer(plan, then), count, backend, llm))


async def run_twice(server: FaultyServer, count: int, backend, llm) -> Run:
    listing, made, error = listing_of(count), None, None
    async with server.running():
        chosen = settings_for(server.url, backend=backend, **llm)
        began = asyncio.get_running_loop().time()
        try:
            made = await api.adigest(listing, chosen, now=NOW)
        except BackendError as caught:
            error = caught
        first = Run(made, error, list(server.calls), asyncio.get_running_loop().time() - began)
        if made is not None:
            check(listing, made)
        calls = len(server.calls)
        server.heal()
        retried = chosen.model_copy(update={"llm": chosen.llm.model_copy(update={"retry": True})})
        again = await api.adigest(listing, retried, now=NOW)
        check(listing, again)
        assert again.account.written == count
        asked = [topic for call in server.calls[calls:] for topic in call.topics]
        missing = {paper.key.removeprefix("hash:") for paper in listing.papers} - (first.written if made else set())
        assert sorted(asked) == sorted(missing)
    return first


def cut(call: Call) -> str:
    return call.faithful()[: len(call.faithful()) * 2 // 3]


def items(call: Call) -> list[dict[str, str]]:
    made = json.loads(call.faithful())
    return made.get("papers", [made] if "tldr" in made else [])


def listed(change) -> Fault:
    """The faithful answer with its list of items changed."""
    return when(lambda call: bool(call.papers), says(lambda call: json.dumps({"papers": change(items(call))})))


def shifted(made: list[dict[str, str]]) -> list[dict[str, str]]:
    """Each item with its neighbour's TL;DR."""
    return [item | {"tldr": other["tldr"]} for item, other in zip(made, made[1:] + made[:1], strict=True)]


def every(tldr) -> Fault:
    """An answer in the right form that says this of each paper."""
    return when(
        lambda call: bool(call.papers),
        says(lambda call: answer({id: tldr(text) for id, text in call.papers.items()})),
    )


def title(text: str) -> str:
    return text.partition("\n")[0]


GERMAN = "Wir untersuchen, wie sich dieses Ding über viele Tage hinweg langsam verfärbt."
SAME = "It and its neighbours were measured for days in the valley of Nowhere."
DEEP = b'{"choices": ' + b"[" * 100_000
ZEROS = gzip.compress(b"0" * (300 << 20), 1)

CURED: dict[str, list[Fault]] = {
    "1-cut-off": [says(cut)],
    "1-cut-off-and-said": [says(cut, finish_reason="length")] * 2,
    "1-cut-off-body": [lambda call: http(completion_body(call.faithful())[:-40])] * 2,
    "2-unknown-id": [listed(lambda made: [*made[:-1], made[-1] | {"id": "zz99"}])] * 2,
    "3-id-twice": [listed(lambda made: [*made, made[0] | {"tldr": made[0]["tldr"].replace("when", "as")}])],
    "4-id-missing": [listed(lambda made: made[:-1])] * 2,
    "5-reordered": [listed(lambda made: made[::-1])] * 2,
    "5-respelled": [listed(lambda made: [item | {"id": f" #{item['id'].upper()}"} for item in made])] * 2,
    "5-shifted": [listed(shifted)] * 2,
    "6-refusal-in-its-field": [message(None, refusal="I can't help with that.")] * 2,
    "6-refusal-as-prose": [says(PROSE)] * 2,
    "6-refusal-in-every-item": [every(lambda text: PROSE)] * 2,
    "7-empty": [says("")] * 2,
    "7-null": [message(None)] * 2,
    "7-blanks": [every(lambda text: " \n ")] * 2,
    "7-tool-calls": [message(None, tool_calls=[{"id": "1", "function": {"name": "answer", "arguments": "{}"}}])] * 2,
    "7-no-message": [says("", message=None)] * 2,
    "10-429-without-a-word": [status(429, "slow down")] * 3,
    "12-bursts": [status(500), status(502), status(503)] * 2,
    "13-html-200": [raw(http(HTML))] * 2,
    "13-html-502": [raw(http(HTML, status=502))] * 3,
    "13-html-429": [raw(http(HTML, status=429))] * 3,
    "14-no-choices": [raw(http(b'{"choices": []}'))] * 2,
    "14-an-error-inside-200": [raw(http(b'{"error": {"message": "overloaded", "code": 503}}'))] * 2,
    "15-reset-before-the-headers": [resets()] * 3,
    "15-reset-inside-the-headers": [resets(b"HTTP/1.1 200 OK\r\nContent-Le")] * 3,
    "15-reset-inside-the-body": [resets(http(completion_body("x" * 500))[:-300])] * 3,
    "15-closed-without-a-word": [raw(b"")] * 3,
    "15-no-http-at-all": [raw(b"220 mail.example ESMTP\r\n")] * 3,
    "16-length-too-long": [lambda call: http(completion_body(call.faithful()), length=9999)] * 3,
    "16-length-too-short": [lambda call: http(completion_body(call.faithful()), length=50)] * 2,
    "16-length-no-number": [raw(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}")] * 2,
    "17-never-answers": [lambda call: None] * 3,
    "17-a-byte-a-second": [drips(http(completion_body("x" * 5000)))],
    "18-nested-body": [raw(http(DEEP))] * 2,
    "18-nested-content": [says("[" * 100_000)] * 2,
    "18-gzip-bomb": [raw(http(ZEROS, headers="Content-Encoding: gzip\r\n"))],
    "18-long-headers": [raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000)] * 2,
    "21-form-rejected": [status(400, "response_format of type json_schema is not supported")],
    "22-an-open-thought": [says(lambda call: "<think>Let me see. " + call.faithful())] * 2,
    "22-a-thought-cut-off": [says("<think>Let me see: the first", finish_reason="length")] * 2,
    "23-another-language": [every(lambda text: GERMAN)] * 2,
    "23-the-title": [every(title)] * 2,
    "23-one-sentence": [every(lambda text: SAME)] * 2,
}


@pytest.mark.parametrize("fault", CURED)
def test_a_passing_fault_costs_no_paper(fault):
    done = digest(CURED[fault])
    assert len(done.written) == COUNT
    assert len(done.asked) <= 3 * COUNT


ALWAYS_READ: dict[str, Fault] = {
    "21-form-ignored": says(lambda call: f"Here you are:\n{call.faithful()}\nAnything else?"),
    "22-thoughts": says(lambda call: f'<think>{{"papers": []}} hm {call.faithful()[:30]}</think>{call.faithful()}'),
    "22-thoughts-without-an-opening": says(lambda call: f"So.</think>{call.faithful()}"),
    "22-fences": says(lambda call: f"```json\n{call.faithful()}\n```"),
    "22-prose": says(lambda call: f"Sure! [1] {call.faithful()} I hope {{this}} helps."),
    "7-content-in-parts": says("", message=None),
}
ALWAYS_READ["7-content-in-parts"] = lambda call: http(
    completion_body("", content=[{"type": "text", "text": call.faithful()}])
)


@pytest.mark.parametrize("fault", ALWAYS_READ)
def test_an_answer_in_another_dress_is_read_at_once(fault):
    done = digest(then=ALWAYS_READ[fault])
    assert len(done.written) == COUNT
    assert sorted(done.asked) == sorted(set(done.asked))


def test_a_server_without_forms_is_asked_without_them():
    takes_none = when(lambda call: "response_format" in call.body, status(400, "Unknown field: response_format"))
    done = digest(then=takes_none, concurrency=1)
    assert len(done.written) == COUNT
    assert sum("response_format" in call.body for call in done.calls) == 2  # json_schema, json_object


VICTIM = "trombone"
ONE: dict[str, tuple[Fault, str]] = {
    "6-refusal-in-its-field": (message(None, refusal="I can't help with that."), "refused"),
    "6-refusal-as-prose": (says(PROSE), "left it out"),
    "6-refusal-as-tldr": (every(lambda text: PROSE), "no summary"),
    "7-null": (message(None), "left it out"),
    "8-content-filter": (says("", finish_reason="content_filter"), "content filter"),
    "8-content-filter-as-error": (status(400, "The response was filtered.", code="content_filter"), "filtered"),
    "12-one-paper-breaks-it": (status(500, "CUDA error"), "CUDA error"),
    "15-one-paper-breaks-it": (resets(), "broke"),
    "20-one-paper-too-long": (status(400, "This model's maximum context length is 99 tokens."), "context"),
    "23-another-language": (every(lambda text: GERMAN), "most of it says something else than the abstract"),
    "23-the-title": (every(title), "title"),
    "23-a-made-up-number": (every(lambda text: faulty.truth(text).replace(" days", "99 days")), "99"),
    "23-markup": (every(lambda text: f"<b>{faulty.truth(text)}</b>"), "markup"),
}


@pytest.mark.parametrize("fault", ONE)
def test_a_paper_that_always_fails_is_extracted_and_costs_its_neighbours_nothing(fault):
    play, said = ONE[fault]
    done = digest(then=when(about(VICTIM), play))
    assert len(done.written) == COUNT - 1
    assert VICTIM not in done.written
    assert said in done.made.account.why[0]


LATER = "Date: Fri, 20 Nov 2026 10:00:00 GMT\r\nRetry-After: Fri, 20 Nov 2026 {}\r\n"


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ("Retry-After: 7\r\n", 7, 9),
        ("Retry-After: 2500ms\r\n", 2.5, 4),
        ("retry-after-ms: 2500\r\n", 2.5, 4),
        (LATER.format("10:00:40 GMT"), 40, 43),
        (LATER.format("09:00:00 GMT"), 0, 2),
        ("Retry-After: -5\r\n", 0, 2),
        ("Retry-After: 75\r\n", 75, 80),
        ("Retry-After: 600\r\n", 300, 316),
        ("Retry-After: soon\r\n", 0, 5),
    ],
)
def test_retry_after_is_followed_within_patience(headers, least, most):
    done = digest([status(429, "slow down", headers=headers)])
    assert len(done.written) == COUNT
    assert least <= done.took < most + 1


def test_a_burst_while_the_themes_are_named_leaves_our_own_headings():
    done = digest(then=when(lambda call: not call.papers, status(503)))
    assert len(done.written) == COUNT


def test_a_silent_server_costs_no_more_than_its_deadlines():
    """Five rounds of the default 180 s; it was eight calls of five tries each, one after another."""
    done = digest(then=lambda call: None, count=60)
    assert isinstance(done.error, BackendBusy)
    assert "180 s" in str(done.error)
    assert done.took < 6 * 180


@pytest.mark.parametrize("after", [0, 1])
def test_a_key_that_expires_keeps_what_was_answered_and_asks_no_more(after):
    done = digest([well] * after, status(401, "expired"), concurrency=1)
    if after == 0:
        assert isinstance(done.error, BackendRefused)
        return
    assert len(done.written) == 6 * after
    assert len(done.calls) == after + 1
    assert "(401)" in done.made.account.why[0]


def test_a_prompt_that_is_too_long_is_split_and_the_run_goes_on():
    too_long = status(400, "This model's maximum context length is 4096 tokens.", code="context_length_exceeded")
    done = digest(then=when(lambda call: len(call.papers) > 2, too_long))
    assert len(done.written) == COUNT


def test_one_sentence_for_all_papers_is_nobodys_and_is_not_kept():
    """A sentence that fits each abstract alone is found out by its repetition, and only then."""
    done = digest(then=every(lambda text: SAME), backend={"batch_size": 1})
    assert done.written == set()
    assert "same sentence" in done.made.account.why[0]


NOTHING: dict[str, tuple[Fault, int, str]] = {
    "10-429": (status(429, "slow down"), 6, "busy (429)"),
    "11-insufficient-quota": (status(429, "You exceeded your quota", code="insufficient_quota"), 7, "no credit"),
    "12-5xx": (status(503, "overloaded"), 6, "busy (503)"),
    "13-html-200": (raw(http(HTML)), 6, "HTML"),
    "13-html-403": (raw(http(HTML, status=403)), 7, "(403)"),
    "13-html-404": (raw(http(HTML, status=404)), 7, "(404)"),
    "14-no-choices": (raw(http(b'{"choices": null}')), 6, "without a choice"),
    "15-reset": (resets(), 6, "broke"),
    "17-never-answers": (lambda call: None, 6, "longer than"),
    "19-401": (status(401, "Incorrect API key provided"), 7, "key"),
    "19-404": (status(404, "The model `plain-8b` does not exist"), 7, "plain-8b"),
}


@pytest.mark.parametrize("fault", NOTHING)
def test_a_server_that_never_answers_well_ends_the_run_with_its_code_and_a_sentence(fault):
    play, code, said = NOTHING[fault]
    with in_background(FaultyServer(then=play)) as server:
        timeout = 0.3 if play(Call({})) is None else 180  # this one waits, for the command has a loop of its own
        llm = {"backend": "faulty", "attempts": 1, "timeout": timeout, "concurrency": 4, "batch_size": 1}
        fields = {"base_url": server.url, "model": "plain-8b"}
        tree = {"llm": llm, "backends": {"faulty": fields}, "cache": {"folder": "kept"}, "overview": False}
        write(json.dumps(tree), "config.yaml")
        done = run("digest", write(listing_text(COUNT), "listing.txt"))
    assert done.exit_code == code, done.stderr
    assert said in done.stderr
    assert done.stderr.startswith("broadsheet: ")
    assert done.stderr.count("\n") == 1
    assert not Path("digest").exists()


LARGE = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from broadsheet import api
from faulty import check, listing_of, settings_for
chosen = settings_for(sys.argv[2], attempts=1, batch_size=12)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
api.digest(listing_of(2), chosen)
before = peak()
for _ in range(5):
    made = api.digest(listing_of(3), chosen)
    check(listing_of(3), made)
    sys.stdout.write(f"{made.account.written} {made.account.extracted} {peak() - before}\\n")
"""


def test_a_body_without_end_takes_little_memory():
    """300 MiB with and without a length, as an error, and squeezed into a few hundred bytes."""
    head = "HTTP/1.1 {} X\r\nContent-Type: application/json\r\n{}\r\n"
    bodies = iter(
        [
            endless(head.format(200, f"Content-Length: {300 << 20}\r\n")),
            endless(head.format(200, "Transfer-Encoding: chunked\r\n"), chunked=True),
            endless(head.format(500, f"Content-Length: {300 << 20}\r\n")),
            raw(http(ZEROS, status=500, headers="Content-Encoding: gzip\r\n")),
            raw(http(gzip.compress(ZEROS), headers="Content-Encoding: gzip, gzip\r\n")),
        ]
    )

    def play_next(call: Call) -> object:
        return next(bodies)(call)

    third = when(about("beehive"), play_next)
    with in_background(FaultyServer(then=third)) as server:
        command = [sys.executable, "-c", LARGE, str(SUPPORT), server.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        written, extracted, grown = map(int, line.split())
        assert (written, extracted) == (2, 1)
        assert grown < 60
    assert next(bodies, None) is None


SLOW_OR_UNSEEN = ("17-a-byte", "18", "23-one")
"""One sentence for one paper alone is as good as any other that its abstract bears out."""
ANY = [
    well,
    *(plan[0] for name, plan in CURED.items() if not name.startswith(SLOW_OR_UNSEEN)),
    status(429, "slow down", headers="Retry-After: 600\r\n"),
    status(400, "maximum context length is 99 tokens"),
    when(about(VICTIM), says("", finish_reason="content_filter")),
]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(ANY), max_size=20), st.integers(1, 9), st.integers(1, 8), st.integers(1, 12))
def test_no_sequence_of_faults_loses_swaps_or_invents_anything(tmp_path_factory, plan, size, at_once, count):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("run"))
        done = digest(plan, backend={"batch_size": size, "concurrency": at_once}, count=count)
        assert done.made is not None or isinstance(done.error, BackendBusy | BadAnswer)


@pytest.mark.parametrize("seed", range(3))
def test_a_server_with_its_usual_share_of_faults_costs_no_paper(seed):
    """2% errors, 3% garbled, 5% that drop an item."""
    play = faulty.sometimes(seed, {status(503): 0.02, says(cut): 0.03, listed(lambda made: made[:-1]): 0.05})
    done = digest(then=play, count=120, backend={"batch_size": 6, "concurrency": 10})
    assert len(done.written) == 120
    assert len(done.asked) < 120 * 1.25
