"""What runs an edition by itself: read back by the rules of cron, systemd and YAML."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from broadsheet.editions.schedulers import Job, crontab, systemd, utc_crons, workflow
from broadsheet.settings.edition import Schedule

NOW = dt.datetime(2026, 1, 7, tzinfo=dt.UTC)


def job(folder: str = "/home/ada/papers", **schedule: str) -> Job:
    return Job(
        schedule=Schedule(**{"timezone": "Europe/Berlin", **schedule}),
        title="Kitchen weekly",
        program="/usr/local/bin/broadsheet",
        folder=Path(folder),
        config="weekly.yaml",
        state="weekly.sqlite",
        archive="site",
        key_names=("KITCHEN_KEY",),
    )


@pytest.mark.parametrize(
    ("schedule", "fields"),
    [
        ({"day": "friday", "at": "07:05"}, "5 7 * * 5 "),
        ({"day": "sunday", "at": "23:00"}, "0 23 * * 0 "),
        ({"every": "day", "at": "06:30"}, "30 6 * * * "),
        ({"every": "month", "at": "07:00"}, "0 7 1 * * "),
    ],
)
def test_the_crontab_line_has_the_schedule_and_its_zone(schedule, fields):
    lines = crontab(job(**schedule)).splitlines()
    assert lines[-2] == "CRON_TZ=Europe/Berlin"
    command = "cd /home/ada/papers && /usr/local/bin/broadsheet weekly --config weekly.yaml --quiet"
    assert lines[-1] == fields + command
    assert all(line.startswith("#") for line in lines[:-2])


def test_what_a_shell_and_cron_would_read_otherwise_is_quoted():
    line = crontab(job("/home/ada/50% of papers")).splitlines()[-1]
    assert "cd '/home/ada/50\\% of papers' && " in line
    assert "WorkingDirectory=/home/ada/50%% of papers" in systemd(job("/home/ada/50% of papers"))


@pytest.mark.parametrize(
    ("schedule", "calendar"),
    [
        ({"day": "friday", "at": "07:05"}, "Fri *-*-* 07:05:00 Europe/Berlin"),
        ({"every": "day", "at": "06:30"}, "*-*-* 06:30:00 Europe/Berlin"),
        ({"every": "month", "at": "07:00"}, "*-*-01 07:00:00 Europe/Berlin"),
    ],
)
def test_the_timer_has_the_schedule_in_its_zone(schedule, calendar):
    text = systemd(job(**schedule))
    assert f"OnCalendar={calendar}\n" in text
    assert "Persistent=true" in text
    if shutil.which("systemd-analyze"):
        subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("schedule", "crons"),
    [
        ({"day": "friday", "at": "07:00"}, ["0 5 * * 5", "0 6 * * 5"]),
        ({"day": "friday", "at": "07:00", "timezone": "UTC"}, ["0 7 * * 5"]),
        ({"day": "friday", "at": "07:00", "timezone": "Asia/Tokyo"}, ["0 22 * * 4"]),
        ({"day": "monday", "at": "01:30"}, ["30 0 * * 1", "30 23 * * 0"]),
        ({"every": "day", "at": "07:00"}, ["0 5 * * *", "0 6 * * *"]),
        ({"every": "month", "at": "12:00"}, ["0 10 1 * *", "0 11 1 * *"]),
    ],
)
def test_a_runner_starts_at_every_hour_of_utc_that_it_may_be(schedule, crons):
    assert utc_crons(job(**schedule).schedule, NOW) == crons


def test_a_first_of_the_month_that_is_another_day_in_utc_is_met():
    crons = utc_crons(Schedule(every="month", at=dt.time(7), timezone="Asia/Tokyo"), NOW)
    assert {cron.split()[2] for cron in crons} == {"28", "29", "30", "31"}


def test_the_workflow_is_yaml_that_keeps_the_state_and_publishes_the_archive():
    told = yaml.load(workflow(job(day="friday", at="07:00"), now=NOW), Loader=yaml.BaseLoader)
    assert told["on"]["schedule"] == [{"cron": "0 5 * * 5"}, {"cron": "0 6 * * 5"}]
    steps = {step.get("name", step.get("uses")): step for step in told["jobs"]["weekly"]["steps"]}
    assert steps["Make the edition"]["env"] == {"KITCHEN_KEY": "${{ secrets.KITCHEN_KEY }}"}
    assert "broadsheet weekly --config weekly.yaml $due --json" in steps["Make the edition"]["run"]
    assert steps["Keep the state"]["with"]["path"] == "weekly.sqlite*"
    assert steps["Hand the archive over"]["with"]["path"] == "site"
    assert told["jobs"]["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert "<" not in "".join(json.dumps(step) for step in steps.values()).replace("<<", "")
    for step in steps.values():
        if "run" in step:
            subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)


@pytest.mark.parametrize("requirement", ["broadsheet==0.1.0", "broadsheet @ git+https://example.org/b.git@abc", None])
def test_a_runner_installs_what_can_be_had_from_elsewhere(requirement):
    made = dataclasses.replace(job(day="friday", at="07:00"), requirement=requirement)
    told = yaml.load(workflow(made, now=NOW), Loader=yaml.BaseLoader)
    (step,) = [step for step in told["jobs"]["weekly"]["steps"] if step.get("name") == "Install"]
    assert step["run"] == f'pip install "{requirement or "broadsheet @ git+https://REPOSITORY"}"'
