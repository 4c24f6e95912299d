"""Renders the files of a room with Jinja, and keeps what it compiles them to in the user's cache folder.

Compiling takes .2 s of a digest, a fifth of a second run that asks no model. What is kept is code, as Python's own
`__pycache__` is: it is read only from a folder that nobody else can write to.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from platformdirs import user_cache_path

from broadsheet import __version__
from broadsheet.errors import TemplateError
from broadsheet.settings.resources import Resources, Room

MOST_KEPT = 256
"""Compiled templates that are kept, 10 to 30 kB each: several times what a user has; then all are made anew."""
_OPTIONS: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}


def render_file(
    resources: Resources, room: Room, name: str, finalize: Callable[[Any], Any] | None, values: dict[str, Any]
) -> str:
    """A file of a room as a text; raises `TemplateError`, which names file and line."""
    folders = resources.search_path(room)
    try:
        return make_environment(tuple(folders), finalize).get_template(name).render(**values)
    except jinja2.TemplateNotFound as error:
        raise TemplateError(f"there is no {room}/{error.name}: `broadsheet init` copies the shipped files.") from error
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.filename or name}, line {error.lineno}"
        raise TemplateError(f"{where}: {error.message}; correct the template.") from error
    except jinja2.UndefinedError as error:
        file, line = _place_of(error, folders) or (resources.find(room, name), "?")
        raise TemplateError(
            f"{file}, line {line}: {error.message}; use a name the shipped {room}/{name} uses."
        ) from error
    except jinja2.TemplateError as error:
        raise TemplateError(f"{resources.find(room, name)}: {error}; correct the template.") from error


@functools.lru_cache(maxsize=16)
def make_environment(folders: tuple[Path, ...], finalize: Callable[[Any], Any] | None) -> jinja2.Environment:
    """An environment keeps its compiled templates, and looks whether a file has changed."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        bytecode_cache=KeptTemplates(user_cache_path("broadsheet") / "templates", finalize),
        **_OPTIONS,
    )


class KeptTemplates(jinja2.BytecodeCache):
    """Compiled templates in a folder, by all that their code depends on; Jinja compares the source itself.

    Whatever goes wrong with the folder, a template is compiled as if there were none.
    """

    def __init__(self, folder: Path, finalize: Callable[[Any], Any] | None) -> None:
        self.folder = folder
        self.made_with = (
            f"{__version__} {jinja2.__version__} {sys.version} {_OPTIONS} {getattr(finalize, '__qualname__', '')}"
        )

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return hashlib.sha256(f"{self.made_with} {name} {filename}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            if _is_own(self.folder):
                with (self.folder / bucket.key).open("rb") as file:
                    bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_own(self.folder):
                return
            kept = list(self.folder.iterdir())
            for path in kept if len(kept) >= MOST_KEPT else ():
                path.unlink(missing_ok=True)
            handle, unfinished = tempfile.mkstemp(dir=self.folder)  # which only the user may read
            try:
                with os.fdopen(handle, "wb") as file:
                    bucket.write_bytecode(file)
                Path(unfinished).replace(self.folder / bucket.key)
            except OSError:
                Path(unfinished).unlink(missing_ok=True)


def _is_own(folder: Path) -> bool:
    """Whether a folder is the user's, and nobody else may write to it; where users have no numbers, their home's is."""
    if not hasattr(os, "getuid"):
        return True
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _place_of(error: BaseException, folders: list[Path]) -> tuple[Path, int] | None:
    """The template and line an error left from: Jinja rewrites the traceback to the templates' own lines."""
    place: tuple[Path, int] | None = None
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if any(file.is_relative_to(folder) for folder in folders):
            place = file, trace.tb_lineno
        trace = trace.tb_next
    return place
