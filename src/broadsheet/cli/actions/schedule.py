"""What `broadsheet schedule` does."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path

from broadsheet.cli.group import show
from broadsheet.editions.paths import EditionPaths
from broadsheet.editions.schedulers import Job, crontab, systemd, workflow
from broadsheet.settings.extras import look_at_installation, remote_requirement
from broadsheet.settings.loading import find_config, load_settings


def do_schedule(kind: str, config: Path | None) -> None:
    """Prints what runs `broadsheet weekly` when `schedule:` says; installs nothing."""
    settings = load_settings(config)
    paths = EditionPaths.of(settings, config)
    keys = (settings.backend.key_env if settings.backend else None, settings.mail.transport.password_env)
    job = Job(
        schedule=settings.schedule,
        title=settings.edition.title or settings.title,
        program=shutil.which("broadsheet") or str(Path(sys.executable).parent / "broadsheet"),
        folder=Path.cwd(),
        config=str(find_config(config) or "config.yaml"),
        state=str(paths.state),
        archive=str(paths.archive),
        key_names=tuple(dict.fromkeys(name for name in keys if name)),
        requirement=remote_requirement(look_at_installation()),
    )
    if kind == "workflow":
        show([workflow(job, now=dt.datetime.now(dt.UTC)).rstrip()])
    else:
        show([(crontab if kind == "cron" else systemd)(job).rstrip()])
