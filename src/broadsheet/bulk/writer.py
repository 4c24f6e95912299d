"""Who writes a bulk run's TL;DRs, told by everything that they depend on; each writer has a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pydantic

from broadsheet import __version__
from broadsheet.bulk.batch_ledger import sent_batches
from broadsheet.bulk.folder import BulkFolder, read_state, write_state
from broadsheet.digests.open_session import resolve_model
from broadsheet.errors import StateError
from broadsheet.llm.cache import cache_key
from broadsheet.models import Noun
from broadsheet.settings.loading import Settings
from broadsheet.settings.model import BUILTIN
from broadsheet.tldr.summarise import SCHEMA

_PROMPTS = ("summarise.txt", "summarise_papers.txt", "paper.txt", "judge.txt", "judge_papers.txt")
_SHOWN = 8


class BulkWriter(Noun):
    """A backend and its model by name, and a hash of these, of the prompts, and of how the model is asked.

    Not of the address: several servers may hold one model.
    """

    backend: str
    model: str
    fingerprint: str


def identify_writer(settings: Settings) -> BulkWriter:
    """The writer that the settings choose; raises `ConfigError` or `BackendRefused` where there can be none."""
    address, _ = resolve_model(settings)
    backend = settings.backend
    if address is None or backend is None:
        return BulkWriter(backend=BUILTIN, model=BUILTIN, fingerprint=cache_key(BUILTIN, __version__))
    model = settings.model_shown or address.model
    prompts = [settings.resources.find("prompts", name).read_text(encoding="utf-8") for name in _PROMPTS]
    asked = [prompts, SCHEMA, settings.writing.model_dump(mode="json"), settings.language]
    sampling = [settings.llm.temperature, sorted(backend.extra.items())]
    return BulkWriter(backend=settings.llm.backend, model=model, fingerprint=cache_key("bulk", model, sampling, asked))


def settle_writer(root: BulkFolder, writer: BulkWriter) -> BulkFolder:
    """The folder of a writer, noted there: the root for the first that was asked anything, one below for each other."""
    first = read_writer(root)
    of_another = first is not None and first.fingerprint != writer.fingerprint
    if of_another and (any((root.home / "shards").rglob("*.json*")) or any(one.calls for one in sent_batches(root))):
        folder = BulkFolder(root.root, f"by-{writer.fingerprint[:_SHOWN]}")
    else:
        folder = root
    if read_writer(folder) != writer:
        write_state(folder.identity, writer.model_dump(mode="json"))
    return folder


def find_writers(root: Path) -> list[tuple[BulkFolder, BulkWriter]]:
    """Each folder of a run in which somebody writes, and who does; raises `StateError` for a damaged file."""
    named = sorted(path.parent.name for path in root.glob("by-*/writer.json"))
    folders = (BulkFolder(root, name) for name in ("", *named))
    return [(folder, writer) for folder in folders if (writer := read_writer(folder))]


def read_writer(folder: BulkFolder) -> BulkWriter | None:
    """Who writes in a folder, `None` before anybody did; raises `StateError` for a damaged file."""
    told = read_state(folder.identity)
    try:
        return BulkWriter.model_validate(told) if told is not None else None
    except pydantic.ValidationError as error:
        raise StateError(f"{folder.identity}: names no writer; delete it, and run it again.") from error
