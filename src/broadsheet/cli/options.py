"""The flags that say who writes and what it may take, and how they become settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from broadsheet.cli.group import given

Command = TypeVar("Command", bound=Callable[..., Any])

backend_option = click.option(
    "--backend", metavar="NAME", help="Who writes: builtin, or a name under `backends:` in config.yaml."
)
model_option = click.option("--model", metavar="NAME", help="The model that writes, by the name its server gives it.")
config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration to use instead of ./config.yaml or your user folder's.",
)
edition_config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration of the edition, such as weekly.yaml (default: ./config.yaml).",
)
language_option = click.option(
    "--language",
    metavar="NAME",
    help="Your language: of the page, of what a model writes, of papers in several (default: English).",
)
replacements_option = click.option(
    "--replacements", is_flag=True, default=None, help="Digest new versions of older papers too, not only new papers."
)
themes_option = click.option(
    "--themes", metavar="auto|N|LIST", help="How many themes, or which: 'A; B; C' (default: auto)."
)
interests_option = click.option(
    "--interest",
    "interests",
    multiple=True,
    metavar="TEXT",
    help="What you are interested in: a phrase, a title, or a file of papers you like; ranks the papers.",
)
interests_from_option = click.option(
    "--interests-from", metavar="desk|FILE", help="Rank by the stars of `broadsheet desk`, or of a desk's own file."
)
_EXCLUDING = (
    click.option(
        "--never",
        "never_words",
        multiple=True,
        metavar="TEXT",
        help="Leave out papers with this word or phrase in title or abstract.",
    ),
    click.option(
        "--never-author", "never_authors", multiple=True, metavar="NAME", help="Leave out papers by this author."
    ),
    click.option(
        "--never-source",
        "never_sources",
        multiple=True,
        metavar="NAME",
        help="Leave out papers of this input, category or venue.",
    ),
    click.option(
        "--always-author",
        "always_authors",
        multiple=True,
        metavar="NAME",
        help="Take papers by this author, whatever else would leave them out.",
    ),
    click.option("--at-most-theme", metavar="N", help="Take N papers a theme, the best by your interests."),
    click.option("--at-most-source", metavar="N", help="Take N papers an input, the best by your interests."),
)
top_option = click.option("--top", metavar="N", help="Digest the N papers that match your interests best, no others.")
backends_option = click.option(
    "--backend",
    "backends",
    multiple=True,
    metavar="NAME[=MODEL]",
    help="A writer: built-in, or a name under `backends:` in config.yaml, perhaps with a model; give two or more.",
)
limit_option = click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Take so many papers, drawn by the seed."
)
_ASKING = (
    click.option("--batch-size", metavar="N", help="Papers in one prompt (default: the backend's)."),
    click.option("--concurrency", metavar="N", help="Calls at once, at most (default: the backend's)."),
)
_WRITER = (backend_option, model_option, *_ASKING)
_SPENDING = (
    click.option("--max-cost", metavar="USD", help="Dollars the run may spend; what is left then is extracted."),
    click.option("--max-calls", metavar="N", help="Calls the run may make, every try counted."),
    click.option("--max-run-tokens", metavar="N", help="Tokens the run may use, both ways together."),
    click.option("--offline", is_flag=True, default=None, help="Use what was answered before, ask nobody."),
    click.option("--retry", is_flag=True, default=None, help="Ask again for answers that an earlier run refused."),
    click.option("--record", metavar="DIR", help="Write whole exchanges with the model to this folder."),
    click.option("--replay", metavar="DIR", help="Play exchanges from this folder, asking nobody."),
)
_LLM = (
    "backend",
    "model",
    "batch_size",
    "concurrency",
    "max_cost",
    "max_calls",
    "max_run_tokens",
    "offline",
    "retry",
    "record",
    "replay",
)


def writer_flags(command: Command) -> Command:
    """Adds the flags that choose the model and how it is asked."""
    return _add(_WRITER, command)


def asking_flags(command: Command) -> Command:
    """Adds the flags that say how models are asked, whichever they are."""
    return _add(_ASKING, command)


def spending_flags(command: Command) -> Command:
    """Adds the flags that bound what a run takes."""
    return _add(_SPENDING, command)


def exclusion_flags(command: Command) -> Command:
    """Adds the flags that leave papers out."""
    return _add(_EXCLUDING, command)


def exclusion_tree(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The branches `never`, `always` and `at_most` of the settings, from the flags that were given."""
    never = given({kind: list(flags[f"never_{kind}"]) or None for kind in ("words", "authors", "sources")})
    always = given({"authors": list(flags["always_authors"]) or None})
    at_most = given({kind: flags[f"at_most_{kind}"] for kind in ("theme", "source")})
    return {name: branch for name, branch in (("never", never), ("always", always), ("at_most", at_most)) if branch}


def llm_tree(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The branch `llm` of the settings, from the flags that were given."""
    return given({name: flags.get(name) for name in _LLM})


def _add(options: tuple[Callable[[Any], Any], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
