"""A Dovecot of a test's own on loopback: the reference IMAP server."""

from __future__ import annotations

import imaplib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.ports import free_port

BINARY = Path("/usr/sbin/dovecot")
MISSING = "Dovecot is not installed: apt-get install -y --no-install-recommends dovecot-imapd"
PASSWORD = "secret"
_OWNER = 5000  # mails belong to a number that needs no account


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server; any user name has a mailbox, PASSWORD opens it."""

    folder: Path
    port: int
    tls_port: int
    ca_file: Path

    def append(self, user: str, mails: Sequence[bytes], folder: str = "INBOX") -> None:
        """Put mails into a folder, in order."""
        with self.login(user) as client:
            for raw in mails:
                kind, answer = client.append(folder, "", "", raw)
                assert kind == "OK", answer

    def login(self, user: str) -> imaplib.IMAP4:
        """A connection of the standard library, independent of what is tested."""
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(user, PASSWORD)
        return client

    def renumber(self, user: str) -> None:
        """Forget UIDs and UIDVALIDITY of the inbox, as a restored backup does."""
        maildir = self.folder / "mail" / user
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
        ):
            (maildir / name).unlink(missing_ok=True)


@contextmanager
def running_dovecot(users: Sequence[str] = ("catalog",)) -> Iterator[Dovecot]:
    """Start a server with these users and stop it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="dv-", dir="/tmp"))  # socket paths must be short
    folder.chmod(0o755)
    server = Dovecot(folder, free_port(), free_port(), folder / "ca.pem")
    try:
        _write_files(server, users)
        subprocess.run([str(BINARY), "-c", str(folder / "dovecot.conf")], check=True)
        _wait_until_it_answers(server.port)
        yield server
    finally:
        _stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _write_files(server: Dovecot, users: Sequence[str]) -> None:
    folder = server.folder
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    if os.geteuid() == 0:
        os.chown(folder / "mail", _OWNER, _OWNER)
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(server.ca_file))
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    with (folder / "cert.pem").open("wb") as stream:
        for blob in certificate.cert_chain_pems:
            stream.write(blob.bytes())
    (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}::::::\n" for user in users))
    (folder / "dovecot.conf").write_text(_config(server))


def _config(server: Dovecot) -> str:
    folder, is_root = server.folder, os.geteuid() == 0
    owner, group = (_OWNER, _OWNER) if is_root else (os.getuid(), os.getgid())
    return f"""
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
mail_location = maildir:{folder}/mail/%n
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
ssl_dh =
first_valid_uid = 1
mail_max_userip_connections = 200
{"" if is_root else _AS_USER.format(user=_user_name(), group=_group_name())}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%n
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port}
    ssl = yes
  }}
}}
"""


_AS_USER = """
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
"""


def _user_name() -> str:
    return subprocess.check_output(["id", "-un"], text=True).strip()


def _group_name() -> str:
    return subprocess.check_output(["id", "-gn"], text=True).strip()


def _wait_until_it_answers(port: int) -> None:
    for _ in range(200):
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=2).shutdown()
            return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.05)
    raise AssertionError("Dovecot does not answer")


def _stop(folder: Path) -> None:
    pid_file = folder / "run" / "master.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split()[0])
    os.kill(pid, signal.SIGTERM)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
