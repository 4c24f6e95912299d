"""What a desk takes for the largest uploads and for hostile ones: seconds until it answers, and its memory.

    python benchmarks/desk_uploads.py

Each is uploaded to a desk of its own: 60 MiB of papers, and files that are made to be costly (one line without end,
open brackets, open tags, a table of commas, a gigabyte of zeros in a megabyte of gzip). Printed are the answer, the
seconds until it came, how long another page of that desk took meanwhile at most, and the largest resident size of it.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from desk_process import DeskProcess, open_desk  # noqa: E402 - it stands beside the tests

MOST = 60 << 20
BOUND = "a-bound-that-no-file-holds"
HEAD = f'--{BOUND}\r\nContent-Disposition: form-data; name="files"; filename="'


def list_uploads() -> Iterator[tuple[str, str, bytes]]:
    """What each is, its name, and its bytes."""
    paper = {"title": "Kettle {}", "abstract": "We boil {} kettles on a shelf in Nowhere. They sing in thirds. " * 12}
    line = json.dumps(paper) + "\n"
    papers = "".join(line.replace("{}", str(number)) for number in range(MOST // len(line)))
    yield "papers as JSON Lines", "papers.jsonl", papers.encode()
    yield "one line without end", "line.txt", b"kettle " * (MOST // 7)
    yield "open brackets", "open.json", b"[" * MOST
    yield "open tags", "open.html", b"<div><p>" * (MOST // 8)
    yield "a table of commas", "commas.csv", b"title,abstract\n" + b"," * MOST
    yield "a gigabyte of zeros, packed", "zeros.jsonl.gz", gzip.compress(bytes(1 << 30), 6)


def peak(desk: DeskProcess) -> float:
    """MiB."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{desk.process.pid}/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def main() -> None:
    """Prints the table."""
    print("| upload | MiB | answer | seconds | another page, at most | memory |\n|---|---|---|---|---|---|")
    for told, name, content in list_uploads():
        with tempfile.TemporaryDirectory() as folder, open_desk(Path(folder) / "desk.sqlite") as desk:
            waits: list[float] = []
            over = threading.Event()

            def look(desk: DeskProcess = desk, waits: list[float] = waits, over: threading.Event = over) -> None:
                while not over.wait(0.2):
                    began = time.perf_counter()
                    desk.ask("GET", "/api/v1/digests")
                    waits.append(time.perf_counter() - began)

            looking = threading.Thread(target=look)
            looking.start()
            body = f'{HEAD}{name}"\r\n\r\n'.encode() + content + f"\r\n--{BOUND}--\r\n".encode()
            began = time.perf_counter()
            answer = desk.ask("POST", "/api/v1/read", body, Content_Type=f"multipart/form-data; boundary={BOUND}")
            seconds = time.perf_counter() - began
            over.set()
            looking.join()
            said = f"{len(answer.json['papers']):,} papers" if answer.status == 200 else f"{answer.status}"
            latest = f"{max(waits, default=0):.2f} s"
            sizes = f"{len(content) / (1 << 20):.0f} | {said} | {seconds:.1f} | {latest} | {peak(desk):.0f} MiB"
            print(f"| {told} | {sizes} |", flush=True)


if __name__ == "__main__":
    main()
