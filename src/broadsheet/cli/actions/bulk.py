"""What `broadsheet bulk` does."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import click

from broadsheet.cli.actions.digest import write_forms
from broadsheet.cli.bulk_summary import bulk_account, bulk_plan
from broadsheet.cli.group import given, show
from broadsheet.cli.lazy_commands import AT_STAKE
from broadsheet.cli.options import llm_tree
from broadsheet.cli.progress import show_progress
from broadsheet.cli.settings_secrets import guard_secrets
from broadsheet.cli.summary import digest_account
from broadsheet.digests.preflight import check_before_work
from broadsheet.errors import UsageError
from broadsheet.settings.extras import import_extra
from broadsheet.settings.loading import load_settings
from broadsheet.settings.model import BUILTIN


def do_bulk_run(
    ctx: click.Context,
    /,
    inputs: tuple[str, ...],
    out: Path,
    config: Path | None,
    quiet: bool,
    **flags: Any,
) -> None:
    """Writes a TL;DR for every paper of the inputs, into Parquet files below DIR."""
    ctx.meta[AT_STAKE] = _at_stake(out, flags["on"])
    _run(inputs, out, config, quiet, flags, retry=False)


def do_bulk_retry(ctx: click.Context, /, folder: Path, config: Path | None, quiet: bool, **flags: Any) -> None:
    """Asks again for the papers of a run that have failed; the rows that could not be read stay as they are."""
    ctx.meta[AT_STAKE] = _at_stake(folder, flags["on"])
    _run((), folder, config, quiet, flags, retry=True)


def do_bulk_collect(ctx: click.Context, /, folder: Path, config: Path | None, quiet: bool, **flags: Any) -> None:
    """Goes on with a run on a batch endpoint: takes what came of its batches, sends what is left, waits."""
    ctx.meta[AT_STAKE] = _at_stake(folder, "batch")
    _run((), folder, config, quiet, {**flags, "on": "batch"}, retry=False)


def do_bulk_cancel(ctx: click.Context, /, folder: Path, config: Path | None, quiet: bool, **flags: Any) -> None:
    """Cancels the batches under way of a run and takes what they answered until then, which is paid for."""
    ctx.meta[AT_STAKE] = _at_stake(folder, "batch")
    _run((), folder, config, quiet, {**flags, "on": "batch", "cancel": True}, retry=False)


def do_bulk_status(folder: Path) -> None:
    """Says how far a run is, and what it has taken; nothing is changed."""
    status = import_extra("bulk", "broadsheet.bulk.status")
    for home, writer, account, batches in status.look_at_run(folder):
        show(bulk_account(home, writer, account, status.first_failures(home), batches))


def do_bulk_plan(
    inputs: tuple[str, ...], out: Path | None, rows: int | None, config: Path | None, quiet: bool, **flags: Any
) -> None:
    """Says what a run would take: rows, shards, calls, tokens, dollars at both prices, hours, disk."""
    bulk, plans = (import_extra("bulk", f"broadsheet.bulk.{name}") for name in ("run", "estimate"))
    settings = load_settings(config, given({"language": flags["language"], "llm": llm_tree(flags)}))
    guard_secrets(settings)
    with tempfile.TemporaryDirectory() as scratch, show_progress(quiet=quiet, rated=True) as tell:
        request = bulk.BulkRequest(root=out or Path(scratch), rows=rows or bulk.ROWS)
        folder, cut = bulk.settle_cut(inputs, request, settings, tell=tell)
        plan = asyncio.run(plans.estimate_bulk(folder, cut, settings))
    show(bulk_plan(plan, backend=settings.llm.backend, model=settings.model_shown or ""))


def do_bulk_digest(folder: Path, out: Path | None, config: Path | None, quiet: bool, **flags: Any) -> None:
    """Makes pages of a run: themes in sections, a front page, a page a theme, a search without a server."""
    pages = import_extra("bulk", "broadsheet.bulk.digest")
    forms = [form.strip() for formats in flags["formats"] for form in formats.split(",")] or ["html"]
    tree = {name: flags[name] for name in ("title", "themes", "language")}
    output = {"folder": str(out or folder / "digest"), "formats": list(dict.fromkeys(forms))}
    settings = load_settings(config, given({**tree, "llm": {"backend": BUILTIN}, "output": output}))
    check_before_work(settings, settings.output.folder, forms=settings.output.formats)
    run, cut = pages.open_writer(folder)
    with show_progress(quiet=quiet) as tell:
        now = dt.datetime.now().astimezone()
        made = asyncio.run(pages.digest_shards(run, cut, settings, now=now, report=tell))
    files = write_forms(made, settings)
    if not quiet:
        show(digest_account(made, files))


def _run(
    inputs: tuple[str, ...], out: Path, config: Path | None, quiet: bool, flags: dict[str, Any], *, retry: bool
) -> None:
    bulk = import_extra("bulk", "broadsheet.bulk.run")
    llm = llm_tree(flags) | ({"retry": True} if retry else {})
    tree = given({"language": flags["language"], "llm": llm})
    settings = load_settings(config, tree)
    servers = flags.get("servers", ())
    if servers and settings.backend is None:
        raise UsageError("--base-url is a model server's address: name the backend that it is for with --backend.")
    for server in reversed(servers):  # each is checked, and the first one counts
        settings = load_settings(config, {**tree, "backends": {settings.llm.backend: {"base_url": server}}})
    guard_secrets(settings)
    on, address = _place(flags["on"])
    if on not in bulk.PLACES:
        raise UsageError(f"--on cannot be {flags['on']}: it is one of {', '.join(bulk.PLACES)}, or ray://HOST:PORT.")
    if len(servers) > 1 and on != "ray":
        raise UsageError("--base-url can be given more than once with --on ray only: one process asks one server.")
    request = bulk.BulkRequest(
        root=out,
        on=on,
        workers=flags.get("workers"),
        part=_part(flags.get("part")),
        retry=retry,
        rows=flags.get("rows") or bulk.ROWS,
        address=address,
        servers=servers or ((settings.backend.base_url,) if settings.backend and on == "ray" else ()),
        every=flags["every"] or bulk.EVERY,
        once=flags.get("once", False),
        cancel=flags.get("cancel", False),
        delete_files=flags["delete_files"],
    )
    with show_progress(quiet=quiet, rated=True) as tell:
        folder, account = bulk.run_bulk(inputs, request, settings, now=dt.datetime.now().astimezone(), tell=tell)
    if not quiet:
        status = import_extra("bulk", "broadsheet.bulk.status")
        show(bulk_account(folder.home, None, account, status.first_failures(folder.home)))


def _at_stake(folder: Path, on: str) -> str:
    """What an interrupt leaves, and how to go on."""
    if on == "batch":
        return f"its batches go on without it; `broadsheet bulk collect {folder}` takes them up"
    return f"what was answered is in {folder}; run it again to go on"


def _place(named: str) -> tuple[str, str]:
    """`ray://head:10001` as the place and its address; the address is empty for the others."""
    return ("ray", named) if named.startswith("ray://") else (named, "")


def _part(named: str | None) -> tuple[int, int]:
    """`3/40` as two numbers; raises `UsageError` for anything else."""
    if named is None:
        return 1, 1
    index, _, parts = named.partition("/")
    if not (index.isdecimal() and parts.isdecimal() and 1 <= int(index) <= int(parts)):
        raise UsageError(f"--shard cannot be {named}: write I/N, such as 3/40, with I from 1 to N.")
    return int(index), int(parts)
