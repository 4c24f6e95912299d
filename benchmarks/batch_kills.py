"""Kills a bulk run on a batch endpoint, and its cancelling, at every single step, and counts what that cost.

    python benchmarks/batch_kills.py [--every 1]

A job of 60 lines in files of 20 meets every state of a batch and every kind of line (`tests/support/batch_kills.py`).
For each step, which is a commit of the ledger, a file that takes or loses its name, a request that changes something,
or the middle of a file on its way, the job is begun anew, killed there, and gone on with until it is done. Prints the
steps, and what was lost, doubled, paid twice, paid in vain, or not in the account: all must be 0.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
from batch_kills import COUNT, LINES, Doomed, deaths, play


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="only each n-th step of a kind")
    given = parser.parse_args()
    print(f"{COUNT} lines in files of {LINES}, killed at each step by its kind")
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        with Doomed() as doomed:
            for cancel in (False, True):
                began, sums, other = time.monotonic(), Counter[str](), 0
                whole = play(doomed, cancel=cancel, death=None)
                for death, tally in deaths(doomed, cancel=cancel, stride=given.every):
                    sums.update(
                        {death.at: 1, "lost": tally.lost, "doubled": tally.doubled, "twice": tally.twice},
                        vain=tally.wasted,
                        unheard=tally.unheard,
                        unaccounted=tally.unaccounted,
                    )
                    other += tally.rows != whole.rows
                steps = ", ".join(f"{sums[at]} {at}" for at in ("moment", "before", "asked half of", "told half of"))
                print(f"{'cancel' if cancel else 'run'}: {steps}; {time.monotonic() - began:.0f} s")
                print(f"lost {sums['lost']}, doubled {sums['doubled']}, other tables {other}")
                print(
                    f"paid twice {sums['twice']}, in vain {sums['vain']}, not in the account {sums['unaccounted']}, "
                    f"batches unheard of {sums['unheard']}"
                )


if __name__ == "__main__":
    main()
