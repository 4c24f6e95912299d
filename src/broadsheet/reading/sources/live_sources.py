"""The live sources by the name that stands before the colon: a new one is a file beside this, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from broadsheet.reading.sources import (
    acl,
    arxiv,
    biorxiv,
    crossref,
    hugging_face,
    openalex,
    openreview,
    pubmed,
    semantic_scholar,
)
from broadsheet.reading.sources.requests import LiveSource

LIVE_SOURCES: Mapping[str, LiveSource] = {
    "arxiv": arxiv.SOURCE,
    "hf": hugging_face.SOURCE,
    "biorxiv": biorxiv.BIORXIV,
    "medrxiv": biorxiv.MEDRXIV,
    "openreview": openreview.SOURCE,
    "openalex": openalex.SOURCE,
    "s2": semantic_scholar.SOURCE,
    "crossref": crossref.SOURCE,
    "pubmed": pubmed.SOURCE,
    "acl": acl.SOURCE,
}
