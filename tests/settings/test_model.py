"""What a backend says of its model: its price, and whether it is asked elsewhere."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from broadsheet.settings.model import IN_PROCESS, LLM, Backend, Local, Price

DEAR, CHEAP = Price(prompt=3, completion=15), Price(prompt=1, completion=2)


def test_a_models_own_price_comes_before_that_of_all_others() -> None:
    backend = Backend(base_url="http://kettle.example", prices={"big": DEAR, "*": CHEAP})
    assert (backend.price_of("big"), backend.price_of("small")) == (DEAR, CHEAP)


def test_a_model_that_nobody_named_a_price_for_has_none() -> None:
    assert Backend(base_url="http://kettle.example", prices={"big": DEAR}).price_of("small") is None


def test_a_backend_is_in_this_process_only_where_it_says_so() -> None:
    assert Backend(base_url=IN_PROCESS).in_process
    assert not Backend(base_url="http://127.0.0.1:8080/v1").in_process


@pytest.mark.parametrize(
    ("branch", "values"),
    [
        (Price, {"prompt": -1, "completion": 0}),
        (LLM, {"max_cost": -0.01}),
        (LLM, {"temperature": 2.1}),
        (LLM, {"batch_size": 0}),
        (Backend, {"base_url": "http://kettle.example", "context": 511}),
        (Local, {"slots": 65}),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(branch: type[LLM], values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        branch.model_validate(values)


def test_a_cap_of_nothing_is_allowed() -> None:
    assert LLM(max_cost=0, max_calls=0).max_calls == 0
