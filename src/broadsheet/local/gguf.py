"""Reads a model's metadata from the header of a GGUF file; the weights are never read.

The format is that of ggml's docs/gguf.md, versions 2 and 3, little-endian. A file is untrusted: counts, lengths and
depth are bounded.

Not read by the package `gguf`: its reader has no bounds (over a list that claims 2^40 items, in a file that takes no
room on the disk, it held 1.2 GB after 40 s and went on), and for a model of 135 million weights it takes 4.9 s, where
this takes 0.14.
"""

from __future__ import annotations

import dataclasses
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from broadsheet.errors import ConfigError
from broadsheet.text.lazy_regex import lazy_regex

# GGUF's value types: numbers as codes of `struct`, then strings and arrays.
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
# Bounds for hostile files: metadata keys, bytes of a string, nesting of arrays.
_MOST_KEYS, _LONGEST_TEXT, _DEEPEST = 10_000, 4 << 20, 3
_LARGEST_HEADER, _MOST_ITEMS = 256 << 20, 2 << 20
"""Bounds on a whole header, in bytes and in array items that are read one by one.

The largest vocabularies have a third of that many items. A sparse file may claim billions and take no disk space."""
# Items of a longer array are skipped: only arrays with one number a layer are used.
_KEPT_ITEMS = 4096
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 24: "IQ1_S", 25: "IQ4_NL",
    30: "IQ4_XS", 32: "BF16", 38: "MXFP4",
}  # fmt: skip
"""The quantisation by `general.file_type`, with llama.cpp's numbers."""
# Bytes a number in the KV cache: q8_0 packs 32 numbers of one byte with a two-byte scale.
_KV_BYTES = {"f16": 2.0, "q8_0": 34 / 32}
_REPACKED, _NEVER_REPACKED = 0.6, ("Q4_1",)
"""The share of the weights that llama.cpp copies (repacks) for the processor, in addition to the mapped file."""
_COMPUTING, _TOGETHER, _ROWS = 24 << 20, 512 * 4, 30
"""Compute buffers in bytes: a constant, and 30 rows of the model's width in float32 for each of 512 tokens.

Fitted: with the share above, estimates are 1 to 7% over the measurements of benchmarks/model_memory.py."""
_PART = lazy_regex(r"-(\d{5})-of-(\d{5})\.gguf\Z")


@dataclasses.dataclass(frozen=True)
class Header:
    """A model as its file describes it; sizes in tokens and bytes, 0 or "" where the file has no such field."""

    name: str
    architecture: str
    quantisation: str
    context: int
    layers: int
    width: int
    kv_width: int
    """Numbers in the KV cache for one token in one layer, keys and values together."""
    has_template: bool
    licence: str
    bytes: int

    def memory(self, context: int, slots: int, kv: str = "f16") -> int:
        """Estimated bytes to run the model: weights (some of them twice), KV cache, compute buffers.

        `context` is in tokens a slot; `kv` is the number format of the cache.
        """
        # KV cache = 2 (keys and values) × layers × KV heads × head size × tokens × bytes a number; `kv_width` holds the
        # 2, the heads and their size.
        kept = self.layers * self.kv_width * context * slots * _KV_BYTES[kv]
        weights = self.bytes * (1 if self.quantisation in _NEVER_REPACKED else 1 + _REPACKED)
        return int(weights + kept) + _COMPUTING + _ROWS * _TOGETHER * self.width


def read_header(path: Path) -> Header:
    """What the file says of its model; raises `ConfigError` for one that cannot be read or is none."""
    try:
        with path.open("rb") as file:
            fields = _Reader(file, path).fields()
        size = sum(part.stat().st_size for part in find_parts(path))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); name another model with --model.") from error
    return _header(fields, size)


def name_parts(name: str) -> list[str]:
    """The names of a model's files, of which this is one: `x-00001-of-00002.gguf` has a second."""
    part = _PART.search(name)
    if part is None:
        return [name]
    return [f"{name[: part.start()]}-{n:05d}-of-{part[2]}.gguf" for n in range(1, min(int(part[2]), 1000) + 1)]


def find_parts(path: Path) -> list[Path]:
    """A model's files by its first; raises `ConfigError` where some are missing, or where this is a later one."""
    parts = [path.with_name(name) for name in name_parts(path.name)]
    if not parts:
        return [path]
    if path.name != parts[0].name:
        raise ConfigError(f"{path}: is a later part of a model in {len(parts)}; name its first, {parts[0].name}.")
    missing = [one.name for one in parts if not one.is_file()]
    if missing:
        raise ConfigError(f"{path}: of its {len(parts)} parts {missing[0]} is missing; fetch all of them.")
    return parts


def _header(fields: Mapping[str, Any], size: int) -> Header:
    architecture = _text(fields, "general.architecture")
    heads = _number(fields, f"{architecture}.attention.head_count")
    width = _number(fields, f"{architecture}.embedding_length")
    # Without explicit lengths, heads divide the width evenly.
    each = width // heads if heads else 0
    key = _number(fields, f"{architecture}.attention.key_length") or each
    value = _number(fields, f"{architecture}.attention.value_length") or each
    # Under grouped-query attention (Ainslie et al. 2023) several heads share keys and values, so there are fewer of
    # these.
    kv_heads = _number(fields, f"{architecture}.attention.head_count_kv") or heads
    return Header(
        name=_text(fields, "general.name"),
        architecture=architecture,
        quantisation=_FILE_TYPES.get(_number(fields, "general.file_type", -1), ""),
        context=_number(fields, f"{architecture}.context_length"),
        layers=_number(fields, f"{architecture}.block_count"),
        width=width,
        kv_width=kv_heads * (key + value),
        has_template="tokenizer.chat_template" in fields,
        licence=_text(fields, "general.license"),
        bytes=size,
    )


def _number(fields: Mapping[str, Any], key: str, otherwise: int = 0) -> int:
    """A field as an integer from 0 to 2³² - 1, else `otherwise`; of a list with one number a layer, the largest."""
    value = fields.get(key, otherwise)
    if isinstance(value, list):
        value = max((one for one in value if isinstance(one, int)), default=otherwise)
    return value if isinstance(value, int) and 0 <= value < 1 << 32 else otherwise


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key, "")
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


class _Reader:
    """Reads the fields of a file from its beginning."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path = file, path
        self._left = min(os.fstat(file.fileno()).st_size, _LARGEST_HEADER)
        self._items = 0

    def fields(self) -> dict[str, Any]:
        """The metadata fields by name; long arrays are empty or cut. Raises `ConfigError` for a damaged header."""
        # Layout: magic "GGUF", uint32 version, uint64 number of tensors, uint64 number of fields; then each field as a
        # string (uint64 length and bytes), uint32 type and value. An array is uint32 item type, uint64 length, and the
        # items.
        if self._left < 4 or self._exactly(4) != b"GGUF":
            raise ConfigError(f"{self._path}: is no GGUF file; give --model a model in GGUF form.")
        version = self._one("I")
        if version not in (2, 3):
            raise ConfigError(f"{self._path}: is of GGUF version {version}, not 2 or 3; take a file made lately.")
        self._one("Q")  # how many tensors
        count = self._one("Q")
        if count > _MOST_KEYS:
            raise self._damaged()
        return {self._text().decode("utf-8", "replace"): self._value(self._one("I"), 0) for _ in range(count)}

    def _value(self, kind: int, depth: int) -> Any:
        if kind in _NUMBERS:
            return self._one(_NUMBERS[kind])
        if kind == _TEXT:
            return self._text().decode("utf-8", "replace")
        if kind == _LIST and depth < _DEEPEST:
            return self._list(self._one("I"), self._one("Q"), depth)
        raise self._damaged()

    def _list(self, kind: int, count: int, depth: int) -> list[Any]:
        if kind in _NUMBERS and count > _KEPT_ITEMS:
            self._skip(struct.calcsize(f"<{_NUMBERS[kind]}") * count)
            return []
        # Counted before the loop, over all arrays: nested arrays cannot multiply the work.
        self._items += count
        if self._items > _MOST_ITEMS:
            raise self._damaged()
        items = []
        for number in range(count):
            if kind == _TEXT and number >= _KEPT_ITEMS:
                self._skip(self._length())
            else:
                items.append(self._value(kind, depth + 1))
        return items

    def _text(self) -> bytes:
        return self._exactly(self._length())

    def _length(self) -> int:
        length = int(self._one("Q"))
        if length > _LONGEST_TEXT:
            raise self._damaged()
        return length

    def _one(self, form: str) -> Any:
        return struct.unpack(f"<{form}", self._exactly(struct.calcsize(f"<{form}")))[0]

    def _exactly(self, count: int) -> bytes:
        self._pass(count)
        data = self._file.read(count)
        if len(data) < count:
            raise self._damaged()
        return data

    def _skip(self, count: int) -> None:
        self._pass(count)
        self._file.seek(count, 1)

    def _pass(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise self._damaged()

    def _damaged(self) -> ConfigError:
        return ConfigError(f"{self._path}: its GGUF header is damaged or cut off; fetch the model again.")
