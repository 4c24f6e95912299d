"""Opens and closes a session with a model: its client, its budget and its cache."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from platformdirs import user_cache_path

from broadsheet.errors import ConfigError, Stopped
from broadsheet.llm.answer_store import AnswerStore
from broadsheet.llm.budget import Caps
from broadsheet.llm.cache import AnswerCache, NoCache
from broadsheet.llm.client import Client, Endpoint, find_endpoint
from broadsheet.llm.dispatch import Dispatcher, Patience
from broadsheet.llm.prompt import Completion, Model, Prompt
from broadsheet.llm.rate_limit import CallRateLimit
from broadsheet.llm.recording import Player, Recorder
from broadsheet.llm.secret import installation_secret
from broadsheet.llm.servers.adapt import adapt
from broadsheet.llm.session import Session
from broadsheet.llm.thinking import Thinking, keep_thinking, recall_thinking
from broadsheet.llm.tokens import token_counter
from broadsheet.local.model import InProcessModel, LocalModel, find_in_process_model
from broadsheet.reading.cleaning.tex import readable
from broadsheet.settings.loading import Settings
from broadsheet.settings.model import Backend, Price

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def open_session(settings: Settings) -> AsyncIterator[Session | None]:
    """The session of the chosen backend, `None` for the built-in engine; raises `ConfigError` or `BackendRefused`."""
    backend, llm = settings.backend, settings.llm
    address, in_process = resolve_model(settings)
    if backend is None or address is None:
        yield None
        return
    if in_process is not None:
        backend = in_process.backend(backend, slots=llm.concurrency)
    elif not llm.offline and llm.replay is None and llm.record is None:
        backend = await adapt(backend, address)
    price = find_price(settings, address)
    async with contextlib.AsyncExitStack() as stack:
        memory = _memory(settings, address, stack)
        identity = identity_of(address, settings, backend)
        known = recall_thinking(memory, identity)
        # Half of the context at most: papers and answers need the rest.
        thinking = max(backend.thinking, min(known.room, backend.context // 2))
        backend = backend.model_copy(update={"thinking": thinking})
        model = await _model(settings, backend, address, in_process, stack)
        count = token_counter(address.model)
        dispatcher = Dispatcher(
            model,
            at_once=llm.concurrency or backend.concurrency,
            patience=Patience(attempts=llm.attempts, seconds=llm.patience),
            price=price,
            caps=Caps(money=llm.max_cost, calls=llm.max_calls, tokens=llm.max_run_tokens),
            pace=CallRateLimit(requests=backend.requests_per_minute, tokens=backend.tokens_per_minute),
            count=count,
            memory=memory,
            context=backend.context,
            learned=lambda found: keep_thinking(
                memory, identity, dataclasses.replace(found, room=found.room + thinking)
            ),
            clock=asyncio.get_running_loop().time,  # the one that its sleeps go by
        )
        if llm.offline:
            dispatcher.stop(Stopped("it is not in the cache, and --offline asks nobody"))
        secret = installation_secret()
        yield Session(
            dispatcher,
            backend,
            settings,
            settings.resources,
            count,
            identity,
            secret,
            readable=readable,
            thinking_tokens=known.tokens or known.room // 4,  # not every server counts them
        )


@contextlib.contextmanager
def stop_in_time(session: Session | None, deadline: float | None, interrupt: asyncio.Event | None) -> Iterator[None]:
    """Stops further calls after `deadline` seconds or at the interrupt, whichever comes first, while the block runs."""
    if session is None:
        yield
        return
    watches = [asyncio.ensure_future(_stop_when_set(session, interrupt))] if interrupt else []
    if deadline is not None:
        watches.append(asyncio.ensure_future(_stop_after(session, deadline)))
    try:
        yield
    finally:
        for watch in watches:
            watch.cancel()


async def _stop_when_set(session: Session, interrupt: asyncio.Event) -> None:
    if not interrupt.is_set():  # else an earlier writer of a comparison has said so
        await interrupt.wait()
        log.warning("Finishing the calls under way; press Ctrl-C again to stop at once.")
    session.dispatcher.stop(Stopped("the run was interrupted before it was asked for"))


async def _stop_after(session: Session, seconds: float) -> None:
    await asyncio.sleep(seconds)
    session.dispatcher.stop(Stopped(f"the run's {seconds:g} seconds were over"))


def resolve_model(settings: Settings) -> tuple[Endpoint | None, InProcessModel | None]:
    """The endpoint of the model that a run uses (`None`: built-in engine), and its file if it runs in this process.

    Raises `ConfigError` or `BackendRefused` if a key, the model or the memory for it is missing.
    """
    backend, llm = settings.backend, settings.llm
    if backend is not None and backend.in_process and llm.replay is None:
        in_process = find_in_process_model(settings)
        return in_process.address, in_process
    return find_endpoint(settings, with_key=not llm.offline and llm.replay is None), None


def find_price(settings: Settings, address: Endpoint) -> Price | None:
    """What the model at an address costs, where that is configured; a cap in dollars without it is a `ConfigError`."""
    price = settings.backend.price_of(address.model) if settings.backend else None
    price = Price(prompt=0, completion=0) if settings.llm.replay is not None else price
    if settings.llm.max_cost is not None and price is None:
        raise ConfigError(
            f"`llm.max_cost` needs to know what {address.model} costs: add it under `backends.{address.name}.prices`."
        )
    return price


def open_client(settings: Settings) -> Client | None:
    """The client of the chosen backend, `None` for the built-in engine; raises `ConfigError` or `BackendRefused`."""
    address, backend = find_endpoint(settings), settings.backend
    if address is None or backend is None:
        return None
    return Client(address, backend, temperature=settings.llm.temperature, timeout=settings.llm.timeout)


def identity_of(address: Endpoint, settings: Settings, backend: Backend) -> tuple[str, ...]:
    """The part of the cache key for a model: its server, its name and its sampling parameters."""
    sampling = f"temperature={settings.llm.temperature} {sorted(backend.extra.items())}"
    return (address.base_url, address.model, sampling)


def remember_thinking(settings: Settings, found: Thinking) -> None:
    """Keeps for later runs what was found out about the chosen backend's model, where answers are kept at all."""
    backend = settings.backend
    address, _ = resolve_model(settings)
    if backend is None or address is None:
        return
    with contextlib.ExitStack() as stack:
        keep_thinking(_memory(settings, address, stack), identity_of(address, settings, backend), found)


def cache_path(settings: Settings) -> Path:
    """The path of the cache: in `cache.folder`, or in the user's cache folder."""

    folder = settings.cache.folder or user_cache_path("broadsheet")
    return Path(folder).expanduser() / "answers.sqlite"


async def _model(
    settings: Settings,
    backend: Backend,
    address: Endpoint,
    in_process: InProcessModel | None,
    stack: contextlib.AsyncExitStack,
) -> Model:
    llm = settings.llm
    if llm.replay is not None:
        if not llm.replay.is_dir():
            raise ConfigError(f"{llm.replay}: there is no such folder to replay from; make one with --record.")
        return Player(llm.replay)
    if llm.offline:
        return _Nobody()
    client: LocalModel | Client
    if in_process is not None:
        client = LocalModel(in_process, backend, settings)
    else:
        client = Client(address, backend, temperature=llm.temperature, timeout=llm.timeout)
    stack.push_async_callback(client.close)
    return Recorder(client, llm.record) if llm.record is not None else client


def _memory(
    settings: Settings, address: Endpoint, stack: contextlib.AsyncExitStack | contextlib.ExitStack
) -> AnswerCache:
    """The cache of answers; none while exchanges are recorded or replayed, as a recording must be complete."""
    llm = settings.llm
    if not settings.cache.use or llm.record is not None or llm.replay is not None:
        return NoCache()
    store = AnswerStore(cache_path(settings), now=time.time, who=address.who)
    stack.callback(store.close)
    return store


class _Nobody:
    """The model of an offline run; its dispatcher is stopped, so it is never called."""

    async def complete(self, prompt: Prompt) -> Completion:
        raise Stopped("--offline asks nobody")
