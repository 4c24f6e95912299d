"""What requests to the desk hold and what it answers, as types: they check what comes in, and describe the interface.

The description of a field completes the sentence that tells of a wrong one: "`verdict` should be 1 or -1."
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from broadsheet.digests.estimate import DigestEstimate
from broadsheet.errors import UsageError
from broadsheet.models import Digest, LeftOut, Listing
from broadsheet.store.desk import DeskRun, Star

LONGEST_NOTE = 4000
Asked = TypeVar("Asked", bound="DeskRequest")


class DeskRequest(BaseModel):
    """The base of what is asked: fields that nobody knows are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReadRequest(DeskRequest):
    """What there is to read: a text, live sources, files of a form, or a listing that was read before."""

    text: str | None = Field(None, description="a text: a listing as it was pasted")
    sources: tuple[str, ...] | None = Field(None, description="a list of live sources, addresses and identifiers")
    listing: Listing | None = Field(None, description="what `/api/v1/read` answered")
    settings: Mapping[str, Any] = Field({}, description="a JSON object: some of the keys of config.yaml")


class StarGiven(DeskRequest):
    """What the reader thinks of a paper of a digest: 1 for a star, -1 for less like this."""

    run: str = Field("", description="the id of the digest")
    verdict: Literal[1, -1] = Field(1, description="1 or -1")
    note: str = Field("", description="a text")


class NoteAsked(DeskRequest):
    """What the reader notes on a paper; an empty text is no note."""

    note: str = Field(max_length=LONGEST_NOTE, description=f"a text of no more than {LONGEST_NOTE:,} characters")


class MailAsked(DeskRequest):
    """To which of the reader's own addresses a mail goes."""

    to: str | None = Field(None, description="one of the addresses under mail.to in the configuration")


class EditionAsked(DeskRequest):
    """Which edition a digest is to be."""

    number: int | None = Field(None, description="the number of the next edition")


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a digest would take and leave out: `plan` where a model writes."""

    papers: int
    left_out: tuple[LeftOut, ...]
    plan: DigestEstimate | None


@dataclasses.dataclass(frozen=True)
class Submitted(DeskRun):
    """A run in the queue, and where its events are."""

    events: str


@dataclasses.dataclass(frozen=True)
class Made(DeskRun):
    """A run with its digest once it is done."""

    digest: Digest | None


@dataclasses.dataclass(frozen=True)
class SentMail:
    """A mail that was sent."""

    to: str
    message_id: str
    at: dt.datetime


@dataclasses.dataclass(frozen=True)
class KeptEdition:
    """The edition that a digest has become."""

    number: int


@dataclasses.dataclass(frozen=True)
class NoteKept:
    """A note as it was kept."""

    paper_key: str
    note: str


@dataclasses.dataclass(frozen=True)
class StarShown:
    """A star as it is told of."""

    paper_key: str
    title: str
    verdict: Literal[-1, 1]
    note: str
    given: dt.datetime

    @classmethod
    def of(cls, star: Star) -> StarShown:
        """What is told of a star."""
        return cls(star.paper.key, star.paper.title, star.verdict, star.note, star.given)


def check_request(kind: type[Asked], asked: Mapping[str, Any]) -> Asked:
    """The fields of a request; raises `UsageError` in one sentence for a wrong one."""
    try:
        return kind.model_validate(asked)
    except pydantic.ValidationError as error:
        name = str(error.errors(include_url=False, include_input=False)[0]["loc"][0])
        raise UsageError(f"`{name}` should be {kind.model_fields[name].description}.") from error
