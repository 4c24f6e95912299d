"""Subjects: what titles name is one; a phrase of evaluations, or half of a phrase, is none."""

from __future__ import annotations

import pytest

from broadsheet.text.subjects import load_subjects


@pytest.mark.parametrize("words", [("black", "hole"), ("federated", "learning"), ("object", "detection")])
def test_what_titles_name_is_a_subject(words: tuple[str, ...]) -> None:
    assert load_subjects().knows("".join(words))
    assert load_subjects().worth(words) > 0.6


@pytest.mark.parametrize("words", [("success", "rate"), ("ground", "truth"), ("realtime",), ("image", "quality")])
def test_what_evaluations_say_or_half_a_phrase_is_none(words: tuple[str, ...]) -> None:
    assert not load_subjects().knows("".join(words))
    assert load_subjects().worth(words) < 0.3


def test_an_unknown_phrase_is_judged_by_its_words() -> None:
    subjects = load_subjects()
    assert not subjects.knows("tidalbread")
    assert subjects.worth(("tidal", "bread")) > subjects.worth(("success", "bread"))


def test_a_phrase_is_known_where_it_is_worth_anything() -> None:
    subjects = load_subjects()
    some = list(subjects.places)[::50]
    known = {phrase for phrase in some if subjects.knows(phrase)}
    assert known == {phrase for phrase in some if subjects.worth((phrase,)) > 0}
    assert 0 < len(known) < len(some)
