"""Damages listings by chance and reads what comes of it: nothing may crash, hang or fill the memory.

    python benchmarks/fuzz_reading.py                    # 20,000 damaged listings, the same ones each time
    python benchmarks/fuzz_reading.py --first 500 --count 1
    python benchmarks/fuzz_reading.py --keep FOLDER      # writes the inputs that failed there

The seeds are the real listings of `shared/listings` where that folder stands beside the repository, else the invented
ones of `tests/data/listings`. Number n is damaged by a dice of seed n: splices, truncations, flipped bytes, doubled
and shuffled lines, other encodings, two formats in one. Each is read from a file as `broadsheet read --json` does;
it fails when anything but a `ReadingError` of one sentence comes out, when it takes more than 2 s and 40 µs a byte of
the process's own time, or when the workers, whose memory is capped at 1.5 GiB, run out of it. Exits with 1 when any
failed.
"""

from __future__ import annotations

import argparse
import collections
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REAL, INVENTED = ROOT.parent / "shared" / "listings", ROOT / "tests" / "data" / "listings"
PIECES = (
    b"\n", b"\n\n", b"\r\n", b"\r", b"<", b">", b"{", b"}", b"[", b"]", b'"', b"'", b"\\\\\n", b"@article{", b"TY  - ",
    b"ER  - \n", b"</entry>", b"<!--", b"-->", b"]]>", b"<![CDATA[", b"&", b"&x;", b"&#0;", b"&#xD800;", b"\t", b";",
    b"- [", b"](", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\x8b", b"=C3", b"%0 ", b"PMID- ", b"PT J\n", b"# ",
    b"1e999", b"-1", b"null", b"\\u0000", b"\\ud800", b"$", b"\\", b"10.1234/", b"arXiv:", b"Title: ", b"Abstract\n",
    b"From nobody\n", b"Content-Type: text/html\n\n", b"9" * 400, b"(" * 300, b"\xef\xbb\xbf", b"\x1b", b"\x0c",
)  # fmt: skip
CHUNK = 250
MEMORY = 3 * 2**29


class TooSlow(Exception):
    """The time that an input of its size may take is over."""


def damage(number: int, seeds: list[bytes]) -> bytes:
    """Listing `number`, damaged."""
    dice = random.Random(number)
    data = dice.choice(seeds)
    if len(data) > 30_000 and dice.random() < 0.8:  # most faults show in a part, and parts are quick
        start = dice.choice((0, dice.randrange(len(data))))
        data = data[start : start + dice.randint(2_000, 30_000)]
    for _ in range(dice.choice((1, 1, 2, 3, 5, 8))):
        data = STEPS[dice.randrange(len(STEPS))](dice, data, seeds)
    return data[:2_000_000]


def _cut(dice: random.Random, data: bytes, seeds: list[bytes]) -> bytes:
    return data[: dice.randint(0, len(data))]


def _drop(dice: random.Random, data: bytes, seeds: list[bytes]) -> bytes:
    at = dice.randint(0, len(data))
    return data[:at] + data[at + dice.randint(1, 400) :]


def _flip(dice: random.Random, data: bytes, seeds: list[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, 40) if changed else 0):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _put(dice: random.Random, data: bytes, seeds: list[bytes]) -> bytes:
    at = dice.randint(0, len(data))
    return data[:at] + dice.choice(PIECES) * dice.choice((1, 1, 2, 50, 2_000)) + data[at:]


def _replace(dice: random.Random, data: bytes, seeds: list[bytes]) -> bytes:
    """One mark of the format becomes another, everywhere or at first."""
    old = dice.choice([piece for piece in PIECES if piece in data] or [b" "])
    return data.replace(old, dice.choice(PIECES), dice.choice((1, 3, 200)))


def _splice(dice: random.Random, data: bytes, seeds: list[bytes]) -> bytes:
    other = dice.choice(seeds)
    start = dice.randint(0, len(other))
    at = dice.randint(0, len(data))
    return data[:at] + other[start : start + dice.randint(1, 8_000)] + data[at:]


def _lines(dice: random.Random, data: bytes, seeds: list[bytes]) -> bytes:
    """Lines doubled, dropped, shuffled, joined or quoted."""
    lines = data.split(b"\n")
    first = dice.randrange(len(lines))
    last = first + dice.randint(1, 60)
    part, how = lines[first:last], dice.randrange(5)
    if how == 0:
        part = part * dice.choice((2, 3, 30))
    elif how == 1:
        part = []
    elif how == 2:
        dice.shuffle(part)
    elif how == 3:
        part = [b" ".join(part)]
    else:
        part = [b"> " * dice.choice((1, 3, 40)) + line for line in part]
    return b"\n".join([*lines[:first], *part, *lines[last:]])


def _recode(dice: random.Random, data: bytes, seeds: list[bytes]) -> bytes:
    """Another encoding, or the wrong one twice over."""
    text = data.decode("utf-8", dice.choice(("replace", "ignore")))
    name = dice.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "latin-1", "utf-7"))
    if dice.random() < 0.3:
        return text.encode("utf-8").decode("latin-1").encode("utf-8")
    return text.encode(name, "replace")


STEPS = (_cut, _drop, _flip, _put, _put, _replace, _splice, _splice, _lines, _lines, _recode)


def load_seeds() -> list[bytes]:
    """The listings that are damaged."""
    folder = REAL if REAL.is_dir() else INVENTED
    names = sorted(path for path in folder.iterdir() if path.name not in {"MANIFEST.tsv", "README.md"})
    return [path.read_bytes() for path in names]


def try_one(number: int, data: bytes, path: Path) -> str:
    """What went wrong with an input, empty when nothing did."""
    from broadsheet.cli.summary import listing_account
    from broadsheet.errors import ReadingError
    from broadsheet.reading.listing import read_inputs

    path.write_bytes(data)
    allowed = 2 + 40e-6 * len(data)
    signal.setitimer(signal.ITIMER_PROF, allowed)
    try:
        listing = read_inputs([str(path)])
        listing_account(listing)
        listing.model_dump_json()
        blank = sum(not paper.title.strip() for paper in listing.papers)
        repeated = len(listing.papers) - len({paper.key for paper in listing.papers})
        found = sum(source.papers for source in listing.sources)
        lost = found - len(listing.papers) - len(listing.duplicates)
        return (
            f"blank titles {blank}, repeated keys {repeated}, lost papers {lost}" if blank or repeated or lost else ""
        )
    except ReadingError as error:
        said = str(error)
        return "" if "\n" not in said and said.endswith(".") and len(said) < 1000 else f"said {said[:300]!r}"
    except TooSlow:
        return f"more than {allowed:.1f} s\n{traceback.format_exc(limit=-3)}"
    except BaseException:
        return traceback.format_exc(limit=-4)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _too_slow(*_: object) -> None:
    raise TooSlow


def work(first: int, last: int, keep: str) -> None:
    """Reads a run of numbers in this process, and prints the number of each before it and its fault after it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_slow)
    seeds = load_seeds()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, last):
            print(f"at {number}", flush=True)
            data = damage(number, seeds)
            fault = try_one(number, data, Path(folder) / "listing")
            if fault:
                print("fault " + fault.replace("\n", "\\n"), flush=True)
                if keep:
                    (Path(keep) / f"{number}").write_bytes(data)


def main() -> None:
    """Prints each fault, and how many there were."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--keep", default="", help="a folder for the inputs that failed")
    parser.add_argument("--alone", nargs=2, type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        work(*asked.alone, asked.keep)
        return
    end, number, start = asked.first + asked.count, asked.first, time.perf_counter()
    kinds: collections.Counter[str] = collections.Counter()
    while number < end:
        command = [
            sys.executable,
            __file__,
            "--keep",
            asked.keep,
            "--alone",
            str(number),
            str(min(end, number + CHUNK)),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        at = number
        for line in done.stdout.splitlines():
            word, _, rest = line.partition(" ")
            if word == "at":
                at = int(rest)
            else:
                kinds[rest.split("\\n")[-2 if rest.endswith("\\n") else -1][:100]] += 1
                print(f"{at}: " + rest.replace("\\n", "\n    "), flush=True)
        if done.returncode:
            kinds["died"] += 1
            print(f"{at}: the process died ({done.returncode}): {done.stderr[-600:]}", flush=True)
            number = at + 1
        else:
            number = min(end, number + CHUNK)
    print(f"{asked.count:,} damaged listings in {time.perf_counter() - start:,.0f} s, {sum(kinds.values())} faults")
    for kind, count in kinds.most_common():
        print(f"  {count} × {kind}")
    sys.exit(bool(kinds))


if __name__ == "__main__":
    main()
