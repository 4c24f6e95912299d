"""Checks before a run for faults that would stop it later, before anything is read or paid for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from broadsheet.digests.dry_run import dry_run_prompts, dry_run_templates
from broadsheet.digests.selection import check_interests, read_interests
from broadsheet.digests.writer import writer_of
from broadsheet.rendering.write_files import ELSEWHERE, check_folder
from broadsheet.settings.loading import Settings, WrittenForm


def check_before_work(
    settings: Settings, folder: Path, *, forms: Iterable[WrittenForm], elsewhere: str = ELSEWHERE
) -> None:
    """Checks the model, the user's own templates and prompts, the output folder, and the interests.

    Templates are rendered in the `forms` that the run will write; `elsewhere` tells the user how to name another
    folder. Writes nothing and makes no call. Raises the `BroadsheetError` that the run would end with.
    """
    resources = settings.resources
    writer_of(settings).check()
    if resources.own_files("templates"):
        dry_run_templates(resources, forms)
    if settings.backend is not None and resources.own_files("prompts"):
        dry_run_prompts(resources)
    check_folder(folder, elsewhere=elsewhere)
    check_interests(settings)
    read_interests(settings)  # a file may be there and hold no paper
