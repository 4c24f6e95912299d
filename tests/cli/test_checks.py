"""`broadsheet doctor`: each thing that can be wrong gets its own line, what to do about it, and its exit code."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from broadsheet.cli.checks import check_name
from broadsheet.digests.dry_run import PROMPT_VALUES, bare_digest, dry_run_prompts, rich_digest
from broadsheet.settings.resources import Resources, shipped_root
from commands import run, write
from loopback import ModelServer, complete, refuse
from near_servers import LLAMACPP, OLLAMA, serving
from small_model import NAME, needs_model


def lines(output: str) -> dict[str, tuple[str, str]]:
    """The verdict and the sentence of each check, by its subject."""
    checks = (line.split(maxsplit=2) for line in output.splitlines())
    return {subject: (verdict, said) for verdict, subject, said in checks}


def examine(server: ModelServer, *flags: str, **backend: Any) -> tuple[int, dict[str, tuple[str, str]]]:
    with server:
        server.write_config(Path("config.yaml"), **backend)
        result = run("doctor", *flags)
    return result.exit_code, lines(result.stdout)


def test_without_a_model_all_is_well_and_the_backends_are_named():
    result = run("doctor")
    checks = lines(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    checks.pop("Server", None)  # a developer may have one running
    assert list(checks) == ["Version", "Config", "Prompts", "Templates", "Output", "Backend"]
    assert {verdict for verdict, _ in checks.values()} == {"ok"}
    assert "--backend NAME --model NAME plugs one in: openai, anthropic" in checks["Backend"][1]


def test_a_server_with_the_model_passes_and_nothing_is_asked_of_it():
    server = ModelServer()
    code, checks = examine(server)
    assert (code, server.calls) == (0, [])
    assert checks["Config"] == ("ok", "config.yaml counts, over the shipped defaults")
    assert checks["Model"] == ("ok", "plain-8b is on the server's list")
    assert checks["Answer"][1].startswith("not tried; `broadsheet doctor --ask`")


def test_with_ask_the_model_is_held_to_a_form():
    server = ModelServer()
    code, checks = examine(server, "--ask")
    assert (code, len(server.calls)) == (0, 1)
    assert server.calls[0]["response_format"]["type"] == "json_schema"
    assert checks["Answer"] == ("ok", "keeps the form, held by json_schema (120 tokens)")


def test_what_the_model_is_told_in_that_call_stands_in_a_prompt_file():
    write("Say {{ 'now' }}.", "prompts/check_schema_question.txt")
    server = ModelServer()
    examine(server, "--ask")
    told = [message["content"] for message in server.calls[0]["messages"]]
    assert told == ['Answer with JSON alone: {"word": "ready"}', "Say now."]


def test_a_mistake_in_a_prompt_of_that_call_is_a_line_of_its_own():
    write("{{ nothing }}", "prompts/check_schema.txt")
    code, checks = examine(ModelServer(), "--ask")
    assert (code, checks["Prompts"][0], checks["Answer"][0]) == (8, "fail", "fail")
    assert "check_schema.txt, line 1" in checks["Answer"][1]


def test_a_server_that_knows_no_schema_is_told_with_what_to_set():
    def objects_only(call: dict[str, Any]) -> Any:
        if call.get("response_format", {}).get("type") == "json_schema":
            return refuse(400, "response_format json_schema is not supported")
        return complete('{"word": "ready"}')

    code, checks = examine(ModelServer(objects_only), "--ask")
    assert (code, checks["Answer"][0]) == (0, "warn")
    assert "refuses the schema it is sent: set `structured: json_object` under `backends.near`" in checks["Answer"][1]


def test_a_model_that_ignores_the_form_is_a_warning():
    code, checks = examine(ModelServer(lambda call: complete("Ready when you are")), "--ask")
    assert (code, checks["Answer"][0]) == (0, "warn")
    assert "came without the form asked for: set `structured: none`" in checks["Answer"][1]


def test_an_unknown_model_names_the_nearest_and_ends_with_seven():
    code, checks = examine(ModelServer(), "--model", "plan-8b")
    assert (code, checks["Model"][0]) == (7, "fail")
    assert "plan-8b is not on the server's list; it has plain-8b" in checks["Model"][1]


def test_a_name_that_is_on_no_list_and_answers_all_the_same_is_a_warning():
    code, checks = examine(ModelServer(), "--model", "our-deployment", "--ask")
    assert (code, checks["Model"][0]) == (0, "warn")


@pytest.mark.parametrize("model", ["qwen3:8b", "plain", "gemini-9"])
def test_a_model_is_found_under_the_names_servers_give_it(model):
    assert check_name(model, ["qwen3:8b", "plain:latest", "models/gemini-9"]).verdict == "ok"


def test_a_server_without_a_list_of_models_is_a_warning():
    code, checks = examine(ModelServer(listing=refuse(404, "not found")))
    assert (code, checks["Server"][0], checks["Model"][0]) == (0, "warn", "warn")


def test_a_wrong_key_ends_with_seven_and_is_never_printed(monkeypatch):
    monkeypatch.setenv("NEAR_PASS", "a-very-secret-word")
    server = ModelServer(listing=refuse(401, "bad key a-very-secret-word"))
    code, checks = examine(server, key_env="NEAR_PASS")
    assert (code, checks["Server"][0]) == (7, "fail")
    assert "key from NEAR_PASS" in checks["Backend"][1]
    assert "very-secret" not in str(checks)


def test_a_key_that_is_not_set_names_its_variable():
    code, checks = examine(ModelServer(), key_env="NEAR_PASS")
    assert code == 7
    assert checks["Backend"] == ("fail", "the backend near needs a key: set the environment variable NEAR_PASS.")


def test_a_server_that_is_not_there_ends_with_six():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        write(json.dumps({"backends": {"near": {"base_url": url}}}), "config.yaml")
        result = run("doctor", "--backend", "near", "--model", "m")
    assert result.exit_code == 6
    assert f"nobody answers at {url}" in lines(result.stdout)["Server"][1]


def test_a_mistake_in_the_config_ends_the_examination_with_its_line():
    write("thems: 3\n", "my.yaml")
    result = run("doctor", "--config", "my.yaml")
    assert result.exit_code == 5
    assert lines(result.stdout)["Config"][1].startswith("my.yaml, line 1: unknown key `thems`")


def test_broken_templates_and_prompts_and_a_taken_folder_are_all_told_and_the_first_gives_the_code():
    write("output: {folder: taken}\n", "config.yaml")
    write("x", "taken")
    write("{% if %}", "templates/digest.html")
    write("{{ pappers }}", "prompts/summarise_papers.txt")
    result = run("doctor")
    checks = lines(result.stdout)
    assert result.exit_code == 8
    assert [checks[name][0] for name in ("Prompts", "Templates", "Output")] == ["fail"] * 3
    assert "prompts/summarise_papers.txt, line 1: 'pappers' is undefined" in checks["Prompts"][1]


def test_the_users_own_files_are_named():
    write("title: Mine\n", "config.yaml")
    write("{{ page.title }}", "templates/digest.md")
    assert lines(run("doctor").stdout)["Templates"][1].startswith("yours: digest.md in ")


def test_every_shipped_prompt_is_rehearsed():
    shipped = {path.name for path in (shipped_root() / "prompts").iterdir()}
    assert set(PROMPT_VALUES) == shipped
    dry_run_prompts(Resources())


def test_the_rehearsed_digests_keep_the_rules_of_digests():
    for digest in (rich_digest(), bare_digest()):
        account, keys = digest.account, sorted(paper.key for paper in digest.papers)
        assert account.received == account.duplicates + account.left_out + account.digested
        assert account.digested == account.written + account.extracted + account.without_abstract == len(keys)
        assert sorted(key for theme in digest.themes for key in theme.paper_keys) == keys
        assert sorted(summary.paper_key for summary in digest.summaries) == keys


def in_words_alone(call: dict[str, Any]) -> Any:
    """A server that takes any `response_format` and heeds none: the model does as the words say."""
    return complete('{"word": "ready"}' if "JSON alone" in call["messages"][0]["content"] else "Blue")


def json_mode(call: dict[str, Any]) -> Any:
    """A server that holds a model to JSON and to no schema."""
    return complete('{"word": "ready"}' if "response_format" in call else "Blue")


def test_a_server_that_ignores_the_schema_it_is_sent_is_found_out():
    code, checks = examine(ModelServer(in_words_alone), "--ask")
    assert (code, checks["Answer"][0]) == (0, "warn")
    assert "ignores the schema it is sent: set `structured: none` under `backends.near`" in checks["Answer"][1]


def test_a_server_that_ignores_the_schema_and_knows_json_is_told_so():
    code, checks = examine(ModelServer(json_mode), "--ask")
    assert (code, checks["Answer"][0]) == (0, "warn")
    assert "ignores the schema it is sent: set `structured: json_object`" in checks["Answer"][1]


def test_json_mode_that_is_refused_is_not_taken_for_honoured_because_a_model_likes_json():
    def fond_of_json(call: dict[str, Any]) -> Any:
        if call.get("response_format", {}).get("type") == "json_object":
            return refuse(400, "response_format json_object is not supported")
        return complete('{"word": "ready"}')

    _, checks = examine(ModelServer(fond_of_json), "--ask")
    assert "ignores the schema it is sent: set `structured: none`" in checks["Answer"][1]


@pytest.mark.parametrize("reply", [in_words_alone, json_mode])
def test_what_is_asked_for_in_words_where_no_schema_is_held_is_well_configured(reply):
    _, checks = examine(ModelServer(reply), "--ask", structured="none")
    assert checks["Answer"] == ("ok", "keeps the form, asked for in words (240 tokens)")


def test_a_server_that_can_hold_a_schema_and_is_not_asked_to_is_told():
    _, checks = examine(ModelServer(), "--ask", structured="none")
    assert checks["Answer"][0] == "warn"
    assert "could hold it to a schema: set `structured: json_schema`" in checks["Answer"][1]


def test_a_server_that_refuses_a_schema_in_words_of_its_own_is_asked_as_configured():
    def curt(call: dict[str, Any]) -> Any:
        return refuse(400, "no") if "response_format" in call else complete('{"word": "ready"}')

    _, checks = examine(ModelServer(curt), "--ask", structured="none")
    assert checks["Answer"][0] == "ok"
    code, checks = examine(ModelServer(curt), "--ask")
    assert (code, checks["Answer"][0]) == (7, "fail")


def test_a_server_that_runs_here_is_named_with_the_line_that_uses_it():
    with serving(OLLAMA) as url:
        write(json.dumps({"backends": {"ollama": {"base_url": url}}}), "config.yaml")
        said = lines(run("doctor").stdout)["Server"]
    assert said[0] == "ok"
    assert "Ollama is running with steam:8b, lid:latest" in said[1]
    assert "broadsheet digest FILE --backend ollama --model steam:8b" in said[1]


def test_a_context_smaller_than_the_model_could_have_is_said_with_how_to_get_more():
    with serving(OLLAMA) as url:
        write(json.dumps({"backends": {"ollama": {"base_url": url}}}), "config.yaml")
        checks = lines(run("doctor", "--backend", "ollama", "--model", "steam:8b").stdout)
    assert checks["Context"][1].startswith("Ollama gives a call 4,096 tokens; the model could have 40,960")
    assert "OLLAMA_CONTEXT_LENGTH=16384" in checks["Context"][1]


def context_said(answers: dict[str, Any], backend: str, model: str, **fields: Any) -> tuple[str, str]:
    with serving(answers) as url:
        write(json.dumps({"backends": {backend: {"base_url": url, **fields}}}), "config.yaml")
        return lines(run("doctor", "--backend", backend, "--model", model).stdout)["Context"]


def test_a_context_that_the_models_own_file_sets_is_raised_there():
    fixed = {"/api/show": {"model_info": {"steam.context_length": 40960}, "parameters": "num_ctx 4096"}}
    assert context_said(OLLAMA | fixed, "ollama", "steam:8b")[1].endswith(": set num_ctx 16384 in its Modelfile")


def test_a_model_that_is_not_loaded_says_what_is_counted_on():
    verdict, said = context_said(OLLAMA | {"/api/ps": {"models": []}}, "ollama", "steam:8b")
    assert (verdict, said.endswith("; 4,096 tokens are counted on")) == ("ok", True)


def test_a_configured_context_that_the_server_does_not_give_is_a_warning():
    verdict, said = context_said(LLAMACPP, "llamacpp", "steam.gguf", context=12000)
    assert verdict == "warn"
    assert said == (
        "llama.cpp gives a call 2,048 tokens, which counts, and not the 12,000 that are configured: "
        "start it with --ctx-size 65536"
    )


def test_a_configured_context_below_what_the_server_gives_is_said():
    verdict, said = context_said(LLAMACPP, "llamacpp", "steam.gguf", context=1000)
    assert (verdict, said) == ("ok", "llama.cpp gives a call 2,048 tokens; your configuration takes 1,000 of them")


def test_a_name_with_signs_of_the_shell_is_quoted_in_the_line_that_uses_it():
    with serving({"/v1/models": {"data": [{"id": "a; b", "owned_by": "vllm"}]}}) as url:
        write(json.dumps({"backends": {"vllm": {"base_url": url}}}), "config.yaml")
        assert lines(run("doctor").stdout)["Server"][1].endswith("--backend vllm --model 'a; b'")


@needs_model
def test_a_model_in_this_process_is_looked_up_and_with_ask_timed():
    write("local: {threads: 1, slots: 1, context: 1024}", "config.yaml")
    flags = ("--backend", "local", "--model", NAME)
    checks = lines(run("doctor", *flags).stdout)
    assert [checks[subject][0] for subject in ("Backend", "Memory", "Answer")] == ["ok"] * 3
    asked = lines(run("doctor", *flags, "--ask").stdout)
    assert "tokens a second" in asked["Speed"][1]
    assert asked["Answer"] == ("ok", asked["Answer"][1])
    assert "held by json_schema" in asked["Answer"][1]


def test_a_model_file_that_is_not_there_fails_with_what_to_do():
    result = run("doctor", "--backend", "local", "--model", "nowhere.gguf")
    assert result.exit_code == 5
    assert "there is no such file" in lines(result.stdout)["Backend"][1]
