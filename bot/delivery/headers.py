"""Header values and addresses that cannot break out of their line."""

from __future__ import annotations

import re
from email.header import Header
from email.utils import formataddr

#: All controls (C0, DEL, C1) and the line ends that only Unicode knows.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}$)"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,250}")


#: Letters of a domain name (RFC 1035, 2.3.4, without the root's dot).
LONGEST_HOST = 253


class BadAddress(ValueError):
    """A mail address that no mail may be sent to."""


def clean_line(value: str) -> str:
    """One line without controls: a line end would begin a header of its own (RFC 5322, 2.2)."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", value)).strip()


def clean_address(value: str) -> str:
    """An address as it may stand in a header and in an SMTP command; the host in IDNA.

    Raises:
        BadAddress: anything else, such as several addresses, controls, or a local part that
            only servers with SMTPUTF8 would take.
    """
    local, at, host = value.strip(" ").rpartition("@")
    if len(host) > LONGEST_HOST:
        raise BadAddress(f"{value[:80]!r}... has no valid host")
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddress(f"{value!r} has no valid host") from None
    address = f"{local}{at}{ascii_host}"
    if not _ADDRESS.fullmatch(address):
        raise BadAddress(f"{value!r} is no address that mail can be sent to")
    return address


def encode_text(value: str) -> str:
    """Unstructured header text: as it is where it is ASCII, else encoded words (RFC 2047)."""
    line = clean_line(value)
    # What looks like an encoded word must not be taken for one.
    if line.isascii() and "=?" not in line:
        return line
    return Header(line, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def encode_mailbox(name: str, address: str) -> str:
    """`name <address>` with the name quoted or encoded as it needs."""
    cleaned = clean_line(name)[:100]
    if cleaned.isascii():
        return formataddr((cleaned, clean_address(address)))
    encoded = Header(cleaned, "utf-8", maxlinelen=70).encode(linesep="\r\n")
    return f"{encoded} <{clean_address(address)}>"


def encode_ids(ids: list[str]) -> str:
    """Message-IDs in angle brackets, one a line; what is none is left out."""
    kept = [
        f"<{one}>" for one in (given.strip("<> ") for given in ids) if _MESSAGE_ID.fullmatch(one)
    ]
    return "\r\n ".join(kept)
