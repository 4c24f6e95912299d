"""Exchanges with a real model server, recorded once and replayed ever after.

Record them again, with any OpenAI-compatible server that can hold to a JSON schema:

    python tests/support/recorded.py --base-url http://127.0.0.1:8080/v1 --model NAME
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import vcr

from broadsheet.digests.pipeline import make_digest
from broadsheet.errors import BackendError
from broadsheet.llm.client import Client, Endpoint
from broadsheet.llm.prompt import Prompt
from broadsheet.models import Digest, Listing, Paper
from broadsheet.settings.loading import load_settings
from broadsheet.settings.model import Backend
from places import CASSETTES

SEAL = re.compile(r"(</?papers?-)[a-z]{8}")
FOLDER = CASSETTES
RECORD = "python tests/support/recorded.py --base-url http://127.0.0.1:8080/v1 --model NAME"
MODEL, ADDRESS = "qwen2.5-1.5b-instruct-q4", "http://127.0.0.1:8080/v1"
NOW = dt.datetime(2026, 3, 13, 9, 0, tzinfo=dt.UTC)
LISTING = Listing(
    papers=(
        Paper(
            key="hash:scones",
            title="Counting Scones in Cluttered Kitchens",
            abstract="Kitchens are hard scenes for object counters. We present SconeNet, a counter for baked goods "
            "that looks at each tray twice. On the invented BakeryBench data set it halves the counting error, from "
            "4.2 to 2.1 scones a tray. It fails on trays covered with a cloth.",
        ),
        Paper(
            key="hash:puddles",
            title="How Deep Is This Puddle? Depth From Reflections Alone",
            abstract="Puddles reveal their depth by the way they mirror street lamps. PuddleSight estimates depth from "
            "one photograph, within 8 mm on 310 puddles of the fictional town of Drizzleby. It needs no depth sensor. "
            "Frozen puddles were not tested.",
        ),
        Paper(
            key="hash:gulls",
            title="Do Gulls Remember Faces? A Negative Result",
            abstract="Gulls are said to hold grudges. Over 14 months we walked 26 volunteers past a colony on "
            "Isle Nowhere, half of them after taking a chip from a gull. The birds did not treat the thieves "
            "differently: 31% and 33% of walks ended in an attack. We find no evidence that gulls remember faces.",
        ),
    )
)


def settings(base_url: str = ADDRESS, model: str = MODEL, **llm: Any) -> Any:
    """Settings for one call at a time to one address."""
    flags = {"backend": "llamacpp", "model": model, "concurrency": 1, "attempts": 1, **llm}
    return load_settings(
        flags={"llm": flags, "backends": {"llamacpp": {"base_url": base_url}}, "cache": {"use": False}}
    )


def digest(base_url: str = ADDRESS, model: str = MODEL, **llm: Any) -> Digest:
    """The digest of the invented papers: a call for each, and one for their theme."""
    return asyncio.run(make_digest(LISTING, settings(base_url, model, **llm), now=NOW, report=lambda progress: None))


def too_long(base_url: str = ADDRESS, model: str = MODEL) -> BackendError | None:
    """What becomes of a prompt far above the model's context."""
    address = Endpoint("llamacpp", base_url, model, "none")
    client = Client(address, Backend(base_url=base_url), temperature=0, timeout=120)
    prompt = Prompt(system="Be brief.", user="and again " * 3_000, schema={"type": "object"}, max_tokens=8)
    try:
        asyncio.run(client.complete(prompt))
    except BackendError as error:
        return error
    return None


@contextlib.contextmanager
def cassette(name: str, *, record: bool = False) -> Iterator[None]:
    """Replays a cassette, or makes it anew; a request it does not hold ends with the command that re-records."""
    path = FOLDER / f"{name}.yaml"
    if record:
        path.unlink(missing_ok=True)
    elif not path.is_file():
        raise AssertionError(f"{path} is missing; record it: {RECORD}")
    recorder = vcr.VCR(
        record_mode="once" if record else "none",
        match_on=("method", "path", "call"),
        filter_headers=["authorization", "user-agent", "host"],
        before_record_request=_not_what_it_is if record else _nobody_there,
        decode_compressed_response=True,
    )
    recorder.register_matcher("call", _same_call)
    with recorder.use_cassette(str(path)) as tape:
        try:
            yield
        except Exception as error:
            raise AssertionError(f"{path.name} does not hold this exchange; record it again: {RECORD}") from error
        if not record and not tape.all_played:
            raise AssertionError(f"{path.name} holds calls that were not made; record it again: {RECORD}")


def _same_call(one: Any, other: Any) -> None:
    """Two calls are the same when all but the model's name and the seal is, which differs between installations."""
    bodies = [json.loads(SEAL.sub(r"\1", _text(request.body))) | {"model": ""} for request in (one, other)]
    assert bodies[0] == bodies[1]


def _text(body: Any) -> str:
    return (body.decode() if isinstance(body, bytes) else body) or "{}"


def _without_baggage(request: Any) -> Any:
    for name in [name for name in request.headers if name.lower().startswith("x-stainless")]:
        del request.headers[name]
    return request


def _not_what_it_is(request: Any) -> Any:
    """What a server says of itself is not kept, for it names paths of its machine: it is there only to record from."""
    return _without_baggage(request) if request.method == "POST" else None


def _nobody_there(request: Any) -> Any:
    """The same on replaying: a server that cannot be asked what it is."""
    if request.method != "POST":
        raise ConnectionRefusedError("a cassette does not say what its server is")
    return _without_baggage(request)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--model", required=True)
    asked = parser.parse_args()
    with cassette("digest", record=True):
        made = digest(asked.base_url, asked.model)
    with cassette("too_long", record=True):
        too_long(asked.base_url, asked.model)
    print(f"{asked.model}: {made.account.written} written, {made.usage.calls} calls; see {FOLDER}")  # noqa: T201


if __name__ == "__main__":
    _main()
