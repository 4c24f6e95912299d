"""Templates and prompts tried on invented papers: all of them are, and a mistake in one is named by its file."""

from __future__ import annotations

from broadsheet.digests.dry_run import PROMPT_VALUES, bare_digest, dry_run_prompts, rich_digest
from broadsheet.settings.resources import Resources, shipped_root


def test_every_shipped_prompt_is_rehearsed():
    shipped = {path.name for path in (shipped_root() / "prompts").iterdir()}
    assert set(PROMPT_VALUES) == shipped
    dry_run_prompts(Resources())


def test_the_rehearsed_digests_keep_the_rules_of_digests():
    for digest in (rich_digest(), bare_digest()):
        account, keys = digest.account, sorted(paper.key for paper in digest.papers)
        assert account.received == account.duplicates + account.left_out + account.digested
        assert account.digested == account.written + account.extracted + account.without_abstract == len(keys)
        assert sorted(key for theme in digest.themes for key in theme.paper_keys) == keys
        assert sorted(summary.paper_key for summary in digest.summaries) == keys
