"""`broadsheet trends`: what rises over editions, or over a listing with dates."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import config_option


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--last", type=click.IntRange(2, 60), metavar="N", help="The last N editions (default: 12).")
@click.option("--from", "first", type=int, metavar="N", help="The editions from number N on.")
@click.option("--to", "last_one", type=int, metavar="N", help="The editions up to number N.")
@click.option("--every", type=click.Choice(["day", "week", "month"]), help="The periods of a listing (default: week).")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write trends.svg and trends.csv there.")
@config_option
@verbose_option
@deferred
def trends_command() -> None:
    """Shows what rises over editions, or over the dates of a listing.

    Without INPUT the editions are read that `broadsheet weekly` has kept; nothing is fetched. INPUT is a file or a live
    source whose papers have dates.

    \b
    broadsheet trends --config weekly.yaml
    broadsheet trends --config weekly.yaml --from 3 --to 20 --out trends
    broadsheet trends listing.json --every month
    """
