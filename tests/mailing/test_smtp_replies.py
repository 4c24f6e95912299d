"""What the answer of a mail server means for one mail."""

from __future__ import annotations

from broadsheet.mailing.smtp_replies import interpret_reply


def test_an_answer_is_told_on_one_line_without_control_characters() -> None:
    assert interpret_reply(550, b"5.1.1 no\r\n\x1b[31muser", "rcpt").said == "5.1.1 no [31muser"
