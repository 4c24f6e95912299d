"""A site on loopback whose services and addresses hold papers on kettles, and a configuration that asks no other."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from commands import LISTING, write
from listing_samples import workbook_of
from site_of_ours import Call, Said, Site, json_of, papers, settings

EMPTY_FEED = '<rss version="2.0"><channel><title>cs.CL</title></channel></rss>'


def answer(call: Call) -> Said:
    if call.path == "/works":
        rows = papers(0, int(call.query["rows"]) if "limited" not in call.query.get("query", "") else 7)
        return json_of({"message": {"items": rows[:7], "total-results": 7, "next-cursor": "x"}})
    if call.path == "/listing":
        return Said(LISTING)
    if call.path.startswith("/rss/"):
        return Said(EMPTY_FEED)
    if call.path == "/papers.xlsx":
        rows = [["Title", "Abstract"], ["Kettles at Sea", "They rust there."], ["Kettles on Land", "They rest there."]]
        return Said(workbook_of(rows))
    if call.path == "/paper":
        return Said(b"%PDF-1.7 kettles")
    return Said("", 404)


@contextlib.contextmanager
def kettle_site() -> Iterator[Site]:
    """The site while the block runs, with its `config.yaml` in the current folder."""
    with Site(answer) as site:
        fetch = settings(site, attempts=1).model_dump(mode="json")
        write(json.dumps({"fetch": fetch}), "config.yaml")
        yield site
