"""Merges several editions into one digest, for subscribers with fewer mails than there are editions. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.models import Account, Digest, Period, Theme
from broadsheet.themes.sections import keep_together

MOST_HIGHLIGHTS = 5


def merge_digests(digests: Sequence[Digest]) -> Digest:
    """The digest of the papers of all editions, given oldest first; themes with the same title are merged.

    Overview, note and title are those of the last edition, and its themes come first. A paper of two editions is taken
    from the later one.
    """
    last = digests[-1]
    if len(digests) == 1:
        return last
    newest_first = list(reversed(digests))
    papers = {paper.key: paper for digest in digests for paper in digest.papers}
    periods = [digest.period for digest in digests if digest.period]
    highlights = {item.paper_key: item for digest in newest_first for item in digest.highlights}
    return last.model_copy(
        update={
            "papers": tuple(papers.values()),
            "summaries": tuple({item.paper_key: item for digest in digests for item in digest.summaries}.values()),
            "matches": tuple({item.paper_key: item for digest in digests for item in digest.matches}.values()),
            "highlights": tuple(highlights.values())[:MOST_HIGHLIGHTS],
            "themes": _themes(newest_first),
            "map": (),
            "period": Period(first=min(p.first for p in periods), last=max(p.last for p in periods))
            if periods
            else None,
            "account": _sum([digest.account for digest in digests]),
            "fragments": tuple(fragment for digest in digests for fragment in digest.fragments),
        }
    )


def _themes(digests: Sequence[Digest]) -> tuple[Theme, ...]:
    """The distinct themes, with each paper in the first one that names it; "Other papers" is last."""
    kept: dict[str, Theme] = {}
    placed: set[str] = set()
    for digest in digests:
        for theme in digest.themes:
            own = tuple(key for key in theme.paper_keys if key not in placed)
            placed.update(own)
            name = "" if theme.other else theme.title.casefold()
            known = kept.get(name)
            kept[name] = (
                known.model_copy(update={"paper_keys": (*known.paper_keys, *own)})
                if known
                else theme.model_copy(update={"paper_keys": own})
            )
    return keep_together(theme for theme in kept.values() if theme.paper_keys)


def _sum(accounts: Sequence[Account]) -> Account:
    numbers = {
        name: sum(getattr(account, name) for account in accounts) for name in Account.model_fields if name != "why"
    }
    return Account(**numbers, why=tuple(dict.fromkeys(why for account in accounts for why in account.why)))
