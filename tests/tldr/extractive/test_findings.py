"""What was found, told from what was done."""

from __future__ import annotations

import pytest

from broadsheet.tldr.extractive.findings import keep_first_result, rate_finding


@pytest.mark.parametrize(
    "text",
    [
        "Knotter ties knots 12% faster than sailors.",
        "Sealed bids raised prices by 9% in three harbours.",
        "The ground state has a mass of 5.2 GeV and exceeds earlier values by two orders of magnitude.",
        "Ridge kettles boiled 90 seconds sooner, and double walls reduce losses twofold.",
    ],
)
def test_a_measured_result_counts_fully(text: str) -> None:
    assert rate_finding(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "We prove that every wet knot slips under load.",
        "Experiments on ropes show that the knot holds.",
        "We tie knots by Knotter, outperforming sailors on wet ropes.",
        "Late payment depends on poor rain.",
    ],
)
def test_a_result_without_a_figure_counts_less(text: str) -> None:
    assert 0 < rate_finding(text) < 1


@pytest.mark.parametrize(
    "text",
    [
        "We propose Knotter, a machine that ties 12 knots.",
        "This paper studies how knots improve with age.",
        "To improve knots by 12%, we employ a machine with arms.",
        "Our study uses ropes of 12 m, improved by tar.",
        "Knots have a long history.",
        "We demonstrate the effectiveness of knots on wet ropes.",
        "Experiments on ropes show the superior performance of the knot.",
        "We showcase the use of knots on wet ropes.",
        "The results give insights into how knots improve with age.",
        "Knots are studied on ropes of 12 m.",
    ],
)
def test_what_was_done_or_is_known_is_no_finding(text: str) -> None:
    assert rate_finding(text) == 0


def test_what_is_left_of_a_claim_of_proof_is_a_finding() -> None:
    assert rate_finding("Every wet knot slips under load.") == 0
    assert rate_finding("Every wet knot slips under load.", ("frame",)) > 0


def test_what_was_done_counts_by_what_came_of_it_and_a_phrase_not_at_all() -> None:
    assert rate_finding("We tie knots by machine, reducing slips by 12%.") == 1
    assert rate_finding("A machine that reduces slips by 12%.", ("head",)) == 0
    assert rate_finding("A machine reduces slips by 12%.", ("head", "told")) == 1


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("reaches 98% recall, 95% precision, and 1.0 AUC.", "reaches 98% recall"),
        ("cuts slips by 12% on hemp, and by 8% on jute.", "cuts slips by 12% on hemp"),
        ("cuts slips by 12%, outperforming sailors.", "cuts slips by 12%"),
        ("cuts slips by 12% on hemp.", None),
        ("cuts slips on hemp, jute, and silk by 12%.", None),
        ("cuts slips by 12% on hemp, jute, and silk.", None),
    ],
)
def test_of_results_in_a_row_the_first_is_kept(text: str, first: str | None) -> None:
    assert keep_first_result(text) == first


@pytest.mark.parametrize(
    "text",
    [
        "Knots slip, for example, when 12% of a rope is wet.",
        "Tests demonstrate the adaptivity and speed of the proposed method.",
    ],
)
def test_an_example_or_praise_is_no_finding(text: str) -> None:
    assert rate_finding(text) == 0
