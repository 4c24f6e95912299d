"""What the door looks at before it answers: pure decisions, and their edges."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.web.security import (
    LARGEST_BODY,
    MOST_FIELDS,
    ONE_CLICK,
    archive_policy,
    client_of,
    from_our_page,
    headers_for,
    knows_host,
    page_policy,
    read_form,
)

URL = "https://papers.example.org/weekly"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://papers.example.org"}, False),
        ({"origin": "https://papers.example.org"}, True),
        ({"origin": "HTTPS://Papers.example.org"}, True),
        ({"origin": "https://papers.example.org.evil.example"}, False),
        ({"origin": "http://papers.example.org"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://127.0.0.1:8321", "host": "127.0.0.1:8321"}, True),
        ({"host": "papers.example.org"}, False),
        ({}, False),
    ],
)
def test_a_form_counts_only_from_our_own_pages(headers, ours):
    assert from_our_page(headers, url=URL) is ours


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("papers.example.org", True),
        ("PAPERS.example.org:443", True),
        ("127.0.0.1:8321", True),
        ("[::1]:8321", True),
        ("localhost", True),
        ("10.0.0.5:8321", True),
        ("evil.example", False),
        ("papers.example.org.evil.example", False),
        ("", False),
    ],
)
def test_a_request_is_for_us_or_refused(host, known):
    assert knows_host(host, url=URL, listens="10.0.0.5") is known


def test_only_a_proxy_of_our_own_is_believed_and_only_what_it_added():
    headers = {"x-forwarded-for": "203.0.113.9, 192.0.2.4"}
    assert client_of("127.0.0.1", headers, trust_proxy=False) == "127.0.0.1"
    assert client_of("127.0.0.1", headers, trust_proxy=True) == "192.0.2.4"
    assert client_of("127.0.0.1", {}, trust_proxy=True) == "127.0.0.1"


def test_one_click_is_read_in_both_forms_that_mail_programs_send():
    assert read_form(FORM, b"List-Unsubscribe=One-Click") == ONE_CLICK
    boundary = "----x"
    part = 'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click'
    body = f"--{boundary}\r\n{part}\r\n--{boundary}--\r\n"
    assert read_form(f"multipart/form-data; boundary={boundary}", body.encode()) == ONE_CLICK


def test_the_first_of_a_name_counts_and_a_form_is_bounded():
    assert read_form(FORM, b"a=1&a=2&b=x%C3%A4") == {"a": "1", "b": "xä"}
    assert read_form(FORM, b"&".join([b"a=1"] * (MOST_FIELDS + 1))) == {}
    assert read_form(FORM, b"a=" + b"x" * LARGEST_BODY) == {}


@pytest.mark.parametrize("body", [b"a=x%00y", b"a=1&b=%00", b"a%00=1", b"a=x\0y"])
def test_a_form_with_a_nul_is_no_form(body):
    assert read_form(FORM, body) == {}


@pytest.mark.parametrize(("coding", "value"), [("8bit", b"x\0y"), ("base64", b"eAB5"), ("quoted-printable", b"x=00y")])
def test_a_multipart_form_with_a_nul_is_no_form(coding, value):
    head = f'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: {coding}\r\n\r\n'
    assert read_form("multipart/form-data; boundary=x", head.encode() + value + b"\r\n--x--\r\n") == {}


@given(st.text(max_size=60), st.binary(max_size=300))
def test_any_body_is_a_form_or_nothing(kind, body):
    for each in (kind, "multipart/form-data; boundary=x", f"multipart/form-data; {kind}", FORM):
        assert all(isinstance(part, str) for pair in read_form(each, body).items() for part in pair)


def test_the_headers_say_https_only_where_it_is():
    assert "Strict-Transport-Security" in headers_for(URL)
    assert headers_for(URL)["Referrer-Policy"] == "no-referrer"
    assert "Strict-Transport-Security" not in headers_for("http://127.0.0.1:8321")


def test_a_page_may_use_its_own_style_and_nothing_else():
    hashed = base64.b64encode(hashlib.sha256(b"p {}").digest()).decode()
    assert page_policy("p {}").startswith(f"default-src 'none'; style-src 'sha256-{hashed}';")
    assert "script" not in page_policy("p {}")


def test_a_page_of_the_archive_may_run_the_scripts_it_holds():
    policy = archive_policy(b"<p onclick='x'><script>let a</script><SCRIPT type=module>let b</SCRIPT >")
    for script in (b"let a", b"let b"):
        assert base64.b64encode(hashlib.sha256(script).digest()).decode() in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2]
