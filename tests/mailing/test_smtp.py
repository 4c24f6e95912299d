"""SMTP against a real server on loopback: one connection for many, and what each way of failing becomes."""

from __future__ import annotations

import socket
import threading

import pytest

from broadsheet.errors import MailError
from broadsheet.mailing.smtp import PAUSES, Server, SmtpTransport
from mailserver import MailServer, client_context

SENDER, ANN, BOB = "digest@example.org", "ann@example.net", "bob@example.net"
MAIL = b"Subject: x\r\n\r\n.dot\r\n..two\r\nlast\r\n"


def transport(server: MailServer, *, sleep=lambda seconds: None, context=None, **fields) -> SmtpTransport:
    values = {"host": "127.0.0.1", "port": server.port, "timeout": 5, **fields}
    return SmtpTransport(Server(**values), sleep=sleep, context=context or client_context())


def send(server: MailServer, *addresses: str, **fields) -> list[str]:
    with transport(server, **fields) as way:
        return [way.send(SENDER, address, MAIL).kind for address in addresses]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_many_mails_go_over_one_encrypted_connection_unchanged(tls: str) -> None:
    with MailServer(tls=tls) as server:
        assert send(server, ANN, BOB, ANN, security=tls) == ["sent"] * 3
    assert server.connections == 1
    assert server.kept == [(ANN, MAIL), (BOB, MAIL), (ANN, MAIL)]


def test_a_user_logs_in_once_with_a_password_that_no_error_shows() -> None:
    with MailServer(login=("us", "swordfish")) as server:
        assert send(server, ANN, BOB, user="us", password="swordfish") == ["sent", "sent"]
        assert server.logins == 1
        with pytest.raises(MailError, match="refuses the user or the password") as caught:
            send(server, ANN, user="us", password="sturgeon")
    assert caught.value.code == 535
    assert "sturgeon" not in str(caught.value)
    assert "sturgeon" not in repr(transport(server, user="us", password="sturgeon")._server)


@pytest.mark.parametrize(
    ("stage", "answer", "becomes"),
    [
        ("rcpt", "421 closing", "later"),
        ("rcpt", "451 greylisted", "later"),
        ("rcpt", "452 mailbox full", "later"),
        ("rcpt", "550 5.1.1 no such user", "gone"),
        ("rcpt", "550 no such user", "gone"),
        ("rcpt", "553 mailbox name not allowed", "gone"),
        ("rcpt", "550 5.7.1 blocked by policy", "refused"),
        ("rcpt", "550 relaying denied", "refused"),
        ("rcpt", "554 5.7.1 blocked", "refused"),
        ("end", "554 looks like spam", "refused"),
        ("end", "550 5.1.1 no such user after all", "gone"),
        ("end", "452 full", "later"),
        ("end", "421 going down", "later"),
    ],
)
def test_an_answer_becomes_an_outcome_and_the_next_mail_goes_on(stage: str, answer: str, becomes: str) -> None:
    with MailServer({(stage, ANN): [answer] * 2}) as server:
        assert send(server, ANN, BOB) == [becomes, "sent"]
    assert server.to == [BOB]


def test_a_connection_lost_inside_data_and_a_lost_acknowledgement_are_uncertain() -> None:
    with MailServer({("data", ANN): ["drop"], ("end", BOB): ["lose"]}) as server:
        assert send(server, ANN, BOB, ANN) == ["uncertain", "uncertain", "sent"]
        assert server.connections == 3
    assert server.to == [BOB, ANN]


def test_a_server_that_never_acknowledges_leaves_the_mail_uncertain_after_the_timeout() -> None:
    with MailServer({("end", ANN): ["hang"]}) as server:
        assert send(server, ANN, BOB, timeout=0.5) == ["uncertain", "sent"]


def test_a_server_that_takes_a_few_mails_a_connection_gets_another_connection() -> None:
    with MailServer({("mail", "*"): ["", "421 enough", ""]}) as server:
        assert send(server, ANN, BOB, ANN) == ["sent"] * 3
        assert server.connections == 2


def test_a_certificate_that_nobody_signed_is_not_believed() -> None:
    import ssl

    slept: list[float] = []
    with MailServer() as server, pytest.raises(MailError, match="certificate") as caught:
        send(server, ANN, context=ssl.create_default_context(), sleep=slept.append)
    assert "--resume" in str(caught.value)
    assert (server.kept, slept) == ([], [])


def test_a_server_without_starttls_gets_neither_password_nor_mail() -> None:
    with MailServer(tls="none") as server, pytest.raises(MailError, match="no STARTTLS"):
        send(server, ANN)
    assert server.kept == []


def test_plain_connections_are_for_this_machine_alone() -> None:
    with MailServer(tls="none") as server:
        assert send(server, ANN, security="none") == ["sent"]
    with pytest.raises(MailError, match="on this machine"):
        SmtpTransport(Server("mail.example.org", 25, "none"), sleep=lambda seconds: None)


def test_a_server_that_is_not_there_is_tried_a_few_times_and_then_ends_the_run() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        slept: list[float] = []
        way = SmtpTransport(Server("127.0.0.1", taken.getsockname()[1]), sleep=slept.append)
        with pytest.raises(MailError, match="cannot be used"):
            way.__enter__()
    assert tuple(slept) == PAUSES


def test_a_server_that_comes_back_meanwhile_is_used() -> None:
    server = MailServer()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        started = threading.Event()

        def sleep(seconds: float) -> None:
            if not started.is_set():
                server.__enter__()
                way._server = Server("127.0.0.1", server.port, timeout=5)
                started.set()

        way = SmtpTransport(Server("127.0.0.1", port, timeout=5), sleep=sleep, context=client_context())
        with way:
            assert way.send(SENDER, ANN, MAIL).kind == "sent"
    server.__exit__(None, None, None)
