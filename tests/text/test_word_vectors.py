"""What words mean to each other: kin share a root, company makes alike, and the unknown is as rare as can be."""

from __future__ import annotations

import numpy as np
import pytest

from broadsheet.text.word_vectors import load_word_vectors, root, roots_in_order


@pytest.mark.parametrize("kin", [("improves", "improved", "improving"), ("training", "trained"), ("tea", "tea")])
def test_words_of_one_family_share_a_root(kin: tuple[str, ...]) -> None:
    assert len({root(word) for word in kin}) == 1


def test_roots_come_in_the_order_of_the_words() -> None:
    assert roots_in_order("Training models, trained") == [root("training"), root("models"), root("training")]


def test_words_that_keep_one_company_are_more_alike_than_others() -> None:
    image, picture, proof = load_word_vectors().rows([root(word) for word in ("image", "video", "theorem")])
    assert image @ picture > image @ proof
    assert np.linalg.norm(image) == pytest.approx(1, abs=1e-5)


def test_an_unknown_word_has_no_direction_is_rarest_and_a_name() -> None:
    vectors = load_word_vectors()
    assert not vectors.rows(["qwzzk"]).any()
    assert vectors.rarity_of("qwzzk") == vectors.rarest > vectors.rarity_of(root("model"))
    assert vectors.is_proper("qwzzk")
    assert not vectors.is_proper("model")
