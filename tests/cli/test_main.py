"""`broadsheet digest` as a person uses it: what is printed where, what is written, and how each failure ends."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from commands import LISTING, digest_json, names, run, write
from loopback import ModelServer, complete, refuse, write_faithfully


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


def test_a_listing_becomes_four_files_and_an_account(listing):
    result = run("digest", listing)
    assert (result.exit_code, result.stderr) == (0, "")
    assert names("digest") == ["digest.html", "digest.json", "digest.md", "digest.txt"]
    assert "Papers     3 found, no duplicates, 3 digested\n" in result.stdout
    assert "Not read   1 fragment was not understood (line 1); see digest.json\n" in result.stdout
    assert "TL;DRs     3 extracted from the abstracts\n" in result.stdout
    assert "Usage      0 calls, 0 tokens, $0.00, " in result.stdout
    assert "Files      digest/digest.md\n" in result.stdout
    assert "`--backend ollama --model NAME`" in result.stdout


@pytest.mark.parametrize("arguments", [["digest"], ["digest", "-"]])
def test_a_listing_is_read_from_standard_input(arguments):
    assert run(*arguments, stdin=LISTING).exit_code == 0
    assert digest_json()["sources"] == [{"name": "-", "format": "pasted text", "papers": 3, "why": ""}]


def test_flags_reach_the_digest(listing):
    note = write("A *note* of ours.", "note.md")
    flags = ["--title", "Friday", "--note", note, "--themes", "1", "--out", "a/b", "--format", "json"]
    result = run("digest", listing, *flags)
    assert result.exit_code == 0, result.stderr
    assert names("a/b") == ["digest.json"]
    made = digest_json("a/b")
    assert (made["title"], made["note"], len(made["themes"])) == ("Friday", "A *note* of ours.", 1)


def test_formats_are_a_list_or_flags_of_their_own(listing):
    assert run("digest", listing, "--format", "md, html", "--format", "txt,md").exit_code == 0
    assert names("digest") == ["digest.html", "digest.md", "digest.txt"]


def test_without_digest_json_the_account_points_to_read(listing):
    assert "not understood (line 1); see `broadsheet read`" in run("digest", listing, "--format", "md").stdout


def test_quiet_says_nothing(listing):
    result = run("digest", listing, "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert Path("digest/digest.md").is_file()


def test_the_configuration_of_the_folder_counts(listing):
    write("title: Mine\noutput: {folder: mine, formats: [json]}\n", "config.yaml")
    assert run("digest", listing).exit_code == 0
    assert digest_json("mine")["title"] == "Mine"


def test_the_users_template_is_used(listing):
    write("{{ page.title }} by hand\n", "templates/digest.md")
    write("title: Mine\n", "config.yaml")
    assert run("digest", listing).exit_code == 0
    assert Path("digest/digest.md").read_text() == "Mine by hand\n"


# With a model.


def test_a_model_writes_and_the_account_says_what_it_took(listing):
    with ModelServer() as server:
        server.write_config(Path("config.yaml"), prices={"*": {"prompt": 10, "completion": 100}})
        result = run("digest", listing)
        assert result.exit_code == 0, result.stderr
    calls = len(server.calls)
    assert "TL;DRs     3 written\n" in result.stdout
    assert "Model      plain-8b (near)\n" in result.stdout
    usage = f"{calls} calls, {120 * calls} tokens ({100 * calls} in, {20 * calls} out), ${0.003 * calls:.4f}, "
    assert f"Usage      {usage}" in result.stdout
    assert "built-in engine" not in result.stdout
    assert "TL;DRs: 3 of 3" in result.stderr


def test_a_model_without_a_price_says_so(listing):
    with ModelServer() as server:
        server.write_config(Path("config.yaml"))
        assert "no price configured" in run("digest", listing).stdout


def test_a_tldr_the_model_did_not_deliver_is_counted_with_the_reason(listing):
    def forget(call: dict) -> tuple:
        written = json.loads(write_faithfully(call))
        return complete(json.dumps({"papers": [p for p in written.get("papers", []) if "rattl" not in p["tldr"]]}))

    with ModelServer(forget) as server:
        server.write_config(Path("config.yaml"))
        result = run("digest", listing)
    assert result.exit_code == 0, result.stderr
    assert "TL;DRs     2 written, 1 extracted from the abstracts (1 after the model failed)\n" in result.stdout
    assert "           1 TL;DR was taken from the abstract: " in result.stdout


def test_verbose_logs_to_stderr_and_shows_no_key(listing, monkeypatch):
    monkeypatch.setenv("NEAR_PASS", "a-very-secret-word")
    with ModelServer(lambda call: refuse(401, "wrong key a-very-secret-word")) as server:
        server.write_config(Path("config.yaml"), key_env="NEAR_PASS")
        result = run("digest", listing, "--verbose")
    assert result.exit_code == 7
    assert "broadsheet.cli: read 3 papers, 1 fragments" in result.stderr
    assert "Traceback" in result.stderr
    assert "very-secret" not in result.output


# Bad input: one sentence, its own exit code, nothing half-written.

MINE = {"config.yaml": "title: Mine\n"}
UNDEFINED = "{{ page.titel }}\n"
BROKEN = "{% for paper in page %}\n"


@pytest.mark.parametrize(
    ("code", "says", "files", "arguments"),
    [
        (3, "empty.txt is empty", {"empty.txt": " \n\n"}, ["empty.txt"]),
        (3, "noise.bin is no text", {"noise.bin": "\x7fELF\2\1\1 ok" * 200}, ["noise.bin"]),
        (3, "there is no file missing.txt", {}, ["missing.txt"]),
        (4, "no paper", {"none.txt": "Subscribe\n\nMenu\n"}, ["none.txt"]),
        (5, "config.yaml, line 2: unknown key `thems`", {"config.yaml": "title: x\nthems: 3\n"}, ["listing.txt"]),
        (5, "config.yaml: there is no such file", {}, ["listing.txt", "--config", "no/config.yaml"]),
        (5, "there is no backend 'olama' (did you mean `ollama`?)", {}, ["listing.txt", "--backend", "olama"]),
        (5, "the backend openrouter names no model", {}, ["listing.txt", "--backend", "openrouter"]),
        (7, "set the environment variable OPENAI_API_KEY", {}, ["listing.txt", "--backend", "openai"]),
        (8, "templates/digest.md, line 1: ", {**MINE, "templates/digest.md": UNDEFINED}, ["listing.txt"]),
        (8, "templates/digest.txt, line ", {**MINE, "templates/digest.txt": BROKEN}, ["listing.txt"]),
        (9, "the output folder taken is a file", {"taken": "x"}, ["listing.txt", "--out", "taken"]),
        (2, "--themes cannot be '0'", {}, ["listing.txt", "--themes", "0"]),
        (2, "--batch-size cannot be 'many'", {}, ["listing.txt", "--batch-size", "many"]),
        (2, "--format cannot be 'pdf'", {}, ["listing.txt", "--format", "md,pdf"]),
        (3, "note.md: cannot be read", {}, ["listing.txt", "--note", "note.md"]),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence_and_its_own_exit_code(listing, code, says, files, arguments):
    for name, text in files.items():
        write(text, name)
    before = sorted(Path().rglob("*"))
    result = run("digest", *arguments)
    assert says in result.stderr
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith("broadsheet: ")
    assert result.stderr.count("\n") == 1
    assert sorted(Path().rglob("*")) == before


def test_a_server_that_is_not_there_is_said_with_its_address(listing):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        write(json.dumps({"backends": {"near": {"base_url": url}}}), "config.yaml")
        result = run("digest", listing, "--backend", "near", "--model", "m", "--quiet")
    assert (result.exit_code, result.stderr.count("\n")) == (6, 1)
    assert f"nobody answers at {url}" in result.stderr
    assert not Path("digest").exists()


@pytest.mark.parametrize(("status", "words"), [(401, "Incorrect key"), (404, "model not found")])
def test_a_server_that_refuses_ends_with_seven(listing, status, words):
    with ModelServer(lambda call: refuse(status, words)) as server:
        server.write_config(Path("config.yaml"))
        result = run("digest", listing, "--quiet")
    assert (result.exit_code, result.stderr.count("\n")) == (7, 1), result.stderr
    assert not Path("digest").exists()


@pytest.mark.parametrize("name", ["templates/digest.html", "prompts/summarise.txt", "prompts/name_theme_papers.txt"])
def test_a_broken_template_or_prompt_is_found_before_a_call_is_paid(listing, name):
    write("{{ nothing_of_that_name }}", name)
    with ModelServer() as server:
        server.write_config(Path("config.yaml"))
        result = run("digest", listing)
    assert (result.exit_code, server.calls) == (8, [])
    assert f"{name}, line 1: 'nothing_of_that_name' is undefined" in result.stderr


def test_a_style_and_further_forms_are_asked_for_by_name(listing):
    result = run("digest", listing, "--style", "journal", "--format", "html,atom,feed,bib,ris")
    assert (result.exit_code, result.stderr) == (0, "")
    assert names("digest") == ["digest.atom.xml", "digest.bib", "digest.feed.json", "digest.html", "digest.ris"]
    assert "A journal's table of contents" in Path("digest/digest.html").read_text()


def test_an_unknown_style_is_found_before_anything_is_written(listing):
    result = run("digest", listing, "--style", "jurnal")
    assert (result.exit_code, Path("digest").exists()) == (8, False)
    assert "there is no style 'jurnal': known are broadsheet, journal" in result.stderr
    assert run("digest", listing, "--style", "../etc").exit_code == 2


def test_a_mistake_of_ours_is_one_sentence_too(listing, monkeypatch):
    monkeypatch.setattr("broadsheet.api.digest", lambda *args, **kwargs: 1 / 0)
    result = run("digest", listing)
    assert result.exit_code == 1
    assert result.stderr == (
        "broadsheet: something unforeseen happened (ZeroDivisionError: division by zero); "
        "run again with --verbose for the traceback.\n"
    )


def test_what_steers_a_terminal_is_taken_out_of_messages():
    result = run("read", "evil\x1b]0;x\x07\u202e.txt")
    assert result.exit_code == 3
    assert "\x1b" not in result.stderr
    assert "\u202e" not in result.stderr


def test_an_edition_goes_on_with_the_last_one(listing):
    assert run("digest", listing, "--out", "one").exit_code == 0
    assert run("digest", listing, "--out", "two", "--last", "one/digest.json").exit_code == 0
    one, two = digest_json("one")["themes"], digest_json("two")["themes"]
    assert [theme["title"] for theme in two] == [theme["title"] for theme in one]
    assert {theme["status"] for theme in one} == {""}
    assert all(theme["status"] for theme in two)


def test_a_last_edition_that_is_none_is_refused(listing):
    result = run("digest", listing, "--last", listing)
    assert result.exit_code == 3
    assert "is no digest; name the digest.json that a run has written." in result.stderr
