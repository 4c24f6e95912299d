"""`broadsheet models`: the models that run in this process; which there are, fetching and removing them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.commands.flags import config_option
from broadsheet.commands.group import show, verbose_option
from broadsheet.errors import ConfigError, UsageError
from broadsheet.terminal import show_progress

if TYPE_CHECKING:
    from broadsheet.local.found import Places

NAME = click.argument("name", metavar="NAME")
_MIB = 1 << 20


@click.group()
def models() -> None:
    """Lists, fetches and removes models that run in this process, with `--backend local`.

    \b
    broadsheet models list
    broadsheet models pull qwen2.5-coder-1.5b
    broadsheet digest listing.txt --backend local --model qwen2.5-coder-1.5b
    """


@models.command("list")
@config_option
@verbose_option
def list_models(config: Path | None) -> None:
    """The models that were tried, and those on this machine, whoever fetched them.

    \b
    broadsheet models list
    """
    from broadsheet.local import found
    from broadsheet.local.catalogue import CATALOGUE
    from broadsheet.model_account import catalogue_table, found_table

    here = found.list_models(_places(config))
    names = {one.path.name.lower() for one in here}
    tried = [(known, known.file.lower() in names) for known in CATALOGUE]
    show([*catalogue_table(tried), "", *found_table(here)])


@models.command()
@NAME
@config_option
@click.option("--quiet", is_flag=True, help="Print no progress.")
@verbose_option
def pull(name: str, config: Path | None, quiet: bool) -> None:
    """Fetches a model: a name of the list, or OWNER/REPOSITORY/FILE.gguf on the hub.

    Without FILE, the repository's one file of kind Q4_K_M.

    What was broken off is taken up again; the checksum is compared.

    \b
    broadsheet models pull qwen2.5-coder-1.5b
    broadsheet models pull OWNER/REPOSITORY/FILE.gguf
    """
    from broadsheet.local import pull as pulling
    from broadsheet.models import Progress

    places = _places(config)
    with show_progress(quiet=quiet) as report:

        def tell(done: int, total: int) -> None:
            report(Progress(task="MiB", done=done // _MIB, total=max(1, total // _MIB)))

        path = pulling.pull(name, places.own, report=tell)
    show([f"{path} is there: broadsheet digest FILE --backend local --model {name}"])


@models.command()
@NAME
@config_option
@click.option("--checksum", is_flag=True, help="Also compute the SHA-256 of the file.")
@verbose_option
def info(name: str, config: Path | None, checksum: bool) -> None:
    """What a model's file says of it, and whether it fits this machine.

    \b
    broadsheet models info qwen2.5-coder-1.5b
    """
    from broadsheet.account import aligned
    from broadsheet.local.engine import check_extra
    from broadsheet.local.fitting import fit
    from broadsheet.local.found import find_model
    from broadsheet.local.gguf import read_header
    from broadsheet.local.machine import look_at_machine
    from broadsheet.local.pull import checksum as compute
    from broadsheet.model_account import model_rows
    from broadsheet.settings import load_settings

    check_extra()
    local = load_settings(config).local
    path = find_model(name, _places(config))
    header, machine = read_header(path), look_at_machine()
    try:
        fitted = fit(header, machine, local)
    except ConfigError as error:
        show([*aligned(model_rows(path, header, None, machine)), "", str(error)])
        return
    rows = model_rows(path, header, fitted, machine)
    if checksum:
        rows.append(("SHA-256", compute(path)))
    show(aligned(rows))


@models.command()
@NAME
@config_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@verbose_option
def remove(name: str, config: Path | None, yes: bool) -> None:
    """Removes a model that `broadsheet models pull` fetched; those of other programs are left to them.

    \b
    broadsheet models remove qwen2.5-coder-1.5b
    """
    from broadsheet.local.found import find_model
    from broadsheet.local.pull import discard

    places = _places(config)
    path = find_model(name, places)
    if places.own.resolve() not in path.resolve().parents:
        raise UsageError(f"{path} is not Broadsheet's own: remove it with the program that fetched it.")
    if not yes:
        click.confirm(f"Remove {path} ({path.stat().st_size / 1e9:.1f} GB)?", abort=True)
    discard(path, places.own)
    show([f"{path} is removed"])


def _places(config: Path | None) -> Places:
    from broadsheet.local.found import usual_places
    from broadsheet.settings import load_settings

    return usual_places(load_settings(config).local.folder)
