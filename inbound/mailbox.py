"""One folder of an IMAP mailbox: what is new in it, and waiting for more (RFC 3501, 2177, 6851).

Everything here blocks and belongs to one thread at a time; only `interrupt` and `hang_up` may be
called from another. Any error means: close, wait, connect again. Flags are never looked at and
never set, because people read the same mailbox.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError

from domain.values import value

#: Mails and bytes of one fetch: one attachment of 25 MiB must not be held a hundred times.
BATCH_MAILS = 100
BATCH_BYTES = 8 * 1024 * 1024
#: Mails whose sizes are asked together.
SIZES_AT_ONCE = 1_000
#: Bytes of the largest mail that is taken whole; of a larger one only the header is.
MAX_MAIL_BYTES = 30 * 1024 * 1024
#: Seconds without a byte from the server after which the network counts as cut.
CONNECT_SECONDS = 15
READ_SECONDS = 45
#: An EXISTS that comes together with the answer to IDLE is only noticed when IDLE ends.
LONGEST_IDLE_SECONDS = 60.0

#: What a broken connection or an unwilling server shows itself as.
MAILBOX_TROUBLE = (IMAPClientError, OSError, ssl.SSLError, TimeoutError)


@dataclass(frozen=True, slots=True)
class MailboxAccess:
    """Where a mailbox is and how to get in. `done_folder` may be empty: mails stay."""

    host: str
    port: int
    user: str
    security: Literal["tls", "starttls", "plain"] = "tls"
    auth: Literal["password", "xoauth2"] = "password"
    folder: str = "INBOX"
    done_folder: str = ""
    ca_file: Path | None = None

    @property
    def name(self) -> str:
        """How rows name this mailbox; the port is left out, as it says nothing of the mails."""
        return f"{self.user}@{self.host}/{self.folder}"[:320]


@value
class Waiting:
    """A mail that lies in the mailbox, not fetched yet. `size` is in bytes."""

    uid: int
    size: int

    @property
    def oversized(self) -> bool:
        """Whether only its header is fetched."""
        return self.size > MAX_MAIL_BYTES


@value
class Fetched:
    """A mail's bytes; of an oversized one only the header block. `size` is the server's.

    `trouble` says why the server did not give the bytes of a mail that is there.
    """

    uid: int
    raw: bytes
    size: int
    oversized: bool
    received_at: datetime | None
    trouble: str = ""


class Mailbox:
    """A connection to one folder. `uidvalidity` is known once it is open."""

    def __init__(self, access: MailboxAccess) -> None:
        self.access = access
        self.uidvalidity = 0
        self.can_idle = False
        self._client: Any = None
        self._careful = False
        self._unreadable: dict[int, str] = {}
        # Wakes `wait` from another thread, for a quick end.
        self._woken, self._waker = socket.socketpair()

    def open(self, secret: str) -> None:
        """Connect, log in with the password or access token, select the folder.

        Raises:
            MAILBOX_TROUBLE: any of it failed; nothing stays open.
        """
        self.close()
        try:
            self._client = client = self._connect()
            if self.access.auth == "xoauth2":
                client.oauth2_login(self.access.user, secret)
            else:
                client.login(self.access.user, secret)
            # Read-only where nothing is moved: then not even \Recent changes.
            chosen = client.select_folder(self.access.folder, readonly=not self.access.done_folder)
            self.uidvalidity = int(chosen[b"UIDVALIDITY"])
            self.can_idle = client.has_capability("IDLE")
        except BaseException:
            self.close()
            raise

    def _connect(self) -> Any:
        access = self.access
        context = None
        if access.security != "plain":
            context = ssl.create_default_context(
                cafile=str(access.ca_file) if access.ca_file else None
            )
        client = IMAPClient(
            access.host,
            access.port,
            ssl=access.security == "tls",
            ssl_context=context if access.security == "tls" else None,
            timeout=SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        )
        if access.security == "starttls":
            try:
                client.starttls(context)
            except BaseException:
                with contextlib.suppress(*MAILBOX_TROUBLE):
                    client.shutdown()
                raise
        client.normalise_times = False  # INTERNALDATE with its zone
        return client

    def close(self) -> None:
        """Log out where that still works, and let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*MAILBOX_TROUBLE, AttributeError):
                client.shutdown()

    def new_mails(self, after_uid: int) -> list[Waiting]:
        """What lies in the folder above `after_uid`, lowest UID first, with sizes."""
        # `n:*` always names the newest mail, so what is not above is dropped.
        found = self._client.search(["UID", f"{after_uid + 1}:*"])
        uids = sorted(uid for uid in found if uid > after_uid)
        waiting = []
        for start in range(0, len(uids), SIZES_AT_ONCE):
            answers = self._client.fetch(uids[start : start + SIZES_AT_ONCE], ["RFC822.SIZE"])
            waiting += [
                Waiting(uid, int(answer.get(b"RFC822.SIZE", 0)))
                for uid, answer in sorted(answers.items())
            ]
        return waiting

    def fetch(self, mails: Sequence[Waiting]) -> list[Fetched]:
        """The mails of one batch; those that were expunged meanwhile are missing.

        A mail that the server cannot give does not stop the others: it comes with its trouble.
        """
        readable = [mail for mail in mails if mail.uid not in self._unreadable]
        whole = [mail for mail in readable if not mail.oversized]
        large = [mail for mail in readable if mail.oversized]
        step = 1 if self._careful else max(len(mails), 1)
        fetched = [
            _without_bytes(mail, self._unreadable[mail.uid])
            for mail in mails
            if mail.uid in self._unreadable
        ]
        if fetched:
            self._careful = False
        for chosen, section in ((whole, b"BODY[]"), (large, b"BODY[HEADER]")):
            for start in range(0, len(chosen), step):
                fetched += self._fetch(chosen[start : start + step], section)
        return sorted(fetched, key=lambda mail: mail.uid)

    def _fetch(self, mails: Sequence[Waiting], section: bytes) -> list[Fetched]:
        try:
            return self._ask(mails, section)
        except IMAPClientAbortError:
            raise
        except ProtocolError as error:
            # An answer that cannot be read leaves the connection out of step. On the next one
            # mails come one by one, until it is known which of them it was.
            self._careful = True
            if len(mails) == 1:
                self._unreadable[mails[0].uid] = _line(error)
            raise
        except IMAPClientError as error:
            if len(mails) == 1:
                return [_without_bytes(mails[0], _line(error))]
            return [one for mail in mails for one in self._fetch([mail], section)]

    def _ask(self, mails: Sequence[Waiting], section: bytes) -> list[Fetched]:
        asked = section.decode().replace("BODY[", "BODY.PEEK[")
        answers = self._client.fetch([mail.uid for mail in mails], [asked, "INTERNALDATE"])
        fetched, without = [], []
        for mail in mails:
            answer = answers.get(mail.uid, {})
            raw, received = answer.get(section), answer.get(b"INTERNALDATE")
            if raw:
                fetched.append(Fetched(mail.uid, raw, mail.size, mail.oversized, received))
            else:
                without.append(mail)
        return fetched + [_without_bytes(mail, "empty") for mail in self._existing(without)]

    def _existing(self, mails: Sequence[Waiting]) -> list[Waiting]:
        """Those that were not expunged meanwhile."""
        if not mails:
            return []
        self._client.noop()
        there = set(self._client.search(["UID", ",".join(str(mail.uid) for mail in mails)]))
        return [mail for mail in mails if mail.uid in there]

    def still_there(self, up_to_uid: int) -> list[int]:
        """UIDs in the folder that are not above `up_to_uid`."""
        return [uid for uid in self._client.search(["UID", f"1:{up_to_uid}"]) if uid <= up_to_uid]

    def move_done(self, uids: Sequence[int]) -> None:
        """Move mails to the folder for done ones, which is made if it is missing."""
        client, folder = self._client, self.access.done_folder
        if not uids or not folder:
            return
        if not client.folder_exists(folder):
            client.create_folder(folder)
        if client.has_capability("MOVE"):
            client.move(list(uids), folder)
            return
        client.copy(list(uids), folder)
        client.delete_messages(list(uids), silent=True)
        # Without UIDPLUS an expunge would take what others have marked as deleted.
        if client.has_capability("UIDPLUS"):
            client.uid_expunge(list(uids))

    def wait(self, seconds: float) -> None:
        """Return when the folder may have changed, `interrupt` was called, or time is up.

        `idle_check` of the library loses the connection when a line arrives in two pieces, so
        the socket is watched instead, and the answers are read when IDLE has been ended.
        """
        if not self.can_idle:
            self._watch(None, seconds)
            self._client.noop()
            return
        self._client.idle()
        self._watch(self._client.socket(), min(seconds, LONGEST_IDLE_SECONDS))
        self._client.idle_done()

    def _watch(self, connection: Any, seconds: float) -> None:
        if connection is not None and hasattr(connection, "pending") and connection.pending():
            return  # decrypted bytes wait inside the TLS layer, where select cannot see them
        watched = [self._woken] if connection is None else [self._woken, connection]
        ready, _, _ = select.select(watched, [], [], seconds)
        if self._woken in ready:
            self._woken.recv(64)

    def interrupt(self) -> None:
        """End a `wait` that runs or comes next. Safe from any thread."""
        with contextlib.suppress(OSError):
            self._waker.send(b"!")

    def hang_up(self) -> None:
        """End what waits for the server now, as if the network were cut. Safe from any thread."""
        with contextlib.suppress(OSError, AttributeError):
            # Not the method of a TLS socket, which would take its layer from under the reader.
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    def dispose(self) -> None:
        """Close for good."""
        self.close()
        self._woken.close()
        self._waker.close()


def _without_bytes(mail: Waiting, trouble: str) -> Fetched:
    return Fetched(mail.uid, b"", mail.size, mail.oversized, None, trouble)


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def batches(mails: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """`mails` in their order, cut so that a batch stays within mails and bytes."""
    batch: list[Waiting] = []
    held = 0
    for mail in mails:
        size = 0 if mail.oversized else mail.size
        if batch and (len(batch) >= BATCH_MAILS or held + size > BATCH_BYTES):
            yield batch
            batch, held = [], 0
        batch.append(mail)
        held += size
    if batch:
        yield batch
