"""A digest as it may be published: without advice to whoever runs it, and without where their files lie.

The command that made it tells them both, from the digest itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath

from broadsheet.models import Digest
from broadsheet.text.lazy_regex import lazy_regex

_FILE = lazy_regex(r"(?:file:|~[\w.-]*/|[A-Za-z]:[\\/]|\\\\|/)")
"""How the path of a file begins that says where it lies: from the root, a home folder, or as an address."""
_PATH = lazy_regex(
    r"(?<![\w:/.@?=&%#~-])(?:file://|~[\w.-]*|[A-Za-z]:(?=\\))?(?:[/\\](?:[\w.+*-]|@(?!\S*:))+){2,}[/\\]?"
)
_CLAUSE = lazy_regex(r"([;:]\s+|[.]\s+(?=[A-Z]))")
_ADVICE = lazy_regex(
    r"(?:(?:please|then|first|or|and)\s+)*(?:add|ask|check|choose|close|copy|correct|end|fetch|free|give|increase|install"
    r"|look|lower|move|name|narrow|open|paste|pull|put|raise|remove|run|save|see|set|shorten|split|start|take|try|unset"
    r"|update|use|wait|write)\b|.*`",
    re.IGNORECASE | re.DOTALL,
)
"""A clause that says what to do, or names a command or a key of the configuration."""


def publish_digest(digest: Digest) -> Digest:
    """The digest with the names of its files alone, and with reasons that give no advice."""
    return digest.model_copy(
        update={
            "papers": tuple(
                paper if name == paper.source else paper.model_copy(update={"source": name})
                for paper, name in ((paper, file_name(paper.source)) for paper in digest.papers)
            ),
            "fragments": tuple(each.model_copy(update={"source": file_name(each.source)}) for each in digest.fragments),
            "sources": tuple(
                each.model_copy(update={"name": file_name(each.name), "why": reason(each.why)})
                for each in digest.sources
            ),
            "summaries": tuple(
                each.model_copy(update={"why": reason(each.why)}) if each.why else each for each in digest.summaries
            ),
            "interests": tuple(file_name(each) for each in digest.interests),
            "account": digest.account.model_copy(update={"why": tuple(reason(why) for why in digest.account.why)}),
            "engine": digest.engine.model_copy(
                update={"model": file_name(digest.engine.model) if digest.engine.model else digest.engine.model}
            ),
        }
    )


def file_name(name: str) -> str:
    """The name of a file without its folders, where it says from the root on where it lies; any other as it is."""
    return _last(name) if _FILE.match(name) else name


def reason(why: str) -> str:
    """Why something is not as it should be, without paths and without the clauses that say what to do about it."""
    said, *rest = _CLAUSE.split(_PATH.sub(lambda found: _last(found[0]), why))
    advised = False
    for mark, clause in zip(rest[::2], rest[1::2], strict=True):
        advised = bool(_ADVICE.match(clause)) or (advised and mark.startswith(":"))  # its own reason goes with it
        if not advised:
            said += mark + clause
    return f"{said}." if why.endswith(".") and not said.endswith(".") else said


def _last(path: str) -> str:
    kind: Callable[[str], PurePosixPath | PureWindowsPath] = PureWindowsPath if "\\" in path else PurePosixPath
    return kind(path).name or path
