"""The front matter of a Markdown file: a few fields in YAML that forges, Obsidian and site generators read."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence

import yaml

from broadsheet.rendering.text import plain
from broadsheet.text.lazy_regex import lazy_regex

KEY = "broadsheet"
"""The field that says which paper or theme a note is about, whatever its file is called."""
_HEAD = 16_384
_BLOCK = lazy_regex(r"\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_KEY_LINE = lazy_regex(rf"^{KEY}:[ \t]+(\S[^\r\n]*)", re.MULTILINE)

Value = str | int | dt.date | Sequence[str] | None


def front_matter(fields: Mapping[str, Value]) -> str:
    """The block between its lines of `---`; what is empty is left out, and no value can leave its field.

    Texts are JSON strings, which YAML reads alike in all its versions: a bare `1e3` or `yes` it does not.
    """
    lines = [f"{name}: {_scalar(value)}" for name, value in fields.items() if value not in (None, "", [], ())]
    return "\n".join(["---", *lines, "---", ""])


def _scalar(value: Value) -> str:
    if isinstance(value, str):
        return json.dumps(plain(value), ensure_ascii=False)
    if isinstance(value, Sequence):
        return f"[{', '.join(_scalar(one) for one in dict.fromkeys(value))}]"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def tag_of(title: str) -> str:
    """A title as a tag: letters, digits and hyphens, at least one of them no digit, as Obsidian asks for."""
    words = re.sub(r"[\W_]+", "-", plain(title).casefold()).strip("-")[:60].strip("-")
    return words if re.search(r"[^\d-]", words) else f"theme-{words}".rstrip("-")


def key_of_note(text: str) -> str | None:
    """The key that the front matter of a note gives, however an editor has quoted it; `None` where it gives none."""
    block = _BLOCK.match(text[:_HEAD])
    found = _KEY_LINE.search(block[1]) if block else None
    if found is None:
        return None
    try:
        value = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return value if isinstance(value, str) else None
