"""Editions as one digest: every paper once, under one theme, with the sums of what came in."""

from __future__ import annotations

from broadsheet.digests.merge import merge_digests
from broadsheet.models import Theme
from long_digest import long_digest
from sample_digest import DIGEST
from sectioned import sectioned_digest


def test_one_edition_is_itself() -> None:
    assert merge_digests([DIGEST]) is DIGEST


def test_editions_become_one_in_which_each_paper_stands_once() -> None:
    first = long_digest(20, themes=2)
    later = first.papers[3].model_copy(update={"title": "A second version"})
    themes = (
        Theme(title=first.themes[1].title.upper(), paper_keys=(later.key,)),
        Theme(title="Rest", paper_keys=(DIGEST.papers[0].key,), other=True),
        Theme(title="Plants", paper_keys=(DIGEST.papers[2].key,)),
    )
    papers = (later, DIGEST.papers[0], DIGEST.papers[2])
    second = DIGEST.model_copy(update={"papers": papers, "themes": themes})
    merged = merge_digests([first, second])
    placed = [key for theme in merged.themes for key in theme.paper_keys]
    assert sorted(placed) == sorted({paper.key for paper in (*first.papers, *papers)})
    assert len(merged.papers) == len(placed)
    assert next(paper.title for paper in merged.papers if paper.key == later.key) == "A second version"
    assert later.key in merged.themes[0].paper_keys
    assert len(merged.themes[0].paper_keys) == 1 + len(set(first.themes[1].paper_keys) - {later.key})
    assert [theme.title for theme in merged.themes if theme.other] == ["Rest"]
    assert merged.themes[-1].title == "Rest"
    assert merged.account.received == first.account.received + second.account.received
    assert (merged.title, merged.overview) == (second.title, second.overview)


def test_sections_stand_together_in_a_merged_digest_and_go_where_an_edition_has_none() -> None:
    first, second = sectioned_digest(), sectioned_digest(90)
    merged = merge_digests([first, second])
    assert [theme.section for theme in merged.themes] == ["Kitchen"] * 3 + ["Yard"] * 2 + [""]
    assert not any(theme.section for theme in merge_digests([DIGEST, first]).themes)
