"""A digest by a real model, replayed from recordings without a network."""

from __future__ import annotations

import re

import pytest

import recorded
from broadsheet.errors import ContextTooLong


@pytest.fixture(scope="module")
def digest():
    with recorded.cassette("digest"):
        return recorded.digest()


def test_a_real_model_writes_a_tldr_for_every_paper(digest):
    assert [summary.paper_key for summary in digest.summaries] == [paper.key for paper in recorded.LISTING.papers]
    assert digest.account.written + digest.account.extracted == 3
    assert digest.account.written >= 2
    assert digest.usage.prompt_tokens > 500


def test_each_written_tldr_speaks_of_its_own_paper(digest):
    tldrs = {summary.paper_key: summary.tldr.lower() for summary in digest.summaries}
    assert "scone" in tldrs["hash:scones"]
    assert "puddle" in tldrs["hash:puddles"]
    assert "gull" in tldrs["hash:gulls"]


def test_a_real_model_names_the_theme(digest):
    assert sorted(key for theme in digest.themes for key in theme.paper_keys) == sorted(
        paper.key for paper in recorded.LISTING.papers
    )
    titles = {paper.title for paper in recorded.LISTING.papers}
    assert all(theme.title and theme.title not in titles for theme in digest.themes)


def test_a_real_server_refuses_a_prompt_above_its_context():
    with recorded.cassette("too_long"):
        error = recorded.too_long()
    assert isinstance(error, ContextTooLong)


def test_a_changed_prompt_names_the_command_that_records_again():
    with (
        pytest.raises(AssertionError, match=re.escape(recorded.RECORD)),
        recorded.cassette("digest"),
    ):
        recorded.digest(temperature=1)


def test_no_cassette_holds_a_key():
    for path in recorded.FOLDER.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").lower()
        assert "authorization" not in text
        assert "bearer" not in text
