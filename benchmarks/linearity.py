"""Reads hostile shapes at two sizes and prints how much longer the double takes: in linear time about twice as long.

    python benchmarks/linearity.py
    python benchmarks/linearity.py --size 400000

Seconds are the process's own, the better of two. Exits with 1 where the double took more than three times as long;
shapes that are done with in 50 ms are too quick to compare.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable

from broadsheet.errors import ReadingError
from broadsheet.reading.listing import read_text

QUICK, MOST = 0.05, 3.0
ABSTRACT = "We measure how goats climb dams in 12% of cases, and show that a model of salt predicts the path."
LINK = "- [a b](https://arxiv.org/abs/2913.00031)\n"
ENTRY = "<feed><entry><title>Goats on Dams</title><summary>"
END = "</summary></entry></feed>"
SHAPES: dict[str, Callable[[int], str]] = {
    "lines of junk": lambda n: "".join(f"x{k % 97} junk\n" for k in range(n // 9)),
    "lines of words": lambda n: "run the foo bar of it\n" * (n // 22),
    "blank lines": lambda n: "Goats\n" + "\n" * n,
    "lines of one letter": lambda n: "a\n" * (n // 2),
    "one long line": lambda n: "word " * (n // 5),
    "one long word": lambda n: "a" * n,
    "names without end": lambda n: "Goats on Dams\n\n" + "Ada Goat, " * (n // 10),
    "initials without end": lambda n: "Goats on Dams\n\n" + "A. A. A. A. A. A. A. 1, " * (n // 24),
    "names on lines": lambda n: "Ada Goat, Bo Dam\n" * (n // 17),
    "commas": lambda n: "," * n,
    "spaces inside": lambda n: "goats" + " " * n + "dams",
    "brackets": lambda n: "(" * n,
    "stars": lambda n: "*" * n,
    "markers": lambda n: "1. " * (n // 3),
    "labels": lambda n: "Title: Goats\n" * (n // 13),
    "empty abstracts": lambda n: "Abstract\n" * (n // 9),
    "one title, many abstracts": lambda n: "Goats on Dams Again\n\n" + f"{ABSTRACT} {ABSTRACT}\n\n" * (n // 200),
    "one paper, many times": lambda n: f"Goats on Dams Again\n\n{ABSTRACT * 4}\n\n" * (n // 420),
    "titles of one paper": lambda n: "Title: Goats on Dams Again\nAuthors: A. Goat, B. Dam\n\n" * (n // 54),
    "submitters": lambda n: "Submitted by\n" * (n // 13),
    "addresses": lambda n: "https://a.example/" * (n // 18),
    "dollars": lambda n: f"{ENTRY}{'$' * n}{END}",
    "TeX braces": lambda n: f"{ENTRY}{'{' * n}{END}",
    "TeX accents": lambda n: ENTRY + r"\'{e} " * (n // 6) + END,
    "mojibake": lambda n: ENTRY + "Ã©" * (n // 2) + END,
    "ampersands": lambda n: f"{ENTRY}{'&' * n}{END}",
    "open tags": lambda n: f"{ENTRY}{'&lt;b&gt;' * (n // 9)}{END}",
    "deep XML": lambda n: "<feed>" + "<a>" * (n // 3),
    "deep HTML": lambda n: "<html>" + "<div>" * (n // 5),
    "deep JSON": lambda n: "[" * n,
    "open entries of BibTeX": lambda n: "@article{goat, title = {" * (n // 24),
    "open entries of a mail": lambda n: "\\\\\narXiv:2913.00031\n" * (n // 20),
    "quoted cells": lambda n: "title,abstract\n" + '"' * n,
    "open links of Markdown": lambda n: f"# Goats\n{LINK * 3}{'[a' * (n // 2)}",
}  # fmt: skip


def seconds(text: str) -> float:
    """The process's own time of reading a text, the better of two."""
    times = []
    for _ in range(2):
        start = time.process_time()
        with contextlib.suppress(ReadingError):
            read_text(text)
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=200_000, help="characters of the smaller one")
    size = parser.parse_args().size
    print(f"| shape | s at {size:,} characters | s at {2 * size:,} | ratio |\n|---|---|---|---|")
    wrong = 0
    for name, make in SHAPES.items():
        once, twice = seconds(make(size)), seconds(make(2 * size))
        bad = twice > QUICK and twice > MOST * once
        wrong += bad
        ratio = f"{twice / once:.1f}" if twice > QUICK else "quick"
        print(f"| {name} | {once:.2f} | {twice:.2f} | {ratio}{' wrong' if bad else ''} |", flush=True)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
