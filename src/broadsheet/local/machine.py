"""What this machine can give to a model: cores, and free memory."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


@dataclasses.dataclass(frozen=True)
class Machine:
    """Cores that this process may use, and bytes of memory that are free for it."""

    cores: int
    memory: int


def look_at_machine() -> Machine:
    """The machine now; the limits of a container count if they are lower."""
    import psutil  # comes with an extra

    # Physical cores: two threads of one core share its arithmetic units, which is what a model needs.
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    with contextlib.suppress(AttributeError, OSError):  # not every system lets a process be pinned
        cores = min(cores, len(os.sched_getaffinity(0)))
    memory = int(psutil.virtual_memory().available)
    left = container_memory(_CGROUP)
    return Machine(cores=max(1, cores), memory=memory if left is None else min(memory, left))


def container_memory(folder: Path) -> int | None:
    """Bytes left under the limit of a control group (version 2); `None` without one."""
    try:
        limit = (folder / "memory.max").read_text(encoding="ascii").strip()
        used = (folder / "memory.current").read_text(encoding="ascii").strip()
        return max(0, int(limit) - int(used)) if limit != "max" else None
    except (OSError, ValueError):
        return None
