"""What is checked before a digest: each thing that can be wrong is told with what to do about it."""

from __future__ import annotations

import json
import socket

import pytest

from broadsheet.cli.checks import check_name
from commands import run, write
from doctor import context_said, examine, lines
from loopback import ModelServer, refuse
from near_servers import LLAMACPP, OLLAMA, serving
from small_model import NAME, needs_model


def test_a_server_with_the_model_passes_and_nothing_is_asked_of_it():
    server = ModelServer()
    code, checks = examine(server)
    assert (code, server.calls) == (0, [])
    assert checks["Config"] == ("ok", "config.yaml counts, over the shipped defaults")
    assert checks["Model"] == ("ok", "plain-8b is on the server's list")
    assert checks["Answer"][1].startswith("not tried; `broadsheet doctor --ask`")


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
