"""What all commands share: how an error ends one, the flags that several have, where input comes from."""

from __future__ import annotations

import dataclasses
import errno
import importlib
import sys
import traceback
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from broadsheet.cli.console import fit_to_terminal, open_log, say
from broadsheet.errors import BroadsheetError, OutputError, UsageError

VERBOSE = "broadsheet.verbose"
AT_STAKE = "broadsheet.at_stake"
INTERRUPTED = 130


@dataclasses.dataclass(frozen=True, slots=True)
class Lazy:
    """A command that is loaded when it is called: its module in `cli/commands/`, and its line of the help."""

    module: str
    summary: str


class Commands(click.Group):
    """The group of commands, and the one place where an error becomes a sentence and an exit code.

    A command NAME is the function `NAME_command` of its module, which is loaded when it is called: what `--help` says
    of each stands here, so that it loads none of them.
    """

    def __init__(self, name: str | None = None, *, lazy: Mapping[str, Lazy], **attributes: Any) -> None:
        # Empty commands stand for the others: click names the nearest of them where one is misspelt.
        super().__init__(name, {each: click.Command(each) for each in lazy}, **attributes)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.lazy)  # as they are used, not by the alphabet

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return None
        module = importlib.import_module(f"broadsheet.cli.commands.{self.lazy[cmd_name].module}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [name for name in self.lazy if name.startswith(incomplete)]
        flags = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=self.lazy[name].summary) for name in names), *flags]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in self.lazy.items()])

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


def sources_of(inputs: tuple[str, ...]) -> list[str]:
    """The inputs named, or standard input where something is piped in; raises `UsageError` where nothing is."""
    if inputs:
        return list(inputs)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "name a file or pipe a listing in: `broadsheet digest listing.txt`, `pbpaste | broadsheet digest`."
        )
    return ["-"]


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The flags that somebody gave."""
    return {name: value for name, value in values.items() if value is not None and value != {}}


def show(lines: Iterable[str]) -> None:
    """Prints a result to standard output."""
    click.echo("\n".join(lines))


def show_account(lines: Iterable[str]) -> None:
    """Prints what a person reads and nothing copies to standard output, no wider than the terminal."""
    show(fit_to_terminal(line, sys.stdout) for line in lines)
