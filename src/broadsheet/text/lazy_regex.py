"""Regular expressions that are compiled when they are first used.

There are some 600 at the head of modules and a run uses less than half of them: to read a pasted listing, 66 of 315.
Compiled at import, they were a fifth of what a cold `broadsheet read` takes.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_PARTS = (
    *("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"),
    *("flags", "groups", "groupindex"),
)


def lazy_regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, as far as its methods go: `re.sub(it, …)` takes none.

    A mistake in the pattern shows when it is used; a test of the house compiles all there are.
    """
    return cast("re.Pattern[AnyStr]", LazyRegex(pattern, flags))


class LazyRegex:
    """Stands for a compiled pattern, and holds its methods as its own once one of them is asked for."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _PARTS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        self.__dict__.update((part, getattr(compiled, part)) for part in _PARTS)
        return self.__dict__[name]
