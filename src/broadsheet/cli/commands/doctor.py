"""`broadsheet doctor`: is all there that a digest needs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from broadsheet.cli.checks import examine
from broadsheet.cli.group import given, show, verbose_option
from broadsheet.cli.options import backend_option, config_option, model_option


@click.command()
@backend_option
@model_option
@config_option
@click.option("--ask", is_flag=True, help="Also make a small call or two to the model, of about 100 tokens each.")
@verbose_option
@click.pass_context
def doctor_command(ctx: click.Context, /, config: Path | None, ask: bool, **flags: Any) -> None:
    """Checks everything a digest needs.

    That is the configuration, the prompts, the templates, the output folder and the model server. The command ends
    with the exit code of the first check that failed.

    \b
    broadsheet doctor
    broadsheet doctor --backend ollama --model qwen3:8b --ask
    """

    async def print_checks() -> int:
        code = 0
        async for check in examine(config, {"llm": given(flags)}, ask=ask):
            show([f"{check.verdict:<6}{check.subject:<11}{check.said}"])
            code = code or check.exit_code
        return code

    ctx.exit(asyncio.run(print_checks()))
