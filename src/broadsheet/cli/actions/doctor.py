"""What `broadsheet doctor` does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from broadsheet.cli.checks import examine
from broadsheet.cli.group import given, show


def do_doctor(ctx: click.Context, /, config: Path | None, ask: bool, **flags: Any) -> None:
    """Checks everything a digest needs."""

    async def print_checks() -> int:
        code = 0
        async for check in examine(config, {"llm": given(flags)}, ask=ask):
            show([f"{check.verdict:<6}{check.subject:<11}{check.said}"])
            code = code or check.exit_code
        return code

    ctx.exit(asyncio.run(print_checks()))
