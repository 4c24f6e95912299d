"""The container: its files name what there is, and what they start is started here, on loopback, without an engine."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from broadsheet.settings.loading import load_settings
from door_process import PATIENCE, until
from places import EXAMPLES, ROOT

FOLDER = ROOT / "container"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
RECIPE = re.sub(r"\\\n", " ", (FOLDER / "Containerfile").read_text(encoding="utf-8"))
STAGES = {
    name: re.findall(r"^([A-Z]+) (.+)$", stage, re.MULTILINE)
    for stage in re.split(r"^(?=FROM )", RECIPE, flags=re.MULTILINE)[1:]
    for name in re.findall(r"^FROM \S+ AS (\w+)$", stage, re.MULTILINE)
}


def told(stage: str, keyword: str) -> list[str]:
    return [words for found, words in STAGES[stage] if found == keyword]


def test_what_is_copied_is_there_and_what_is_installed_is_an_extra() -> None:
    copied = [words.split() for words in told("build", "COPY")]
    assert [name for *names, _ in copied for name in names if not (ROOT / name).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {*packed, "src", project["project"]["readme"]} <= {name for *names, _ in copied for name in names}
    (extras,) = told("build", "ARG")
    assert set(extras.removeprefix("EXTRAS=").split(",")) <= project["project"]["optional-dependencies"].keys()


def test_what_runs_is_nobody_in_particular_on_a_small_base() -> None:
    assert {words.split()[0] for stage in STAGES for words in told(stage, "FROM")} == {
        "docker.io/library/debian:trixie-slim",
        "build",
    }
    for service in SERVICES.values():
        assert told(service["build"]["target"], "USER") == ["10001:10001"]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert "no-new-privileges:true" in service["security_opt"]


def test_what_the_services_mount_is_there() -> None:
    mounted = [volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]]
    assert [name for name in mounted if name not in COMPOSE["volumes"] and not (FOLDER / name).exists()] == []
    assert all((FOLDER / service["build"]["context"]).resolve() == ROOT for service in SERVICES.values())


def test_the_page_may_be_reached_by_others_and_mail_without_tls_stays_on_loopback() -> None:
    settings = load_settings(FOLDER / "weekly.yaml")
    assert settings.door.url
    assert settings.door.port == int(SERVICES["page"]["ports"][0].rpartition(":")[2])
    assert settings.mail.transport.host == "127.0.0.1"
    assert {SERVICES[name]["network_mode"] for name in ("mail", "weekly")} == {"service:page"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of the services as it is in their volume, and the programs that the image has on its path."""
    shutil.copytree(EXAMPLES, tmp_path / "inbox")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, run in (("broadsheet", f"{sys.executable} -m broadsheet"), ("python3", sys.executable)):
        (programs / name).write_text(f'#!/bin/sh\nexec {run} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    return tmp_path


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return str(bound.getsockname()[1])


@contextlib.contextmanager
def started(words: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(words, cwd=folder, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def test_the_three_services_make_an_edition_show_it_and_catch_its_mail(data: Path) -> None:
    """Each with its own command, in a folder of ours and at ports that are free; the rest is as it stands."""
    instead = {
        "8321": free_port(),
        "1025": free_port(),
        "0.0.0.0": "127.0.0.1",
        "/mails": str(data / "mails"),
        "/opt/broadsheet/bin/python": sys.executable,
    }

    def here(text: str) -> str:
        for name, ours in instead.items():
            text = text.replace(name, ours)
        return text

    def program(service: str) -> list[str]:
        stage = SERVICES[service]["build"]["target"]
        entry = SERVICES[service].get("entrypoint") or json.loads(told(stage, "ENTRYPOINT")[0])
        command = SERVICES[service].get("command") or json.loads(told(stage, "CMD")[0])
        return [here(word) for word in (*entry, *command)]

    def well(words: list[str]) -> bool:
        done = subprocess.run(
            [here(word) for word in words], cwd=data, env=environment, capture_output=True, check=False
        )
        return done.returncode == 0

    (data / "mails").mkdir()
    (data / "weekly.yaml").write_text(here((FOLDER / "weekly.yaml").read_text(encoding="utf-8")), encoding="utf-8")
    environment = {**os.environ, "PATH": f"{data / 'bin'}:{os.environ['PATH']}", "HOME": str(data)}
    (health,) = told("broadsheet", "HEALTHCHECK")
    page_is_well = json.loads(health.partition(" CMD ")[2])
    weekly_is_well = SERVICES["weekly"]["healthcheck"]["test"][1:]
    assert not well(page_is_well)
    with started(program("page"), data, environment) as page, started(program("mail"), data, environment):
        until(lambda: well(page_is_well))
        with started(program("weekly"), data, environment):
            caught = until(lambda: list((data / "mails/caught/new").glob("*")))
            assert b"Subject: Group weekly" in caught[0].read_bytes()
            assert well(weekly_is_well)
            with urllib.request.urlopen(f"http://localhost:{instead['8321']}/", timeout=PATIENCE) as answer:
                assert "No. 1" in answer.read().decode()
        page.send_signal(signal.SIGTERM)
        assert page.wait(PATIENCE) == 0
