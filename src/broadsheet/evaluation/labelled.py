"""Reads labelled data, one JSON object a line: papers with people's TL;DRs, judgements or groups. Pure."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

from broadsheet.errors import ReadingError
from broadsheet.models import Paper


@dataclasses.dataclass(frozen=True)
class Labelled:
    """A paper and the TL;DRs that people wrote of it, the author's own first."""

    paper: Paper
    references: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Claim:
    """A TL;DR and whether it is true of its paper; `kind` says how a false one was made."""

    paper: Paper
    tldr: str
    true: bool
    kind: str


@dataclasses.dataclass(frozen=True)
class Grouped:
    """A paper, and the group that people put it in."""

    paper: Paper
    group: str


def read_labelled(text: str, *, name: str) -> list[Labelled]:
    """Rows with `title`, `source` (sentences) or `abstract`, and `target` (a list, the author's first) or `tldr`.

    Raises `ReadingError` with the number of the first wrong line.
    """
    found = []
    for number, row in read_rows(text, name=name):
        references = _strings(row.get("target", row.get("tldr")))
        paper = _paper(row, number)
        if not references or not paper.abstract:
            raise ReadingError(
                f"{name}, line {number}: a row has an `abstract` (or its sentences as `source`) and a `tldr` (or "
                "several as `target`); correct it."
            )
        found.append(Labelled(paper, tuple(references)))
    if not found:
        raise ReadingError(f"{name}: there is no row in it; give it labelled papers, one JSON object a line.")
    return found


def read_claims(text: str, *, name: str, papers: Mapping[str, Paper]) -> list[Claim]:
    """Rows with `tldr`, `label` (1 for true) and `kind`, and with an abstract or the `paper_id` of one of `papers`."""
    claims = []
    for number, row in read_rows(text, name=name):
        paper = papers.get(str(row.get("paper_id")))
        if paper is None:
            paper = _paper(row, number)
        tldr = next((row[key] for key in ("tldr", "claim", "text") if isinstance(row.get(key), str)), "")
        if not paper.abstract or not tldr or row.get("label") not in (0, 1):
            raise ReadingError(
                f"{name}, line {number}: a row has a `tldr`, a `label` of 0 or 1, and an abstract or the `paper_id` of "
                "a paper in --papers; correct it."
            )
        claims.append(Claim(paper, tldr, bool(row["label"]), str(row.get("kind") or "other")))
    if not claims:
        raise ReadingError(f"{name}: there is no row in it; give it judged TL;DRs, one JSON object a line.")
    return claims


def read_grouped(text: str, *, name: str) -> list[Grouped]:
    """Rows with `title`, `abstract`, and the group that people put the paper in as `track`, `theme` or `group`."""
    found = []
    for number, row in read_rows(text, name=name):
        group = next((row[key] for key in ("track", "theme", "group") if isinstance(row.get(key), str)), "").strip()
        paper = _paper(row, number)
        if not group or not paper.title:
            raise ReadingError(
                f"{name}, line {number}: a row has a `title`, an `abstract`, and the paper's group as `track`, `theme` "
                "or `group`; correct it."
            )
        found.append(Grouped(paper, group))
    if len({row.group for row in found}) < 2:
        raise ReadingError(f"{name}: its papers are not in two groups or more; give it papers that people have sorted.")
    return found


def read_papers(text: str, *, name: str) -> dict[str, Paper]:
    """The papers of a file by their `paper_id` or `id`."""
    return {str(row.get("paper_id", row.get("id"))): _paper(row, number) for number, row in read_rows(text, name=name)}


def read_rows(text: str, *, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of a text with their line numbers; raises `ReadingError` for a line that is none."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise ReadingError(f"{name}, line {number}: is no JSON object; labelled data has one on each line.")
        yield number, row


def _paper(row: Mapping[str, Any], number: int) -> Paper:
    abstract = " ".join(_strings(row.get("source")) or _strings(row.get("abstract")))
    return Paper(
        key=f"row:{number}", title=" ".join(str(row.get("title") or "").split()), abstract=" ".join(abstract.split())
    )


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and one.strip()]
