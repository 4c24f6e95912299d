"""A mail that asks to leave is known by the word in its subject, however its client wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mailing.returned_mail import asked_to_leave


@pytest.mark.parametrize(
    ("subject", "word"),
    [
        ("leave abcDEF_123-456", "abcDEF_123-456"),
        ("Re: LEAVE  abcDEF_123-456 ", "abcDEF_123-456"),
        ("=?utf-8?q?leave_abcDEF=5F123?=", "abcDEF_123"),
        ("leave\r\n abcDEF_123-456", "abcDEF_123-456"),
        ("leave me alone, please", None),
        ("Please leave abcDEF_123-456", None),
        ("leave " + "x" * 300, None),
        ("", None),
    ],
)
def test_the_word_is_taken_from_the_subject(subject: str, word: str | None) -> None:
    mail = f"From: ann@example.org\r\nSubject: {subject}\r\nTo: us@example.org\r\n\r\nSubject: leave otherword1\r\n"
    assert asked_to_leave(mail.encode()) == word


@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail_or_none(data: bytes) -> None:
    assert asked_to_leave(b"Subject: " + data) is None or b"leave" in data.lower() or b"=?" in data
