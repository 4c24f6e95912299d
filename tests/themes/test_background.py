"""The background: what it knows places a paper, what it does not know leaves it alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from broadsheet.themes.background import Background, shipped


def small(*places: tuple[float, float]) -> Background:
    """Two directions: knots to the east, bread to the north, and papers seen before where one says."""
    return Background(
        columns={"knot": 0, "bread": 1},
        rarity=np.array([1.0, 2.0], dtype=np.float32),
        words=np.eye(2, dtype=np.float32),
        places=np.array(places, dtype=np.float32).reshape(len(places), 2),
    )


def test_a_paper_lies_where_its_terms_point_the_rarer_ones_more() -> None:
    placed = small().place([Counter(knot=1), Counter(knot=1, bread=1)])
    assert placed[0] == pytest.approx([1.0, 0.0])
    assert placed[1] == pytest.approx([1 / 5**0.5, 2 / 5**0.5])


def test_a_paper_of_unknown_terms_has_no_place_and_no_neighbour_gives_it_one() -> None:
    assert not small((1.0, 0.0)).place_among([Counter(quasar=3), Counter()]).any()


def test_neighbours_draw_a_paper_to_their_side() -> None:
    (own,), (drawn,) = (
        background.place_among([Counter(knot=1, bread=1)]) for background in (small(), small((1.0, 0.0)))
    )
    assert drawn[0] > own[0]
    assert np.linalg.norm(drawn) == pytest.approx(1.0)


def test_what_is_known_of_a_paper_is_the_share_of_its_terms() -> None:
    assert small().familiarity([Counter(knot=9), Counter(knot=1, quasar=1), Counter()]).tolist() == [1.0, 0.5, 0.0]


def test_the_shipped_background_puts_a_field_together() -> None:
    parsing, syntax, grasping = shipped().place_among(
        [
            Counter(["dependency", "parser", "treebank"]),
            Counter(["syntactic", "parsing", "grammar"]),
            Counter(["robot", "gripper", "grasp"]),
        ]
    )
    assert parsing @ syntax > parsing @ grasping + 0.2


def test_papers_seen_teach_new_words_where_they_point_and_stand_as_neighbours() -> None:
    seen = [Counter(bread=2, yeast=1)] * 3 + [Counter(knot=1, rigging=1)] * 2
    grown = small().grow(seen)
    assert "yeast" in grown.columns  # three papers have it
    assert "rigging" not in grown.columns  # two are too few
    assert grown.place([Counter(yeast=1)])[0] == pytest.approx([0.0, 1.0], abs=1e-6)
    assert len(grown.places) == 5
    assert small().grow([]).places.size == 0


def test_what_many_seen_papers_say_becomes_less_telling() -> None:
    before = shipped()
    after = before.grow([Counter(parser=1)] * 3000)
    at = before.columns["parser"]
    assert after.rarity[at] < before.rarity[at] - 0.5
    other = before.columns["grasp"]
    assert after.rarity[other] == pytest.approx(before.rarity[other], abs=0.3)
