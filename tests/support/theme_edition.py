"""An edition whose themes a later one continues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from broadsheet.models import Account, Digest, Paper, Theme

NOW = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


def edition(papers: Sequence[Paper], themes: Sequence[Theme]) -> Digest:
    return Digest(title="B", created=NOW, themes=tuple(themes), papers=tuple(papers), summaries=(), account=Account())
