"""Labelled data is read strictly: every row is whole, and a wrong one is named by its line."""

from __future__ import annotations

import pytest

from broadsheet.errors import ReadingError
from broadsheet.evaluation.labelled import (
    read_claims,
    read_grouped,
    read_labelled,
    read_papers,
)
from places import EXAMPLES


@pytest.mark.parametrize("text", ['{"title": "T", "abstract": "A."}', '{"title": "T", "track": "one"}', ""])
def test_papers_that_nobody_sorted_are_refused(text):
    with pytest.raises(ReadingError, match="x"):
        read_grouped(text, name="x")


SAMPLE = EXAMPLES / "labelled.jsonl"


ROWS = read_labelled(SAMPLE.read_text(encoding="utf-8"), name="labelled.jsonl")


def test_rows_come_with_sentences_or_an_abstract_and_one_or_more_references():
    text = '{"title": "T", "source": ["One.", "Two."], "target": ["own", "other"]}\n\n{"abstract": "A.", "tldr": "b"}\n'
    one, two = read_labelled(text, name="x")
    assert (one.paper.abstract, one.references) == ("One. Two.", ("own", "other"))
    assert (two.paper.title, two.references) == ("", ("b",))


@pytest.mark.parametrize(
    "line", ["[]", "{", '{"abstract": "A."}', '{"tldr": "b"}', '{"abstract": "A.", "tldr": 3}', ""]
)
def test_a_wrong_row_is_named_by_its_line(line):
    good = '{"abstract": "A.", "tldr": "b"}\n' if line else ""
    with pytest.raises(ReadingError, match=r"x, line 2|no row"):
        read_labelled(good + line, name="x")


def test_claims_find_their_papers():
    papers = read_papers('{"paper_id": "p", "title": "T", "abstract": "A."}', name="x")
    rows = '{"paper_id": "p", "tldr": "t", "label": 0, "kind": "swap"}\n{"abstract": "B.", "tldr": "t", "label": 1}'
    one, two = read_claims(rows, name="x", papers=papers)
    assert (one.paper.title, one.true, one.kind) == ("T", False, "swap")
    assert (two.paper.abstract, two.true, two.kind) == ("B.", True, "other")
    with pytest.raises(ReadingError, match="line 1"):
        read_claims('{"paper_id": "q", "tldr": "t", "label": 0}', name="x", papers=papers)
