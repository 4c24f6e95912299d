"""Where an encoder puts papers, drawn towards papers seen; the shipped places count for their own encoder alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from broadsheet.models import Paper
from broadsheet.themes.background import PROBE, Senses, shipped, shipped_places
from broadsheet.themes.group import group_papers
from corpora import corpus_of


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
