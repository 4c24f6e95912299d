"""`broadsheet doctor`: is all there that a digest needs."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import backend_option, config_option, model_option


@click.command()
@backend_option
@model_option
@config_option
@click.option("--ask", is_flag=True, help="Also make a small call or two to the model, of about 100 tokens each.")
@verbose_option
@click.pass_context
@deferred
def doctor_command() -> None:
    """Checks everything a digest needs.

    That is the configuration, the prompts, the templates, the output folder and the model server. The command ends
    with the exit code of the first check that failed.

    \b
    broadsheet doctor
    broadsheet doctor --backend ollama --model qwen3:8b --ask
    """
