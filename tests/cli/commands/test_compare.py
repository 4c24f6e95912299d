"""`broadsheet compare` as a person uses it: two servers and the built-in engine on one page, and how failures end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import LISTING, digest_json, names, run, write
from loopback import ModelServer, complete, refuse, write_faithfully


def shout(call: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """A second model: it writes as the first does, in other words, and invents a number for lids."""
    written = json.loads(write_faithfully(call))
    for paper in [written, *written.get("papers", [])]:
        if "tldr" in paper:
            paper["tldr"] = paper["tldr"].rstrip(".") + (
                " in 999 kitchens." if "lid" in paper["tldr"] else ", it is said."
            )
    return complete(json.dumps(written))


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ModelServer, ModelServer]]:
    """Two servers with a price, `near` and `far`, which are asked about one paper after the other."""
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", "kept")
    with ModelServer() as near, ModelServer(shout) as far:
        configure({"near": near.url, "far": far.url})
        yield near, far


def configure(urls: dict[str, str], **more: Any) -> None:
    price = {"*": {"prompt": 1.0, "completion": 4.0}}
    fields = {"model": "plain-8b", "context": 8192, "batch_size": 1, "concurrency": 1, "prices": price, **more}
    tree = {"llm": {"attempts": 1}, "backends": {name: {"base_url": url, **fields} for name, url in urls.items()}}
    write(json.dumps(tree), "config.yaml")


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


THREE = ("--backend", "built-in", "--backend", "near", "--backend", "far")


def compared(folder: str = "comparison") -> dict[str, Any]:
    return json.loads(Path(folder, "comparison.json").read_text(encoding="utf-8"))


def test_each_writer_stands_under_each_paper_with_what_it_took(listing, servers):
    done = run("compare", listing, *THREE, "--format", "html,md,json")
    assert done.exit_code == 0, done.stderr
    assert names("comparison") == ["comparison.html", "comparison.json", "comparison.md"]
    made = compared()
    built_in, near, far = made["writers"]
    assert [writer["name"] for writer in made["writers"]] == ["built-in engine", "plain-8b (near)", "plain-8b (far)"]
    assert built_in["account"]["extracted"] == near["account"]["written"] == 3
    assert built_in["usage"]["calls"] == 0
    assert near["usage"]["calls"] == len(servers[0].calls) == 3
    assert far["usage"]["calls"] == len(servers[1].calls)
    assert far["usage"]["money"] == pytest.approx(len(servers[1].calls) * 0.00018)
    keys = [paper["key"] for paper in made["papers"]]
    assert all([summary["paper_key"] for summary in writer["summaries"]] == keys for writer in made["writers"])
    page = Path("comparison/comparison.html").read_text(encoding="utf-8")
    assert page.count('<article class="paper"') == 3
    assert page.count("<h3") == 9
    assert "plain-8b (near)\n           3 written; " in done.stdout
    assert "TL;DRs: 9 of 9" in done.stderr


def test_a_refused_tldr_is_shown_extracted_with_the_reason(listing, servers):
    run("compare", listing, *THREE, "--format", "json,terminal")
    far = compared()["writers"][2]
    refused = [summary for summary in far["summaries"] if summary["method"] == "extracted"]
    assert far["account"]["failed"] == len(refused) >= 1
    shown = run("compare", listing, *THREE, "--format", "terminal", "--quiet").stdout
    assert "999" not in "".join(summary["tldr"] for summary in far["summaries"])
    assert "Extracted, because '999'" in " ".join(shown.split())


def test_a_second_run_and_a_digest_ask_nobody_again(listing, servers):
    run("compare", listing, *THREE[:4], "--format", "json")
    calls = len(servers[0].calls)
    again = run("compare", listing, *THREE[:4], "--format", "json")
    assert len(servers[0].calls) == calls
    assert "3 of them answered in earlier runs" in again.stdout
    assert [summary["asked"] for summary in compared()["writers"][1]["summaries"]] == [0, 0, 0]
    run("digest", listing, "--backend", "near", "--format", "json")
    assert [summary["asked"] for summary in digest_json()["summaries"]] == [0, 0, 0]


def test_a_dry_run_says_what_it_would_take_and_asks_nobody(listing, servers):
    done = run("compare", listing, *THREE, "--dry-run", "--max-cost", "0.5")
    assert (done.exit_code, servers[0].calls, servers[1].calls) == (0, [], [])
    assert not Path("comparison").exists()
    assert "built-in engine\n           asks nobody and costs nothing\n" in done.stdout
    assert "Together   6 calls, about " in done.stdout
    assert "Caps       $0.5, for the whole" in done.stdout


def test_a_cap_is_shared_and_what_one_leaves_goes_to_the_next(listing, servers):
    done = run("compare", listing, "--backend", "near", "--backend", "far", "--max-calls", "5", "--format", "json")
    assert done.exit_code == 0, done.stderr
    near, _ = compared()["writers"]
    assert len(servers[0].calls) == near["account"]["written"] == 2
    assert len(servers[1].calls) == 3
    assert "the cap of 2 calls" in done.stdout


def test_a_cap_in_dollars_is_never_passed_by_all_together(listing, servers):
    run("compare", listing, "--backend", "near", "--backend", "far", "--max-cost", "0.001", "--format", "json")
    spent = sum(writer["usage"]["money"] for writer in compared()["writers"])
    assert 0 < spent <= 0.001


def test_a_sample_hangs_on_the_seed(listing, servers):
    done = run("compare", listing, *THREE[:4], "--limit", "2", "--seed", "3", "--format", "json")
    titles = [paper["title"] for paper in compared()["papers"]]
    assert "Papers     2 compared of 3, drawn with seed 3\n" in done.stdout
    run("compare", listing, *THREE[:4], "--limit", "2", "--seed", "3", "--format", "json", "--out", "again")
    assert [paper["title"] for paper in compared("again")["papers"]] == titles
    assert len(servers[0].calls) == 2


def test_papers_without_an_abstract_are_left_out_and_counted(servers):
    write(
        "@article{a, title={Spouts Without a Summary}}\n@article{b, title={Lids}, abstract={Lids rattle at 3 Hz.}}",
        "l.bib",
    )
    done = run("compare", "l.bib", *THREE[:4])
    assert "Papers     1 compared; 1 paper without an abstract left out\n" in done.stdout
    assert "1 paper without an abstract is left out." in Path("comparison/comparison.html").read_text(encoding="utf-8")


def test_papers_that_are_never_shown_are_left_out_and_counted(listing, servers, monkeypatch):
    monkeypatch.setenv("BROADSHEET_NEVER__WORDS", '["lid"]')
    done = run("compare", listing, *THREE[:4], "--format", "json")
    assert "Papers     2 compared; 1 never shown\n" in done.stdout
    assert "lid" not in " ".join(paper["title"].lower() for paper in compared()["papers"])


def test_a_blind_page_names_nobody_before_its_key(listing, servers):
    run("compare", listing, *THREE, "--blind", "--format", "html,md,terminal,json")
    for form in ("html", "md"):
        page = Path(f"comparison/comparison.{form}").read_text(encoding="utf-8")
        before, _, key = page.partition("Who wrote what\n" if form == "md" else "<summary>Who wrote what")
        assert not any(word in before for word in ("plain-8b", "built-in", "†", "Extracted", ">written", ">extracted"))
        assert key.count("built-in engine") == 4  # in the table, and under each paper


def test_two_models_of_one_backend_are_two_writers(listing, servers):
    done = run("compare", listing, "--backend", "near=plain-8b", "--backend", "near=plain-70b", "--format", "json")
    assert done.exit_code == 0, done.stderr
    assert [writer["engine"]["model"] for writer in compared()["writers"]] == ["plain-8b", "plain-70b"]
    assert {call["model"] for call in servers[0].calls} == {"plain-8b", "plain-70b"}


def test_a_recorded_comparison_plays_back_each_writer_its_own(listing, servers):
    run("compare", listing, *THREE, "--record", "tape", "--format", "json")
    told, calls = compared(), len(servers[0].calls)
    done = run("compare", listing, *THREE, "--replay", "tape", "--format", "json")
    assert done.exit_code == 0, done.stderr
    assert len(servers[0].calls) == calls
    assert [w["summaries"] for w in compared()["writers"]] == [w["summaries"] for w in told["writers"]]


@pytest.mark.parametrize(
    ("code", "says", "arguments"),
    [
        (2, "name two writers or more", ["--backend", "near"]),
        (2, "--backend near=plain-8b is named twice", ["--backend", "near", "--backend", "near=plain-8b"]),
        (2, "--format cannot be 'pdf'", [*THREE, "--format", "pdf"]),
        (2, "--max-cost cannot be 'much'", [*THREE, "--max-cost", "much"]),
        (3, "there is no file missing.txt", ["missing.txt", *THREE]),
        (4, "no paper", ["none.txt", *THREE]),
        (5, "there is no backend 'naer' (did you mean `near`?)", ["--backend", "naer", "--backend", "built-in"]),
        (5, "`backends.dear.prices`", ["--backend", "near", "--backend", "dear", "--max-cost", "1"]),
        (7, "set the environment variable FAR_KEY", ["--backend", "near", "--backend", "locked"]),
        (8, "templates/comparison.html, line 1", [*THREE, "--config", "own/config.yaml"]),
        (8, "prompts/summarise.txt, line 1", [*THREE, "--config", "told/config.yaml"]),
        (9, "the output folder taken is a file", [*THREE, "--out", "taken"]),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_the_code_of_a_digest_before_anybody_is_asked(
    listing, servers, code, says, arguments
):
    tree = json.loads(Path("config.yaml").read_text())
    plain = {"base_url": servers[1].url, "model": "plain-8b"}
    tree["backends"] |= {"dear": plain, "locked": {**plain, "key_env": "FAR_KEY"}}
    write(json.dumps(tree), "config.yaml")
    for folder, file in (("own", "templates/comparison.html"), ("told", "prompts/summarise.txt")):
        write(json.dumps(tree), f"{folder}/config.yaml")
        write("{{ nothing_of_that_name }}", f"{folder}/{file}")
    write("Subscribe\n\nMenu\n", "none.txt")
    write("x", "taken")
    inputs = [] if arguments[0].endswith(".txt") else [listing]
    done = run("compare", *inputs, *arguments)
    assert says in done.stderr
    assert done.exit_code == code, done.stderr
    assert done.stderr.count("\n") == 1
    assert (servers[0].calls, servers[1].calls, Path("comparison").exists()) == ([], [], False)


def test_a_writer_that_writes_nothing_is_on_the_page_and_gives_the_code_of_a_model(listing, servers):
    servers[0].reply = lambda call: complete("")
    done = run("compare", listing, *THREE[:4], "--out", "out")
    assert done.exit_code == 6, done.stderr
    assert "the model did not write any of the" in done.stderr
    assert Path("out/comparison.html").exists()


def test_a_writer_that_refuses_ends_the_run_and_the_others_answers_are_kept(listing, servers):
    servers[1].reply = lambda call: refuse(401, "wrong key")
    done = run("compare", listing, *THREE, "--quiet")
    assert (done.exit_code, done.stderr.count("\n")) == (7, 1)
    assert not Path("comparison").exists()
    calls = len(servers[0].calls)
    assert run("compare", listing, *THREE[:4], "--quiet").exit_code == 0
    assert len(servers[0].calls) == calls
