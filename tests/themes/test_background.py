"""The background: what it knows places a paper, what it does not know leaves it alone."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from broadsheet.models import Paper
from broadsheet.themes.background import PROBE, Background, Senses, shipped, shipped_places
from broadsheet.themes.group import group_papers
from corpora import corpus_of


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


def test_each_paper_has_the_place_and_the_familiarity_that_it_has_alone() -> None:
    papers = [Counter(galaxy=2, neural=1), Counter(), Counter(qzxv=3), Counter(neural=7, qzxv=1, knot=2)]
    assert np.array_equal(shipped().place(papers), np.concatenate([shipped().place([one]) for one in papers]))
    assert shipped().familiarity(papers) == pytest.approx([1.0, 0.0, 0.0, 2 / 3])


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


def paper(number: int, about: str) -> Paper:
    """Papers that share no word but those that all have."""
    abstract = f"Blee{number} frob{number} {about}{number}."
    return Paper(key=f"p{number}", title=f"Zorp{number} quux{number}", abstract=abstract)


def by_subject(texts: Sequence[str]) -> np.ndarray:
    """An encoder that knows what kettles and bicycles are, under whatever name."""
    return np.array([[1.0, 0.0] if "kettle" in text else [0.0, 1.0] for text in texts], dtype=np.float32)


def test_papers_without_a_word_in_common_are_grouped_by_what_an_encoder_knows():
    papers = [paper(number, "kettle" if number % 2 else "bicycle") for number in range(8)]
    known = dataclasses.replace(shipped(), senses=Senses.of(by_subject))
    themes = group_papers(corpus_of(papers, known), count=2)
    assert sorted(sorted(int(key[1:]) % 2 for key in theme.paper_keys) for theme in themes) == [[0] * 4, [1] * 4]
    blind = group_papers(corpus_of(papers), count=2)
    assert [theme.paper_keys for theme in blind] != [theme.paper_keys for theme in themes]


def test_the_shipped_places_are_those_of_one_encoder():
    probe, places = shipped_places()
    assert places.shape == (6000, len(probe))
    assert np.allclose(np.linalg.norm(places, axis=1), 1.0, atol=1e-3)
    same = Senses.of(lambda texts: np.tile(probe, (len(texts), 1)))
    turned = Senses.of(lambda texts: np.tile(probe[::-1], (len(texts), 1)))
    assert (len(same.seen), len(turned.seen), len(Senses.of(by_subject).seen)) == (6000, 0, 0)


def test_a_paper_is_drawn_towards_what_was_seen_near_it():
    seen = np.array([[0.8, 0.6]] * 10 + [[0.0, -1.0]] * 10, dtype=np.float32)
    senses = Senses(by_subject, seen)
    own, drawn = senses.encode_papers([paper(1, "kettle")])[0], senses.place([paper(1, "kettle")])[0]
    assert own.tolist() == [1.0, 0.0]
    assert drawn[1] > 0.3


def test_each_text_is_encoded_once():
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> np.ndarray:
        asked.extend(texts)
        return by_subject(texts)

    senses = Senses.of(encode)
    papers = [paper(1, "kettle"), paper(2, "bicycle"), paper(1, "kettle")]
    senses.place(papers)
    assert senses.place(papers).shape == (3, 2)
    assert asked == [PROBE, "Zorp1 quux1. Blee1 frob1 kettle1.", "Zorp2 quux2. Blee2 frob2 bicycle2."]
