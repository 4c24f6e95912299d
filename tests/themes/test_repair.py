"""Groups that a model made become groups one can print: every paper in one, none alone, none too large."""

from __future__ import annotations

from broadsheet.themes.answers import Group
from broadsheet.themes.repair import repair_groups
from corpora import corpus_of
from invented_papers import invent

PAPERS = invent(24)


def test_a_group_without_company_is_no_group():
    housed = repair_groups(corpus_of(PAPERS), [Group(keys=(PAPERS[0].key,), title="Alone")])
    assert (housed.groups, len(housed.homeless)) == ((), 24)
