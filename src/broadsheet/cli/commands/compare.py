"""`broadsheet compare`: several writers' TL;DRs of the same papers on one page."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import (
    asking_flags,
    backends_option,
    config_option,
    language_option,
    limit_option,
    replacements_option,
    spending_flags,
)


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@backends_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="comparison",
    metavar="DIR",
    help="The folder to write to (default: comparison).",
)
@click.option(
    "--format", "formats", multiple=True, metavar="LIST", help="Any of html, md, json, terminal (default: html)."
)
@limit_option
@click.option(
    "--seed", type=int, default=0, metavar="S", help="Draws the papers, and the order of a blind page (default: 0)."
)
@click.option("--blind", is_flag=True, help="Hide who wrote what; the key stands at the end of the page.")
@click.option("--dry-run", is_flag=True, help="Say what it would take, ask nobody and write nothing.")
@replacements_option
@language_option
@asking_flags
@spending_flags
@config_option
@click.option("--quiet", is_flag=True, help="Print no plan, no progress and no account: only errors.")
@verbose_option
@click.pass_context
@deferred
def compare_command() -> None:
    """Puts the TL;DRs of two writers or more side by side on one page, with what each of them took.

    A writer is the built-in engine, or a backend, perhaps with the model it is to use. Caps hold for all of them
    together, and what was answered in an earlier run, of this command or of `digest`, is not asked for again. INPUT is
    a file, a live source, an address, or - for standard input.

    \b
    broadsheet compare listing.txt --backend built-in --backend openai --max-cost 0.05
    broadsheet compare listing.txt --backend ollama=qwen3:8b --backend ollama=gemma3:4b --limit 20 --blind
    broadsheet compare listing.txt --backend built-in --backend ollama=qwen3:8b --dry-run
    """
