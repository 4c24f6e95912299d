"""Rows become shards by their content alone, and repetitions are those that `read` finds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from broadsheet.bulk.cut import read_cut, read_shard, shard_of
from broadsheet.bulk.folder import BulkFolder
from broadsheet.errors import NoPapers, StateError
from broadsheet.models import Paper
from broadsheet.reading.listing import read_inputs
from bulk_rows import cut_files, papers_of, rows, write_rows

_TITLES = [
    "On wet knots",
    "Editorial",
    "On wet knots: a longer title of many words",
    "Tidal bread and its crumb",
    "Reply",
]
_ABSTRACTS = [
    "",
    "Knots were wetted and pulled in the harbour of Nowhere.",
    "Bread rises with the tide, or it does not.",
]
RECORDS = some.lists(
    some.fixed_dictionaries(
        {"title": some.sampled_from(_TITLES)},
        optional={
            "abstract": some.sampled_from(_ABSTRACTS),
            "authors": some.sampled_from([["Ada Ash"], ["Bo Beech", "Ada Ash"], ["Cy Cedar"]]),
            "doi": some.sampled_from(["10.5555/a", "10.5555/b", "10.1101/c", "10.1101/c.v2"]),
            "arxiv_id": some.sampled_from(["2401.00001", "2401.00002v2"]),
            "pmid": some.sampled_from(["11", "12"]),
            "venue": some.sampled_from(["Journal of Rope", "Bakery Letters"]),
            "date": some.sampled_from(["2026-01-02", "2026-02-03"]),
        },
    ),
    min_size=1,
    max_size=14,
)


def told(papers: list[Paper]) -> list[Paper]:
    """Papers without what a bulk run keeps otherwise, in the order of their keys: `read` takes one line for JSON."""
    bare = [paper.model_copy(update={"raw_title": "", "raw_abstract": "", "line": None}) for paper in papers]
    return sorted(bare, key=lambda paper: paper.key)


@given(RECORDS, RECORDS)
def test_the_same_rows_are_taken_for_repetitions_as_by_read(tmp_path_factory, first, second):
    place = tmp_path_factory.mktemp("cut")
    names = [write_rows(one, f"{place}/{name}.jsonl") for one, name in ((first, "a"), (second, "b"))]
    listing = read_inputs(names)
    cut = cut_files(*names, out=f"{place}/out", rows=3)
    assert told(papers_of(cut, f"{place}/out")) == told(list(listing.papers))
    assert cut.duplicates == len(listing.duplicates)
    assert cut.received == len(first) + len(second) == cut.papers + cut.duplicates + cut.failed


def test_the_order_and_the_division_of_files_do_not_move_a_paper():
    told = rows(40)
    write_rows(told[:25], "a.jsonl")
    write_rows(told[25:], "b.jsonl")
    write_rows(reversed(told), "whole.jsonl")
    cut_files("a.jsonl", "b.jsonl", out="parts")
    cut_files("whole.jsonl", out="whole")
    first, second = (
        [[paper.key for paper in read_shard(BulkFolder(Path(out)), shard)] for shard in range(4)]
        for out in ("parts", "whole")
    )
    assert first == second
    assert all(keys == sorted(keys) and len(keys) >= 3 for keys in first)
    assert {shard_of(key, 4) for key in first[2]} == {2}


def test_the_same_rows_are_the_same_bytes():
    write_rows([*rows(30), *rows(10)])
    one, other = cut_files("papers.jsonl", out="one"), cut_files("papers.jsonl", out="other")
    assert one == other
    assert one.duplicates == 10
    for path in Path("one/papers").iterdir():
        assert path.read_bytes() == Path("other/papers", path.name).read_bytes()


def test_a_folder_keeps_its_number_of_shards_when_papers_come():
    before = cut_files(write_rows(rows(30)))
    after = cut_files(write_rows(rows(60)))
    assert len(before.shards) == len(after.shards) == 3
    assert after.papers == 60
    assert read_cut(BulkFolder(Path("out"))) == after


def test_rows_that_are_no_papers_are_counted_and_told():
    Path("papers.jsonl").write_text(json.dumps(rows(1)[0]) + '\n{"title": \n{"abstract": "No title"}\n')
    cut = cut_files("papers.jsonl")
    assert (cut.received, cut.failed, cut.papers) == (3, 2, 1)


def test_nothing_stays_of_a_cut_without_papers():
    Path("papers.jsonl").write_text('{"abstract": "a"}\n{"abstract": "b"}\n')
    with pytest.raises(NoPapers, match=r"papers\.jsonl, line 1: it has no title"):
        cut_files("papers.jsonl")
    assert [path.name for path in Path("out").iterdir() if path.is_dir()] == ["papers"]
    assert read_cut(BulkFolder(Path("out"))) is None


def test_a_damaged_shard_is_named():
    cut_files(write_rows(rows(5)))
    Path("out/papers/00000.jsonl.gz").write_bytes(gzip.compress(b"{}\n"))
    with pytest.raises(StateError, match=r"00000\.jsonl\.gz: cannot be read"):
        read_shard(BulkFolder(Path("out")), 0)


def test_a_cut_of_another_version_is_named():
    Path("out").mkdir()
    Path("out/cut.json").write_text('{"form": 99}')
    with pytest.raises(StateError, match=r"cut\.json: is no cut of this version"):
        read_cut(BulkFolder(Path("out")))
