"""A sentence encoder of a few hundred bytes in ONNX form, written by hand: each word has a direction of its own."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

WORDS = ("[UNK]", "kettle", "kettles", "steam", "lid", "bicycle", "bicycles", "wheel", "chain")
VECTORS = ((0.1, 0.1, 0.1), *([(1.0, 0.0, 0.0)] * 4), *([(0.0, 1.0, 0.0)] * 4))
_INT64, _FLOAT = 7, 1


def write_encoder(folder: Path, *, inputs: Sequence[str] = ("input_ids", "attention_mask")) -> Path:
    """`model.onnx` and `tokenizer.json` in the folder."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(_model(inputs))
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def _model(inputs: Sequence[str]) -> bytes:
    """A `ModelProto` (onnx.proto): the vectors, gathered by the first input's ids."""
    node = _bytes(1, b"vectors") + _bytes(1, inputs[0].encode()) + _bytes(2, b"tokens") + _bytes(4, b"Gather")
    numbers = struct.pack(f"<{3 * len(VECTORS)}f", *(number for vector in VECTORS for number in vector))
    vectors = _number(1, len(VECTORS)) + _number(1, 3) + _number(2, _FLOAT) + _bytes(8, b"vectors") + _bytes(9, numbers)
    graph = _bytes(1, node) + _bytes(2, b"tiny") + _bytes(5, vectors)
    for name in inputs:
        graph += _bytes(11, _value(name, _INT64, ("batch", "length")))
    graph += _bytes(12, _value("tokens", _FLOAT, ("batch", "length", "size")))
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13))


def _value(name: str, kind: int, dimensions: Sequence[str]) -> bytes:
    shape = b"".join(_bytes(1, _bytes(2, dimension.encode())) for dimension in dimensions)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
