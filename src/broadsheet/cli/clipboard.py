"""What the clipboard holds, by whichever program of this machine reads it."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess

from broadsheet.errors import EmptyInput, ReadingError
from broadsheet.reading.input import decode
from broadsheet.rendering.run_summary import CLIPBOARD

_SECONDS = 20
"""An X11 clipboard is served by whoever copied last, and may never be."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """A program that prints the clipboard, and the variable that is set where it can; empty where it always can."""

    words: tuple[str, ...]
    variable: str = ""


READERS = (
    Reader(("wl-paste", "--no-newline"), "WAYLAND_DISPLAY"),
    Reader(("xclip", "-selection", "clipboard", "-out"), "DISPLAY"),
    Reader(("xsel", "--clipboard", "--output"), "DISPLAY"),
    Reader(("pbpaste",)),
    *(
        Reader((name, "-NoProfile", "-Command", "[Console]::OutputEncoding=[Text.Encoding]::UTF8; Get-Clipboard -Raw"))
        for name in ("powershell.exe", "powershell", "pwsh")  # the first also from within WSL
    ),
)


def read_clipboard() -> str:
    """The text of the clipboard; raises `ReadingError` where it cannot be read, `EmptyInput` where it has none."""
    reader = next((each for each in READERS if _can_read(each)), None)
    if reader is None:
        raise ReadingError(
            "no program here reads the clipboard: install wl-clipboard (Wayland), xclip or xsel (X11), or save the "
            "listing in a file."
        )
    try:
        done = subprocess.run(  # noqa: S603 - words of ours
            reader.words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        why = f"{reader.words[0]} did not answer within {_SECONDS} s"
        raise ReadingError(f"the clipboard cannot be read ({why}): copy the listing again.") from error
    except OSError as error:
        why = f"{reader.words[0]}: {error.strerror}"
        raise ReadingError(f"the clipboard cannot be read ({why}): save the listing in a file.") from error
    if done.returncode != 0:
        said = " ".join(done.stderr.decode(errors="replace").split())[:200].rstrip(". ")
        why = f"{reader.words[0]}: {said or f'exit code {done.returncode}'}"
        raise ReadingError(f"the clipboard cannot be read ({why}): copy the listing as text.")
    if not done.stdout.strip():
        raise EmptyInput("the clipboard is empty: copy the listing first.")
    return decode(done.stdout, name=CLIPBOARD)


def _can_read(reader: Reader) -> bool:
    if shutil.which(reader.words[0]) is None:
        return False
    return not reader.variable or bool(os.environ.get(reader.variable))
