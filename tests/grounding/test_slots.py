"""That a name, a number and a unit stand in a TL;DR where they stand in the abstract."""

from __future__ import annotations

import pytest

from broadsheet.grounding.misplaced import SourceWording, find_misplaced
from broadsheet.grounding.slots import find_figures, find_moved, find_names, find_other_units
from broadsheet.text.wording import read_wording

SOURCE = SourceWording.of(
    "Tides with buckets",
    "We train TideNet on gauge readings from the BucketBench archive. The older MoonNet serves as a baseline for "
    "storm surges in the Zuider estuary. TideNet reaches a recall of 81.5% and an accuracy of 92.3% within 40 ms. "
    "Readings of 1.5 million buckets took 12 days. A Random Tide Forest (RTF) is compared with a Deep Moon Forest "
    "(DMF).",
)


def moved(tldr: str) -> list[tuple[str, str]]:
    own = read_wording([tldr])
    names = find_moved(own, SOURCE.text, SOURCE.names, find_names(own))
    numbers = find_moved(own, SOURCE.text, SOURCE.figures, find_figures(own))
    return [(finding.kind, finding.span) for finding in (*names, *numbers)]


def other_units(tldr: str) -> list[str]:
    return [finding.span for finding in find_other_units(read_wording([tldr]), SOURCE.text, SOURCE.figures)]


@pytest.mark.parametrize(
    ("tldr", "span"),
    [
        ("MoonNet is trained on gauge readings from the BucketBench archive.", "MoonNet"),
        ("We train MoonNet on gauge readings from the BucketBench archive.", "MoonNet"),
        ("The older TideNet serves as a baseline for storm surges.", "TideNet"),
        ("TideNet reaches a recall of 92.3% within 40 ms.", "92.3%"),
        ("It has an accuracy of 81.5% within 40 ms.", "81.5%"),
        ("A Random Tide Forest (DMF) is compared.", "DMF"),
    ],
)
def test_a_name_or_number_in_the_place_of_another_is_found(tldr, span):
    assert moved(tldr) == [("slot", span)]


@pytest.mark.parametrize(
    "tldr",
    [
        "TideNet is trained on the readings of the BucketBench archive and reaches an accuracy of 92.3%.",
        "With 92.3% accuracy and 81.5% recall, TideNet reads buckets.",
        "Unlike MoonNet, a baseline for storm surges, TideNet is trained on gauge readings.",
        "A Random Tide Forest (RTF) and a DMF are compared.",
    ],
)
def test_names_and_numbers_in_their_own_places_pass(tldr):
    assert moved(tldr) == []


@pytest.mark.parametrize(
    ("tldr", "spans"),
    [
        ("TideNet answers within 40 s.", ["40 s"]),
        ("Readings of 1.5 billion buckets took 12 weeks.", ["1.5 billion", "12 weeks"]),
        ("A recall of 81.5 points.", ["81.5 points"]),
        ("TideNet answers within 40 milliseconds, after 12 days, with 92.3 percent accuracy.", []),
        ("TideNet answers within 40 of them.", []),
        ("It took 1.5 million buckets.", []),
    ],
)
def test_another_unit_is_found_and_another_spelling_is_none(tldr, spans):
    assert other_units(tldr) == spans


@pytest.mark.parametrize(
    "tldr",
    [
        "MoonNets and TideNets with a mussel prior over copper lids are waves.",
        "Wide deep moon forests such as TideNet.",
        "TideNet-based pull review of salty harbours.",
        "A sluice that surpasses brackish 4D ponds by far.",
        "We drain brackish tidal estuaries. TideNet floats.",
    ],
    ids=["in one breath", "after what an acronym is short for", "a kind of it", "dimensions", "another sentence"],
)
def test_a_name_is_not_taken_for_another_whose_words_stand_round_it_for_another_reason(tldr):
    source = SourceWording.of(
        "Buckets",
        "Deep Moon Forests (DMFs) are wide. A TideNet-driven pull review of salty harbours is new. TideNet-based lids "
        "are blue. The output of a MoonNet with a mussel prior over copper lids is a wave. TideNet is open. FlumeNet "
        "is a 4D weir. It is the sluice that surpasses brackish 3D ponds. In brackish tidal estuaries MoonNet floats.",
    )
    assert list(find_misplaced(tldr, source)) == []


def test_names_of_a_title_or_at_the_head_of_a_sentence_are_no_names_for_their_capitals():
    text = read_wording(["Random Tide Forests", "Buckets from Zanzibar hold TideNet, says the Archive."])
    assert [text.words[at] for at in find_names(text)] == ["Zanzibar", "TideNet"]
