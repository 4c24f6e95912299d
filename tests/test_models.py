"""The nouns are frozen, know no field by accident, and come back from JSON as they went."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from broadsheet.models import REPLACED, Digest, Paper
from sample_digest import DIGEST


def test_a_digest_comes_back_from_its_json_as_it_went() -> None:
    assert Digest.model_validate_json(DIGEST.model_dump_json()) == DIGEST


def test_a_noun_cannot_be_changed_and_an_unknown_field_is_an_error() -> None:
    paper = Paper(key="a", title="Tea")
    with pytest.raises(ValidationError, match="frozen"):
        paper.title = "Coffee"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="tilte"):
        Paper.model_validate({"key": "a", "title": "Tea", "tilte": "Tea"})


@pytest.mark.parametrize("word", sorted(REPLACED))
def test_a_new_version_of_an_arxiv_paper_is_a_replacement(word: str) -> None:
    announced = Paper(
        key="arxiv:2699.00001", title="Tea", identifiers={"arxiv": "2699.00001"}, categories=("cs.TE", word)
    )
    assert announced.is_replacement
    assert not announced.model_copy(update={"categories": ("cs.TE",)}).is_replacement
    assert not announced.model_copy(update={"identifiers": {"doi": "10.5555/tea"}}).is_replacement
