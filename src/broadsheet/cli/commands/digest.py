"""`broadsheet digest`: listings in, a digest out."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import (
    config_option,
    exclusion_flags,
    interests_from_option,
    interests_option,
    language_option,
    replacements_option,
    spending_flags,
    themes_option,
    top_option,
    writer_flags,
)


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--out", metavar="DIR", help="The folder to write to (default: digest).")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="LIST",
    help="Any of md, html, txt, json, atom, feed, bib, ris, csl, obsidian (a folder of notes).",
)
@click.option(
    "--by",
    type=click.Choice(["theme", "author", "venue"]),
    help="What papers stand under on page, Markdown and text (default: theme).",
)
@click.option("--style", metavar="NAME", help="How the page looks: broadsheet, journal, or your own.")
@click.option("--title", metavar="TEXT", help="The name at the head of the page.")
@click.option("--note", type=click.Path(path_type=Path), metavar="FILE", help="An editor's note, in Markdown.")
@click.option(
    "--last", type=click.Path(path_type=Path), metavar="FILE", help="Last edition's digest.json: go on with its themes."
)
@replacements_option
@themes_option
@interests_option
@interests_from_option
@top_option
@exclusion_flags
@language_option
@writer_flags
@spending_flags
@config_option
@click.option("--clipboard", is_flag=True, help="Read the listing from the clipboard.")
@click.option("--open", "opened", is_flag=True, help="Show the page in the browser.")
@click.option("--watch", is_flag=True, help="Go on, and make the digest anew whenever a file of the listing changes.")
@click.option("--quiet", is_flag=True, help="Print no progress and no account: only errors.")
@verbose_option
@click.pass_context
@deferred
def digest_command() -> None:
    """Turns listings of papers into a digest.

    INPUT is a file, a folder, a pattern, a live source, an address, an identifier (arXiv id, DOI, PMID, PMCID), or -
    for standard input; without one, what is piped in is read. A file may list identifiers.

    \b
    broadsheet digest listing.txt --out friday
    broadsheet digest hf:daily arxiv:cs.CL --last friday/digest.json
    broadsheet digest 2401.01234 10.5555/xyz reading-list.txt
    broadsheet digest listing.txt --backend ollama --model qwen3:8b
    broadsheet digest listing.txt --open --watch
    broadsheet digest --clipboard --format html --themes 6
    """
