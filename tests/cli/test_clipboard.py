"""The clipboard, read by whichever program is there; the programs are scripts on a path of their own."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from broadsheet.cli.clipboard import READERS, read_clipboard
from broadsheet.errors import EmptyInput, ReadingError
from commands import LISTING, digest_json, run

SHELL = "/bin/sh"
NONE = (
    "no program here reads the clipboard: install wl-clipboard (Wayland), xclip or xsel (X11), or save the listing in "
    "a file."
)


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return folder


def install(folder: Path, name: str, text: str = "", *, says: str = "", code: int = 0) -> None:
    """A program that notes what it was called with, prints a text, complains, and ends with a code."""
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    body = f"""import sys, pathlib
pathlib.Path({str(folder / name)!r} + ".called").write_text(" ".join(sys.argv[1:]))
sys.stdout.buffer.write(pathlib.Path({str(folder / name)!r} + ".txt").read_bytes())
sys.stderr.write({says!r})
sys.exit({code})"""
    script = folder / name
    script.write_text(f'#!{SHELL}\nexec {sys.executable} -c {shlex.quote(body)} "$@"\n', encoding="utf-8")
    script.chmod(0o755)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.words[0])
def test_each_program_is_asked_for_the_clipboard_as_text(reader, programs, monkeypatch) -> None:
    install(programs, reader.words[0], "Tea – 茶\r\n")
    if reader.variable:
        with pytest.raises(ReadingError, match=f"^{re.escape(NONE)}$"):
            read_clipboard()
        monkeypatch.setenv(reader.variable, "0")
    assert read_clipboard() == "Tea – 茶\n"
    assert (programs / f"{reader.words[0]}.called").read_text() == " ".join(reader.words[1:])


def test_wayland_comes_before_x11_and_x11_counts_where_wayland_is_not(programs, monkeypatch) -> None:
    install(programs, "wl-paste", "wayland")
    install(programs, "xsel", "x11")
    monkeypatch.setenv("DISPLAY", ":0")
    assert read_clipboard() == "x11"
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert read_clipboard() == "wayland"


def test_without_any_program_one_sentence_says_what_to_do() -> None:
    result = run("digest", "--clipboard")
    assert (result.exit_code, result.stderr) == (3, f"broadsheet: {NONE}\n")


def test_a_program_that_fails_is_quoted(programs) -> None:
    install(programs, "pbpaste", says="Nothing is\ncopied.\n", code=1)
    with pytest.raises(ReadingError, match=r"\(pbpaste: Nothing is copied\): copy the listing as text\.$"):
        read_clipboard()


def test_an_empty_clipboard_is_said_to_be_so(programs) -> None:
    install(programs, "pbpaste", " \n")
    with pytest.raises(EmptyInput, match=r"^the clipboard is empty: copy the listing first\.$"):
        read_clipboard()


def test_the_clipboard_becomes_a_digest_that_says_where_it_is_from(programs) -> None:
    install(programs, "pbpaste", LISTING)
    result = run("digest", "--clipboard")
    assert result.exit_code == 0, result.stderr
    assert digest_json()["sources"][0]["name"] == "the clipboard"
    assert "`broadsheet digest --clipboard`" in Path("digest/digest.md").read_text(encoding="utf-8")


def test_inputs_and_the_clipboard_do_not_go_together() -> None:
    result = run("digest", "a.txt", "--clipboard")
    assert (result.exit_code, result.stderr) == (2, "broadsheet: name inputs or --clipboard, not both.\n")
