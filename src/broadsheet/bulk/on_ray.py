"""`--on ray`: a Ray Core task a shard, on a cluster that is there or on one that is started for the run.

A task whose worker or node is lost is run again, however often; what its attempts had answered is on the disk that all
nodes share, and is not asked again. An error of ours ends the run as it does on one machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import io
import ipaddress
import logging
import os
import platform
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ray
from ray.exceptions import RayError

from broadsheet import errors
from broadsheet.bulk.answers import read_attempts
from broadsheet.bulk.progress import BulkReport
from broadsheet.bulk.run import BulkRequest
from broadsheet.bulk.shard import ShardTask, run_shard
from broadsheet.digests.open_session import open_session
from broadsheet.errors import BackendUnreachable, BroadsheetError, ConfigError, Stopped
from broadsheet.models import Usage
from broadsheet.settings.loading import Settings

log = logging.getLogger(__name__)

_LOOK = 1.0
"""Seconds after which the cluster is looked at again: nodes may have joined or gone."""
_PATIENCE = 10.0
"""Seconds in which the head of a cluster takes a connection."""
_AHEAD = 2
"""Tasks that are handed out for each processor: the next is there when one ends."""


@dataclasses.dataclass(frozen=True)
class _Done:
    """What became of a task: its papers, what it took, and the error that ended it, by class and sentence.

    `dollars` are those of all its attempts in this run, also of one whose node was lost.
    """

    papers: int
    usage: Usage
    dollars: float
    error: tuple[str, str] | None = None


def work_on_ray(tasks: Sequence[ShardTask], settings: Settings, *, request: BulkRequest, report: BulkReport) -> None:
    """Does the tasks; raises the first error, with everything on the disk that was answered until then.

    Raises `BackendUnreachable` where there is no cluster at the address, or Ray gives up on a task.
    """
    with _cluster(request):
        nodes: Sequence[Mapping[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
        servers = find_servers(on_nodes(request.servers, nodes)) if settings.backend is not None else []
        hands = _Hands(settings, servers, report)
        left = list(reversed(tasks))
        while (left and hands.error is None) or hands.under_way:
            room = _AHEAD * (request.workers or _processors())
            while left and hands.error is None and len(hands.under_way) < room:
                hands.give(left.pop(), room)
            left += hands.take()
    if hands.error is not None:
        raise hands.error


class _Hands:
    """The tasks that nodes have in hand, and what came of those before; `error` ends the run."""

    def __init__(self, settings: Settings, servers: Sequence[str], report: BulkReport) -> None:
        self.under_way: dict[Any, tuple[ShardTask, str]] = {}
        self.error: BroadsheetError | None = None
        # The processes of a cluster stand in other folders than this one.
        folder = settings.folder.absolute() if settings.folder else None
        self._settings, self._report = settings.model_copy(update={"folder": folder}), report
        self._keys = _keys_of(settings)
        self._loads = Counter(dict.fromkeys(servers or [""], 0))
        self._spent = 0.0

    def give(self, task: ShardTask, room: int) -> None:
        """Hands a task out, to ask the model server that has the fewest."""
        cap = self._settings.llm.max_cost
        if cap is not None and self._spent >= cap:
            self.error = Stopped(f"the run stopped at its cap of ${cap:g}; give --max-cost more and run it again.")
            return
        server = min(self._loads, key=lambda one: self._loads[one])
        own = _with_server(self._settings, server)
        # All tasks under way keep to the cap together.
        own = own if cap is None else _capped(own, (cap - self._spent) / room)
        self._loads[server] += 1
        folder = dataclasses.replace(task.folder, root=task.folder.root.absolute())
        there = dataclasses.replace(task, folder=folder)
        needed = (folder.cut, *self._settings.resources.own_files("prompts"))
        self.under_way[_do.remote(there, own, needed, self._keys, spent_on(task))] = task, server

    def take(self) -> list[ShardTask]:
        """Takes what has ended, and returns the tasks whose share of the dollars was too small to end them."""
        again = list[ShardTask]()
        ready, _ = ray.wait(list(self.under_way), timeout=_LOOK) if self.under_way else ([], [])
        for handed in ready:
            task, server = self.under_way.pop(handed)
            self._loads[server] -= 1
            done = _fetch(handed)
            self._spent += done.dollars
            self._report.of(task.shard)(done.papers, done.usage)
            if done.error is None:
                continue
            if done.error[0] == Stopped.__name__ and self._settings.llm.max_cost is not None and done.usage.calls:
                again.append(task)
            elif self.error is None:
                self.error = _error_of(*done.error)
        return again


@ray.remote(max_retries=-1, retry_exceptions=False)
def _do(task: ShardTask, settings: Settings, needed: Sequence[Path], keys: Mapping[str, str], spent: float) -> _Done:
    """Does a shard on a node, which has to see the files that are `needed`.

    `spent` are the dollars of its attempts before the run, whose cap they do not touch.
    """
    os.environ.update(keys)
    papers, usage, error = 0, Usage(), None

    def hear(more: int, so_far: Usage) -> None:
        nonlocal papers, usage
        papers, usage = papers + more, so_far

    lost = max(0.0, spent_on(task) - spent)
    try:
        check_seen(needed)
        asyncio.run(_run(task, _less(settings, lost), hear))
    except BroadsheetError as raised:
        error = type(raised).__name__, str(raised)
    return _Done(papers, usage, lost + (usage.money or 0.0), error)


async def _run(task: ShardTask, settings: Settings, report: Callable[[int, Usage], None]) -> None:
    async with open_session(settings) as session:
        await run_shard(task, session, report)


def check_seen(needed: Sequence[Path]) -> None:
    """Raises `ConfigError` where this node lacks a file of the run: shipped prompts would be sent for one's own."""
    for path in needed:
        if not path.exists():
            raise ConfigError(
                f"{platform.node() or 'a node'} does not see {path}: on a cluster --out, and prompts of your own, must "
                "lie in folders that every node has at the same path."
            )


def spent_on(task: ShardTask) -> float:
    """The dollars of the attempts at a shard that is not finished."""
    attempts = read_attempts(task.folder.attempts(task.shard))
    return sum(one.spent.usage.money or 0.0 for one in attempts if one.spent is not None)


def on_nodes(addresses: Sequence[str], nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The addresses, where `{NAME}` stands for each node of the cluster that has the resource of that name.

    Raises `ConfigError` where no node has it.
    """
    found = list[str]()
    for address in addresses:
        named = re.search(r"\{(\w+)\}", address)
        if named is None:
            found.append(address)
            continue
        hosts = [one["NodeManagerAddress"] for one in nodes if one["Alive"] and named[1] in one["Resources"]]
        if not hosts:
            raise ConfigError(
                f"--base-url {address}: no node of the cluster has the resource {named[1]}; start them with "
                f"`ray start --resources='{{\"{named[1]}\": 1}}'`."
            )
        found += [address.replace(named[0], host) for host in dict.fromkeys(hosts)]
    return found


def find_servers(addresses: Sequence[str]) -> list[str]:
    """The addresses of model servers, where one name stands for several machines each by its number.

    That is how replicas behind a headless service of Kubernetes are found. A name that cannot be looked up here stays,
    as the nodes may know it; with https too, for the certificate is the name's.
    """
    found: dict[str, None] = {}
    for address in addresses:
        parts = urlsplit(address)
        numbers: list[str] = []
        if parts.scheme == "http" and parts.hostname:
            with contextlib.suppress(OSError):
                told = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
                numbers = list(dict.fromkeys(str(one[4][0]) for one in told))
        if len(numbers) < 2 or all(ipaddress.ip_address(number).is_loopback for number in numbers):
            found[address] = None
            continue
        for number in numbers:
            host = f"[{number}]" if ":" in number else number
            found[parts._replace(netloc=f"{host}:{parts.port or 80}").geturl()] = None
    return list(found)


@contextlib.contextmanager
def _cluster(request: BulkRequest) -> Iterator[None]:
    """A connection with the cluster at an address, that of RAY_ADDRESS, or one of this machine's processors."""
    address = request.address or os.environ.get("RAY_ADDRESS") or "local"
    # Named even where it is started here: a cluster that was killed leaves a note behind, which is read otherwise.
    own: dict[str, Any] = {}
    if address == "local":
        own = {"num_cpus": request.workers, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        _check_listens(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **own)
    except (RayError, RuntimeError, ValueError, ConnectionError, OSError, ImportError) as error:
        said = str(error).strip().split("\n", 1)[0]
        if isinstance(error, ImportError) or "ray[client]" in str(error):
            said = "an address that begins with ray:// needs `pip install 'ray[client]'`, or run it on a node itself"
        raise BackendUnreachable(
            f"{address}: no Ray cluster can be joined there ({said}); check it, or leave it out for this machine."
        ) from error
    # Whatever it was told, Ray writes to standard output which workers and nodes it has lost, also as it shuts down.
    with contextlib.redirect_stdout(_Notices()):
        try:
            yield
        finally:
            ray.shutdown()


def _check_listens(address: str) -> None:
    """Raises `OSError` where nobody listens at HOST:PORT: Ray would try for minutes, and write about it."""
    host, _, port = address.rpartition(":")
    if port.isdecimal() and "://" not in address:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()


class _Notices(io.TextIOBase):
    """Takes what Ray says while it works to the log."""

    def write(self, text: str) -> int:
        for line in filter(str.strip, text.splitlines()):
            log.info("Ray: %s", line.strip())
        return len(text)


def _processors() -> int:
    found: Mapping[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(found.get("CPU", 1)))


def _fetch(handed: Any) -> _Done:
    try:
        done: _Done = ray.get(handed)
    except RayError as error:
        said = str(error).strip().split("\n", 1)[0]
        raise BackendUnreachable(f"Ray gave up on a shard ({said}); run it again to go on.") from error
    return done


def _error_of(name: str, sentence: str) -> BroadsheetError:
    kind = getattr(errors, name, BroadsheetError)
    error: BroadsheetError = kind(sentence)
    return error


def _keys_of(settings: Settings) -> dict[str, str]:
    """The secret that the model's server is asked with, for nodes do not have this machine's environment."""
    name = settings.backend.key_env if settings.backend is not None else None
    return {name: os.environ[name]} if name and name in os.environ else {}


def _with_server(settings: Settings, server: str) -> Settings:
    """The settings with the address of one of several servers."""
    backend = settings.backend
    if not server or backend is None:
        return settings
    backends = {**settings.backends, settings.llm.backend: backend.model_copy(update={"base_url": server})}
    return settings.model_copy(update={"backends": backends})


def _less(settings: Settings, spent: float) -> Settings:
    cap = settings.llm.max_cost
    return settings if cap is None else _capped(settings, max(0.0, cap - spent))


def _capped(settings: Settings, dollars: float) -> Settings:
    return settings.model_copy(update={"llm": settings.llm.model_copy(update={"max_cost": dollars})})
