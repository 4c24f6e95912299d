"""The configuration: one frozen tree, field for field `config.yaml`.

What counts, first to last: flags, the environment (`BROADSHEET_LLM__MODEL`), the user's `config.yaml`, the shipped one.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
from platformdirs import user_config_path
from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from broadsheet.errors import BroadsheetError, ConfigError, UsageError
from broadsheet.settings.base import (
    Address,
    Branch,
    Count,
    MailAddress,
    NamedSecret,
    Seconds,
    UserPath,
    matching,
    split,
)
from broadsheet.settings.edition import Bounces, Edition, Mail, Notify, Schedule, WebSettings
from broadsheet.settings.interests import THEMES, Always, AtMost, InterestList, NamedTheme, Never, Themes
from broadsheet.settings.mistakes import describe_value, should_be
from broadsheet.settings.model import BUILTIN, LLM, Backend, Local
from broadsheet.settings.resources import DEFAULT_SEARCH, DEFAULT_STYLE, Resources, shipped_root
from broadsheet.settings.yaml_lines import YamlFile, read_yaml

ENV_PREFIX = "BROADSHEET_"
OWN_VARIABLES = {"BROADSHEET_CONFIG", "BROADSHEET_DESK_PASSWORD"}
FLAGS: Mapping[tuple[str, ...], str] = {
    ("output", "folder"): "--out",
    ("output", "formats"): "--format",
    ("never", "words"): "--never",
    ("never", "authors"): "--never-author",
    ("never", "sources"): "--never-source",
    ("always", "authors"): "--always-author",
    ("at_most", "theme"): "--at-most-theme",
    ("at_most", "source"): "--at-most-source",
}
"""The flags that are not called like the last key of what they set."""

STYLE = "should be the name of a folder of styles, of letters, figures, - and _"
Form = Literal["md", "html", "txt", "json", "atom", "feed", "bib", "ris", "csl"]
WrittenForm = Literal[Form, "obsidian"]
"""What a digest is written as: one file, or a folder of notes."""
SEARCH = "should be an address with {title} behind its host, such as https://index.example/search?q={title}, or null"
_SEARCH = r"""^https?://[A-Za-z0-9.:-]+/[^\s"'<>{}\\]*\{title\}[^\s"'<>{}\\]*$"""


class Cache(Branch):
    """Where good answers are kept across runs; `None` is the user's own cache folder."""

    use: bool = True
    folder: Path | None = None


Choice = Literal["auto"] | bool
"""Whether something is written or made; what `auto` means stands beside each setting in config.yaml."""


class Writing(Branch):
    """What a TL;DR must be, and for whom: `length` is in words."""

    audience: Annotated[str, Field(min_length=1, max_length=200)] = "a colleague in the next field"
    length: Annotated[int, Field(ge=8)] = 25
    repairs: Annotated[int, Field(ge=0)] = 2
    hints: Literal["auto", "none", "first", "only"] = "auto"
    judge: bool = False
    blurbs: Choice = "auto"

    @property
    def max_words(self) -> int:
        """The words a TL;DR may have."""
        return self.length


Arrangement = Literal["theme", "author", "venue"]
"""What papers stand under on a page."""


class Output(Branch):
    """Where a digest is written, in which forms, in which style of page, and what papers stand under there."""

    folder: UserPath = Path("digest")
    formats: Annotated[tuple[WrittenForm, ...], Field(min_length=1), BeforeValidator(split)] = (
        "md",
        "html",
        "txt",
        "json",
    )
    style: Annotated[str, matching(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", STYLE)] = DEFAULT_STYLE
    by: Arrangement = "theme"
    search: Annotated[str, matching(_SEARCH, SEARCH)] | None = DEFAULT_SEARCH

    @property
    def single_files(self) -> tuple[Form, ...]:
        """The forms that are one file each."""
        return tuple(form for form in self.formats if form != "obsidian")


class Service(Branch):
    """A live source: where it answers, and which variable holds its key, where it has keys."""

    base_url: Address
    key_env: NamedSecret = None


class Sources(Branch):
    """The live sources; the addresses can be replaced by those of a mirror."""

    arxiv: Service = Service(base_url="https://export.arxiv.org")
    arxiv_feed: Service = Service(base_url="https://rss.arxiv.org")
    hf: Service = Service(base_url="https://huggingface.co")
    biorxiv: Service = Service(base_url="https://api.biorxiv.org")
    openreview: Service = Service(base_url="https://api2.openreview.net", key_env="OPENREVIEW_TOKEN")
    openreview_old: Service = Service(base_url="https://api.openreview.net")
    openalex: Service = Service(base_url="https://api.openalex.org", key_env="OPENALEX_API_KEY")
    s2: Service = Service(base_url="https://api.semanticscholar.org", key_env="S2_API_KEY")
    crossref: Service = Service(base_url="https://api.crossref.org")
    pubmed: Service = Service(base_url="https://eutils.ncbi.nlm.nih.gov", key_env="NCBI_API_KEY")
    acl: Service = Service(base_url="https://aclanthology.org")


class Fetch(Branch):
    """How live sources and addresses are asked; `folder` is where answers are kept, `None` the user's own."""

    mailto: MailAddress | None = None
    limit: Count = 1000
    days: Count = 7
    timeout: Seconds = 60
    attempts: Count = 5
    patience: Seconds = 300
    max_age: Annotated[float, Field(ge=0)] = 3600
    folder: Path | None = None
    sources: Sources = Sources()

    def key_names(self) -> tuple[str, ...]:
        """The variables that may hold keys of live sources."""
        services = (getattr(self.sources, name) for name in Sources.model_fields)
        return tuple(service.key_env for service in services if service.key_env)


class Reading(Branch):
    """Which of the papers that were read a digest takes."""

    replacements: bool = False


class Settings(BaseSettings):
    """The whole tree; made by `load_settings`, which knows the files and names the line of a mistake."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="__",
        protected_namespaces=(),
    )

    title: str = "Broadsheet"
    language: str = "English"
    note: str = ""
    folder: Path | None = None
    llm: LLM = LLM()
    cache: Cache = Cache()
    local: Local = Local()
    fetch: Fetch = Fetch()
    reading: Reading = Reading()
    writing: Writing = Writing()
    themes: Themes = "auto"
    grouping: Literal["auto", "builtin", "model"] = "auto"
    sections: Choice = "auto"
    embeddings: UserPath | None = None
    overview: Choice = "auto"
    interests: InterestList = ()
    interests_from: UserPath | None = None
    top: Count | None = None
    never: Never = Never()
    always: Always = Always()
    at_most: AtMost = AtMost()
    output: Output = Output()
    sources: tuple[str, ...] = ()
    when_empty: Literal["note", "skip"] = "note"
    schedule: Schedule = Schedule()
    edition: Edition = Edition()
    mail: Mail = Mail()
    bounces: Bounces = Bounces()
    door: WebSettings = WebSettings()
    notify: Notify = Notify()
    backends: Mapping[str, Backend] = Field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        """As other processes get it: what was settled here, and not what their environment says."""
        return Settings.model_construct, (), {"__dict__": dict(self), "__pydantic_fields_set__": self.model_fields_set}

    @property
    def theme_count(self) -> int | None:
        """How many themes are asked for; `None` where the papers decide, or the names of `named_themes`."""
        return self.themes if isinstance(self.themes, int) else None

    @property
    def named_themes(self) -> tuple[NamedTheme, ...]:
        """The themes that papers are assigned to, where the reader named some."""
        return self.themes if isinstance(self.themes, tuple) else ()

    @property
    def resources(self) -> Resources:
        """Where this configuration's prompts and templates are looked for."""
        folders = (self.folder,) if self.folder else ()
        return Resources(folders=folders, style=self.output.style, search=self.output.search)

    @property
    def backend(self) -> Backend | None:
        """The chosen backend, `None` for the built-in engine; raises `ConfigError` for an unknown name."""
        name = self.llm.backend
        if name == BUILTIN:
            return None
        if name not in self.backends:
            names = [BUILTIN, *self.backends]
            raise ConfigError(
                f"there is no backend {name!r}{nearest(name, names)}: known are {', '.join(names)}; "
                "add yours under `backends:` in config.yaml."
            )
        return self.backends[name]

    @property
    def model(self) -> str | None:
        """The model that writes, `None` for the built-in engine or where none is named."""
        return self.llm.model or (self.backend.model if self.backend else None)

    @property
    def model_shown(self) -> str | None:
        """The model as a page may name it: of a file on this machine, its name and not where it lies."""
        backend, model = self.backend, self.model
        return Path(model).name if model and backend is not None and backend.in_process else model


def find_config(explicit: Path | None = None) -> Path | None:
    """The user's config file: the flag's, `$BROADSHEET_CONFIG`, `./config.yaml`, the user's own folder, or none.

    A `./config.yaml` without any key of ours belongs to another tool and is left alone.
    """
    named = explicit or (Path(value) if (value := os.environ.get("BROADSHEET_CONFIG")) else None)
    if named is not None:
        if not named.is_file():
            raise ConfigError(f"{named}: there is no such file; `broadsheet init` makes a config.yaml to edit.")
        return named
    here = Path("config.yaml")
    if here.is_file() and _is_ours(here):
        return here

    own = user_config_path("broadsheet") / "config.yaml"
    return own if own.is_file() else None


def as_flag(path: Sequence[str]) -> str:
    """The flag that sets a key of the configuration, as it is typed."""
    return FLAGS.get(tuple(path), f"--{path[-1].replace('_', '-')}")


def load_settings(
    config: Path | None = None,
    flags: Mapping[str, Any] | None = None,
    *,
    spell: Callable[[Sequence[str]], str] = as_flag,
) -> Settings:
    """Settings from flags, environment and files; raises `ConfigError` naming file, line and the nearest right key.

    `flags` is a tree like the configuration; a wrong value in it raises `UsageError` and names the flag, as `spell`
    writes its path in the tree.
    """
    path = find_config(config)
    shipped = read_yaml(shipped_root() / "config.yaml")
    user = read_yaml(path) if path else None
    flags = dict(flags or {})
    _check_environment()
    data = _without_foreign_model(merge_trees(shipped.data, user.data) if user else shipped.data, flags)
    if path and not data.get("folder"):
        data = {**data, "folder": path.resolve().parent}
    elif path:
        data = {**data, "folder": path.resolve().parent / Path(str(data["folder"])).expanduser()}
    try:
        return _settings_from(data, flags)
    except pydantic.ValidationError as error:
        raise _explain(error, flags, user or shipped, spell) from error


def _without_foreign_model(data: dict[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """The data without `llm.model` where a flag chooses another backend: the model belongs to the file's own."""
    asked, llm = flags.get("llm") or {}, data.get("llm")
    if not isinstance(llm, Mapping) or asked.get("backend") in (None, llm.get("backend")) or asked.get("model"):
        return data
    return {**data, "llm": {**llm, "model": None}}


def merge_trees(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `over` laid on top: mappings are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if not isinstance(below, Mapping):
            merged[key] = value
        elif value is not None:  # a group whose keys are all commented out says nothing
            merged[key] = merge_trees(below, value) if isinstance(value, Mapping) else value
    return merged


def _settings_from(data: Mapping[str, Any], flags: Mapping[str, Any]) -> Settings:
    class Layered(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, _Environment(settings_cls), InitSettingsSource(settings_cls, init_kwargs=dict(data))

    return Layered(**flags)


class _Environment(EnvSettingsSource):
    """The environment, where a group or a list that is no JSON is a mistake to explain like any other."""

    def decode_complex_value(self, field_name: str, field: Any, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


def _is_ours(path: Path) -> bool:
    try:
        return bool(set(read_yaml(path).data) & set(Settings.model_fields))
    except ConfigError:
        return "backends" in path.read_text(encoding="utf-8", errors="replace")


def _check_environment() -> None:
    for name in os.environ:
        if not name.startswith(ENV_PREFIX) or name in OWN_VARIABLES:
            continue
        key = name.removeprefix(ENV_PREFIX).lower().split("__")[0]
        if key not in Settings.model_fields:
            meant = nearest(key, list(Settings.model_fields), shape=lambda k: ENV_PREFIX + k.upper())
            raise ConfigError(f"the environment variable {name} names no setting{meant}: correct or unset it.")


def _explain(
    error: pydantic.ValidationError, flags: Mapping[str, Any], file: YamlFile, spell: Callable[[Sequence[str]], str]
) -> BroadsheetError:
    """The first mistake as one sentence, and how many there are besides."""
    mistakes = error.errors(include_url=False)
    first = min(mistakes, key=lambda mistake: mistake["type"] != "extra_forbidden")
    path = _keys(first["loc"], file.data)
    flag = spell(set_at) if (set_at := _set_at(path, flags)) else None
    key = flag or f"`{'.'.join(path)}`"
    same = [other for other in mistakes if other["input"] is first["input"] and _keys(other["loc"], file.data) == path]
    said = _said(first, same, path, key)
    if flag:
        return UsageError(f"{said}; correct it.")
    places = {tuple(_keys(mistake["loc"], file.data)) for mistake in mistakes} - {tuple(path)}
    stand = "mistake stands" if len(places) == 1 else "mistakes stand"
    more = f" ({len(places)} more {stand} behind it.)" if places else ""
    return ConfigError(f"{_origin(path, file)}: {said}; correct it.{more}")


def _said(mistake: ErrorDetails, same: list[ErrorDetails], path: list[str], key: str) -> str:
    """What is wrong with a key, by its first mistake and all that are the `same` value's."""
    if mistake["type"] == "extra_forbidden":
        return f"unknown key {key}{nearest(path[-1], list(fields_at(path[:-1])))}"
    if mistake["type"] == "missing":
        return f"{key} is missing"
    value = "what stands there" if _holds_secrets(path) else describe_value(mistake["input"])
    return f"{key} cannot be {value} ({THEMES if path == ['themes'] else should_be(same)})"


def _holds_secrets(path: list[str]) -> bool:
    """Whether a key, or one below it, names a variable: somebody may have typed the secret itself there."""
    if path[-1].endswith(("_env", "_envs")):
        return True
    return any(_holds_secrets([*path, name]) for name in fields_at(path))


def _keys(loc: tuple[int | str, ...], data: Any) -> list[str]:
    """A pydantic location without places in a list and names of union members, which are no keys of ours."""
    keys: list[str] = []
    fields: Mapping[str, Any] | None = Settings.model_fields
    for part in loc:
        if isinstance(part, int) or fields is None:
            break
        keys.append(part)
        fields = fields_at(keys) or None
    return keys


def _set_at(path: list[str], flags: Mapping[str, Any]) -> list[str] | None:
    """The path of the flag that set the value at a path: this one, or one above it."""
    node: Any = flags
    for depth, key in enumerate(path, start=1):
        if not isinstance(node, Mapping) or key not in node:
            return None
        node = node[key]
        if not isinstance(node, Mapping):
            return path[:depth]
    return None


def _origin(path: list[str], file: YamlFile) -> str:
    for depth in range(len(path), 0, -1):
        variable = ENV_PREFIX + "__".join(path[:depth]).upper()
        if variable in os.environ:
            return f"the environment variable {variable}"
    line = file.line_of(path)
    return f"{file.path}, line {line}" if line else str(file.path)


def fields_at(path: list[str]) -> Mapping[str, Any]:
    """The keys that may stand below a path, with what they hold; empty where there are none."""
    fields: Mapping[str, Any] = Settings.model_fields
    for key in path:
        if fields is _ANY_BACKEND:
            fields = Backend.model_fields
        elif key == "backends":
            fields = _ANY_BACKEND
        else:
            kind = fields[key].annotation if key in fields else None
            is_branch = isinstance(kind, type) and issubclass(kind, BaseModel)
            fields = {f.alias or name: f for name, f in kind.model_fields.items()} if is_branch and kind else {}
    return fields


_ANY_BACKEND: Mapping[str, Any] = {"<name>": None}


def nearest(name: str, known: list[str], shape: Any = str) -> str:
    """` (did you mean …?)` where one of the known names is like this one, else nothing."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f" (did you mean `{shape(close[0])}`?)" if close else ""
