"""The group of commands: what `--help` needs, each command loaded when it is called, and how an error ends one."""

from __future__ import annotations

import errno
import functools
import gc
import importlib
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from broadsheet.errors import BroadsheetError, OutputError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VERBOSE = "broadsheet.verbose"
AT_STAKE = "broadsheet.at_stake"
INTERRUPTED = 130


class Lazy(NamedTuple):
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
        return [*(click.shell_completion.CompletionItem(name, help=self.lazy[name].summary) for name in names), *flags]

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


def deferred(command: Callable[[], None]) -> Callable[..., Any]:
    """The work of a command that is declared without it, loaded when the command is invoked.

    What a NAME_command of a module in `cli/commands/` does is `do_NAME` of the module called alike in `cli/actions/`,
    with the options as its arguments: so help, completion and a mistyped flag load nothing that reads or writes.
    """
    module = command.__module__.replace(".commands.", ".actions.")
    name = f"do_{command.__name__.removesuffix('_command')}"

    @functools.wraps(command)
    def act(*context: click.Context, **options: Any) -> None:
        getattr(_load(module), name)(*context, **options)

    return act


def _load(module: str) -> ModuleType:
    """The module, imported without the collector of cycles, which never looks at what was loaded afterwards either.

    Modules hold some 100,000 objects that stay. Looking through them again and again takes 0.1 s of a short run.
    """
    if module in sys.modules:
        return sys.modules[module]
    collects = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.freeze()
        if collects:
            gc.enable()


def _end(ctx: click.Context, sentence: str, code: int) -> NoReturn:
    from broadsheet.cli.console import say_error  # logging and what terminals are like: a fifth of `--help`

    say_error(f"broadsheet: {sentence}", traced=bool(ctx.meta.get(VERBOSE)))
    ctx.exit(code)
