"""What is wrong with a value of the configuration, in words of ours and not in those of the library that checks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from broadsheet.text.lazy_regex import lazy_regex

_GROUP = "a group of keys"
_KINDS = {
    "model_type": _GROUP,
    "dict_type": _GROUP,
    "mapping_type": _GROUP,
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "path_type": "the path of a file or folder",
    "tuple_type": "a list, such as [one, another]",
    "list_type": "a list, such as [one, another]",
    "literal_error": "{expected}",
    "greater_than": "greater than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
    "string_too_long": "no longer than {max_length} characters",
    "too_long": "a list of no more than {max_length}",
}
_PASSWORD = lazy_regex(r"(?<=//)[^/@\s]*@")
_LONGEST = 60


def should_be(mistakes: Iterable[ErrorDetails]) -> str:
    """What a value should be, by all the library has against it: one for each kind that its key takes."""
    kinds = dict.fromkeys(_kind(mistake).removeprefix("should be ") for mistake in mistakes)
    said = " or ".join(kinds)
    return said if said.startswith("should") else f"should be {said}"


def describe_value(value: Any) -> str:
    """A value as a message shows it: short, and without a password in an address."""
    if value is None:
        return "empty"
    if isinstance(value, Mapping):
        return _GROUP
    if isinstance(value, list | tuple):
        return "a list"
    said = _PASSWORD.sub("…@", repr(value))
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def _kind(mistake: ErrorDetails) -> str:
    context = mistake.get("ctx", {})
    if mistake["type"] == "value_error":
        return str(context["error"])
    if mistake["type"] in ("string_too_short", "too_short"):
        return "should not be empty"
    return _KINDS.get(mistake["type"], "of another kind").format(**context)
