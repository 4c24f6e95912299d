"""Finds `config.yaml`, `prompts/` and `templates/`: the user's own copies before the shipped ones."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from broadsheet.errors import TemplateError

if TYPE_CHECKING:
    import jinja2

Room = Literal["prompts", "templates"]


def shipped_root() -> Path:
    """The folder that holds the shipped files: the package in a wheel, the repository in a checkout.

    Hatchling's `force-include` puts them into the package; an editable install runs from `src/`.
    """
    package = Path(__file__).resolve().parent
    for root in (package, package.parents[1]):
        if (root / "prompts").is_dir() and (root / "templates").is_dir() and (root / "config.yaml").is_file():
            return root
    raise TemplateError(f"prompts/, templates/ and config.yaml are missing beside {package}: install Broadsheet again.")


@dataclasses.dataclass(frozen=True)
class Resources:
    """Where prompts and templates are looked for: `folders` in order, then the shipped ones.

    Each folder may hold a `prompts/` and a `templates/`; a file found there replaces the shipped file of that
    name, and nothing else.
    """

    folders: tuple[Path, ...] = ()

    def find(self, room: Room, name: str) -> Path:
        """The file of that name that counts; raises `TemplateError` when there is none anywhere."""
        for folder in self.search_path(room):
            if (folder / name).is_file():
                return folder / name
        raise TemplateError(f"there is no {room}/{name}: `broadsheet init` copies the shipped files.")

    def search_path(self, room: Room) -> list[Path]:
        """The folders of a room, first the user's."""
        return [*(folder / room for folder in self.folders), shipped_root() / room]

    def render(
        self,
        room: Room,
        name: str,
        /,
        *,
        finalize: Callable[[Any], Any] | None = None,
        **values: Any,
    ) -> str:
        """One file of a room rendered with Jinja: `*.html` is autoescaped, an undefined name is an error.

        `finalize` is applied to every value a template prints: the escaping of forms that Jinja knows none for.
        """
        import jinja2

        environment = _environment(tuple(self.search_path(room)), finalize)
        try:
            return environment.get_template(name).render(**values)
        except jinja2.TemplateNotFound as error:
            raise TemplateError(
                f"there is no {room}/{error.name}: `broadsheet init` copies the shipped files."
            ) from error
        except jinja2.TemplateSyntaxError as error:
            where = f"{error.filename or name}, line {error.lineno}"
            raise TemplateError(f"{where}: {error.message}; correct the template.") from error
        except jinja2.UndefinedError as error:
            where = f"{self.find(room, name)}, line {_line_of(error, room)}"
            raise TemplateError(f"{where}: {error.message}; use a name the shipped {room}/{name} uses.") from error
        except jinja2.TemplateError as error:
            raise TemplateError(f"{self.find(room, name)}: {error}; correct the template.") from error

    def environment(self, room: Room) -> jinja2.Environment:
        """The Jinja environment of a room, strict about undefined names and stripped of blank block lines."""
        return _environment(tuple(self.search_path(room)), None)


@functools.lru_cache(maxsize=16)
def _environment(folders: tuple[Path, ...], finalize: Callable[[Any], Any] | None) -> jinja2.Environment:
    """An environment keeps its compiled templates, and looks whether a file has changed."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _line_of(error: BaseException, room: Room) -> int | str:
    """The template line an error left from: Jinja rewrites the traceback to the template's own lines."""
    line: int | str = "?"
    trace = error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).parent.name == room:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
