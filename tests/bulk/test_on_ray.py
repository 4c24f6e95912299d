"""Shards on a Ray cluster: the bytes of one machine, and nothing lost or paid twice where workers are killed."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from broadsheet.errors import ConfigError
from broadsheet.settings.loading import load_settings
from broadsheet.settings.resources import shipped_root
from bulk_rows import account, output, rows, table, write_rows
from commands import PROCESS
from loopback import PAPER, ModelServer, complete, refuse, write_faithfully

pytestmark = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs ray: pip install ray")


def bulk(*words: str, address: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "RAY_AUTH_MODE": "disabled", "RAY_ADDRESS": address}
    command = [*PROCESS, "bulk", "run", "--quiet", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=500, check=False, env=env)


NODES = """
import sys
from ray.cluster_utils import Cluster
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
second = cluster.add_node(num_cpus=1)
print(cluster.address, flush=True)
for line in sys.stdin:
    cluster.remove_node(second, allow_graceful=False)
    second = cluster.add_node(num_cpus=1)
cluster.shutdown()
"""
"""Two raylets; for each line that is read, the second one is killed and another takes its place."""


@contextlib.contextmanager
def two_nodes(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of two nodes that stand in a folder, and what loses the second."""
    folder.mkdir()
    env = {**os.environ, "RAY_AUTH_MODE": "disabled"}
    command = [sys.executable, "-c", NODES]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as nodes:
        assert nodes.stdin is not None
        assert nodes.stdout is not None

        def lose() -> None:
            print(file=nodes.stdin, flush=True)

        yield nodes.stdout.readline().strip(), lose
        nodes.stdin.close()


def kill_a_task() -> bool:
    """Kills a process of this test's Ray that does a shard."""
    for process in psutil.Process().children(recursive=True):
        try:
            if process.cmdline()[:1] == ["ray::_do"] or process.name().startswith("ray::_do"):
                process.send_signal(signal.SIGKILL)
                return True
        except psutil.NoSuchProcess:
            continue
    return False


def test_the_output_is_that_of_one_machine_byte_for_byte():
    papers = write_rows(rows(60))
    assert bulk(papers, "--out", "here", "--rows", "10").returncode == 0
    done = bulk(papers, "--out", "there", "--rows", "10", "--on", "ray", "--workers", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert output("there") == output("here")


def test_a_killed_worker_loses_no_paper_and_only_what_it_was_asking_is_asked_again():
    papers = write_rows(rows(80))
    lock, asked = threading.Lock(), list[str]()
    killed = threading.Event()

    def reply(call):
        texts = dict(PAPER.findall(call["messages"][-1]["content"])).values()
        with lock:
            asked.extend(texts)
            if len(asked) > 30 and not killed.is_set():
                assert kill_a_task()
                killed.set()
        return complete(write_faithfully(call))

    with ModelServer(reply) as one, ModelServer(reply) as two:
        one.write_config(Path("config.yaml"), concurrency=2, batch_size=1)
        config = json.loads(Path("config.yaml").read_text(encoding="utf-8"))
        config |= {"cache": {"use": False}, "writing": {"repairs": 0}}
        Path("config.yaml").write_text(json.dumps(config), encoding="utf-8")
        words = ["--on", "ray", "--workers", "2", "--base-url", one.url, "--base-url", two.url]
        done = bulk(papers, "--out", "out", "--rows", "20", *words)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert one.calls
        assert two.calls  # both are asked
    told = account()
    assert (told["received"], told["digested"], told["failed"]) == (80, 80, 0)
    assert len({row["paper_key"] for row in table("out/summaries")}) == 80
    assert all(row["method"] == "written" for row in table("out/summaries"))
    assert killed.is_set()
    assert 80 <= len(asked) <= 80 + 2  # two calls were under way in the killed process


def test_a_lost_node_loses_no_paper_and_the_others_find_the_folder_and_the_prompts_of_the_run():
    """The nodes stand elsewhere, as those of a cluster do, and paths are told as they are typed."""
    papers = write_rows(rows(60))
    Path("prompts").mkdir()
    told = (shipped_root() / "prompts" / "summarise.txt").read_text(encoding="utf-8")
    Path("prompts/summarise.txt").write_text(f"{told}\nMind the knots.\n", encoding="utf-8")
    asked, lost = list[dict[str, Any]](), threading.Event()
    with two_nodes(Path("elsewhere")) as (address, lose):

        def reply(call):
            asked.append(call)
            if len(asked) > 20 and not lost.is_set():
                lost.set()
                lose()
            return complete(write_faithfully(call))

        with ModelServer(reply) as server:
            server.write_config(Path("config.yaml"), concurrency=2, batch_size=1)
            config = json.loads(Path("config.yaml").read_text(encoding="utf-8"))
            config |= {"cache": {"use": False}, "writing": {"repairs": 0}}
            Path("config.yaml").write_text(json.dumps(config), encoding="utf-8")
            done = bulk(papers, "--out", "out", "--rows", "10", "--on", "ray", address=address)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert account()["digested"] == len({row["paper_key"] for row in table("out/summaries")}) == 60
    assert lost.is_set()
    assert 60 <= len(asked) <= 60 + 2
    assert all("Mind the knots." in call["messages"][0]["content"] for call in asked)


def test_a_node_that_does_not_see_the_folder_says_so():
    from broadsheet.bulk.on_ray import check_seen  # where ray is installed

    Path("seen").write_text("x")
    check_seen([Path("seen")])
    with pytest.raises(ConfigError, match="does not see unseen: on a cluster --out, and prompts of your own, must lie"):
        check_seen([Path("seen"), Path("unseen")])


def test_an_error_of_ours_ends_the_run_with_one_sentence():
    papers = write_rows(rows(20))
    with ModelServer(lambda call: refuse(401, "no such key")) as server:
        server.write_config(Path("config.yaml"))
        done = bulk(papers, "--out", "out", "--rows", "10", "--on", "ray", "--workers", "1")
    assert done.returncode == 7
    assert done.stderr.count("\n") == 1
    assert "refuses the key (401)" in done.stderr


@pytest.mark.parametrize(("on", "address"), [("ray://127.0.0.1:9", ""), ("ray", "127.0.0.1:9")])
def test_a_cluster_that_is_not_there_is_one_sentence(on, address):
    papers = write_rows(rows(5))
    done = bulk(papers, "--out", "out", "--on", on, address=address)
    assert done.returncode == 6
    assert done.stderr.startswith(f"broadsheet: {address or on}: no Ray cluster can be joined there")
    assert done.stderr.count("\n") == 1


def test_several_servers_are_for_ray_alone():
    servers = ["--base-url", "http://one/v1", "--base-url", "http://two/v1"]
    done = bulk(write_rows(rows(5)), "--out", "out", "--backend", "ollama", "--model", "a", *servers)
    assert done.returncode == 2
    assert "--on ray" in done.stderr


def test_a_name_with_several_machines_is_several_servers(monkeypatch):
    from broadsheet.bulk.on_ray import find_servers  # where ray is installed

    def resolve(host, port, **_):
        known = {"replicas": ["10.0.0.1", "10.0.0.2", "fd00::1"], "single": ["10.0.0.9"]}
        if host not in known:
            raise socket.gaierror
        return [(0, 0, 0, "", (number, port)) for number in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert find_servers(["http://replicas:8000/v1", "https://replicas/v1", "http://single/v1", "http://gone/v1"]) == [
        "http://10.0.0.1:8000/v1",
        "http://10.0.0.2:8000/v1",
        "http://[fd00::1]:8000/v1",
        "https://replicas/v1",
        "http://single/v1",
        "http://gone/v1",
    ]


def test_a_resource_in_braces_is_every_node_that_has_it():
    from broadsheet.bulk.on_ray import on_nodes  # where ray is installed

    nodes = [
        {"NodeManagerAddress": "10.0.0.1", "Alive": True, "Resources": {"CPU": 4.0, "vllm": 1.0}},
        {"NodeManagerAddress": "10.0.0.2", "Alive": False, "Resources": {"vllm": 1.0}},
        {"NodeManagerAddress": "10.0.0.3", "Alive": True, "Resources": {"CPU": 4.0}},
        {"NodeManagerAddress": "10.0.0.4", "Alive": True, "Resources": {"vllm": 1.0}},
    ]
    found = on_nodes(["http://{vllm}:8000/v1", "http://one:8000/v1"], nodes)
    assert found == ["http://10.0.0.1:8000/v1", "http://10.0.0.4:8000/v1", "http://one:8000/v1"]
    with pytest.raises(ConfigError, match="no node of the cluster has the resource tpu"):
        on_nodes(["http://{tpu}:8000/v1"], nodes)


def test_settings_reach_other_processes_as_they_are_here(monkeypatch):
    settings = load_settings(None, {"llm": {"backend": "openai", "max_cost": 2.5}})
    sent = pickle.dumps(settings)
    monkeypatch.setenv("BROADSHEET_LLM__MAX_COST", "99")
    received = pickle.loads(sent)
    assert received.model_dump() == settings.model_dump()
    assert received.llm.max_cost == 2.5
