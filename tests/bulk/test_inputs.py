"""Names stand for files, here or elsewhere, and a file that changes is another one."""

from __future__ import annotations

import gzip
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.spec import AbstractBufferedFile

from broadsheet.bulk.inputs import find_inputs, open_unpacked
from broadsheet.bulk.rows import stream_rows
from broadsheet.errors import NoPapers, ReadingError
from bulk_rows import rows, write_rows


def test_folders_and_patterns_stand_for_their_files_by_name():
    for name in ("b.jsonl", "a.jsonl", ".hidden"):
        Path("papers").mkdir(exist_ok=True)
        Path("papers", name).write_text("x")
    named = ["papers/a.jsonl", "papers/b.jsonl"]
    assert [one.name for one in find_inputs(["papers"])] == named
    assert [one.name for one in find_inputs(["papers/*.jsonl", "papers/a.jsonl"])] == [*named, named[0]]


def test_addresses_are_asked_through_fsspec():
    with fsspec.open_files(["memory://shelf/b.jsonl", "memory://shelf/a.jsonl"], "wb") as files:
        for file in files:
            file.write(b"wet knots")
    found = find_inputs(["memory://shelf/*.jsonl"])
    assert [one.name for one in found] == ["memory:///shelf/a.jsonl", "memory:///shelf/b.jsonl"]
    assert [one.name for one in find_inputs(["memory://shelf"])] == [one.name for one in found]
    with open_unpacked(found[0].name) as file:
        assert file.read() == b"wet knots"


def test_a_file_that_was_written_again_has_another_stamp():
    Path("a.jsonl").write_text("x")
    (before,) = find_inputs(["a.jsonl"])
    Path("a.jsonl").write_text("xy")
    (after,) = find_inputs(["a.jsonl"])
    assert before.name == after.name
    assert before.stamp != after.stamp


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("gone.jsonl", ReadingError, "there is no file gone.jsonl"),
        ("gone/*.jsonl", NoPapers, "no file matches gone/"),
        ("memory://none/*.jsonl", NoPapers, "no file matches memory://none/"),
        ("nowhere://a/b.jsonl", ReadingError, "cannot be looked at"),
    ],
)
def test_a_name_that_stands_for_nothing_is_told_before_anything_is_read(name, kind, said):
    with pytest.raises(kind, match=said.replace("*", r"\*")):
        find_inputs([name])


class _RemoteFile(AbstractBufferedFile):
    """As those of most stores: its lines are read whole, or not."""

    def _fetch_range(self, start, end):
        return Path(self.path).read_bytes()[start:end]


class _Store(fsspec.AbstractFileSystem):
    protocol = "store"

    def info(self, path, **_):
        return {"name": path, "size": Path(path).stat().st_size, "type": "file"}

    def _open(self, path, mode="rb", **_):
        return _RemoteFile(self, path, mode)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_lines_are_read_from_a_store_whose_files_have_their_own_way_with_lines(pack):
    fsspec.register_implementation("store", _Store, clobber=True)
    Path("a.jsonl").write_bytes(pack(Path(write_rows(rows(5))).read_bytes()))
    assert [row.title for row in stream_rows("store://a.jsonl", language="English")] == [
        row["title"] for row in rows(5)
    ]


def test_parquet_is_read_from_a_store():
    fsspec.register_implementation("store", _Store, clobber=True)
    pq.write_table(pa.Table.from_pylist(list(rows(5))), "a.parquet")
    assert len([row.title for row in stream_rows("store://a.parquet", language="English")]) == 5


class _NoKeyError(Exception):
    """As the libraries of some stores have: no `OSError`."""


class _LockedStore(fsspec.AbstractFileSystem):
    protocol = "locked"

    def info(self, path, **_):
        raise _NoKeyError("no key\nwas found")

    ls = glob = _open = info


def test_whatever_a_library_raises_for_an_address_is_one_sentence():
    fsspec.register_implementation("locked", _LockedStore, clobber=True)
    for name in ("locked://a/*.jsonl", "locked://a/b.jsonl"):
        with pytest.raises(ReadingError, match=r"cannot be looked at \(no key was found\): check the address"):
            find_inputs([name])
    (failure,) = stream_rows("locked://a/b.jsonl", language="English")
    assert failure.kind == "file"
    assert failure.why == "it cannot be read (no key was found)"
