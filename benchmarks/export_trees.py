"""Writes a LightGBM booster as the plain arrays that `broadsheet.writing.trees` reads: the library stays at home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS = Path(__file__).resolve().parents[1] / "src" / "broadsheet" / "writing" / "weights"


def export_booster(booster: Any, name: str, *, folder: Path = WEIGHTS) -> Path:
    """Write `<name>.npz`; thresholds stay float64 so that every row takes the branch it took in training."""
    dumped = booster.dump_model(num_iteration=booster.best_iteration or booster.current_iteration())
    nodes: list[tuple[int, float, int, int, float]] = []
    roots, depths = [], []
    for tree in dumped["tree_info"]:
        roots.append(len(nodes))
        depths.append(_lay(tree["tree_structure"], nodes))
    feature, threshold, left, right, value = (np.array(column) for column in zip(*nodes, strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.npz"
    np.savez_compressed(
        path,
        names=np.array(dumped["feature_names"]),
        feature=feature.astype(np.int16),
        threshold=threshold.astype(np.float64),
        left=left.astype(np.int32),
        right=right.astype(np.int32),
        value=value.astype(np.float32),
        roots=np.array(roots, dtype=np.int32),
        depth=np.array(max(depths)),
    )
    return path


def _lay(node: dict[str, Any], nodes: list[tuple[int, float, int, int, float]]) -> int:
    """Append a tree's nodes, root first; returns its depth."""
    here = len(nodes)
    if "leaf_value" in node:
        nodes.append((0, 0.0, here, here, node["leaf_value"]))
        return 0
    nodes.append((0, 0.0, here, here, 0.0))
    left = len(nodes)
    left_depth = _lay(node["left_child"], nodes)
    right = len(nodes)
    right_depth = _lay(node["right_child"], nodes)
    nodes[here] = (node["split_feature"], node["threshold"], left, right, 0.0)
    return 1 + max(left_depth, right_depth)
