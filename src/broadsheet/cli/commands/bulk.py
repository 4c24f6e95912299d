"""`broadsheet bulk`: abstracts by the million, in shards that are files."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.commands.bulk_cluster import bulk_cluster_command
from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred
from broadsheet.cli.options import Command, config_option, language_option, spending_flags, themes_option, writer_flags

FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))

workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes, here or on the cluster (default: one a core, but one here for a model). They share --concurrency, "
    "the backend's calls and tokens a minute, and the caps: none is passed by all together.",
)

servers_option = click.option(
    "--base-url", "servers", multiple=True, metavar="URL", help="A model server; on ray several, shared by load."
)

every_option = click.option(
    "--every",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="How often batches are looked at (default: 60).",
)

delete_option = click.option(
    "--delete-files", is_flag=True, help="Delete the files of batches at the endpoint once they are taken."
)

on_option = click.option(
    "--on", default="local", show_default=True, metavar="PLACE", help="Where shards are worked on: local, ray or batch."
)

quiet_option = click.option("--quiet", is_flag=True, help="Print no progress and no account: only errors.")


def working_flags(command: Command) -> Command:
    """Adds the flags of every command that has papers asked about."""
    options = (language_option, writer_flags, spending_flags, config_option, every_option, delete_option, quiet_option)
    for option in reversed((*options, verbose_option)):
        command = option(command)
    return command


@click.group()
def bulk_command() -> None:
    """Digests abstracts by the million: in shards that are files, on this machine or on many.

    \b
    broadsheet bulk run papers/*.parquet --out month
    broadsheet bulk status month
    """


bulk_command.add_command(bulk_cluster_command)


@bulk_command.command("run")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The folder of the run.")
@on_option
@workers_option
@servers_option
@click.option("--shard", "part", metavar="I/N", help="Do the I-th of N parts, from 1: for jobs that know no other.")
@click.option("--rows", type=click.IntRange(min=1), metavar="N", help="Papers of a shard (default: 1500).")
@working_flags
@click.pass_context
@deferred
def bulk_run_command() -> None:
    """Writes a TL;DR for every paper of the inputs, into Parquet files below DIR.

    INPUT is a file, a folder or a pattern, here or at an address that fsspec knows (s3://...): Parquet, JSON Lines,
    CSV, packed or not, and whatever `broadsheet read` takes. Run again, it goes on where it was.

    \b
    broadsheet bulk run papers/*.parquet --out month
    broadsheet bulk run dump.jsonl.gz --out month --backend openai --max-cost 20
    broadsheet bulk run papers/ --out month --shard 3/40
    broadsheet bulk run papers/ --out month --on batch --backend openai
    """


@bulk_command.command("retry")
@FOLDER
@on_option
@workers_option
@servers_option
@working_flags
@click.pass_context
@deferred
def bulk_retry_command() -> None:
    """Asks again for the papers of a run that have failed; the rows that could not be read stay as they are.

    \b
    broadsheet bulk retry month --backend openai
    """


@bulk_command.command("collect")
@FOLDER
@click.option("--once", is_flag=True, help="Take what has ended, send what follows, and do not wait for the rest.")
@working_flags
@click.pass_context
@deferred
def bulk_collect_command() -> None:
    """Goes on with a run on a batch endpoint: takes what came of its batches, sends what is left, waits.

    \b
    broadsheet bulk collect month --backend openai
    broadsheet bulk collect month --backend openai --once
    """


@bulk_command.command("cancel")
@FOLDER
@every_option
@delete_option
@language_option
@writer_flags
@config_option
@quiet_option
@verbose_option
@click.pass_context
@deferred
def bulk_cancel_command() -> None:
    """Cancels the batches under way of a run and takes what they answered until then, which is paid for.

    \b
    broadsheet bulk cancel month --backend openai
    """


@bulk_command.command("status")
@FOLDER
@verbose_option
@deferred
def bulk_status_command() -> None:
    """Says how far a run is, and what it has taken; nothing is changed.

    \b
    broadsheet bulk status month
    """


@bulk_command.command("plan")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Keep there what was read, for the run.")
@click.option("--rows", type=click.IntRange(min=1), metavar="N", help="Papers of a shard (default: 1500).")
@language_option
@writer_flags
@config_option
@click.option("--quiet", is_flag=True, help="Print no progress.")
@verbose_option
@deferred
def bulk_plan_command() -> None:
    """Says what a run would take: rows, shards, calls, tokens, dollars at both prices, hours, disk.

    Everything is read and cleared of repetitions, and nobody is asked. With --out a run goes on from there.

    \b
    broadsheet bulk plan papers/*.parquet --out month --backend openai
    """


@bulk_command.command("digest")
@FOLDER
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help="Where to (default: DIR/digest).")
@click.option("--format", "formats", multiple=True, metavar="LIST", help="As of `digest` (default: html).")
@click.option("--title", metavar="TEXT", help="The name at the head of the page.")
@themes_option
@language_option
@config_option
@quiet_option
@verbose_option
@deferred
def bulk_digest_command() -> None:
    """Makes pages of a run: themes in sections, a front page, a page a theme, a search without a server.

    DIR is the folder of a run, or that of one of its writers. Nobody is asked.

    \b
    broadsheet bulk digest month --themes auto
    """
