"""What the branches of the configuration are made of: their base, and the kinds of value that several hold."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from broadsheet.text.lazy_regex import lazy_regex

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]


class Branch(BaseModel):
    """A branch of the tree: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


def matching(pattern: str, said: str) -> AfterValidator:
    """Holds a text to a pattern, and says in words of ours what it should be."""

    def check(value: str) -> str:
        if re.search(pattern, value) is None:
            raise ValueError(said)
        return value

    return AfterValidator(check)


def expand(path: Path) -> Path:
    """A path with the home folder for `~`; one of an unknown user stays as it is."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's own raises for an unknown user


def split(value: Any) -> Any:
    """`md,html`, as an environment variable holds a list; anything else is left for pydantic to judge."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _check_variable(name: str) -> str:
    """Refuses what may be a secret itself; a name that is not set is taken where names are written like that."""
    if name in os.environ or (re.fullmatch(r"[A-Z_][A-Z0-9_]*", name) and not _LIKE_A_KEY.fullmatch(name)):
        return name
    raise ValueError("should name the environment variable that holds it, such as MY_API_KEY, never hold it itself")


_LIKE_A_KEY = lazy_regex(r"(?=[A-Z]*[0-9])[A-Z0-9]{16,}")
"""Capital letters and figures without any _, as some services make their keys."""
UserPath = Annotated[Path, AfterValidator(expand)]
Address = Annotated[str, matching(r"^https?://[^\s/]", "should begin with http:// or https://")]
MailAddress = Annotated[str, matching(r"^[!-?A-~]+@[!-?A-~]+$", "should be one mail address, such as ann@example.org")]
Variable = Annotated[str, AfterValidator(_check_variable)]
"""The name of an environment variable; what else stands there is never shown, since it may be the secret."""
NamedSecret = Annotated[Variable | None, BeforeValidator(lambda name: None if name == "" else name)]
"""The variable of a secret, where there is one: `""` names none."""
