"""That hedges, negations, quantifiers, directions and kinds of cause are kept, and that true rewordings pass."""

from __future__ import annotations

import pytest

from broadsheet.grounding.misplaced import SourceWording, find_misplaced

SOURCE = SourceWording.of(
    "Buckets and mussels",
    "Warm buckets may harm juvenile mussels in brackish harbours. Bucket depth is associated with mussel mortality in "
    "brackish harbours. Copper lids do not protect juvenile mussels against drifting parasites. Some harbour mussels "
    "survive winter storms without shelter. Wooden buckets often leak brackish seawater. Deeper anchoring increases "
    "bucket stability and reduces seawater turbulence. Tank trials suggest that copper lids delay larval settlement "
    "of barnacles. Three of five harbours lost their mussel populations.",
)


def kinds(tldr: str) -> list[str]:
    return [finding.kind for finding in find_misplaced(tldr, SOURCE)]


@pytest.mark.parametrize(
    ("tldr", "kind"),
    [
        ("Warm buckets harm juvenile mussels in brackish harbours.", "hedge"),
        ("Tank trials prove that copper lids delay larval settlement of barnacles.", "hedge"),
        ("Bucket depth causes mussel mortality in brackish harbours.", "cause"),
        ("Copper lids protect juvenile mussels against drifting parasites.", "negation"),
        ("All harbour mussels survive winter storms without shelter.", "scope"),
        ("Wooden buckets always leak brackish seawater.", "scope"),
        ("All harbours lost their mussel populations.", "scope"),
        ("Deeper anchoring decreases bucket stability.", "direction"),
        ("Deeper anchoring increases seawater turbulence.", "direction"),
    ],
)
def test_a_lost_or_exchanged_word_is_found(tldr, kind):
    assert kinds(tldr) == [kind]


@pytest.mark.parametrize(
    "tldr",
    [
        "Warm buckets might harm juvenile mussels.",
        "Warm buckets possibly harm juvenile mussels in brackish harbours.",
        "Copper lids fail to protect juvenile mussels against drifting parasites.",
        "Bucket depth correlates with mussel mortality in brackish harbours.",
        "Several harbour mussels survive winter storms without shelter.",
        "Wooden buckets usually leak brackish seawater.",
        "Deeper anchoring reduces seawater turbulence and increases bucket stability.",
        "Trials hint that copper lids delay larval settlement of barnacles.",
        "Three of five harbours lost their mussel populations.",
        "Warm buckets are capable of harming juvenile mussels in brackish harbours.",
    ],
)
def test_true_rewordings_pass(tldr):
    assert kinds(tldr) == []


def test_a_direction_is_opposed_by_a_word_of_its_own_degree_that_does_not_stand_beside_it():
    source = SourceWording.of(
        "Buckets",
        "The high seawater cost of copper lids limits their use. Wooden lids work in low- and high-salinity harbours.",
    )
    assert list(find_misplaced("Wooden lids come with a lower seawater cost of copper.", source)) == []
    assert list(find_misplaced("Wooden lids for low-salinity harbours.", source)) == []
    assert [found.kind for found in find_misplaced("The low seawater cost of copper lids.", source)] == ["direction"]


def test_a_negation_may_follow_what_it_denies():
    source = SourceWording.of("Buckets", "We propose mussel tanks without copper hinges, for brackish harbours.")
    assert list(find_misplaced("Copper hinges are not necessary for mussel tanks.", source)) == []
    assert [found.kind for found in find_misplaced("Mussel tanks with copper hinges.", source)] == ["negation"]


def test_an_effect_that_the_abstract_names_is_no_cause_made_of_a_correlation():
    source = SourceWording.of(
        "Buckets", "Bucket depth is related to mussel mortality. A design for causal effect estimation follows."
    )
    assert list(find_misplaced("Bucket depth, mussel mortality and causal effect estimation.", source)) == []


def test_what_the_abstract_says_plainly_elsewhere_needs_no_hedge():
    twice = SourceWording.of(
        "Buckets",
        "Warm buckets may harm juvenile mussels. We show that warm buckets harm juvenile mussels in harbours.",
    )
    assert list(find_misplaced("Warm buckets harm juvenile mussels in harbours.", twice)) == []


def test_a_finding_says_which_word_was_lost():
    (finding,) = find_misplaced("Warm buckets harm juvenile mussels in brackish harbours.", SOURCE)
    assert finding.span == "buckets harm juvenile mussels"
    assert (
        finding.detail == "the abstract says 'may' of this, and 'buckets harm juvenile mussels' is said without a doubt"
    )
