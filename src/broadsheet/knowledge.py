"""What a run knows of its field: the shipped background, with the reader's own sentence encoder where there is one."""

from __future__ import annotations

import dataclasses

from broadsheet.settings import Settings
from broadsheet.writing.background import Background
from broadsheet.writing.senses import Senses


def with_senses(known: Background, settings: Settings) -> Background:
    """The background and the encoder that `embeddings` names; raises `ConfigError` where that is none."""
    if settings.embeddings is None:
        return known
    from broadsheet.local.encoder import open_encoder

    return dataclasses.replace(known, senses=Senses.of(open_encoder(settings.embeddings).encode))
