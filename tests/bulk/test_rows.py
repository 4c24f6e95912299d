"""Rows of every kind of file, one after the other; what cannot be read says why and stops nothing else."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from broadsheet.bulk import rows as reading
from broadsheet.bulk.rows import LONGEST_ROW, Failure, stream_rows
from broadsheet.models import Paper
from broadsheet.reading.listing import read_inputs
from bulk_rows import rows, write_rows
from commands import LISTING


def read(name: str) -> list[Paper | Failure]:
    return list(stream_rows(name, language="English"))


def titles(name: str) -> list[str]:
    return [row.title for row in read(name) if isinstance(row, Paper)]


def whys(name: str) -> list[tuple[str, int | None, str]]:
    return [(row.kind, row.line, row.why) for row in read(name) if isinstance(row, Failure)]


TOLD = rows(12)
TITLES = [row["title"] for row in TOLD]


def zstd(data: bytes) -> bytes:
    return pa.Codec("zstd").compress(data, asbytes=True)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
def test_json_lines_are_read_packed_or_not_whatever_they_are_called(pack):
    Path("papers.dat").write_bytes(pack("".join(json.dumps(row) + "\n" for row in TOLD).encode()))
    assert titles("papers.dat") == TITLES


def test_files_of_zstd_that_were_joined_are_read_to_their_end():
    halves = ["".join(json.dumps(row) + "\n" for row in part).encode() for part in (TOLD[:5], TOLD[5:])]
    Path("papers.jsonl.zst").write_bytes(b"".join(map(zstd, halves)))
    assert titles("papers.jsonl.zst") == TITLES


def test_parquet_is_read_with_lists_and_dates():
    told = [{**row, "authors": ["Ada Ash", "Bo Beech"], "published": "2026-03-01"} for row in TOLD]
    pq.write_table(pa.Table.from_pylist(told), "papers.parquet")
    found = [row for row in read("papers.parquet") if isinstance(row, Paper)]
    assert [paper.title for paper in found] == TITLES
    assert found[3].authors == ("Ada Ash", "Bo Beech")
    assert found[3].identifiers == {"doi": "10.5555/ash.3"}
    assert found[3].line == 4


def test_a_large_table_is_read_row_by_row_as_a_small_one_is_whole(monkeypatch):
    lines = ["title,abstract,doi", *(f'"{row["title"]}","{row["abstract"]}",{row["doi"]}' for row in rows(1500))]
    Path("papers.csv").write_text("\n".join(lines) + "\n")
    whole = read("papers.csv")
    monkeypatch.setattr(reading, "WHOLE", 1000)
    assert read("papers.csv") == whole
    assert len(whole) == 1500


def test_what_read_takes_is_taken():
    Path("kettles.txt").write_text(LISTING)
    assert titles("kettles.txt") == [paper.title for paper in read_inputs(["kettles.txt"]).papers]


def test_a_row_of_ten_megabytes_is_passed_over_and_the_next_one_read():
    long = {"title": "A book", "abstract": "word " * (2 * LONGEST_ROW)}
    write_rows([TOLD[0], long, TOLD[1]])
    assert titles("papers.jsonl") == TITLES[:2]
    assert whys("papers.jsonl") == [("row", 2, "it is longer than 1,048,576 bytes")]


def test_a_first_row_of_ten_megabytes_is_passed_over_as_well():
    write_rows([{"title": "A book", "abstract": "word " * (2 * LONGEST_ROW)}, TOLD[1]])
    assert titles("papers.jsonl") == TITLES[1:2]


def test_a_long_row_of_parquet_is_passed_over():
    told = [*TOLD[:2], {**TOLD[2], "abstract": "word " * LONGEST_ROW}]
    pq.write_table(pa.Table.from_pylist(told), "papers.parquet")
    assert titles("papers.parquet") == TITLES[:2]
    assert whys("papers.parquet") == [("row", 3, "it is longer than 1,048,576 bytes")]


def test_a_long_row_of_a_table_is_passed_over_whole_or_row_by_row(monkeypatch):
    lines = ["title,abstract", "A first title,knots", f"A book,{'word ' * LONGEST_ROW}", "A last title,bread"]
    Path("papers.csv").write_text("\n".join(lines) + "\n")
    assert titles("papers.csv") == ["A first title", "A last title"]
    monkeypatch.setattr(reading, "WHOLE", 1000)
    assert titles("papers.csv") == ["A first title", "A last title"]
    assert [(kind, line) for kind, line, _ in whys("papers.csv")] == [("row", 3)]


def test_parquet_without_titles_is_one_failure_that_names_its_columns():
    pq.write_table(pa.Table.from_pylist([{"id": 1, "text": "Knots."}]), "papers.parquet")
    assert whys("papers.parquet") == [("file", None, "it has no column of titles, only id, text")]


def test_a_broken_line_and_one_without_a_title_are_told_by_their_numbers():
    Path("papers.jsonl").write_text(f'{json.dumps(TOLD[0])}\n{{"title": \n\n{{"doi": "10.5555/x"}}\n')
    assert [line for _, line, _ in whys("papers.jsonl")] == [2, 4]
    assert whys("papers.jsonl")[1][2] == "it has no title"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PAR1 and nothing that belongs to it", "it cannot be read"),
        (gzip.compress(b'{"title": "a"}\n{"title": "b"}\n' * 90)[:60], "it cannot be read"),
        (b"\x1f\x8b\x08\x00" + b"no deflated bytes", "it cannot be read"),
        (b"\x00\x01\x02" * 500, "is no text in any encoding"),
        (b"", "is empty"),
        (b"wet knots\n" * 9, "it has no papers in it: "),
    ],
    ids=["parquet", "gzip", "gzip that is none", "binary", "empty", "prose"],
)
def test_a_damaged_file_is_one_failure_in_one_sentence(data, said):
    Path("papers.jsonl").write_bytes(data)
    (failure,) = [row for row in read("papers.jsonl") if isinstance(row, Failure)]
    assert failure.kind == "file"
    assert said in failure.why
    assert "\n" not in failure.why
    assert "papers.jsonl" not in failure.why


def test_a_file_that_is_not_there_is_a_failure():
    assert whys("gone.jsonl") == [("file", None, "it cannot be read (No such file or directory)")]


def test_a_record_of_an_identifier_alone_is_not_looked_up():
    Path("papers.json").write_text(json.dumps([{"title": "On knots", "doi": "10.5555/a"}, {"doi": "10.5555/b"}]))
    assert titles("papers.json") == ["On knots"]
    assert [why for _, _, why in whys("papers.json")] == ["it has no title"]
