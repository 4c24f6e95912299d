"""Answers are in the file when they are added, and what they took with them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from broadsheet.bulk import answers
from broadsheet.bulk.answers import AnswerFile, PaperAnswer, read_attempts, text_digest
from broadsheet.errors import OutputError
from broadsheet.models import Paper, Summary, Usage

FOLDER = Path("shards/00000")


def answer(key: str) -> PaperAnswer:
    return PaperAnswer(key=key, text="0" * 16, summary=Summary(paper_key=key, tldr="Knots.", method="written"))


def test_an_answer_is_there_before_the_file_is_closed():
    with AnswerFile(FOLDER) as file:
        file.add(answer("a"), Usage(calls=1))
        file.add(answer("b"), Usage(calls=2))
        (attempt,) = read_attempts(FOLDER)
        assert [one.key for one in attempt.answers] == ["a", "b"]
        assert attempt.spent is not None
        assert attempt.spent.usage.calls == 2


def test_attempts_are_files_of_their_own_in_their_order():
    for key in "abc":
        with AnswerFile(FOLDER) as file:
            file.add(answer(key), Usage())
    assert [attempt.answers[0].key for attempt in read_attempts(FOLDER)] == ["a", "b", "c"]


def test_an_attempt_without_an_answer_leaves_no_file():
    with AnswerFile(FOLDER) as file:
        file.settle(Usage())
    assert list(FOLDER.iterdir()) == []


def test_calls_without_an_answer_are_noted():
    with AnswerFile(FOLDER) as file:
        file.settle(Usage(calls=3, money=0.1))
    (attempt,) = read_attempts(FOLDER)
    assert attempt.answers == ()
    assert attempt.spent is not None
    assert attempt.spent.taken == {"calls": 3, "tokens": 0, "dollars": 0.1}


def test_a_disk_that_is_full_when_it_is_synced_is_told():
    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with AnswerFile(FOLDER) as file, pytest.MonkeyPatch.context() as patch:
        file.add(answer("a"), Usage())
        patch.setattr(answers.os, "fsync", full)
        with pytest.raises(OutputError, match="there is no room left"):
            file.settle(Usage(calls=1))


def test_another_abstract_is_another_text():
    paper = Paper(key="a", title="On knots", abstract="Wet.")
    assert text_digest(paper) != text_digest(paper.model_copy(update={"abstract": "Dry."}))
    assert text_digest(paper) == text_digest(paper.model_copy(update={"key": "b", "source": "elsewhere"}))
