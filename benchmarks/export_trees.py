"""Writes a LightGBM booster as the plain arrays that `text/boosted_trees.py` reads: the library stays at home."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS = Path(__file__).resolve().parents[1] / "src" / "broadsheet" / "text" / "data"


def export_booster(
    booster: Any, name: str, *, folder: Path = WEIGHTS, names: Sequence[str] | None = None, shift: float = 0.0
) -> Path:
    """Write `<name>.npz`; thresholds stay float64 so that every row takes the branch it took in training.

    Of several boosters in a list the mean is written. `names` are the features where the boosters do not know them.
    `shift` is added to every score, as a tree of one leaf.
    """
    boosters = booster if isinstance(booster, list) else [booster]
    nodes: list[tuple[int, float, int, int, float]] = []
    roots, depths = [], []
    for one in boosters:
        dumped = one.dump_model(num_iteration=one.best_iteration or one.current_iteration())
        for tree in dumped["tree_info"]:
            roots.append(len(nodes))
            depths.append(_lay(tree["tree_structure"], nodes, 1 / len(boosters)))
    if shift:
        roots.append(len(nodes))
        nodes.append((0, 0.0, len(nodes), len(nodes), shift))
    feature, threshold, left, right, value = (np.array(column) for column in zip(*nodes, strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.npz"
    np.savez_compressed(
        path,
        names=np.array(list(names or dumped["feature_names"])),
        feature=feature.astype(np.int16),
        threshold=threshold.astype(np.float64),
        left=left.astype(np.int32),
        right=right.astype(np.int32),
        value=value.astype(np.float32),
        roots=np.array(roots, dtype=np.int32),
        depth=np.array(max(depths)),
    )
    return path


def _lay(node: dict[str, Any], nodes: list[tuple[int, float, int, int, float]], weight: float) -> int:
    """Append a tree's nodes, root first; returns its depth."""
    here = len(nodes)
    if "leaf_value" in node:
        nodes.append((0, 0.0, here, here, weight * node["leaf_value"]))
        return 0
    nodes.append((0, 0.0, here, here, 0.0))
    left = len(nodes)
    left_depth = _lay(node["left_child"], nodes, weight)
    right = len(nodes)
    right_depth = _lay(node["right_child"], nodes, weight)
    nodes[here] = (node["split_feature"], node["threshold"], left, right, 0.0)
    return 1 + max(left_depth, right_depth)
