from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.errors import OutputError
from broadsheet.rendering.write_files import (
    ELSEWHERE_ARCHIVE,
    check_folder,
    clear_editions,
    clear_pages,
    write_files,
)

RENDERINGS = {"digest.md": "# Tides\n", "digest.txt": "Tides – 東京\n"}


@pytest.fixture
def a_file(tmp_path: Path) -> Path:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    return file


@contextlib.contextmanager
def no_room() -> Iterator[None]:
    """A system that lets no file grow beyond 1,000 bytes, as a full disk would."""
    resource = pytest.importorskip("resource", reason="file size limits are a thing of Unix")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_files_are_written_whole_and_named_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "digest"
    assert write_files(RENDERINGS, folder) == [folder / "digest.md", folder / "digest.txt"]
    assert (folder / "digest.txt").read_bytes() == "Tides – 東京\n".encode()
    assert sorted(path.name for path in folder.iterdir()) == ["digest.md", "digest.txt"]


def test_files_of_an_earlier_run_are_replaced_and_others_left(tmp_path: Path) -> None:
    (tmp_path / "digest.md").write_text("old, and longer than the new one")
    (tmp_path / "notes.txt").write_text("mine")
    write_files(RENDERINGS, tmp_path)
    assert (tmp_path / "digest.md").read_text() == "# Tides\n"
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_who_reads_the_old_file_meanwhile_reads_it_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "digest.md").write_text("old")
    with (tmp_path / "digest.md").open() as reader:
        write_files(RENDERINGS, tmp_path)
        assert reader.read() == "old"


def test_files_get_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        (file,) = write_files({"digest.md": "x"}, tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_full_disk_leaves_the_old_files_and_no_half_of_the_new(tmp_path: Path) -> None:
    (tmp_path / "digest.md").write_text("old")
    with no_room(), pytest.raises(OutputError, match=r"no room .* free some space, or choose another with --out\.$"):
        write_files({"digest.md": "new", "digest.html": "x" * 5000}, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"digest.md": "old"}


def test_a_folder_in_the_place_of_a_file_stops_all_files(tmp_path: Path) -> None:
    (tmp_path / "digest.txt").mkdir()
    with pytest.raises(OutputError, match=r"digest\.txt is a folder where a file should be"):
        write_files(RENDERINGS, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["digest.txt"]


@pytest.mark.parametrize("act", [check_folder, lambda folder: write_files(RENDERINGS, folder)])
def test_a_file_in_the_place_of_the_folder_is_named(act, a_file: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OutputError, match=r"notes\.txt is a file: choose another with --out\."):
        act(a_file)
    with pytest.raises(OutputError, match="deep lies below a file: choose another"):
        act(a_file / "deep")
    assert a_file.read_text() == "mine"


def test_a_folder_that_takes_no_files_is_found_before_the_run() -> None:
    if not Path("/proc/self").exists():
        pytest.skip("needs /proc, where not even root may make a file")
    with pytest.raises(OutputError, match=r"/proc/digest.*choose another with --out"):
        check_folder(Path("/proc/digest"))


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b")
    check_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_forbidden_folder_is_explained(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write to a read-only folder")
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="you may not write to the output folder") as caught:
        check_folder(tmp_path)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.EACCES


def test_files_are_written_to_their_folders_in_order(tmp_path: Path) -> None:
    files = {"editions/001/index.html": "one", "editions/001/digest.md": "md", "index.html": "front"}
    written = write_files(files, tmp_path / "site")
    assert [path.relative_to(tmp_path / "site").as_posix() for path in written] == list(files)
    assert (tmp_path / "site/editions/001/digest.md").read_text() == "md"


def test_a_file_in_the_way_of_a_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "editions").write_text("in the way")
    with pytest.raises(OutputError, match=r"choose another under `edition\.archive`"):
        write_files({"editions/001/index.html": "one"}, tmp_path, elsewhere=ELSEWHERE_ARCHIVE)


def test_leftovers_go_and_what_others_put_there_stays(tmp_path: Path) -> None:
    write_files({"editions/001/index.html": "one", "editions/002/index.html": "two", "index.html": "front"}, tmp_path)
    (tmp_path / "editions/001/.index.html.abcd.part").write_text("half")
    (tmp_path / "CNAME").write_text("theirs")
    (tmp_path / "editions/notes").mkdir()
    clear_editions(tmp_path, {"editions/001"})
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["CNAME", "editions/001/index.html", "index.html"]
    assert (tmp_path / "editions/notes").is_dir()


def test_an_archive_that_is_not_there_has_no_leftovers(tmp_path: Path) -> None:
    clear_editions(tmp_path / "nowhere", set())
    assert not (tmp_path / "nowhere").exists()


def test_pages_of_an_earlier_run_go_and_other_files_stay(tmp_path: Path) -> None:
    pages = {"themes/index.js": "ours(1)", "themes/0001.html": "one", "themes/0002.html": "two"}
    first = write_files(pages, tmp_path)
    (tmp_path / "themes/notes.html").write_text("theirs")
    clear_pages(tmp_path / "themes", first[:2], index="index.js", begins="ours(")
    assert sorted(path.name for path in (tmp_path / "themes").iterdir()) == ["0001.html", "index.js", "notes.html"]
    clear_pages(tmp_path / "themes", [], index="index.js", begins="ours(")
    assert [path.name for path in (tmp_path / "themes").iterdir()] == ["notes.html"]


@pytest.mark.parametrize("files", [{"0001.html": "theirs"}, {"0001.html": "theirs", "index.js": "alert(1)"}, {}])
def test_a_folder_of_somebody_elses_keeps_its_numbered_pages(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    clear_pages(tmp_path, [], index="index.js", begins="ours(")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == files
    clear_pages(tmp_path / "nowhere", [], index="index.js", begins="ours(")


def test_no_file_takes_its_name_where_one_in_another_folder_cannot(tmp_path: Path) -> None:
    (tmp_path / "digest.html").mkdir()
    with pytest.raises(OutputError, match="is a folder where a file should be"):
        write_files({"themes/0001.html": "one", "digest.html": "front"}, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
