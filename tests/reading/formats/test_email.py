"""E-mail: encoded parts, alternatives, mailboxes, messages without a listing."""

from __future__ import annotations

import email.message
import email.policy

import pytest

from broadsheet.errors import NoPapers, ReadingError
from broadsheet.reading.listing import read_text
from listing_samples import papers_of, read_sample, text_of


def message(text, subtype="plain", cte="quoted-printable"):
    mail = email.message.EmailMessage(policy=email.policy.default)
    mail["From"], mail["To"], mail["Subject"] = "list@pier.example", "reader@pier.example", "daily goats"
    mail.set_content(text, subtype=subtype, cte=cte)
    return mail.as_string()


def test_the_part_that_holds_papers_is_read_in_its_own_encoding():
    listing = read_sample("message.eml")
    assert [(paper.title, paper.url) for paper in listing.papers] == [
        ("Marking Göats on Dams", "https://slopes.example/77")
    ]
    assert listing.sources[0].format == "e-mail with Google Scholar"


@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "7bit"])
@pytest.mark.parametrize("name", ["arxiv_mail.txt", "export.bib", "scopus.csv", "digest.md"])
def test_a_listing_by_mail_is_the_listing(name, cte):
    text = text_of(name)
    assert [paper.key for paper in papers_of(message(text, cte=cte))] == [paper.key for paper in papers_of(text)]


def test_a_mailbox_gives_the_papers_of_all_messages_and_says_which_have_none():
    postmark = "From list@pier.example Thu Mar  2 08:00:00 2028\n"
    box = "".join(
        f"{postmark}{message(text)}\n\n"
        for text in (text_of("arxiv_mail.txt"), "see you at the pier", text_of("digest.md"))
    )
    listing = read_text(box)
    assert len(listing.papers) + len(listing.duplicates) == 5
    assert [(f.text, f.why) for f in listing.fragments] == [("daily goats", "there is no listing in the message")]


def test_a_letter_is_no_listing():
    with pytest.raises(NoPapers, match="no listing in the message"):
        read_text(message("Dear Ada,\n\nall is well at the pier.\n\nYours, Janek\n"))


def test_parts_nested_without_end_are_refused():
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(3000))
    with pytest.raises(ReadingError, match="nested too deeply"):
        read_text(f"From: a@pier.example\nMIME-Version: 1.0\n{nested}x")
