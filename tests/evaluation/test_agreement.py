"""The agreement of two groupings is that of scikit-learn."""

from __future__ import annotations

import importlib.util
import random

import pytest

from broadsheet.evaluation.agreement import adjusted_information, adjusted_rand


def test_known_values():
    # The worked values of scikit-learn's documentation.
    assert adjusted_rand([0, 0, 1, 2], [0, 0, 1, 1]) == pytest.approx(0.5714285714)
    assert adjusted_rand([0, 0, 1, 1], ["b", "b", "a", "a"]) == adjusted_information([0, 0, 1, 1], [5, 5, 3, 3]) == 1
    assert adjusted_information([0, 0, 0, 0], [0, 1, 2, 3]) == pytest.approx(0.0)
    assert adjusted_rand([0, 0, 0, 0], [0, 1, 2, 3]) == 0.0
    assert adjusted_information([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]) == pytest.approx(0.2987924581)


@pytest.mark.skipif(importlib.util.find_spec("sklearn") is None, reason="needs scikit-learn: pip install scikit-learn")
def test_agreement_is_scikit_learns():
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    lots = random.Random(4)
    for _ in range(60):
        count = lots.randrange(2, 70)
        one, other = ([lots.randrange(lots.randrange(1, 12)) for _ in range(count)] for _ in range(2))
        assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other), abs=1e-9)
        assert adjusted_information(one, other) == pytest.approx(adjusted_mutual_info_score(one, other), abs=1e-9)
