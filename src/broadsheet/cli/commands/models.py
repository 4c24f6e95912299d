"""`broadsheet models`: the models that run in this process; which there are, fetching and removing them."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option

NAME = click.argument("name", metavar="NAME")


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
@deferred
def list_models_command() -> None:
    """The models that were tried, and those on this machine, whoever fetched them.

    \b
    broadsheet models list
    """


@models_command.command()
@NAME
@config_option
@click.option("--quiet", is_flag=True, help="Print no progress.")
@verbose_option
@deferred
def pull_command() -> None:
    """Fetches a model: a name of the list, or OWNER/REPOSITORY/FILE.gguf on the hub.

    Without FILE, the repository's one file of kind Q4_K_M.

    What was broken off is taken up again; the checksum is compared.

    \b
    broadsheet models pull qwen2.5-coder-1.5b
    broadsheet models pull OWNER/REPOSITORY/FILE.gguf
    """


@models_command.command()
@NAME
@config_option
@click.option("--checksum", is_flag=True, help="Also compute the SHA-256 of the file.")
@verbose_option
@deferred
def info_command() -> None:
    """What a model's file says of it, and whether it fits this machine.

    \b
    broadsheet models info qwen2.5-coder-1.5b
    """


@models_command.command()
@NAME
@config_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@verbose_option
@deferred
def remove_command() -> None:
    """Removes a model that `broadsheet models pull` fetched; those of other programs are left to them.

    \b
    broadsheet models remove qwen2.5-coder-1.5b
    """
