"""Debian's postfix on a high port, with folders of its own, handing everything on to a sink that writes it down."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mailserver import AUTHORITY, CERTIFICATE

POSTFIX, SINK = shutil.which("postfix", path="/usr/sbin:/usr/bin"), shutil.which("smtp-sink", path="/usr/sbin:/usr/bin")
PATIENCE = 120

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = /
mail_owner = postfix
setgid_group = postdrop
myhostname = localhost
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{sink}
smtp_tls_security_level = none
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = {folder}/server.pem
smtpd_client_connection_rate_limit = 0
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
smtp unix - - n - - smtp
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


def why_not() -> str:
    """Why it cannot be tried here; empty where it can."""
    if not (POSTFIX and SINK):
        return "postfix is missing: install it to try a real mail server"
    return "" if os.geteuid() == 0 else "postfix can only be started by root"


@contextlib.contextmanager
def postfix() -> Iterator[tuple[int, Path, Path]]:
    """The port, the folder where each mail ends up as a file, and the certificate authority to believe."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    port, sink_port = _free_port(), _free_port()
    for name in ("etc", "queue", "log", "data", "sink"):
        (folder / name).mkdir()
    for name in ("data", "sink"):
        shutil.chown(folder / name, "postfix")
    CERTIFICATE.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    AUTHORITY.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "etc" / "main.cf").write_text(_MAIN.format(folder=folder, sink=sink_port))
    (folder / "etc" / "master.cf").write_text(_MASTER.format(port=port))
    sink = subprocess.Popen(
        [SINK, "-u", "postfix", "-d", f"{folder}/sink/%M.", f"127.0.0.1:{sink_port}", "100"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _postfix(folder, "start")
        _await(lambda: _answers(port) and _answers(sink_port), folder)
        yield port, folder / "sink", folder / "ca.pem"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            _postfix(folder, "stop")
        sink.kill()
        sink.wait()
        shutil.rmtree(folder, ignore_errors=True)


def arrived(sink: Path, number: int) -> list[bytes]:
    """The mails, once that many are there."""
    _await(lambda: len(list(sink.iterdir())) >= number, sink.parent)
    return [file.read_bytes() for file in sink.iterdir()]


def _postfix(folder: Path, command: str) -> None:
    assert POSTFIX
    subprocess.run([POSTFIX, "-c", folder / "etc", command], check=True, capture_output=True, timeout=60)


def _await(ready, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not ready():
        log = folder / "log" / "mail.log"
        assert time.monotonic() < until, log.read_text() if log.exists() else "postfix said nothing"
        time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
