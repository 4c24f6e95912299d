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
DEFAULT_STYLE = "broadsheet"
DEFAULT_SEARCH = "https://www.semanticscholar.org/search?q={title}"


@functools.cache
def shipped_root() -> Path:
    """The folder that holds the shipped files: the package in a wheel, the repository in a checkout.

    Hatchling's `force-include` puts them into the package; an editable install runs from `src/`.
    """
    package = Path(__file__).resolve().parents[1]
    for root in (package, package.parents[1]):
        if (root / "prompts").is_dir() and (root / "templates").is_dir() and (root / "config.yaml").is_file():
            return root
    raise TemplateError(f"prompts/, templates/ and config.yaml are missing beside {package}: install Broadsheet again.")


@dataclasses.dataclass(frozen=True)
class Resources:
    """Where prompts and templates are looked for: `folders` in order, then the shipped ones.

    Each folder may hold a `prompts/` and a `templates/`; a file found there replaces the shipped file of that
    name, and nothing else. A `style` other than the default is a folder `templates/styles/NAME`, the user's or a
    shipped one, and its files come before all others: it was asked for by name.
    """

    folders: tuple[Path, ...] = ()
    style: str = DEFAULT_STYLE
    search: str | None = DEFAULT_SEARCH
    """The address at which pages look for a title that has none: `{title}` stands for it; `None` for no search."""

    def find(self, room: Room, name: str) -> Path:
        """The file of that name that counts; raises `TemplateError` when there is none anywhere."""
        for folder in self.search_path(room):
            if (folder / name).is_file():
                return folder / name
        raise TemplateError(f"there is no {room}/{name}: `broadsheet init` copies the shipped files.")

    def search_path(self, room: Room) -> list[Path]:
        """The folders of a room, first the style's, then the user's; raises `TemplateError` for an unknown style."""
        rooms = [*(folder / room for folder in self.folders), shipped_root() / room]
        if room == "prompts" or self.style == DEFAULT_STYLE:
            return rooms
        styles = [folder for templates in rooms if (folder := templates / "styles" / self.style).is_dir()]
        if not styles:
            known = {DEFAULT_STYLE, *(folder.name for templates in rooms for folder in templates.glob("styles/*/"))}
            raise TemplateError(
                f"there is no style {self.style!r}: known are {', '.join(sorted(known))}; "
                f"yours would be a folder templates/styles/{self.style} beside your config.yaml."
            )
        return [*styles, *rooms]

    def own_files(self, room: Room) -> list[Path]:
        """The files of the user's own that a room is rendered with, besides the shipped ones or in their place."""
        shipped = shipped_root() / room
        known = {path.relative_to(shipped) for path in shipped.rglob("*") if path.is_file()}
        return [
            path
            for folder in self.search_path(room)
            if not folder.is_relative_to(shipped)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and _counts(path.relative_to(folder), known, styled=folder.parent.name == "styles")
        ]

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
        import jinja2  # 0.1 s, and what only reads listings renders nothing

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
            file, line = _place_of(error, self.search_path(room)) or (self.find(room, name), "?")
            raise TemplateError(
                f"{file}, line {line}: {error.message}; use a name the shipped {room}/{name} uses."
            ) from error
        except jinja2.TemplateError as error:
            raise TemplateError(f"{self.find(room, name)}: {error}; correct the template.") from error

    def environment(self, room: Room) -> jinja2.Environment:
        """The Jinja environment of a room, strict about undefined names and stripped of blank block lines."""
        return _environment(tuple(self.search_path(room)), None)


@functools.lru_cache(maxsize=16)
def _environment(folders: tuple[Path, ...], finalize: Callable[[Any], Any] | None) -> jinja2.Environment:
    """An environment keeps its compiled templates, and looks whether a file has changed."""
    import jinja2  # as above

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _counts(name: Path, known: set[Path], *, styled: bool) -> bool:
    """Whether a file below a folder of the user's is one that is looked for; other styles' files are not."""
    return styled or (name in known and name.parts[0] != "styles")


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
