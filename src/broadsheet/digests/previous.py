"""Reads an earlier digest back from its `digest.json`."""

from __future__ import annotations

from pathlib import Path

import pydantic

from broadsheet.errors import ReadingError
from broadsheet.models import Digest

LARGEST = 256 << 20
"""Bytes; a digest of 10,000 papers takes about 40 million."""
FILE = "digest.json"


def read_edition(path: Path) -> Digest:
    """The digest in a `digest.json`, given by its path or its folder; raises `ReadingError` where there is none."""
    file = path / FILE if path.is_dir() else path
    try:
        if file.stat().st_size > LARGEST:
            raise ReadingError(f"{file}: larger than 256 MiB, too long for a digest; name the digest.json of a run.")
        return Digest.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ReadingError(f"{file}: cannot be read ({error.strerror}); name the digest.json of a run.") from error
    except pydantic.ValidationError as error:
        where = ".".join(map(str, error.errors(include_url=False)[0]["loc"]))
        at = f" (at {where})" if where else ""
        raise ReadingError(f"{file}: is no digest{at}; name the digest.json that a run has written.") from error
