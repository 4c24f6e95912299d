"""What the branches of the configuration are made of: their base, and the kinds of value that several hold."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]
MailAddress = Annotated[str, Field(pattern=r"^[!-?A-~]+@[!-?A-~]+$")]


class Branch(BaseModel):
    """A branch of the tree: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def expand(path: Path) -> Path:
    """A path with the home folder for `~`; one of an unknown user stays as it is."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's own raises for an unknown user


def split(value: Any) -> Any:
    """`md,html`, as an environment variable holds a list; anything else is left for pydantic to judge."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


UserPath = Annotated[Path, AfterValidator(expand)]
