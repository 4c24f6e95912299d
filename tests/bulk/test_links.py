"""Rows that share anything, even through others, are of one group; others are alone."""

from __future__ import annotations

from pathlib import Path

from broadsheet.bulk.links import RowLinks, links_of
from broadsheet.models import Paper


def paper(title: str, **identifiers: str) -> Paper:
    return Paper(key=f"k:{title}", title=title, identifiers=identifiers)


def joined(*papers: Paper) -> list[int]:
    """The first row of each row's group."""
    links = RowLinks(Path())
    for row, one in enumerate(papers):
        links.add(row, links_of(one))
    groups = links.join(len(papers))
    assert [groups.is_alone(row) for row in range(len(papers))] == [
        sum(groups.first_of(other) == groups.first_of(row) for other in range(len(papers))) == 1
        for row in range(len(papers))
    ]
    return [groups.first_of(row) for row in range(len(papers))]


def test_an_identifier_a_title_and_a_chain_of_both_join_rows():
    rows = [
        paper("A study of wet knots", doi="10.5555/a"),
        paper("Tidal bread"),
        paper("Another name of the study", doi="10.5555/a", arxiv="2401.00001"),
        paper("Paper kites"),
        paper("A third name of it", arxiv="2401.00001"),
    ]
    assert joined(*rows) == [0, 1, 0, 3, 0]


def test_versions_of_a_preprint_are_of_one_group():
    assert joined(paper("One", doi="10.1101/x.v1"), paper("Two", doi="10.1101/x.v2")) == [0, 0]


def test_rows_of_one_key_are_of_one_group_for_keys_are_given_once():
    """`Reply` with two abstracts and one author: titles of different marks, and one key."""
    one = Paper(key="hash:1", title="Reply", abstract="Knots.")
    other = Paper(key="hash:1", title="Reply", abstract="Bread.")
    assert joined(one, other) == [0, 0]


def test_links_that_were_written_to_disk_count_as_well(tmp_path):
    links = RowLinks(tmp_path)
    for row in range(40_000):
        links.add(row, links_of(paper(f"Title number {row % 39_999} of a long list")))
    assert any(tmp_path.iterdir())
    groups = links.join(40_000)
    assert groups.members == 2
    assert groups.first_of(39_999) == 0
