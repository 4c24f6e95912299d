"""What a model says of groups -> a partition: each paper in exactly one, whatever the answer was. Pure and total."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from broadsheet.llm.answers import read_objects

MOST_GROUPS = 1000
LONGEST_TEXT = 2000
_REST = re.compile(
    r"\A(?:the )?(?:others?|misc\w*|rest|remaining|unsorted|various|none)(?: (?:papers?|topics?|themes?))?\W*\Z",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A group as a model names it; nothing in it is checked yet. `cites` are the ids that its blurb speaks of."""

    title: str
    blurb: str
    ids: tuple[str, ...]
    cites: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Group:
    """Members that stand together, by their keys; `see_also` stand elsewhere and were named here as well."""

    keys: tuple[str, ...]
    title: str = ""
    blurb: str = ""
    cites: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()

    @property
    def rest(self) -> bool:
        """Whether a model gathered here what fits nowhere."""
        return _REST.match(self.title) is not None


@dataclasses.dataclass(frozen=True)
class Partition:
    """Groups that share no key, and what became of the ids: those no group named, those two named, those unheard of."""

    groups: tuple[Group, ...]
    missing: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def read_proposals(text: str) -> tuple[Proposal, ...]:
    """The groups in an answer, in its order; an answer without any gives none."""
    found = read_objects(text, field="ids")[:MOST_GROUPS]
    return tuple(
        Proposal(
            title=_text(group.get("title")),
            blurb=_text(group.get("blurb")),
            ids=read_ids(group["ids"]),
            cites=read_ids(group.get("cites")),
        )
        for group in found
    )


def read_ids(value: Any) -> tuple[str, ...]:
    """The ids in a field, each once: a list of them, or a text with them in it."""
    if isinstance(value, str):
        value = re.split(r"[\s,;]+", value)
    parts = value if isinstance(value, list) else []
    ids = (id_form(part) for part in parts if isinstance(part, str | int))
    return tuple(dict.fromkeys(id for id in ids if id))


def id_form(id: object) -> str:
    """An id without what models put round it."""
    return str(id)[:40].strip().strip("#\"'[]()").lower()


def assign(proposals: Sequence[Proposal], keys: Mapping[str, str]) -> Partition:
    """Every key (by its id) in the first group that names it; a second one gets it as `see_also`."""
    by_form = {id_form(id): key for id, key in keys.items()}
    home: dict[str, int] = {}
    repeated: dict[str, None] = {}
    unknown: dict[str, None] = {}
    members: list[list[str]] = [[] for _ in proposals]
    besides: list[list[str]] = [[] for _ in proposals]
    for number, proposal in enumerate(proposals):
        for id in dict.fromkeys(proposal.ids):
            key = by_form.get(id)
            if key is None:
                unknown[id] = None
            elif home.setdefault(key, number) == number:
                members[number].append(key)
            else:
                besides[number].append(key)
                repeated[key] = None
    groups = tuple(
        Group(
            keys=tuple(own),
            title=proposal.title,
            blurb=proposal.blurb,
            cites=tuple(by_form[id] for id in proposal.cites if by_form.get(id) in own),
            see_also=tuple(others),
        )
        for proposal, own, others in zip(proposals, members, besides, strict=True)
        if own
    )
    missing = tuple(key for key in keys.values() if key not in home)
    return Partition(groups, missing, tuple(repeated), tuple(unknown))


def merge_groups(groups: Sequence[Group], said: Sequence[Proposal], ids: Sequence[str]) -> list[Group]:
    """Groups put together as a model says of their ids; one that it does not name stays as it was.

    What is put together takes the title and the blurb said of it; what is left alone keeps its own.
    """
    merged: list[Group] = []
    partition = assign(said, {id: str(place) for place, id in enumerate(ids)})
    for union in partition.groups:
        parts = [groups[int(place)] for place in union.keys]
        if len(parts) == 1:
            merged.append(parts[0])
        else:
            merged.append(join_groups(parts, title=union.title, blurb=union.blurb))
    return merged + [groups[int(place)] for place in partition.missing]


def join_groups(parts: Sequence[Group], *, title: str, blurb: str = "") -> Group:
    """Several groups as one."""
    keys = tuple(key for part in parts for key in part.keys)
    others = dict.fromkeys(key for part in parts for key in part.see_also)
    besides = tuple(key for key in others if key not in set(keys))
    return Group(keys=keys, title=title, blurb=blurb, cites=keys, see_also=besides)


def without_keys(group: Group, gone: Collection[str]) -> Group:
    """A group that some keys have left; a blurb that speaks of one of them goes with it."""
    kept = tuple(key for key in group.keys if key not in gone)
    return dataclasses.replace(group, keys=kept, blurb="" if set(group.cites) & set(gone) else group.blurb)


def _text(value: Any) -> str:
    return " ".join(value[:LONGEST_TEXT].split()) if isinstance(value, str) else ""
