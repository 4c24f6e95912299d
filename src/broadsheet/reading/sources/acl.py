"""How the ACL Anthology is asked for papers by their ids, an entry each, and its answers are looked at. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadsheet.errors import UsageError
from broadsheet.reading.sources.requests import Asker, LiveSource, PageFault, Query, Request, ResultPage, SourcePlan
from broadsheet.text.lazy_regex import lazy_regex

_ID = lazy_regex(r"[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_-]{2,40}\.\d{1,5}", re.IGNORECASE)


def plan_acl(query: Query, ask: Asker) -> SourcePlan:
    """Papers by their ids, as they stand in the anthology's addresses: `2026.tea-1.1, P26-1001`."""
    ids = list(dict.fromkeys(re.split(r"[,\s]+", query.terms.strip(", "))))
    if not all(map(_ID.fullmatch, ids)):
        raise UsageError(f"{query.name[:200]} names no paper of the ACL Anthology: write `{SOURCE.example}`.")
    return plan_acl_papers(ids, ask)


def plan_acl_papers(ids: Sequence[str], ask: Asker) -> SourcePlan:
    """These papers, one request each."""
    first = _entry(ask.url("acl", ""), ids)
    nothing = "the ACL Anthology has no paper of that id"
    return SourcePlan("acl", "the ACL Anthology", first, nothing, len(ids), wanted=len(ids))


def _entry(url: str, ids: Sequence[str]) -> Request:
    def look(text: str) -> ResultPage:
        if not re.match(r"\s*@\w", text):
            raise PageFault("its answer is no BibTeX entry")
        return ResultPage(1, None, _entry(url, ids[1:]) if len(ids) > 1 else None)

    return Request(f"{url.rstrip('/')}/{ids[0]}.bib", look)


SOURCE = LiveSource("acl:2024.acl-long.1", (), plan_acl, ("acl",), "aclanthology.org", 1.0)
