"""What `broadsheet models` does."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import show
from broadsheet.cli.models_table import catalogue_table, found_table, model_rows
from broadsheet.cli.progress import show_progress
from broadsheet.cli.summary import aligned
from broadsheet.errors import ConfigError, UsageError
from broadsheet.local import discovery as found
from broadsheet.local import pull as pulling
from broadsheet.local.catalogue import CATALOGUE
from broadsheet.local.discovery import Places, find_model, usual_places
from broadsheet.local.engine import check_extra
from broadsheet.local.gguf import read_header
from broadsheet.local.machine import look_at_machine
from broadsheet.local.memory_fit import fit_model
from broadsheet.local.pull import checksum as compute
from broadsheet.local.pull import discard
from broadsheet.models import Progress
from broadsheet.settings.loading import load_settings

_MIB = 1 << 20


def do_list_models(config: Path | None) -> None:
    """The models that were tried, and those on this machine, whoever fetched them."""
    here = found.find_models(_places(config))
    names = {one.path.name.lower() for one in here}
    tried = [(known, known.file.lower() in names) for known in CATALOGUE]
    show([*catalogue_table(tried), "", *found_table(here)])


def do_pull(name: str, config: Path | None, quiet: bool) -> None:
    """Fetches a model: a name of the list, or OWNER/REPOSITORY/FILE.gguf on the hub."""
    places = _places(config)
    with show_progress(quiet=quiet) as report:

        def tell(done: int, total: int) -> None:
            report(Progress(task="MiB", done=done // _MIB, total=max(1, total // _MIB)))

        path = pulling.pull_model(name, places.own, report=tell)
    show([f"{path} is there: broadsheet digest FILE --backend local --model {name}"])


def do_info(name: str, config: Path | None, checksum: bool) -> None:
    """What a model's file says of it, and whether it fits this machine."""
    check_extra()
    local = load_settings(config).local
    path = find_model(name, _places(config))
    header, machine = read_header(path), look_at_machine()
    try:
        fitted = fit_model(header, machine, local)
    except ConfigError as error:
        show([*aligned(model_rows(path, header, None, machine)), "", str(error)])
        return
    rows = model_rows(path, header, fitted, machine)
    if checksum:
        rows.append(("SHA-256", compute(path)))
    show(aligned(rows))


def do_remove(name: str, config: Path | None, yes: bool) -> None:
    """Removes a model that `broadsheet models pull` fetched; those of other programs are left to them."""
    places = _places(config)
    path = find_model(name, places)
    if places.own.resolve() not in path.resolve().parents:
        raise UsageError(f"{path} is not Broadsheet's own: remove it with the program that fetched it.")
    if not yes:
        click.confirm(f"Remove {path} ({path.stat().st_size / 1e9:.1f} GB)?", abort=True)
    discard(path, places.own)
    show([f"{path} is removed"])


def _places(config: Path | None) -> Places:
    return usual_places(load_settings(config).local.folder)
