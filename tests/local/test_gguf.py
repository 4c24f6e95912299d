"""The header of a model file: read whatever it holds, refused in a sentence where it is none."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import ConfigError
from broadsheet.local.gguf import read_header
from small_model import PATH, needs_model

FIELDS = {
    "general.architecture": "kettle",
    "general.name": "A  kettle\nthat sings",
    "general.license": "apache-2.0",
    "general.file_type": 15,
    "kettle.context_length": 4096,
    "kettle.block_count": 10,
    "kettle.embedding_length": 1024,
    "kettle.attention.head_count": 16,
    "kettle.attention.head_count_kv": 4,
    "tokenizer.ggml.tokens": ["a", "b"],
    "tokenizer.ggml.scores": [0.5, 1.5],
    "tokenizer.chat_template": "{{ messages }}",
}


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def value(one: Any) -> bytes:
    if isinstance(one, str):
        return struct.pack("<I", 8) + text(one)
    if isinstance(one, float):
        return struct.pack("<If", 6, one)
    if isinstance(one, list):
        body = b"".join(value(item)[4:] for item in one)
        kind = struct.unpack("<I", value(one[0])[:4])[0] if one else 4
        return struct.pack("<IIQ", 9, kind, len(one)) + body
    return struct.pack("<II", 4, one)


def gguf(fields: dict[str, Any], version: int = 3) -> bytes:
    return struct.pack("<4sIQQ", b"GGUF", version, 0, len(fields)) + b"".join(
        text(key) + value(one) for key, one in fields.items()
    )


def put(folder: Path, content: bytes, name: str = "model.gguf") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("version", [2, 3])
def test_a_header_says_what_the_model_is(tmp_path: Path, version):
    header = read_header(put(tmp_path, gguf(FIELDS, version)))
    assert (header.name, header.architecture, header.quantisation) == ("A kettle that sings", "kettle", "Q4_K_M")
    assert (header.context, header.layers, header.kv_width) == (4096, 10, 4 * (64 + 64))
    assert header.has_template
    assert header.licence == "apache-2.0"


def test_memory_grows_with_context_and_slots_and_half_keeps_take_half(tmp_path: Path):
    header = read_header(put(tmp_path, gguf(FIELDS)))
    one, four = header.memory(4096, 1), header.memory(4096, 4)
    kept = 10 * 512 * 4096 * 2
    assert four - one == 3 * kept
    assert header.memory(4096, 4, "q8_0") < one + 2 * kept
    assert header.memory(2048, 2) == one


@needs_model
def test_a_real_model_is_read():
    header = read_header(PATH)
    assert (header.architecture, header.quantisation, header.bytes) == ("llama", "Q4_1", PATH.stat().st_size)
    seen = {(2048, 1, "f16"): 185, (4096, 4, "f16"): 500, (2048, 4, "q8_0"): 237}  # benchmarks/model_memory.py, MiB
    for (context, slots, kv), mebibytes in seen.items():
        assert 1 <= header.memory(context, slots, kv) / (mebibytes << 20) < 1.25


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no GGUF file"),
        (b"GIF89a", "is no GGUF file"),
        (struct.pack("<4sI", b"GGUF", 1), "version 1"),
        (struct.pack(">4sI", b"GGUF", 3), "version"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 1 << 60), "damaged or cut off"),
        (struct.pack("<4sIQQQ", b"GGUF", 3, 0, 1, 1 << 50), "damaged or cut off"),
        (gguf(FIELDS)[:-40], "damaged or cut off"),
        (gguf({"a": [0.5] * 5000})[:-40], "damaged or cut off"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("a") + struct.pack("<I", 99), "damaged or cut off"),
        (
            struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("a") + struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 9,
            "dam",
        ),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 4, 1 << 60), "damaged or cut"),
    ],
)
def test_what_is_no_model_is_refused_in_a_sentence(tmp_path: Path, content, said):
    with pytest.raises(ConfigError, match=said) as refused:
        read_header(put(tmp_path, content))
    assert str(refused.value).startswith(str(tmp_path / "model.gguf"))


def test_a_file_with_holes_does_not_hold_anybody_up(tmp_path: Path):
    """Lists of millions of empty texts, none too long by itself: hours of reading in a file of a few kilobytes."""
    path = tmp_path / "holes.gguf"
    with path.open("wb") as file:
        file.write(struct.pack("<4sIQQ", b"GGUF", 3, 0, 10_000))
        for count in (50_000, 2 << 20):
            file.write(text("a") + struct.pack("<IIQ", 9, 8, count))
            file.seek(8 * count, 1)
        file.truncate(1 << 32)
    with pytest.raises(ConfigError, match="damaged or cut off"):
        read_header(path)


def test_a_model_in_parts_needs_all_of_them(tmp_path: Path):
    first = put(tmp_path, gguf(FIELDS), "kettle-00001-of-00003.gguf")
    put(tmp_path, b"GGUF" * 10, "kettle-00003-of-00003.gguf")
    with pytest.raises(ConfigError, match=r"of its 3 parts kettle-00002-of-00003\.gguf is missing"):
        read_header(first)
    later = put(tmp_path, gguf(FIELDS), "kettle-00003-of-00003.gguf")
    with pytest.raises(ConfigError, match=r"a later part of a model in 3; name its first, kettle-00001-of-00003\.gguf"):
        read_header(later)
    put(tmp_path, b"GGUF" * 10, "kettle-00003-of-00003.gguf")
    put(tmp_path, b"GGUF" * 10, "kettle-00002-of-00003.gguf")
    assert read_header(first).bytes == first.stat().st_size + 80


SCALARS = st.integers(0, 2**32 - 1) | st.text(max_size=30) | st.floats(width=32, allow_nan=False)
VALUES = SCALARS | st.lists(st.integers(0, 9), max_size=5) | st.lists(st.text(max_size=5), max_size=5)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(list(FIELDS)) | st.text(max_size=12), VALUES, max_size=12))
def test_whatever_fields_a_file_has_it_is_read_or_refused(tmp_path_factory, fields):
    header = read_header(put(tmp_path_factory.getbasetemp(), gguf(fields), "any.gguf"))
    assert header.memory(2048, 2) >= 0


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_no_bytes_raise_anything_else(tmp_path_factory, noise, place):
    whole = gguf(FIELDS)
    path = put(tmp_path_factory.getbasetemp(), whole[:place] + noise + whole[place + len(noise) :], "noise.gguf")
    with contextlib.suppress(ConfigError):
        assert read_header(path).bytes == len(path.read_bytes())
