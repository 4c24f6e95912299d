"""The program: its name, its commands, its exit codes."""

from __future__ import annotations

import os
import sys

import click

from broadsheet import __version__
from broadsheet.commands.cache import cache
from broadsheet.commands.digest import digest
from broadsheet.commands.doctor import doctor
from broadsheet.commands.evaluate import evaluate
from broadsheet.commands.group import Commands
from broadsheet.commands.init import init
from broadsheet.commands.models import models
from broadsheet.commands.plan import plan
from broadsheet.commands.read import read
from broadsheet.commands.schedule import schedule
from broadsheet.commands.send import send, status
from broadsheet.commands.serve import serve
from broadsheet.commands.store import store
from broadsheet.commands.subscribers import subscribers
from broadsheet.commands.weekly import weekly

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
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="broadsheet", message="%(prog)s %(version)s")
def main() -> None:
    """Turns a pile of paper abstracts into a digest worth reading.

    \b
    broadsheet digest listing.txt          a pasted page of abstracts becomes ./digest
    pbpaste | broadsheet digest            the same, from the clipboard
    broadsheet digest arxiv:cs.CL          what arXiv announced last, or any other live source
    broadsheet read listing.txt            what is understood of it, and what is not
    """
    # Our matrices are small: the threads that numpy's library starts for each core cost more than they bring, many
    # times over on a busy machine; and with one, sums come out alike on every machine. It is read when numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without our dashes is no reason to fail


EDITION = (weekly, schedule, send, status, subscribers, serve, store)
COMMANDS = (digest, *EDITION, read, plan, models, init, doctor, cache, evaluate)
for command in COMMANDS:
    main.add_command(command)
