"""What an attempt at a shard has found out so far: a line a paper in a file of its own, safe on the disk by batches."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pydantic

from broadsheet.bulk.folder import MODE, whole_file, writing
from broadsheet.models import Noun, Paper, Summary, Usage

BATCH = 64
"""Answers that a crash of the machine can cost, at most; that of a process costs none."""


class PaperAnswer(Noun):
    """What is known of a paper: its summary, or why there is none; its model, and its share of what the calls took.

    `text` names title and abstract: where these have changed, the answer is one to another question.
    """

    key: str
    text: str
    summary: Summary | None = None
    why: str = ""
    model: str = ""
    tokens: int = 0
    dollars: float | None = 0.0


class Spent(Noun):
    """Everything that an attempt has taken so far, and who makes it; the last line of this kind counts."""

    by: str
    usage: Usage

    @property
    def taken(self) -> dict[str, Any]:
        """What a manifest says of it."""
        usage = self.usage
        return {
            "calls": usage.calls,
            "tokens": usage.prompt_tokens + usage.completion_tokens,
            "dollars": usage.money,
        }


class Attempt(Noun):
    """The answers of a file, and what they took."""

    name: str
    answers: tuple[PaperAnswer, ...]
    spent: Spent | None


def text_digest(paper: Paper) -> str:
    """Names the title and abstract of a paper, in 16 hex digits."""
    told = f"{paper.title}\n{paper.abstract}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(told).hexdigest()[:16]


def who_works() -> str:
    """This process, as a manifest names it."""
    return f"{platform.node() or 'this machine'} {os.getpid()}"


class AnswerFile:
    """Appends whole answers to a file that nobody else writes to; raises `OutputError` where the disk is full."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{len(list(folder.glob('*.jsonl'))):03d}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"
        self._told: Usage | None = None
        self._unsafe = 0
        with writing(self._path):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, MODE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)
        if not self._path.stat().st_size:
            self._path.unlink()  # nobody answered

    def add(self, answer: PaperAnswer, spent: Usage) -> None:
        """Adds an answer, and what the attempt has `spent` by then: in the file at once, on the disk by batches."""
        self._append(answer.model_dump_json(exclude_defaults=True))
        self._note(spent)
        self._unsafe += 1
        if self._unsafe >= BATCH:
            self.settle(spent)

    def settle(self, spent: Usage) -> None:
        """Notes what the attempt has spent, and brings everything to the disk."""
        if self._told is None and not spent.calls:
            return
        self._note(spent)
        self._unsafe = 0
        with writing(self._path):
            os.fsync(self._file)

    def _note(self, spent: Usage) -> None:
        if spent != self._told:
            self._told = spent
            self._append(Spent(by=who_works(), usage=spent).model_dump_json())

    def _append(self, line: str) -> None:
        data = f"{line}\n".encode("utf-8", "surrogatepass")
        with writing(self._path):
            while data:
                data = data[os.write(self._file, data) :]


def write_answers(path: Path, answers: Iterable[PaperAnswer], spent: Spent) -> None:
    """A whole file of answers, and what the attempt took; raises `OutputError` where the disk is full."""
    with whole_file(path) as waiting, waiting.open("w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(f"{spent.model_dump_json()}\n")
        file.writelines(f"{answer.model_dump_json(exclude_defaults=True)}\n" for answer in answers)


def read_attempts(folder: Path) -> Iterator[Attempt]:
    """The attempts of a shard, the oldest first; a line that a crash cut off counts as not written."""
    for path in sorted(folder.glob("*.jsonl")):
        answers: list[PaperAnswer] = []
        spent: Spent | None = None
        for line in path.read_bytes().split(b"\n"):
            try:
                if line.startswith(b'{"by"'):
                    spent = Spent.model_validate_json(line)
                elif line:
                    answers.append(PaperAnswer.model_validate_json(line))
            except pydantic.ValidationError:
                continue
        yield Attempt(name=path.name, answers=tuple(answers), spent=spent)
