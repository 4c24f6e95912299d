"""Finds `config.yaml`, `prompts/` and `templates/`: the user's own copies before the shipped ones."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
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
        rendered: str = _templating().render_file(self, room, name, finalize, values)
        return rendered

    def environment(self, room: Room) -> jinja2.Environment:
        """The Jinja environment of a room, strict about undefined names and stripped of blank block lines."""
        made: jinja2.Environment = _templating().make_environment(tuple(self.search_path(room)), None)
        return made


def _templating() -> ModuleType:
    """What renders, with Jinja."""
    from broadsheet.settings import templating  # 0.1 s, and what only reads listings renders nothing

    return templating


def _counts(name: Path, known: set[Path], *, styled: bool) -> bool:
    """Whether a file below a folder of the user's is one that is looked for; other styles' files are not."""
    return styled or (name in known and name.parts[0] != "styles")
