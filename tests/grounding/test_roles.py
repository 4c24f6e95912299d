"""That the two sides of a verb are told apart, in active and passive, and that true rewordings pass."""

from __future__ import annotations

import pytest

from broadsheet.grounding.roles import find_exchanged, find_relations
from broadsheet.text.wording import read_wording

SOURCE = find_relations(
    read_wording(
        [
            "Bucket gauges for tidal estuaries",
            "Experiments show that bucket gauges consistently outperform satellite altimetry in shallow estuaries.",
            "Sediment turbulence reduces mussel growth along the coast.",
            "Harbour siltation is caused by dredging traffic.",
            "Kettle lakes are warmer and larger than glacial ponds in autumn.",
        ]
    )
)


def kinds(tldr: str) -> list[str]:
    return [finding.kind for finding in find_exchanged(read_wording([tldr]), SOURCE)]


@pytest.mark.parametrize(
    "tldr",
    [
        "Satellite altimetry outperforms bucket gauges in shallow estuaries.",
        "Bucket gauges are outperformed by satellite altimetry.",
        "Mussel growth reduces sediment turbulence along the coast.",
        "Sediment turbulence is reduced by mussel growth.",
        "Harbour siltation causes dredging traffic.",
        "Glacial ponds are larger than kettle lakes in autumn.",
        "Kettle lakes are smaller than glacial ponds.",
        "Dredging traffic results from harbour siltation.",
    ],
)
def test_exchanged_sides_are_found(tldr):
    assert kinds(tldr) == ["roles"]


@pytest.mark.parametrize(
    "tldr",
    [
        "Bucket gauges outperform satellite altimetry.",
        "Satellite altimetry is outperformed by bucket gauges in shallow estuaries.",
        "Bucket gauges beat satellite altimetry, and sediment turbulence lowers mussel growth.",
        "Mussel growth is reduced by sediment turbulence.",
        "Dredging traffic leads to harbour siltation.",
        "Harbour siltation results from dredging traffic.",
        "Glacial ponds are smaller than kettle lakes.",
        "Satellite altimetry underperforms bucket gauges in shallow estuaries.",
        "Satellite altimetry does not outperform bucket gauges in shallow estuaries.",
        "Gauges for estuaries with reduced sediment turbulence and mussel growth.",
    ],
)
def test_true_rewordings_pass(tldr):
    assert kinds(tldr) == []


def test_a_finding_names_the_verb_and_its_words():
    (finding,) = find_exchanged(read_wording(["Satellite altimetry outperforms bucket gauges."]), SOURCE)
    assert finding.span == "Satellite altimetry outperforms bucket gauges"
    assert finding.detail == "the abstract has the two sides of 'outperforms' the other way round"
