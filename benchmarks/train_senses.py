"""Fits src/broadsheet/text/data/senses.npz: where a sentence encoder puts papers of the background.

    python benchmarks/train_senses.py ../shared/quality/abstracts_background.jsonl FOLDER

FOLDER holds all-MiniLM-L6-v2 in ONNX form (`model.onnx`, `tokenizer.json`), as `embeddings:` takes it. Of the papers
6,000 are drawn by a fixed seed and encoded, about nine a second; each number of a vector is kept in a byte. No text is
kept.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from broadsheet.local.encoder import open_encoder
from broadsheet.themes.background import PROBE

PAPERS = 6000
SCALE = 127 * 4
"""A number of a vector of length 1 is seldom above a quarter."""
TARGET = Path(__file__).resolve().parents[1] / "src" / "broadsheet" / "text" / "data" / "senses.npz"


def main() -> None:
    """Encode, quantise, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("background", type=Path)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.background.read_text(encoding="utf-8").splitlines()]
    chosen = sorted(np.random.default_rng(0).permutation(len(rows))[:PAPERS].tolist())
    encoder = open_encoder(asked.folder)
    vectors = encoder.encode([f"{rows[at]['title']}. {rows[at]['abstract']}" for at in chosen])
    write(vectors, encoder.encode([PROBE])[0])


def write(vectors: np.ndarray, probe: np.ndarray) -> None:
    """The places and the probe, into the package."""
    places = np.round(vectors * SCALE).clip(-127, 127).astype(np.int8)
    np.savez_compressed(TARGET, places=places, probe=probe.astype(np.float32))
    print(f"{len(places):,} papers, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
