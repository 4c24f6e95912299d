"""The commands: what a person types, what is printed, and the exit codes."""

from __future__ import annotations

import errno
import logging
import sys
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from broadsheet import __version__
from broadsheet.errors import BroadsheetError, OutputError, ReadingError, UsageError
from broadsheet.terminal import guard, open_log, say, show_progress

if TYPE_CHECKING:
    from broadsheet.models import Digest
    from broadsheet.settings import Settings

VERBOSE = "broadsheet.verbose"
AT_STAKE = "broadsheet.at_stake"
INTERRUPTED = 130
LARGEST_NOTE = 1 << 20

EXIT_CODES = """\b
Exit codes:
  0    all went well
  1    something unforeseen: a mistake of ours
  2    wrong flags or arguments
  3    the input cannot be understood: empty, binary, too large, not there
  4    the input holds no paper
  5    the configuration: config.yaml, the environment, an unknown backend
  6    the model server: not there, too busy, or no sense in its answers
  7    the model server refuses: wrong key, no credit, no such model
  8    a prompt or a template
  9    a file or folder that cannot be written
  130  interrupted with Ctrl-C
"""

log = logging.getLogger(__name__)


class Commands(click.Group):
    """The group of commands, and the one place where an error becomes a sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # as they are used, not by the alphabet

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BroadsheetError as error:
            _end(ctx, str(error), error.exit_code)
        except KeyboardInterrupt:
            _end(ctx, f"interrupted; {ctx.meta.get(AT_STAKE, 'nothing was written')}.", INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read our output has left: click ends quietly
            where = error.filename or "standard output"
            _end(ctx, f"{where} cannot be written ({error.strerror or error}).", OutputError.exit_code)
        except Exception as error:  # a mistake of ours: told like all others, and findable
            again = "" if ctx.meta.get(VERBOSE) else "; run again with --verbose for the traceback"
            _end(ctx, f"something unforeseen happened ({type(error).__name__}: {str(error)[:200]}){again}.", 1)


def _end(ctx: click.Context, sentence: str, code: int) -> NoReturn:
    if ctx.meta.get(VERBOSE):
        say(traceback.format_exc())
    say(f"broadsheet: {sentence}")
    ctx.exit(code)


def _set_verbose(ctx: click.Context, _: click.Parameter, verbose: bool) -> None:
    ctx.meta[VERBOSE] = verbose
    ctx.call_on_close(open_log(verbose=verbose))


verbose_option = click.option(
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_set_verbose,
    help="Log every step to stderr, and show tracebacks.",
)
backend_option = click.option(
    "--backend", metavar="NAME", help="Who writes: builtin, or a name under `backends:` in config.yaml."
)
model_option = click.option("--model", metavar="NAME", help="The model that writes, by the name its server gives it.")
config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration to use instead of ./config.yaml or your user folder's.",
)


@click.group(
    cls=Commands,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="broadsheet", message="%(prog)s %(version)s")
def main() -> None:
    """Turns a pile of paper abstracts into a digest worth reading.

    \b
    broadsheet digest listing.txt          a pasted page of abstracts becomes ./digest
    pbpaste | broadsheet digest            the same, from the clipboard
    broadsheet read listing.txt            what is understood of it, and what is not
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without our dashes is no reason to fail


@main.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--out", metavar="DIR", help="The folder to write to (default: digest).")
@click.option("--format", "formats", multiple=True, metavar="LIST", help="Any of md, html, txt, json (default: all).")
@click.option("--title", metavar="TEXT", help="The name at the head of the page.")
@click.option("--note", type=click.Path(path_type=Path), metavar="FILE", help="An editor's note, in Markdown.")
@click.option("--themes", metavar="auto|N", help="How many themes to group the papers into (default: auto).")
@click.option("--language", metavar="NAME", help="The language a model writes in (default: English).")
@backend_option
@model_option
@click.option("--batch-size", metavar="N", help="Papers in one prompt (default: the backend's).")
@click.option("--concurrency", metavar="N", help="Calls at once, at most (default: the backend's).")
@config_option
@click.option("--quiet", is_flag=True, help="Print no progress and no account: only errors.")
@verbose_option
@click.pass_context
def digest(
    ctx: click.Context, /, inputs: tuple[str, ...], config: Path | None, note: Path | None, quiet: bool, **flags: Any
) -> None:
    """Turns listings of papers into a digest.

    INPUT is a file, or - for standard input; without one, what is piped in is read.

    \b
    broadsheet digest listing.txt --out friday
    broadsheet digest listing.txt --backend ollama --model qwen3:8b
    pbpaste | broadsheet digest --format html --themes 6
    """
    from broadsheet.account import digest_account
    from broadsheet.settings import load_settings

    ctx.meta[AT_STAKE] = "no digest was written"
    sources = _sources(inputs)
    settings = load_settings(config, _tree(flags, note))
    guard(backend.key_env for backend in settings.backends.values() if backend.key_env)
    log.debug("backend %s, model %s", settings.llm.backend, settings.model)
    check_before_work(settings)
    made = _digest(sources, settings, quiet=quiet)
    files = _write(made, settings)
    ctx.meta[AT_STAKE] = f"the digest is in {settings.output.folder}"
    if not quiet:
        _print(digest_account(made, files))


@main.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--json", "as_json", is_flag=True, help="Print the whole reading as one JSON document.")
@verbose_option
def read(inputs: tuple[str, ...], as_json: bool) -> None:
    """Shows what is understood of a listing, and what is not.

    INPUT is a file, or - for standard input; without one, what is piped in is read.

    \b
    broadsheet read listing.txt
    broadsheet read listing.txt --json | jq '.papers[].title'
    """
    from broadsheet.account import listing_account
    from broadsheet.reading.listing import read_inputs

    listing = read_inputs(_sources(inputs))
    if as_json:
        click.echo(listing.model_dump_json(indent=2).encode())
    else:
        _print(listing_account(listing))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@verbose_option
def init(folder: Path, force: bool) -> None:
    """Copies the files you may edit.

    These are config.yaml, prompts/ and templates/; they go to DIR (default: here), and your copies win over the
    shipped ones. What is there already is left alone.

    \b
    broadsheet init
    broadsheet init friday && broadsheet digest listing.txt --config friday/config.yaml
    """
    from broadsheet.account import aligned
    from broadsheet.delivery.starter import copy_starter

    starter = copy_starter(folder, force=force)
    rows = [("Wrote" if number == 0 else "", str(folder / path)) for number, path in enumerate(starter.wrote)]
    rows += [("Left" if number == 0 else "", str(folder / path)) for number, path in enumerate(starter.left)]
    _print(aligned(rows))
    if starter.left:
        _print(["", "What was left is as it was; --force replaces it."])
    if starter.wrote:
        _print(["", "Delete what you do not change: the shipped file counts then, and grows with new versions."])


@main.command()
@backend_option
@model_option
@config_option
@click.option("--ask", is_flag=True, help="Also make one small call to the model, of about 100 tokens.")
@verbose_option
@click.pass_context
def doctor(ctx: click.Context, /, config: Path | None, ask: bool, **flags: Any) -> None:
    """Checks everything a digest needs.

    That is the configuration, the prompts, the templates, the output folder and the model server. The command ends
    with the exit code of the first check that failed.

    \b
    broadsheet doctor
    broadsheet doctor --backend ollama --model qwen3:8b --ask
    """
    import asyncio

    from broadsheet.doctor import examine

    async def print_checks() -> int:
        code = 0
        async for check in examine(config, {"llm": _given(flags)}, ask=ask):
            _print([f"{check.verdict:<6}{check.subject:<11}{check.said}"])
            code = code or check.exit_code
        return code

    ctx.exit(asyncio.run(print_checks()))


def check_before_work(settings: Settings) -> None:
    """Finds what would fail later, before anything is read or paid for; raises the `BroadsheetError` it would be."""
    from broadsheet.delivery.files import check_folder
    from broadsheet.llm.backend import find_address
    from broadsheet.rehearsal import own_files, rehearse_prompts, rehearse_templates

    resources, llm = settings.resources, settings.llm
    address = find_address(settings, with_key=not llm.offline and llm.replay is None)
    if own_files(resources, "templates"):
        rehearse_templates(resources, settings.output.formats)
    if address is not None and own_files(resources, "prompts"):
        rehearse_prompts(resources)
    check_folder(settings.output.folder)


def _digest(sources: list[str], settings: Settings, *, quiet: bool) -> Digest:
    from broadsheet import api
    from broadsheet.reading.listing import read_inputs

    listing = read_inputs(sources)
    log.debug("read %d papers, %d fragments", len(listing.papers), len(listing.fragments))
    with show_progress(quiet=quiet) as report:
        return api.digest(listing, settings, report=report)


def _write(made: Digest, settings: Settings) -> list[Path]:
    from broadsheet.delivery.files import write_files
    from broadsheet.rendering.pages import render

    pages = {f"digest.{form}": render(made, form, resources=settings.resources) for form in settings.output.formats}
    return write_files(pages, settings.output.folder)


def _sources(inputs: tuple[str, ...]) -> list[str]:
    if inputs:
        return list(inputs)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "name a file or pipe a listing in: `broadsheet digest listing.txt`, `pbpaste | broadsheet digest`."
        )
    return ["-"]


def _tree(flags: Mapping[str, Any], note: Path | None) -> dict[str, Any]:
    """The flags that were given, as a tree like the configuration's."""
    forms = [form.strip() for formats in flags["formats"] for form in formats.split(",")]
    return _given(
        {
            **{name: flags[name] for name in ("title", "language", "themes")},
            "note": None if note is None else _read_note(note),
            "llm": _given({name: flags[name] for name in ("backend", "model", "batch_size", "concurrency")}),
            "output": _given({"folder": flags["out"], "formats": list(dict.fromkeys(forms)) or None}),
        }
    )


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != {}}


def _read_note(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_NOTE:
            raise ReadingError(f"{path}: larger than 1 MiB, too long for a note; give --note a shorter file.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadingError(f"{path}: cannot be read ({error.strerror}); give --note another file.") from error
    except UnicodeDecodeError as error:
        raise ReadingError(f"{path}: is not UTF-8 text; save the note as UTF-8.") from error


def _print(lines: Iterable[str]) -> None:
    click.echo("\n".join(lines))
