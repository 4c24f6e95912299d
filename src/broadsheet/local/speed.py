"""The speed of a local model on this machine, measured once and kept in a file."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import tempfile
from pathlib import Path

from broadsheet.local.engine import LlamaServer

ANSWER_TOKENS = 24
PROMPT = "A paper says what was done, how it was done, and what came of it, in a few plain words. " * 8
TOGETHER = 2.0
"""The largest factor by which several slots together write faster than one alone, as measured on a few processors."""


@dataclasses.dataclass(frozen=True)
class MeasuredSpeed:
    """Tokens a second: read, written by one slot, and written by all of them together."""

    read: float
    written: float
    together: float

    @classmethod
    def of(cls, engine: LlamaServer, slots: int) -> MeasuredSpeed:
        """Measured by one short prompt; several slots cannot write faster than the machine reads."""
        read, written = engine.time_tokens(PROMPT, ANSWER_TOKENS)
        return cls(read=read, written=written, together=min(read, written * min(TOGETHER, slots)))

    def seconds(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Seconds for these tokens, with all slots busy: reading time plus writing time."""
        return prompt_tokens / self.read + completion_tokens / self.together


def recall_speed(file: Path, who: str) -> MeasuredSpeed | None:
    """What was measured before of this model on this machine; `None` where nothing was, or it cannot be read."""
    try:
        return MeasuredSpeed(**json.loads(file.read_text(encoding="utf-8"))[who])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_speed(file: Path, who: str, speed: MeasuredSpeed) -> None:
    """Keeps a measured speed; where the folder cannot be written, it is measured again next time."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        number, aside = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(number, "w", encoding="utf-8") as out:
            json.dump({**(known if isinstance(known, dict) else {}), who: dataclasses.asdict(speed)}, out)
        Path(aside).replace(file)
