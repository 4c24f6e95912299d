"""A wrong value is told of in words of ours, short, and without a secret."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from broadsheet.settings.base import matching
from broadsheet.settings.mistakes import describe_value, should_be


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Annotated[float, Field(gt=0)], -1, "should be greater than 0"),
        (Annotated[int, Field(le=64)], 65, "should be 64 or less"),
        (Literal["auto"] | bool, "perhaps", "should be 'auto' or true or false"),
        (tuple[str, ...], "one", "should be a list, such as [one, another]"),
        (Annotated[str, Field(min_length=1)], "", "should not be empty"),
        (Annotated[str, matching("^k", "should begin with a k")], "pot", "should begin with a k"),
        (bytes, 1, "should be of another kind"),
    ],
)
def test_what_a_value_should_be_is_said_in_words_of_ours(kind: object, value: object, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    assert should_be(caught.value.errors()) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "empty"),
        ([1, None], "a list"),
        ({"a": None}, "a group of keys"),
        ("https://ada:swordfish@example.org/v1", "'https://…@example.org/v1'"),
        ("tea", "'tea'"),
    ],
)
def test_a_value_is_shown_as_its_writer_knows_it(value: object, said: str) -> None:
    assert describe_value(value) == said


def test_a_long_value_is_cut() -> None:
    assert len(describe_value("x" * 5000)) == 60
