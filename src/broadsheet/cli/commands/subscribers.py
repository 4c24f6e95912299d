"""`broadsheet subscribers`: who gets the edition by mail."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option

confirmed_option = click.option(
    "--confirmed", is_flag=True, help="I have their consent: active at once, without a mail to confirm."
)


@click.group()
def subscribers_command() -> None:
    """Shows and changes who gets the edition by mail.

    \b
    broadsheet subscribers add ann@example.org --config weekly.yaml
    broadsheet subscribers import list.csv --confirmed --config weekly.yaml
    broadsheet subscribers list --config weekly.yaml
    """


@subscribers_command.command()
@click.argument("address")
@click.option("--name", default=None, help="What they are called.")
@click.option("--interest", "interests", multiple=True, help="What they are interested in; may be given again.")
@click.option("--frequency", type=click.Choice(["daily", "weekly", "monthly"]), default=None)
@click.option("--language", default=None, metavar="CODE", help="The language of their mail, such as de.")
@confirmed_option
@config_option
@verbose_option
@deferred
def add() -> None:
    """Adds one address. It is active once a link in a mail was used, or at once with --confirmed.

    \b
    broadsheet subscribers add ann@example.org --name "Ann Reed" --interest "tidal pools"
    """


@subscribers_command.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@confirmed_option
@config_option
@verbose_option
@deferred
def import_subscribers_command() -> None:
    """Takes over a list: CSV with a column `address` or `email`, or one address a line.

    Columns name, frequency, language, interests (with ; between) and state count where they are there. Whoever left
    here, or takes no mail, stays so. A row that is not understood is named, and stops no other.

    \b
    broadsheet subscribers import list.csv --confirmed
    """


@subscribers_command.command(name="list")
@click.option("--state", type=click.Choice(["pending", "active", "left", "suppressed"]), default=None)
@config_option
@verbose_option
@deferred
def list_subscribers_command() -> None:
    """Lists who subscribes, and how many there are in each state.

    \b
    broadsheet subscribers list --state suppressed
    """


@subscribers_command.command("remove")
@click.argument("address")
@config_option
@verbose_option
@deferred
def remove_subscriber_command() -> None:
    """Ends a subscription, and keeps that it ended: a list that is imported later does not bring it back.

    \b
    broadsheet subscribers remove ann@example.org
    """


@subscribers_command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default=Path("-"))
@config_option
@verbose_option
@deferred
def export() -> None:
    """Writes the whole list as CSV, to a file that only you can read or to standard output.

    \b
    broadsheet subscribers export people.csv
    """


@subscribers_command.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
@verbose_option
@deferred
def forget_command() -> None:
    """Erases an address and all that is kept of it, and names the files that still hold it.

    Unlike `remove` it keeps nothing, so that a list imported later brings the address back.

    \b
    broadsheet subscribers forget ann@example.org
    """


@subscribers_command.command()
@config_option
@verbose_option
@deferred
def bounces() -> None:
    """Reads returned mail, and sends nothing more to addresses that take none or ask to leave.

    It is looked for in `bounces.folder`, or by IMAP in the mailbox of `bounces.host`.

    \b
    broadsheet subscribers bounces --config weekly.yaml
    """
