"""A process that has imported everything and forks for each command it is told: a kill costs no start-up.

Reads an order a line: a folder, and the commands to run side by side in it. Answers with the pids of the children, and
at their end with their exit codes. What a child prints goes to run0.log, run1.log, … in the folder. Each child is the
whole command line: its client, its cache and its event loop are opened after the fork.
"""

from __future__ import annotations

import json
import os
import signal
import sys


def warm_up() -> None:
    import openai.resources.chat

    from broadsheet import api
    from broadsheet.cli.main import main
    from broadsheet.llm.tokens import token_counter
    from broadsheet.settings.loading import load_settings
    from faulty import listing_of, listing_text

    assert openai.AsyncOpenAI
    assert main
    settings = load_settings()
    made = api.digest(listing_of(12), settings)
    for form in settings.output.formats:
        api.render(made, form, settings)
    api.read(listing_text(12))
    token_counter("plain-8b")("warm")


def child(arguments: list[str], log: str) -> None:
    from broadsheet.cli.main import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    try:
        main(arguments, prog_name="broadsheet")
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(99)


def tell(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def serve() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tell("ready")
    for line in sys.stdin:
        order = json.loads(line)
        os.chdir(order["folder"])
        pids = {}
        for number, arguments in enumerate(order["commands"]):
            pid = os.fork()
            if pid == 0:
                child(arguments, f"run{number}.log")
            pids[pid] = number
        tell(list(pids))
        codes = [0] * len(pids)
        for _ in pids:
            pid, state = os.wait()
            codes[pids[pid]] = os.waitstatus_to_exitcode(state)
        tell(codes)


if __name__ == "__main__":
    warm_up()
    serve()
