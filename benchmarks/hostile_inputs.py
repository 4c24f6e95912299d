"""Gives `broadsheet read` what was made to fill the memory or to take for ever, each in a process of its own.

    python benchmarks/hostile_inputs.py

Prints for each input its size, the exit code, the seconds of the process's own time, its highest resident memory, and
what was said. The large file is sparse, so that it takes no disk. Exits with 1 where a process ended in a traceback,
by a signal, without a sentence, or took more than 1 GiB or 60 s.
"""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

MOST_MEMORY, MOST_SECONDS = 2**30, 60
READ = "import sys; from broadsheet.cli.main import main; sys.argv = ['broadsheet', 'read', sys.argv[1]]; main()"


def _gibibyte(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(2**30)


def _text_gibibyte(path: Path) -> None:
    line = b"Goats on Dams\n\nThey climb because the salt is there, and we measure how high.\n\n" * 10_000
    with path.open("wb") as stream:
        while stream.tell() < 2**30:
            stream.write(line)


def _zip(path: Path, name: str, size: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w", force_zip64=True) as part:
        for _ in range(size // 2**20):
            part.write(bytes(2**20))


def _workbook(path: Path) -> None:
    """A workbook whose one sheet unpacks to a gibibyte of empty rows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _sheet_frame().items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f"<worksheet {space}><sheetData>".encode())
            for _ in range(1024):
                part.write(b"<row/>\n\n" * 2**17)
            part.write(b"</sheetData></worksheet>")


def _sheet_frame() -> dict[str, bytes]:
    """The parts of a good workbook but for its sheet."""
    from openpyxl import Workbook

    stream = io.BytesIO()
    Workbook().save(stream)
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "sheet1" not in name}


def _gzip(path: Path) -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb") as stream:
        stream.write(bytes(2**26))
    path.write_bytes(buffer.getvalue())


def _laughs(path: Path) -> None:
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY l0 "ha">{steps}]><feed><title>&l9;</title></feed>')


def _quadratic(path: Path) -> None:
    space, entity = 'xmlns="http://www.w3.org/2005/Atom"', f'<!ENTITY a "{"a" * 1_000}">'
    entry = f"<entry><title>Goats</title><summary>{'&a;' * 100_000}</summary></entry>"
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE feed [{entity}]><feed {space}>{entry}</feed>')


INPUTS: dict[str, Callable[[Path], object]] = {
    "1 GiB of zeros, sparse": _gibibyte,
    "1 GiB of papers": _text_gibibyte,
    "zip of 1 GiB": lambda path: _zip(path, "listing.txt", 2**30),
    "workbook of 1 GiB": _workbook,
    "gzip of 64 MiB": _gzip,
    "billion laughs": _laughs,
    "quadratic blowup": _quadratic,
    "JSON 100,000 deep": lambda path: path.write_text("[" * 100_000 + "]" * 100_000),
    "JSON objects 100,000 deep": lambda path: path.write_text('{"a":' * 100_000 + "1" + "}" * 100_000),
    "XML 100,000 deep": lambda path: path.write_text("<feed>" + "<a>" * 100_000),
    "64 MiB on one line": lambda path: path.write_text("word " * (2**26 // 5)),
    "64 MiB of blank lines": lambda path: path.write_text("Goats\n" + "\n" * 2**26),
    "500,000 lines of junk": lambda path: path.write_text("".join(f"x{n % 97} junk\n" for n in range(500_000))),
    "random bytes": lambda path: path.write_bytes(os.urandom(2**22)),
}


def main() -> None:
    """Prints the table."""
    print("| input | bytes | exit code | s | MiB | said |\n|---|---|---|---|---|---|")
    wrong = 0
    for name, make in INPUTS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "listing"
            make(path)
            output = (Path(folder) / "said").open("w+b")
            process = subprocess.Popen([sys.executable, "-c", READ, str(path)], stdout=output, stderr=output)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            said = output.read(100_000).decode(errors="replace").replace(folder, "…").strip()
            output.close()
            memory, seconds = used.ru_maxrss * 1024, used.ru_utime + used.ru_stime
            bad = process.returncode not in {0, 3, 4} or not said or "Traceback" in said
            bad = bad or memory > MOST_MEMORY or seconds > MOST_SECONDS
            wrong += bad
            first = said.splitlines()[0][:150] if said else ""
            print(
                f"| {name} | {path.stat().st_size:,} | {process.returncode}{' wrong' if bad else ''} | {seconds:.1f} "
                f"| {memory / 2**20:,.0f} | {first} |",
                flush=True,
            )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
