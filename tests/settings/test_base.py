"""What every branch of the configuration shares: strict keys, home folders, lists in one value."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from broadsheet.settings.base import Branch, MailAddress, expand, split


class Kettle(Branch):
    litres: float = 1


def test_an_unknown_key_is_an_error_and_a_branch_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="litre"):
        Kettle.model_validate({"litre": 2})
    with pytest.raises(ValidationError, match="frozen"):
        Kettle().litres = 2  # type: ignore[misc]


def test_a_home_is_expanded_and_one_of_nobody_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/invented")
    assert expand(Path("~/tea")) == Path("/home/invented/tea")
    assert expand(Path("~nobody-9/tea")) == Path("~nobody-9/tea")


def test_one_value_with_commas_is_a_list_and_a_list_is_left_alone() -> None:
    assert split("md, html") == ["md", "html"]
    assert split(["md, html"]) == ["md, html"]


@pytest.mark.parametrize("text", ["ada", "ada@", "@kettle.example", "a b@kettle.example", "a@b@kettle.example", "ä@x"])
def test_an_address_of_mail_is_two_parts_of_plain_letters(text: str) -> None:
    address: TypeAdapter[str] = TypeAdapter(MailAddress)
    assert address.validate_python("ada@kettle.example") == "ada@kettle.example"
    with pytest.raises(ValidationError):
        address.validate_python(text)
