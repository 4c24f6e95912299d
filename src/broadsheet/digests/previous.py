"""Reads an earlier digest back from its `digest.json`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pydantic

from broadsheet.errors import ReadingError
from broadsheet.models import Digest, Paper, Summary

LARGEST = 256 << 20
"""Bytes; a digest of 10,000 papers takes about 40 million."""
FILE = "digest.json"


_LONG: Mapping[str, type[Paper | Summary]] = {"papers": Paper, "summaries": Summary}


def _read_in_parts(file: Path) -> Digest:
    """A digest as it was written, whose long lists are read an item at a time; one in another layout is read whole.

    No line break stands inside a string of JSON, so that the indentation of a line tells what it is.
    """
    rest: list[str] = []
    found: dict[str, list[Paper | Summary]] = {name: [] for name in _LONG}
    with file.open(encoding="utf-8", newline="") as lines:
        name = ""
        begun: list[str] = []
        for line in lines:
            begun.append(line)
            if name and line.startswith("    }"):
                item = "".join(begun).rstrip().removesuffix(",")
                found[name].append(_LONG[name].model_validate_json(item))
                begun = []
            elif not name or line.startswith("  ]"):
                rest += begun
                begun = []
                name = next((one for one in _LONG if line.rstrip() == f'  "{one}": ['), "")
    read = Digest.model_validate_json("".join((*rest, *begun)))
    return read.model_copy(update={name: tuple(items) for name, items in found.items() if items})


def read_edition(path: Path) -> Digest:
    """The digest in a `digest.json`, given by its path or its folder; raises `ReadingError` where there is none."""
    file = path / FILE if path.is_dir() else path
    try:
        if file.stat().st_size > LARGEST:
            raise ReadingError(f"{file}: larger than 256 MiB, too long for a digest; name the digest.json of a run.")
        try:
            return _read_in_parts(file)
        except (pydantic.ValidationError, UnicodeDecodeError):
            return Digest.model_validate_json(file.read_bytes())  # says where in the whole it is wrong
    except OSError as error:
        raise ReadingError(f"{file}: cannot be read ({error.strerror}); name the digest.json of a run.") from error
    except pydantic.ValidationError as error:
        where = ".".join(map(str, error.errors(include_url=False)[0]["loc"]))
        at = f" (at {where})" if where else ""
        raise ReadingError(f"{file}: is no digest{at}; name the digest.json that a run has written.") from error
