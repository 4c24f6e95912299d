"""Files and standard input -> text: sizes, encodings and newlines; what is no text is refused here."""

from __future__ import annotations

import codecs
import glob
import re
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from broadsheet.errors import BinaryInput, EmptyInput, InputTooLarge, ReadingError
from broadsheet.text.lazy_regex import lazy_regex

LIMIT = 256 * 2**20
"""Bytes read from one input at most."""

STDIN = "-"

_CHUNK = 2**20
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\v\f\r\x1b"})
_INVISIBLE = dict.fromkeys([0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060, 0x00AD, 0])
_MAGIC = {
    b"PK\x03\x04": "a zip archive or an Office document that is no workbook: unpack it, or save it as text",
    b"\x1f\x8b": "compressed with gzip: unpack it first",
    b"BZh": "compressed with bzip2: unpack it first",
    b"\xfd7zXZ": "compressed with xz: unpack it first",
    b"\x89PNG": "an image: give the text",
    b"\xff\xd8\xff": "an image: give the text",
    b"SQLite format 3": "an SQLite database: export its papers as JSON Lines",
}
_XML_ENCODING = lazy_regex(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})[\"']", re.IGNORECASE)
_META_CHARSET = lazy_regex(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_HOST_AND_PATH = lazy_regex(r"(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?::\d{1,5})?/")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def files_of(name: str) -> list[str] | None:
    """The files of a folder or of a pattern such as `inbox/*.ris`, in the order of their names, no hidden ones.

    `None` for anything else; a file whose own name looks like a pattern is a file.
    """
    try:
        path = Path(name).expanduser()
        if glob.has_magic(name) and not path.exists():
            return sorted(file for file in glob.glob(str(path), recursive=True) if Path(file).is_file())  # noqa: PTH207
        if not path.is_dir():
            return None
        return [str(file) for file in sorted(path.iterdir()) if not file.name.startswith(".") and file.is_file()]
    except (OSError, ValueError, RuntimeError):
        return None


def path_of_address(name: str) -> str:
    """The path that `file:///home/ada/a.bib` names; any other text as it is. Raises `ReadingError` for another host."""
    if name[:5].lower() != "file:":
        return name
    parts = urlsplit(name)
    if parts.netloc not in ("", "localhost"):
        raise ReadingError(f"{_short(name)} names a file of another machine: copy it here, or give its path.")
    return unquote(parts.path)


def load_file(name: str, *, limit: int = LIMIT) -> bytes:
    """The bytes of a file; a size above `limit` is refused before anything is read."""
    try:
        path = Path(name).expanduser()
        if path.is_dir():
            raise ReadingError(f"{name} is a folder: name the files in it.")
        if path.stat().st_size > limit:
            raise _too_large(name, limit)
        with path.open("rb") as stream:
            return _read_bounded(stream, name=name, limit=limit)
    except FileNotFoundError as error:
        raise ReadingError(f"there is no file {_short(name)}: {_what_else(name)}.") from error
    except PermissionError as error:
        raise ReadingError(f"{name} may not be read by you: change its permissions.") from error
    except (OSError, ValueError, RuntimeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ReadingError(f"{_short(name)} cannot be read ({reason}): check the path.") from error


def load_stream(stream: BinaryIO, *, name: str = STDIN, limit: int = LIMIT) -> bytes:
    """The bytes of a stream such as standard input, read to its end or to just above `limit`."""
    try:
        return _read_bounded(stream, name=name, limit=limit)
    except OSError as error:
        raise ReadingError(f"{_called(name)} cannot be read ({error.strerror}): try a file.") from error


def read_file(name: str, *, limit: int = LIMIT) -> str:
    """The text of a file, newlines as `\\n`."""
    return decode(load_file(name, limit=limit), name=name)


def read_stream(stream: BinaryIO, *, name: str = STDIN, limit: int = LIMIT) -> str:
    """The text of a stream, newlines as `\\n`."""
    return decode(load_stream(stream, name=name, limit=limit), name=name)


def decode(data: bytes, *, name: str) -> str:
    """Bytes -> text by BOM, UTF-8 or Windows-1252; raises `EmptyInput` or `BinaryInput`.

    A file that is UTF-8 but for a few bytes keeps its UTF-8 and has those bytes read as Windows-1252.
    """
    if not data.strip(b" \t\r\n\f\v\0"):
        raise _empty(name)
    text = _decode_marked(data)
    if text is None:
        _refuse_binary(data, name)
        text = _decode_unmarked(data)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text[:4096].translate(_INVISIBLE).strip() and not text.translate(_INVISIBLE).strip():
        raise _empty(name)
    return text


def _read_bounded(stream: BinaryIO, *, name: str, limit: int) -> bytes:
    data = bytearray()
    while chunk := stream.read(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise _too_large(name, limit)
    return bytes(data)


def _decode_marked(data: bytes) -> str | None:
    """The text if a byte order mark, or the zero bytes of unmarked UTF-16, give the encoding away."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            body = data[len(bom) :]
            return _decode_utf8(body) if encoding == "utf-8" else body.decode(encoding, "replace")
    sample = data[:4096]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.4 * half and sample[::2].count(0) < 0.05 * half:
        return data.decode("utf-16-le", "replace")
    if half and sample[::2].count(0) > 0.4 * half and sample[1::2].count(0) < 0.05 * half:
        return data.decode("utf-16-be", "replace")
    return None


def _decode_unmarked(data: bytes) -> str:
    """UTF-8 where the bytes are that, whatever a document says of itself; else what it declares."""
    declared = _declared(data)
    if declared.startswith(("iso2022", "hz")) and (b"\x1b" in data or b"~{" in data):
        return data.decode(declared, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared and declared not in {"utf-8", "iso8859-1", "ascii"} and not declared.startswith("utf-"):
        return data.decode(declared, "replace")
    return _decode_utf8(data)


_TEXT_CODEC = lazy_regex(
    r"utf-.*|ascii|iso8859-\d+|cp125\d|koi8-[ru]|mac-roman|gb2312|gbk|gb18030|big5|shift_jis|cp932|euc_jp|euc_kr"
    r"|iso2022_jp|iso2022_kr|hz"
)
"""Only these: Python also knows codecs that are no text, and some that take a hostile page hours."""


def _declared(data: bytes) -> str:
    """The encoding an XML declaration or an HTML `meta` names, by its codec's name; empty where none is known."""
    head = data[:2048]
    found = _XML_ENCODING.match(head) or (_META_CHARSET.search(head) if b"<" in head else None)
    if not found:
        return ""
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except (LookupError, ValueError):
        return ""
    return name if _TEXT_CODEC.fullmatch(name) else ""


def _decode_utf8(data: bytes) -> str:
    """UTF-8 with stray bytes, or all of it Windows-1252 where the strays outnumber the rest."""
    text = data.decode("utf-8", "surrogateescape")
    strays = sum(text.count(chr(0xDC00 + byte)) for byte in range(128, 256))
    if not strays:
        return text
    read_well = len(text) - len(text.encode("ascii", "ignore")) - strays
    if read_well < strays:
        return data.decode("latin-1").translate(_CP1252)
    return text.translate({0xDC00 + byte: _CP1252.get(byte, byte) for byte in range(128, 256)})


def _windows_1252() -> dict[int, int]:
    table = {}
    for byte in range(0x80, 0xA0):
        character = bytes([byte]).decode("cp1252", "ignore")
        table[byte] = ord(character) if character else byte
    return table


_CP1252 = _windows_1252()
"""Windows-1252 where it differs from Latin-1; its five undefined bytes stay what they are."""


def _refuse_binary(data: bytes, name: str) -> None:
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise BinaryInput(f"{_called(name)} is {what}.")
    zeros = data.count(0)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if zeros > 0.001 * len(data) or controls > 0.02 * len(data):
        raise BinaryInput(f"{_called(name)} is no text in any encoding known here: give text, JSON or JSON Lines.")


def _what_else(name: str) -> str:
    """What to do about a name that no file has: an address without its beginning is the likeliest."""
    if _HOST_AND_PATH.match(name) and not Path(name).parent.exists():
        return f"write https://{_short(name)} for an address, or check the path"
    return "check the path"


def _called(name: str) -> str:
    return "standard input" if name == STDIN else name


def _short(name: str) -> str:
    shown = name.replace("\n", " ").replace("\0", " ")
    return shown if len(shown) <= 200 else f"{shown[:80]}…"


def _too_large(name: str, limit: int) -> InputTooLarge:
    size = f"{limit // 2**20:,} MiB" if limit >= 2**20 else f"{limit:,} bytes"
    return InputTooLarge(f"{_called(name)} is larger than {size}: split it into smaller listings.")


def _empty(name: str) -> EmptyInput:
    return EmptyInput(f"{_called(name)} is empty: paste or save the listing again.")
