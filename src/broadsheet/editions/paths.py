"""The paths of a recurring edition's files; relative ones start at the folder of its configuration."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from broadsheet.settings.loading import Settings, find_config


@dataclasses.dataclass(frozen=True, slots=True)
class EditionPaths:
    """The folder that paths are relative to, the archive's folder, and the state file."""

    home: Path
    archive: Path
    state: Path

    @classmethod
    def of(cls, settings: Settings, config: Path | None = None) -> EditionPaths:
        """The paths for a configuration and its file; without a file they are relative to the current folder.

        Unless configured, the state is beside the configuration, with the same name and the suffix `.sqlite`.
        """
        own = find_config(config)
        home = own.parent if own else Path()
        if settings.edition.state is not None:
            state = home / settings.edition.state
        else:
            state = own.with_suffix(".sqlite") if own else Path("broadsheet.sqlite")
        return cls(home, home / settings.edition.archive, state)

    def with_mail(self, settings: Settings) -> list[Path]:
        """The folders that may contain mail to or from subscribers."""
        named = (settings.mail.transport.folder or Path("outbox"), settings.bounces.folder)
        return [self.home / folder for folder in named if folder is not None]
