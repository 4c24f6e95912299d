"""`broadsheet schedule`: what makes the edition come by itself."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import edition_config_option


@click.command()
@click.option(
    "--kind",
    type=click.Choice(["cron", "systemd", "workflow"]),
    default="cron",
    help="A crontab line, a systemd timer, or a workflow for a hosted runner (default: cron).",
)
@edition_config_option
@verbose_option
@deferred
def schedule_command() -> None:
    """Prints what runs `broadsheet weekly` when `schedule:` says; installs nothing.

    \b
    broadsheet schedule --config weekly.yaml
    broadsheet schedule --kind systemd --config weekly.yaml
    broadsheet schedule --kind workflow --config weekly.yaml > .github/workflows/weekly.yml
    """
