"""`broadsheet bulk cluster` prints files that their programs take."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
import yaml

from commands import run

MODEL = ("--model", "Qwen/Qwen3-8B")


def test_a_file_for_the_ray_launcher_names_the_machines_and_serves_the_model_where_gpus_are():
    said = run(
        "bulk", "cluster", *MODEL, "--head", "10.0.0.1", "--worker", "10.0.0.2", "--worker", "c", "--user", "ash"
    )
    told = yaml.safe_load(said.stdout)
    assert told["provider"] == {"type": "local", "head_ip": "10.0.0.1", "worker_ips": ["10.0.0.2", "c"]}
    assert told["auth"] == {"ssh_user": "ash"}
    assert "vllm serve Qwen/Qwen3-8B" in told["worker_start_ray_commands"][1]
    assert "[bulk,ray]" in told["setup_commands"][0]


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs ray: pip install ray")
def test_the_ray_launcher_takes_it():
    jsonschema = pytest.importorskip("jsonschema", reason="comes with ray")
    found = importlib.util.find_spec("ray")
    assert found is not None
    assert found.origin is not None
    schema = json.loads(Path(found.origin).with_name("autoscaler").joinpath("ray-schema.json").read_text())
    told = yaml.safe_load(run("bulk", "cluster", *MODEL, "--head", "a", "--worker", "b").stdout)
    jsonschema.validate(told, schema)


def test_a_file_for_kubernetes_has_a_cluster_and_a_server_a_replica_behind_one_name():
    said = run("bulk", "cluster", "--kind", "kubernetes", *MODEL, "--image", "example/broadsheet", "--gpus", "3")
    cluster, runner, servers, name = yaml.safe_load_all(said.stdout)
    assert [one["kind"] for one in (cluster, runner, servers, name)] == [
        "RayCluster",
        "Deployment",
        "Deployment",
        "Service",
    ]
    assert cluster["spec"]["workerGroupSpecs"][0]["replicas"] == 4
    assert cluster["spec"]["headGroupSpec"]["template"]["spec"]["containers"][0]["image"] == "example/broadsheet"
    assert servers["spec"]["replicas"] == 3
    assert name["spec"]["clusterIP"] == "None"
    assert name["spec"]["selector"] == servers["spec"]["template"]["metadata"]["labels"]


@pytest.mark.parametrize(
    ("words", "missing"),
    [(("--head", "a"), "--worker"), (("--kind", "kubernetes"), "--image")],
)
def test_what_is_missing_is_named(words: tuple[str, ...], missing: str):
    done = run("bulk", "cluster", *MODEL, *words)
    assert done.exit_code == 2
    assert missing in done.stderr
