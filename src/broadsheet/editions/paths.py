"""Where the files of a standing edition are; relative paths in its configuration start at the folder of that."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from broadsheet.settings.loading import Settings, find_config


@dataclasses.dataclass(frozen=True, slots=True)
class EditionPaths:
    """The folder that paths start at, the archive's, and the one file that is kept between runs."""

    home: Path
    archive: Path
    state: Path

    @classmethod
    def of(cls, settings: Settings, config: Path | None = None) -> EditionPaths:
        """Those of a configuration, by the file that it was loaded from; without one, paths start where we are.

        The state is the file configured, or a `.sqlite` beside the configuration, called like it.
        """
        own = find_config(config)
        home = own.parent if own else Path()
        if settings.edition.state is not None:
            state = home / settings.edition.state
        else:
            state = own.with_suffix(".sqlite") if own else Path("broadsheet.sqlite")
        return cls(home, home / settings.edition.archive, state)

    def with_mail(self, settings: Settings) -> list[Path]:
        """The folders that may hold mail to or from subscribers."""
        named = (settings.mail.transport.folder or Path("outbox"), settings.bounces.folder)
        return [self.home / folder for folder in named if folder is not None]
