"""Every paper of a digest under exactly one theme, whatever its themes say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from broadsheet.models import Digest, Theme
from broadsheet.rendering.labels import Labels

Item = TypeVar("Item")


def partition(digest: Digest, items: Mapping[str, Item], labels: Labels) -> Iterator[tuple[Theme, dict[str, Item]]]:
    """Each theme that has any of the items, with its own by paper key.

    A key counts where it is named first. The honest theme of others stands last, and behind it a further one of
    what no theme names.
    """
    waiting = dict(items)
    for theme in sorted(digest.themes, key=lambda theme: theme.other):
        own = {key: waiting.pop(key) for key in theme.paper_keys if key in waiting}
        if own:
            yield theme, own
    if waiting:
        yield Theme(title=labels.further, paper_keys=tuple(waiting), other=True), waiting
