"""`broadsheet send` and `broadsheet status`: an edition's mails, and how they stand."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option

edition_option = click.option("--edition", type=click.IntRange(1), metavar="N", help="The edition (default: the last).")


@click.command()
@click.option("--resume", is_flag=True, help="Send what is left of every edition, and nothing else.")
@edition_option
@click.option(
    "--to", multiple=True, metavar="ADDRESS", help="Send it to this address as a test; the ledger forgets it."
)
@click.option("--preview", is_flag=True, help="Write the mail to edition-N.html and open it; send nothing.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@config_option
@verbose_option
@deferred
def send_command() -> None:
    """Sends an edition to its subscribers, or goes on where sending stopped.

    Whoever got it does not get it again. What a server put off is tried again for a quarter of an hour, and then by
    the next run.

    \b
    broadsheet send --preview              what it will look like
    broadsheet send --to me@example.org    the mail itself, to you alone
    broadsheet send                        to all, once
    broadsheet send --resume               what is left of earlier runs
    """


@click.command()
@edition_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@config_option
@verbose_option
@deferred
def status_command() -> None:
    """Shows how the mails of an edition stand, and why some were not sent.

    \b
    broadsheet status --config weekly.yaml
    """
