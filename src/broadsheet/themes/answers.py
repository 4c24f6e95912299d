"""Turns a model's answer into a partition of the papers: each in exactly one group. Pure; no answer raises an error."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from broadsheet.llm.answers import read_objects
from broadsheet.text.lazy_regex import lazy_regex

MOST_GROUPS = 1000
LONGEST_TEXT = 2000
_REST = lazy_regex(
    r"\A(?:the )?(?:others?|misc\w*|rest|remaining|unsorted|various|none)(?: (?:papers?|topics?|themes?))?\W*\Z",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A group as a model's answer gives it, not checked yet. `cites` are the ids that its blurb is about."""

    title: str
    blurb: str
    ids: tuple[str, ...]
    cites: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Group:
    """The keys of the papers of a group; `see_also` are papers of other groups that the model named here too."""

    keys: tuple[str, ...]
    title: str = ""
    blurb: str = ""
    cites: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()

    @property
    def rest(self) -> bool:
        """Whether its title says that the model put the papers here that fit no other group."""
        return _REST.match(self.title) is not None


@dataclasses.dataclass(frozen=True)
class Partition:
    """Disjoint groups, the keys that no group named, those that several named, and the ids of no paper."""

    groups: tuple[Group, ...]
    missing: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def read_proposals(text: str) -> tuple[Proposal, ...]:
    """The groups in an answer, in its order; empty where it has none. At most `MOST_GROUPS` are read."""
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
    """The distinct ids in a field of an answer, which may be a list or a text with separators."""
    if isinstance(value, str):
        value = re.split(r"[\s,;]+", value)
    parts = value if isinstance(value, list) else []
    ids = (id_form(part) for part in parts if isinstance(part, str | int))
    return tuple(dict.fromkeys(id for id in ids if id))


def id_form(id: object) -> str:
    """An id in lower case, without the quotes, brackets and `#` that models put round it."""
    return str(id)[:40].strip().strip("#\"'[]()").lower()


def assign(proposals: Sequence[Proposal], keys: Mapping[str, str]) -> Partition:
    """Assigns every key to the first group that names its id; later groups that name it get it as `see_also`.

    `keys` maps ids to paper keys. Linear in the number of ids.
    """
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
            # `setdefault` keeps the first group that claimed the key.
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
    """Merges groups as a model proposes (`said`, by the `ids` of the groups); groups it does not name stay as they are.

    A merged group takes the proposed title and blurb; a group alone keeps its own.
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
    """The union of several groups, with a new title and blurb."""
    keys = tuple(key for part in parts for key in part.keys)
    others = dict.fromkeys(key for part in parts for key in part.see_also)
    besides = tuple(key for key in others if key not in set(keys))
    return Group(keys=keys, title=title, blurb=blurb, cites=keys, see_also=besides)


def without_keys(group: Group, gone: Collection[str]) -> Group:
    """The group without some keys; its blurb is dropped where it cites one of them."""
    kept = tuple(key for key in group.keys if key not in gone)
    return dataclasses.replace(group, keys=kept, blurb="" if set(group.cites) & set(gone) else group.blurb)


def _text(value: Any) -> str:
    return " ".join(value[:LONGEST_TEXT].split()) if isinstance(value, str) else ""
