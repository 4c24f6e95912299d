"""Serves the archive's files, read-only: no hidden files, and none outside the folder."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from broadsheet.web.security import archive_policy

MINUTES = 5
"""How long a browser may cache a page of the archive."""


class ServedArchive(StaticFiles):
    """A folder of pages; without one, or before the first edition, the front page redirects to the form."""

    def __init__(self, folder: Path | None, *, base: str) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self.folder, self._base = folder, base

    async def check_config(self) -> None:
        """Checks nothing: the first edition may create the folder while the server runs."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or a redirect to the form without a front page; raises `HTTPException` for everything else."""
        if any(part.startswith(".") for part in Path(path).parts):
            raise HTTPException(404)
        try:
            if self.folder is None or not self.folder.is_dir():
                raise HTTPException(404)
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if path == "." and error.status_code == 404:
                return RedirectResponse(f"{self._base}/subscribe", 307)
            raise
        except OSError:  # a name that no file system takes
            raise HTTPException(404) from None
        response.headers["Cache-Control"] = f"max-age={MINUTES * 60}"
        return response

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The response with a file, and for a page its content security policy."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        if str(full_path).endswith((".html", ".htm")):
            response.headers["Content-Security-Policy"] = _policy(str(full_path), stat_result.st_mtime_ns)
        return response


@functools.lru_cache(maxsize=256)
def _policy(path: str, changed: int) -> str:
    """The content security policy of a page, cached by path and time of change."""
    return archive_policy(Path(path).read_bytes())
