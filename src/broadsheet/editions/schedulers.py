"""Writes configurations that run an edition on a schedule: crontab lines, a systemd timer, a GitHub workflow. Pure.

A hosted runner's clock is in UTC, and cron mostly uses the machine's time zone. With daylight saving time the workflow
starts at every possible hour in UTC, and `--if-due` makes the edition at the right one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import shlex
from pathlib import Path

from broadsheet.editions.schedule import WEEKDAYS, next_due
from broadsheet.settings.edition import Schedule

_LOOKED_AHEAD = {"day": 370, "week": 54, "month": 26}
"""The number of editions that cover a year, to find all its hours in UTC; for "month" two years."""


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """The command to run and its schedule; `program` and `folder` are absolute paths, the others are as configured.

    `requirement` is the pip requirement of this Broadsheet for another machine; `None` for a local installation.
    """

    schedule: Schedule
    title: str
    program: str
    folder: Path
    config: str
    state: str
    archive: str
    key_names: tuple[str, ...] = ()
    requirement: str | None = None


def crontab(job: Job) -> str:
    """The lines for `crontab -e`."""
    at, zone = job.schedule.at, job.schedule.timezone
    command = f"cd {shlex.quote(str(job.folder))} && {shlex.quote(job.program)} weekly --config "
    command += f"{shlex.quote(job.config)} --quiet"
    fields = {
        "day": f"{at.minute} {at.hour} * * *",
        "week": f"{at.minute} {at.hour} * * {_cron_day(job.schedule.day)}",
        "month": f"{at.minute} {at.hour} 1 * *",
    }[job.schedule.every]
    return (
        f"# {job.title}: {said(job.schedule)}.\n"
        "# CRON_TZ holds for the lines below it. Where cron does not know it, the hour is that of the machine's zone.\n"
        f"CRON_TZ={zone}\n"
        f"{fields} {command.replace('%', chr(92) + '%')}\n"
    )


def systemd(job: Job) -> str:
    """A systemd service and its timer, the text of two files."""
    at = f"{job.schedule.at:%H:%M}:00 {job.schedule.timezone}"
    calendar = {
        "day": f"*-*-* {at}",
        "week": f"{job.schedule.day[:3].capitalize()} *-*-* {at}",
        "month": f"*-*-01 {at}",
    }[job.schedule.every]
    return (
        "# ~/.config/systemd/user/broadsheet-weekly.service\n"
        "[Unit]\n"
        f"Description={_unit(job.title)}\n"
        "Wants=network-online.target\n"
        "After=network-online.target\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"WorkingDirectory={_unit(str(job.folder))}\n"
        f"ExecStart={_quoted(job.program)} weekly --config {_quoted(job.config)} --quiet\n"
        "\n"
        "# ~/.config/systemd/user/broadsheet-weekly.timer\n"
        "[Unit]\n"
        f"Description={_unit(job.title)}, {said(job.schedule)}\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar={calendar}\n"
        "# A run that was missed while the machine was off is made up for.\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
        "\n"
        "# systemctl --user enable --now broadsheet-weekly.timer && loginctl enable-linger\n"
    )


def workflow(job: Job, *, now: dt.datetime) -> str:
    """A workflow for GitHub's runners, with start times for the year from `now` on."""
    keys = "".join(f"          {name}: ${{{{ secrets.{name} }}}}\n" for name in job.key_names)
    crons = "".join(f'    - cron: "{line}"\n' for line in utc_crons(job.schedule, now))
    values = {
        "<title>": job.title.replace("\n", " "),
        "<said>": said(job.schedule),
        "<crons>\n": crons,
        "<install>": _install_step(job.requirement),
        "<config>": shlex.quote(job.config),
        "<state>": job.state,
        "<archive>": job.archive,
        "<env>\n": f"        env:\n{keys}" if keys else "",
    }
    text = _WORKFLOW
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _install_step(requirement: str | None) -> str:
    if requirement:
        return f'pip install "{requirement}"'
    return (
        'pip install "broadsheet @ git+https://REPOSITORY"'
        "   # put its address here: the folder that it was installed from is on your machine alone"
    )


def utc_crons(schedule: Schedule, now: dt.datetime) -> list[str]:
    """The cron expressions in UTC for the coming year; more than one where the clocks change."""
    found: set[tuple[int, int, str]] = set()
    moment = now
    for _ in range(_LOOKED_AHEAD[schedule.every]):
        moment = next_due(schedule, moment)
        day = {
            "day": "* * *",
            "week": f"* * {_cron_day(WEEKDAYS[moment.weekday()])}",
            "month": f"{moment.day} * *",
        }[schedule.every]
        found.add((moment.hour, moment.minute, day))
    return [f"{minute} {hour} {day}" for hour, minute, day in sorted(found)]


def said(schedule: Schedule) -> str:
    """The schedule in words, such as `on Fridays at 07:00, Europe/Berlin`."""
    day = {"day": "every day", "week": f"on {schedule.day.capitalize()}s", "month": "on the first of the month"}
    return f"{day[schedule.every]} at {schedule.at:%H:%M}, {schedule.timezone}"


def _cron_day(day: str) -> int:
    """The number of a weekday in cron, where Sunday is 0."""
    return (WEEKDAYS.index(day) + 1) % 7


def _unit(text: str) -> str:
    return " ".join(text.replace("%", "%%").split())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


_WORKFLOW = """\
# .github/workflows/weekly.yml
# <title>, <said>. A runner's clock is in UTC: where an hour moves with the seasons, each of
# the hours it may be stands below, and --if-due makes the edition in the right one.
#
# Before the first run: choose "GitHub Actions" as the source under Settings, Pages; add the keys that are named below,
# if any, under Settings, Secrets and variables, Actions.
#
# The state is an artifact of the last run, kept for 90 days. In a public repository everybody can download it, and
# subscribers' addresses stand in it: with subscribers, make the repository private. GitHub stops the schedule of a
# public repository in which nothing happens for 60 days, and tells you by mail.
name: weekly

on:
  workflow_dispatch:
  schedule:
<crons>

permissions:
  contents: read
  actions: read

concurrency:
  group: broadsheet-weekly
  cancel-in-progress: false

defaults:
  run:
    shell: bash

jobs:
  weekly:
    runs-on: ubuntu-latest
    timeout-minutes: 120
    outputs:
      outcome: ${{ steps.weekly.outputs.outcome }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - name: Install
        run: <install>
      - name: Fetch the state of the last run
        id: state
        env:
          GH_TOKEN: ${{ github.token }}
        run: |
          found='[.artifacts[] | select((.expired | not) and .workflow_run.head_branch == env.GITHUB_REF_NAME
            and .workflow_run.head_repository_id == .workflow_run.repository_id)][0].workflow_run.id // empty'
          run=$(gh api "repos/$GITHUB_REPOSITORY/actions/artifacts?name=broadsheet-state&per_page=100" --jq "$found")
          if [ -n "$run" ]; then
            gh run download "$run" --name broadsheet-state --dir "$RUNNER_TEMP/state"
            mkdir -p "$(dirname "<state>")"
            cp "$RUNNER_TEMP"/state/* "$(dirname "<state>")/"
          else
            echo "There is no state yet: this is the first edition."
          fi
      - name: Make the edition
        id: weekly
<env>
        run: |
          due=${{ github.event_name == 'schedule' && '--if-due' || '' }}
          broadsheet weekly --config <config> $due --json | tee summary.json
          echo "outcome=$(jq -r .outcome summary.json)" >> "$GITHUB_OUTPUT"
          cat summary.json >> "$GITHUB_STEP_SUMMARY"
      - name: Keep the state
        if: ${{ !cancelled() && steps.state.outcome == 'success' && steps.weekly.outputs.outcome != 'not due' }}
        uses: actions/upload-artifact@v4
        with:
          name: broadsheet-state
          path: <state>*
          retention-days: 90
          if-no-files-found: ignore
      - name: Write the archive
        if: ${{ steps.weekly.outputs.outcome != 'not due' }}
        run: broadsheet weekly --config <config> --rebuild
      - name: Hand the archive over
        if: ${{ steps.weekly.outputs.outcome != 'not due' }}
        uses: actions/upload-pages-artifact@v3
        with:
          path: <archive>

  publish:
    needs: weekly
    if: ${{ needs.weekly.outputs.outcome != 'not due' }}
    runs-on: ubuntu-latest
    permissions:
      pages: write
      id-token: write
    environment:
      name: github-pages
      url: ${{ steps.pages.outputs.page_url }}
    steps:
      - id: pages
        uses: actions/deploy-pages@v4
"""
