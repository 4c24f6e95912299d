"""`broadsheet models`: the models that run in this process; which there are, fetching and removing them."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import show, verbose_option
from broadsheet.cli.models_table import catalogue_table, found_table, model_rows
from broadsheet.cli.options import config_option
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

NAME = click.argument("name", metavar="NAME")
_MIB = 1 << 20


@click.group()
def models_command() -> None:
    """Lists, fetches and removes models that run in this process, with `--backend local`.

    \b
    broadsheet models list
    broadsheet models pull qwen2.5-coder-1.5b
    broadsheet digest listing.txt --backend local --model qwen2.5-coder-1.5b
    """


@models_command.command("list")
@config_option
@verbose_option
def list_command(config: Path | None) -> None:
    """The models that were tried, and those on this machine, whoever fetched them.

    \b
    broadsheet models list
    """

    here = found.find_models(_places(config))
    names = {one.path.name.lower() for one in here}
    tried = [(known, known.file.lower() in names) for known in CATALOGUE]
    show([*catalogue_table(tried), "", *found_table(here)])


@models_command.command()
@NAME
@config_option
@click.option("--quiet", is_flag=True, help="Print no progress.")
@verbose_option
def pull_command(name: str, config: Path | None, quiet: bool) -> None:
    """Fetches a model: a name of the list, or OWNER/REPOSITORY/FILE.gguf on the hub.

    Without FILE, the repository's one file of kind Q4_K_M.

    What was broken off is taken up again; the checksum is compared.

    \b
    broadsheet models pull qwen2.5-coder-1.5b
    broadsheet models pull OWNER/REPOSITORY/FILE.gguf
    """

    places = _places(config)
    with show_progress(quiet=quiet) as report:

        def tell(done: int, total: int) -> None:
            report(Progress(task="MiB", done=done // _MIB, total=max(1, total // _MIB)))

        path = pulling.pull_model(name, places.own, report=tell)
    show([f"{path} is there: broadsheet digest FILE --backend local --model {name}"])


@models_command.command()
@NAME
@config_option
@click.option("--checksum", is_flag=True, help="Also compute the SHA-256 of the file.")
@verbose_option
def info_command(name: str, config: Path | None, checksum: bool) -> None:
    """What a model's file says of it, and whether it fits this machine.

    \b
    broadsheet models info qwen2.5-coder-1.5b
    """

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


@models_command.command()
@NAME
@config_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@verbose_option
def remove_command(name: str, config: Path | None, yes: bool) -> None:
    """Removes a model that `broadsheet models pull` fetched; those of other programs are left to them.

    \b
    broadsheet models remove qwen2.5-coder-1.5b
    """

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
