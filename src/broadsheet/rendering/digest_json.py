"""A digest as `digest.json`, in parts: the text of thousands of papers is never held as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.models import Digest

_LONG = ("summaries", "papers")
_EACH = 100


def dump_digest(digest: Digest) -> Iterator[str]:
    """What `digest.model_dump_json(indent=2)` gives, and the end of the last line."""
    before = "{\n"
    for name in Digest.model_fields:
        items = getattr(digest, name) if name in _LONG else ()
        if items:
            before += f'  "{name}": [\n'
            for begin in range(0, len(items), _EACH):
                some = digest.model_copy(update={name: items[begin : begin + _EACH]})
                yield before + _dump_field(some, name).removeprefix(f'  "{name}": [\n').removesuffix("\n  ]")
                before = ",\n"
            yield "\n  ]"
        else:
            yield before + _dump_field(digest, name)
        before = ",\n"
    yield "\n}\n"


def _dump_field(digest: Digest, name: str) -> str:
    return digest.model_dump_json(indent=2, include={name}).removeprefix("{\n").removesuffix("\n}")
