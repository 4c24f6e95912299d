"""A sentence encoder of the reader's own: a real, tiny one through the real runtime, and what is said of odd ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="needs onnxruntime: pip install onnxruntime")
pytest.importorskip("tokenizers", reason="needs tokenizers: pip install tokenizers")

from broadsheet.errors import ConfigError
from broadsheet.local.encoder import LONGEST, open_encoder
from tiny_encoder import write_encoder


def test_texts_become_the_mean_of_their_words_whatever_stands_beside_them(tmp_path: Path):
    encoder = open_encoder(write_encoder(tmp_path))
    texts = ["kettle steam", "bicycle wheel", "kettle bicycle", "kettle"]
    rows = encoder.encode(texts)
    half = 2**-0.5
    assert np.allclose(rows, [[1, 0, 0], [0, 1, 0], [half, half, 0], [1, 0, 0]])
    for text, row in zip(texts, rows, strict=True):
        assert np.allclose(encoder.encode([text])[0], row)


def test_a_text_without_a_token_is_nowhere_and_a_long_one_is_read_in_part(tmp_path: Path):
    encoder = open_encoder(write_encoder(tmp_path))
    nothing, long = encoder.encode(["", "kettle " * LONGEST + "bicycle " * 1000])
    assert not nothing.any()
    assert np.allclose(long, [1, 0, 0])
    assert encoder.encode([]).shape[0] == 0


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_is_told_which(tmp_path: Path, missing):
    write_encoder(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(ConfigError, match=f"lacks a file {missing}"):
        open_encoder(tmp_path)


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_damaged_is_one_sentence(tmp_path: Path, broken):
    write_encoder(tmp_path)
    (tmp_path / broken).write_bytes(b"kettle")
    with pytest.raises(ConfigError, match="is no sentence encoder") as refused:
        open_encoder(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_model_that_wants_something_else_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="is no sentence encoder"):
        open_encoder(write_encoder(tmp_path, inputs=("pixels",)))
