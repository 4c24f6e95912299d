"""A sentence encoder in ONNX form, such as all-MiniLM-L6-v2, run in this process: texts -> unit vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadsheet.errors import ConfigError
from broadsheet.settings.extras import missing_extra

Matrix = NDArray[np.float32]

LONGEST = 160
"""Tokens of a text that are read: a title and the first sentences of an abstract."""
_TOGETHER = 8
_KNOWN = {"input_ids", "attention_mask", "token_type_ids"}


class Encoder:
    """Encodes a text as the mean of its token vectors, scaled to length 1 (0 for a text without a token).

    Mean pooling is that of Sentence-BERT (Reimers and Gurevych 2019).
    """

    def __init__(self, session: Any, tokenizer: Any, folder: Path) -> None:
        self._session, self._tokenizer, self._folder = session, tokenizer, folder
        self._inputs = [one.name for one in session.get_inputs()]

    def encode(self, texts: Sequence[str]) -> Matrix:
        """An array of shape (texts, width) in float32, about nine abstracts a second on a slow core.

        Raises `ConfigError` for a model that does not give a vector a token or a text.
        """

        tokens = [one.ids for one in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(tokens)), key=lambda at: len(tokens[at]))  # little is padded among neighbours
        parts = [order[at : at + _TOGETHER] for at in range(0, len(order), _TOGETHER)]
        rows = [self._run([tokens[at] for at in part]) for part in parts]
        if not rows:
            return np.zeros((0, 0), dtype=np.float32)
        vectors = np.empty((len(tokens), rows[0].shape[1]), dtype=np.float32)
        for part, row in zip(parts, rows, strict=True):
            vectors[part] = row
        return vectors

    def _run(self, tokens: Sequence[Sequence[int]]) -> Matrix:

        longest = max(1, *map(len, tokens)) if tokens else 1
        # Shape (texts, tokens); the mask is 0 where a shorter text is padded.
        ids = np.zeros((len(tokens), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(tokens):
            ids[row, : len(one)], mask[row, : len(one)] = one, 1
        fed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        try:
            made = np.asarray(self._session.run(None, {name: fed[name] for name in self._inputs})[0])
        except Exception as error:  # onnxruntime's errors have no base of their own
            raise _odd(self._folder) from error
        if made.ndim == 3:
            # Shape (texts, tokens, width): the mean over the tokens that are no padding.
            made = (made * mask[..., None]).sum(axis=1) / np.maximum(1, mask.sum(axis=1, keepdims=True))
        if made.ndim != 2 or len(made) != len(tokens) or not np.isfinite(made).all():
            raise _odd(self._folder)
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        unit: Matrix = (made / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
        return unit


def open_encoder(folder: Path) -> Encoder:
    """The encoder in a folder with an .onnx file and `tokenizer.json`; raises `ConfigError` with what is missing."""
    try:
        import onnxruntime  # an extra
        import tokenizers  # an extra
    except ImportError as error:
        raise ConfigError(missing_extra("embeddings", error)) from error
    model = next((path for path in (folder / "model.onnx", *sorted(folder.glob("**/*.onnx"))) if path.is_file()), None)
    words = folder / "tokenizer.json"
    missing = "a file model.onnx" if model is None else "" if words.is_file() else "a file tokenizer.json"
    if missing:
        raise ConfigError(
            f"`embeddings`: {folder} lacks {missing}; name a folder with both, such as all-MiniLM-L6-v2 in ONNX form."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        tokenizer = tokenizers.Tokenizer.from_file(str(words))
    except Exception as error:  # neither library has a base of its own for errors
        raise _odd(folder) from error
    if not {one.name for one in session.get_inputs()} <= _KNOWN:
        raise _odd(folder)
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    return Encoder(session, tokenizer, folder)


def _odd(folder: Path) -> ConfigError:
    return ConfigError(
        f"`embeddings`: what is in {folder} is no sentence encoder that reads `input_ids` and gives a vector a token; "
        "take another, such as all-MiniLM-L6-v2."
    )
