"""One address is one address, whatever is put around it; names and interests stay on their line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import BadAddress
from broadsheet.mailing.addresses import (
    LONGEST_NAME,
    MOST_PHRASES,
    clean_language,
    clean_name,
    clean_phrases,
    parse_address,
    shown,
)

LOCAL = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._+-]{0,20}[A-Za-z0-9])?", fullmatch=True).filter(lambda t: ".." not in t)
DOMAIN = st.from_regex(r"[a-zA-Z]([a-zA-Z0-9]{0,10})\.(org|example|com)", fullmatch=True)


@given(LOCAL, DOMAIN)
def test_an_address_is_kept_and_its_mailbox_is_folded(local, domain):
    found = parse_address(f"  {local}@{domain}\n")
    assert found.text == f"{local}@{domain.lower()}"
    assert found.mailbox == f"{local}@{domain}".lower()
    assert parse_address(found.text.upper()).mailbox == found.mailbox


@given(st.text())
def test_whatever_passes_is_one_plain_address(text):
    try:
        found = parse_address(text)
    except BadAddress:
        return
    assert found.text.isascii()
    assert found.text.count("@") == 1
    assert not set(found.text) & set(' ,;:<>"()[]\\\r\n\t\0')


@pytest.mark.parametrize(
    "text",
    [
        "", "ann", "@example.org", "ann@", "ann@example", "ann@example.org, bo@example.org", "ann@example.org;bo@x.org",
        "Ann <ann@example.org>", "<ann@example.org>", '"a b"@example.org', "ann@[127.0.0.1]", "ann@localhost",
        "ann@example.org\r\nBcc: bo@example.org", "ann\r\n@example.org", "ann@exam\nple.org", "a..b@example.org",
        ".a@example.org", "ann@-example.org", "ann@example..org", "äpfel@example.org", "ann@example.org\0",
        f"{'a' * 65}@example.org", f"ann@{'a.' * 130}org", "ann@exa mple.org", "a@b@example.org",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused_on_one_line(text):
    with pytest.raises(BadAddress) as caught:
        parse_address(text)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_domain_in_other_letters_is_one_mailbox_with_its_ascii_form():
    assert parse_address("ann@BÜCHER.example").mailbox == "ann@xn--bcher-kva.example"
    assert parse_address("ann@xn--bcher-kva.example") == parse_address("ann@bücher.example")


@given(st.text(max_size=300))
def test_names_and_interests_hold_nothing_invisible(text):
    for cleaned in (clean_name(text), *clean_phrases([text]), shown(text)):
        assert cleaned.isprintable()
        assert len(cleaned) <= LONGEST_NAME


def test_interests_are_few_and_each_once():
    assert clean_phrases(["tidal  pools", "", "tidal pools\r\n", "moss"]) == ("tidal pools", "moss")
    assert len(clean_phrases(str(number) for number in range(100))) == MOST_PHRASES


@pytest.mark.parametrize(("text", "code"), [("DE", "de"), (" pt-BR ", "pt-br"), ("German", ""), ("../x", ""), ("", "")])
def test_a_language_is_a_code_or_nothing(text, code):
    assert clean_language(text) == code
