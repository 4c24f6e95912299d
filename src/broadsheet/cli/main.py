"""The program: its name, its commands, its exit codes."""

from __future__ import annotations

import os
import sys

import click

from broadsheet import __version__
from broadsheet.cli.lazy_commands import Commands, Lazy

# Our matrices are small: the threads that numpy's library starts for each core cost more than they bring, many times
# over on a busy machine; and with one, sums come out alike on every machine. It is read when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Pydantic would look through all that is installed for plugins, which a command has no use for: 20 ms, and more the
# more is installed.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

COMMANDS = {
    "digest": Lazy("digest", "Turns listings of papers into a digest."),
    "desk": Lazy("desk", "Opens a page to paste listings into, on this machine."),
    "mcp": Lazy("mcp", "Lets other programs' models use the desk (MCP)."),
    "weekly": Lazy("weekly", "Makes the edition of the week, from collecting to sending."),
    "schedule": Lazy("schedule", "Prints what runs `broadsheet weekly` by itself."),
    "send": Lazy("send", "Sends an edition to its subscribers, or goes on sending."),
    "status": Lazy("send", "Shows how the mails of an edition stand."),
    "subscribers": Lazy("subscribers", "Shows and changes who gets the edition by mail."),
    "serve": Lazy("serve", "Serves the archive, and the pages to subscribe."),
    "store": Lazy("store", "Checks or copies the state of an edition."),
    "trends": Lazy("trends", "Shows what rises over editions, or over a dated listing."),
    "read": Lazy("read", "Shows what is understood of a listing, and what is not."),
    "plan": Lazy("plan", "Says what a digest would take, and asks nobody."),
    "compare": Lazy("compare", "Puts the TL;DRs of several writers side by side."),
    "bulk": Lazy("bulk", "Digests abstracts by the million, in shards."),
    "models": Lazy("models", "Lists, fetches and removes models for `--backend local`."),
    "init": Lazy("init", "Copies the files you may edit."),
    "doctor": Lazy("doctor", "Checks everything a digest needs."),
    "cache": Lazy("cache", "Shows or forgets the answers kept from earlier runs."),
    "eval": Lazy("evaluate", "Scores TL;DRs, their check, or themes on labelled data."),
}
"""The commands in the order of use: the file of `cli/commands/` that each is in, and its line of the help."""

EXIT_CODES = """\b
Exit codes:
  0    all went well
  1    something unforeseen: a mistake of ours
  2    wrong flags or arguments
  3    the input cannot be understood: empty, binary, too large, not there, a source that is down
  4    the input holds no paper
  5    the configuration: config.yaml, the environment, an unknown backend
  6    the model server: not there, too busy, or no sense in its answers
  7    the model server refuses: wrong key, no credit, no such model
  8    a prompt or a template
  9    a file or folder that cannot be written
  10   the state file of an edition: damaged, too new, not writable
  11   another run is making this edition
  12   a mail that cannot be made, or a mail server that takes none
  130  interrupted with Ctrl-C
"""


@click.group(
    cls=Commands,
    lazy=COMMANDS,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="broadsheet", message="%(prog)s %(version)s")
def main() -> None:
    """Turns a pile of paper abstracts into a digest worth reading.

    \b
    broadsheet digest listing.txt          a pasted page of abstracts becomes ./digest
    broadsheet digest --clipboard          the same, from the clipboard
    broadsheet digest arxiv:cs.CL          what arXiv announced last, or any other live source
    broadsheet read listing.txt            what is understood of it, and what is not
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without our dashes is no reason to fail
