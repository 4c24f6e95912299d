"""`broadsheet weekly`: the standing edition, made unattended."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import edition_config_option, exclusion_flags, spending_flags, writer_flags


@click.command()
@edition_config_option
@click.option("--now", metavar="DATE", help="Make it as if it were that day, or that moment; for rehearsals.")
@click.option("--since", metavar="DATE", help="Take nothing that is dated before (default: since the last edition).")
@click.option("--until", metavar="DATE", help="Take nothing that is dated after.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, and write nothing.")
@click.option("--again", type=click.IntRange(min=0), metavar="N", help="Make edition N again, of what it was made of.")
@click.option("--rebuild", is_flag=True, help="Write the whole archive again, and make no edition.")
@click.option("--if-due", is_flag=True, help="Do nothing unless `schedule:` says that an edition is due.")
@click.option("--no-send", is_flag=True, help="Send no mail.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON in place of the account.")
@exclusion_flags
@writer_flags
@spending_flags
@click.option("--quiet", is_flag=True, help="Print no progress and no account: only errors.")
@verbose_option
@click.pass_context
@deferred
def weekly_command() -> None:
    """Makes the edition of the week: collects what is new, digests it, keeps it, publishes it, sends it.

    What is new is what stood in no earlier edition. A run that was cut short is completed by the next one; to run it
    twice makes one edition.

    \b
    broadsheet weekly --config weekly.yaml
    broadsheet weekly --config weekly.yaml --now 2026-11-20 --dry-run
    broadsheet weekly --config weekly.yaml --again 7
    """
