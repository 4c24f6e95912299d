"""`broadsheet digest` as a person uses it: what is printed where, what is written, and how each failure ends."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import LISTING, digest_json, names, run, write
from kettle_site import kettle_site
from loopback import ModelServer, complete, paid_server, refuse, write_faithfully
from scripted import PAPER
from site_of_ours import Site
from small_model import NAME, needs_model


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


def test_notes_are_renewed_in_their_folder_beside_the_other_forms(listing):
    assert run("digest", listing, "--format", "obsidian,csl").exit_code == 0
    note = min(Path("digest/notes/papers").iterdir())
    note.rename("digest/notes/mine.md")
    mine = Path("digest/notes/mine.md")
    mine.write_bytes(mine.read_bytes() + b"\r\nmy words")
    result = run("digest", listing, "--format", "obsidian,csl")
    assert "Files      digest/digest.csl.json\n           digest/notes\n" in result.stdout
    assert mine.read_bytes().endswith(b"\r\nmy words")
    assert len(names("digest/notes/papers")) == 2


def test_what_is_watched_is_not_what_is_written(listing):
    result = run("digest", ".", "--out", ".", "--watch")
    assert result.exit_code == 2
    assert result.stderr == "broadsheet: --watch would see what it writes itself: choose another folder with --out.\n"


def test_a_page_that_is_not_written_is_not_opened(listing):
    result = run("digest", listing, "--open", "--format", "md")
    assert (result.exit_code, names(".")) == (2, ["listing.txt"])
    assert result.stderr == "broadsheet: --open shows digest.html: add html to --format.\n"


def test_papers_stand_under_their_authors_where_that_is_asked_for(listing):
    by_theme = run("digest", listing)
    by_author = run("digest", listing, "--by", "author")
    assert by_author.stdout.splitlines()[:4] == by_theme.stdout.splitlines()[:4]
    text = " ".join(Path("digest/digest.txt").read_text(encoding="utf-8").split())
    assert "By author: a paper of several stands once" in text


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


def test_an_unknown_flag_ends_with_two():
    result = run("digest", "--outt", "x")
    assert result.exit_code == 2
    assert "--out" in result.stderr


# Live sources and addresses.


@pytest.fixture
def site() -> Iterator[Site]:
    with kettle_site() as site:
        yield site


def test_a_digest_of_sources_addresses_and_files_names_each(site):
    done = run("digest", "crossref:kettles", f"{site.url}/listing?token=abcd1234", write(LISTING, "a.txt"))
    assert done.exit_code == 0, done.stderr
    sources = [(source["name"], source["papers"]) for source in digest_json()["sources"]]
    assert sources == [("crossref:kettles", 7), (f"{site.url}/listing?token=...", 3), ("a.txt", 3)]
    assert digest_json()["account"]["duplicates"] == 3
    assert "abcd1234" not in Path("digest/digest.html").read_text() + done.stdout + done.stderr


def test_a_source_with_nothing_says_why_and_makes_no_digest(site):
    done = run("digest", "arxiv:cs.CL")
    assert done.exit_code == 4
    said = "arxiv:cs.CL: waiting for arXiv\nbroadsheet: arxiv:cs.CL has no papers in it: arXiv announce"
    assert done.stderr.startswith(said)
    assert not Path("digest").exists()


def test_a_source_that_fails_ends_the_command_with_its_reason(site):
    done = run("digest", "hf:daily")
    assert done.exit_code == 3
    said = "broadsheet: hf:daily: Hugging Face has nothing at that address (404): check the name.\n"
    assert done.stderr == f"hf:daily: waiting for Hugging Face\n{said}"


def test_a_source_that_fails_among_others_is_told_of_and_the_rest_digested(site):
    done = run("digest", "hf:daily", "arxiv:cs.CL", "crossref:kettles")
    assert done.exit_code == 0
    assert "hf:daily: Hugging Face has nothing at that address (404): check the name." in done.stderr
    assert "Missing    hf:daily: Hugging Face has nothing" in done.stdout
    whys = [source["why"][:20] for source in digest_json()["sources"]]
    assert [bool(why) for why in whys] == [True, True, False]


# A model in this process.

IN_PROCESS = """
local: {threads: 1, slots: 2, context: 2048}
writing: {repairs: 0}
grouping: builtin
overview: false
"""


@pytest.fixture
def local(listing: str) -> None:
    """A configuration for a model in this process, beside the listing."""
    write(IN_PROCESS, "config.yaml")


@needs_model
@pytest.mark.usefixtures("local")
def test_a_digest_is_written_without_a_server_or_a_key():
    made = run("digest", "listing.txt", "--backend", "local", "--model", NAME)
    digest = digest_json()
    # What it says differs with the processor's arithmetic: on some machines no answer of the three passes the checks.
    assert made.exit_code == (0 if digest["account"]["written"] else 6), made.output
    assert digest["engine"]["backend"] == "local"
    assert len(digest["summaries"]) == len(digest["papers"]) == 3
    assert digest["usage"]["calls"] == 3
    assert digest["usage"]["completion_tokens"] > 0
    # So small a model often says what its abstract does not: then the abstract's own sentence stands there.
    assert digest["account"]["written"] + digest["account"]["failed"] == 3


@needs_model
@pytest.mark.usefixtures("local")
def test_a_model_that_is_not_there_is_named_with_what_to_do():
    missing = run("digest", "listing.txt", "--backend", "local", "--model", "nosuchmodel")
    assert missing.exit_code == 5
    assert "nosuchmodel" in missing.output
    assert "--model PATH.gguf" in missing.output


@needs_model
@pytest.mark.usefixtures("local")
def test_a_backend_without_a_model_asks_for_one():
    unnamed = run("digest", "listing.txt", "--backend", "local")
    assert unnamed.exit_code == 5
    assert "names no model" in unnamed.output


@needs_model
@pytest.mark.usefixtures("local")
def test_a_file_that_is_no_model_is_refused_before_anything_is_read():
    write("GIF89a", "picture.gguf")
    refused = run("digest", "nowhere.txt", "--backend", "local", "--model", "picture.gguf")
    assert refused.exit_code == 5
    assert "picture.gguf: is no GGUF file" in refused.output


# What a run takes: capped, remembered, recorded and played back.


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", "kept")
    with paid_server() as running:
        yield running


def test_a_second_run_asks_nobody_and_says_the_same(listing, server):
    run("digest", listing)
    first, calls = digest_json(), len(server.calls)
    again = run("digest", listing)
    assert again.exit_code == 0
    assert len(server.calls) == calls
    assert digest_json()["summaries"] == [summary | {"asked": 0} for summary in first["summaries"]]
    assert digest_json()["themes"] == first["themes"]


def test_one_new_paper_costs_one_paper(listing, server):
    run("digest", listing)
    calls = len(server.calls)
    new = "\n\nCounting Forks by Ear Alone\n\nForks ring when dropped. We count 40 forks by ear and miss two of them.\n"
    write(LISTING + new, listing)
    run("digest", listing)
    asked = [call["messages"][-1]["content"] for call in server.calls[calls:]]
    assert sum(len(PAPER.findall(prompt)) for prompt in asked) == 1


def test_another_batch_size_costs_nothing(listing, server):
    run("digest", listing)
    calls = len(server.calls)
    run("digest", listing, "--batch-size", "3")
    assert len(server.calls) == calls


def test_at_the_cap_the_rest_is_extracted_and_said(listing, server):
    done = run("digest", listing, "--max-calls", "2")
    assert done.exit_code == 0
    assert len(server.calls) == 2
    account = digest_json()["account"]
    assert (account["written"], account["extracted"]) == (2, 1)
    assert "the cap of 2 calls" in done.stdout


def test_no_money_means_no_call(listing, server):
    done = run("digest", listing, "--max-cost", "0")
    assert done.exit_code == 0
    assert server.calls == []
    assert "the cap of $0" in done.stdout


def test_a_cap_in_dollars_needs_a_price(listing, server):
    server.write_config(Path("config.yaml"))
    done = run("digest", listing, "--max-cost", "1")
    assert done.exit_code == 5
    assert "`backends.near.prices`" in done.stderr


def test_offline_uses_what_is_there(listing, server):
    run("digest", listing, "--max-calls", "1")
    done = run("digest", listing, "--offline")
    assert done.exit_code == 0
    assert len(server.calls) == 1
    assert digest_json()["account"]["written"] == 1
    assert "--offline asks nobody" in done.stdout


def test_a_recorded_run_plays_back_without_a_server(listing, server):
    run("digest", listing, "--record", "tape")
    told, calls = digest_json(), len(server.calls)
    done = run("digest", listing, "--replay", "tape", "--out", "again")
    assert done.exit_code == 0, done.stderr
    assert len(server.calls) == calls
    assert digest_json("again")["summaries"] == told["summaries"]
    assert digest_json("again")["themes"] == told["themes"]
    assert run("digest", listing, "--replay", "nowhere").exit_code == 5


def test_a_cache_that_is_switched_off_keeps_nothing(listing, server, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CACHE__USE", "false")
    run("digest", listing)
    calls = len(server.calls)
    run("digest", listing)
    assert len(server.calls) == 2 * calls


def test_a_corrupt_cache_is_set_aside_and_the_run_goes_on(listing, server):
    write("no database at all", "kept/answers.sqlite")
    done = run("digest", listing)
    assert done.exit_code == 0
    assert "set aside" in done.stderr
    assert digest_json()["account"]["written"] == 3


def thinks(call: dict) -> tuple:
    """A model whose thoughts take 600 tokens of its cap before it writes."""
    if call["max_tokens"] < 700:
        status, body = complete("")
        body["choices"][0]["finish_reason"] = "length"
        return status, body
    status, body = complete(write_faithfully(call))
    body["usage"] |= {"completion_tokens": 620, "completion_tokens_details": {"reasoning_tokens": 600}}
    return status, body


def test_a_model_that_thinks_has_room_is_remembered_and_planned_for(listing, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", "kept")
    with ModelServer(thinks) as server:
        server.write_config(Path("config.yaml"), prices={"*": {"prompt": 0, "completion": 1000}}, batch_size=1)
        assert "TL;DRs     3 written\n" in run("digest", listing).stdout
        server.calls.clear()
        planned = run("plan", listing, "--language", "german")
        assert "Thinking   the model thinks before it answers: about 600 tokens a call, counted in" in planned.stdout
        assert "Money      about $2." in planned.stdout
        assert server.calls == []
        run("digest", listing, "--language", "german")
    assert all(call["max_tokens"] > 2048 for call in server.calls)


@pytest.mark.parametrize("ask_first", [True, False])
def test_what_doctor_finds_out_of_thoughts_counts_for_the_next_run(listing, monkeypatch, ask_first):
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", "kept")
    with ModelServer(thinks) as server:
        server.write_config(Path("config.yaml"))
        if ask_first:
            said = run("doctor", "--ask").stdout
            assert "Thinking" in said
            assert "calls have 2,048 tokens for that" in said
        server.calls.clear()
        assert run("digest", listing).exit_code == 0
    assert any(call["max_tokens"] < 700 for call in server.calls) is not ask_first


@pytest.mark.parametrize(
    ("reply", "code", "said"),
    [
        (lambda call: refuse(400, "nope"), 7, "the server refused"),
        (lambda call: complete(""), 6, "the model left it out"),
        (lambda call: complete("Error: the upstream is overloaded"), 6, "the model left it out"),
        (lambda call: complete(write_faithfully(call).replace("tldr", "x")), 6, "the model left it out"),
        (lambda call: (200, {"choices": [{"message": {"tool_calls": [{}]}}]}), 6, "called a tool"),
        (lambda call: (200, {"choices": []}), 6, "without a choice"),
        (
            lambda call: (200, {"choices": [{"message": {"reasoning": "Hm."}}]}),
            6,
            "the model's thoughts, and no answer",
        ),
    ],
)
def test_a_run_that_asked_about_everything_and_wrote_nothing_is_no_success(listing, reply, code, said):
    with ModelServer(reply) as server:
        server.write_config(Path("config.yaml"))
        result = run("digest", listing, "--quiet")
        assert (result.exit_code, result.stderr.count("\n")) == (code, 1), result.stderr
    assert "the model did not write any of the 3 TL;DRs (" in result.stderr
    assert said in result.stderr
    assert {summary["method"] for summary in digest_json()["summaries"]} == {"extracted"}  # a digest there is


def test_what_a_run_refused_is_asked_again_on_retry_alone(listing, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", "kept")

    def lies(call: dict) -> tuple:
        said = write_faithfully(call).replace("Household physics", "Physics: of the household")
        return complete(said.replace('"tldr": "', '"tldr": "With 999 teapots, '))

    with ModelServer(lies) as server:
        server.write_config(Path("config.yaml"))
        first = run("digest", listing)
        assert first.exit_code == 6
        assert "after the model failed" in first.stdout
        asked = len(server.calls)
        second = run("digest", listing)
        assert (second.exit_code, len(server.calls)) == (6, asked)
        assert "3 answers refused in an earlier run: not asked for again without --retry" in second.stderr
        server.reply = lambda call: complete(write_faithfully(call))
        assert "after the model failed" in run("digest", listing).stdout
        assert len(server.calls) == asked
        assert "3 of them answered before" in run("plan", listing).stdout
        assert "TL;DRs     3 written\n" in run("digest", listing, "--retry").stdout


def test_a_full_disk_under_recorded_calls_ends_with_nine(listing, monkeypatch):
    Path("tape").mkdir()
    with ModelServer() as server:
        server.write_config(Path("config.yaml"))

        def drop(call: dict) -> tuple:
            for path in Path("tape").glob("*"):
                path.unlink()
            if Path("tape").exists():
                Path("tape").rmdir()
            return complete(write_faithfully(call))

        server.reply = drop
        result = run("digest", listing, "--record", "tape")
    assert (result.exit_code, "tape" in result.stderr, "unforeseen" in result.stderr) == (9, True, False)


def test_half_a_surrogate_pair_in_one_answer_costs_that_answer_alone(listing, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", "kept")

    def halves(call: dict) -> tuple:
        said = json.loads(write_faithfully(call))
        for paper in said.get("papers", [])[:1]:
            paper["tldr"] = f"\ud83d {paper['tldr']}"
        return complete(json.dumps(said) if len(said.get("papers", [])) != 1 else write_faithfully(call))

    with ModelServer(halves) as server:
        server.write_config(Path("config.yaml"))
        for flags in ((), ("--record", "tape")):
            result = run("digest", listing, *flags)
            assert result.exit_code == 0, result.stderr
            assert "TL;DRs     3 written" in result.stdout


def test_a_password_in_an_address_is_printed_nowhere(listing):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://ann:hunter2@127.0.0.1:{taken.getsockname()[1]}/v1?key=hunter2"
        write(json.dumps({"backends": {"near": {"base_url": url}}}), "config.yaml")
        for command in (["digest", listing, "--verbose"], ["doctor"], ["plan", listing]):
            assert "hunter2" not in run(*command, "--backend", "near", "--model", "m").output
        with ModelServer(lambda call: refuse(400, "nope")) as server:
            url = server.url.replace("//", "//ann:hunter2@")
            write(json.dumps({"backends": {"near": {"base_url": url}}}), "config.yaml")
            for command in (["digest", listing, "--verbose"], ["doctor", "--ask"]):
                assert "hunter2" not in run(*command, "--backend", "near", "--model", "m").output


def test_papers_in_several_languages_come_in_the_readers():
    listing = write('[{"title": {"en": "Goats", "de": "Ziegen"}, "abstract": "We count forty goats."}]', "both.json")
    assert run("digest", listing, "--language", "German").exit_code == 0
    assert digest_json()["papers"][0]["title"] == "Ziegen"
    assert run("digest", listing).exit_code == 0
    assert digest_json()["papers"][0]["title"] == "Goats"
