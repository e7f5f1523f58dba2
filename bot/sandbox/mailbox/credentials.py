"""Who may log in: any address with the one password, or with an access token that was given out."""

from __future__ import annotations

import base64
import binascii
import hmac


class Credentials:
    """The password of every mailbox, and the access tokens accepted by XOAUTH2 at the moment."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.access_tokens: set[str] = set()

    def accepts_password(self, user: str, password: str) -> bool:
        """Whether this is the password; every non-empty user name has a mailbox."""
        return bool(user) and hmac.compare_digest(password.encode(), self.password.encode())

    def user_of_plain(self, encoded: bytes) -> str | None:
        """The user of a SASL PLAIN answer (RFC 4616), None where it is refused."""
        fields = _decode(encoded).split("\0")
        if len(fields) != 3 or not self.accepts_password(fields[1], fields[2]):
            return None
        return fields[1]

    def user_of_xoauth2(self, encoded: bytes) -> str | None:
        """The user of an XOAUTH2 answer (`user=…^Aauth=Bearer …^A^A`), None where it is refused."""
        fields = dict(
            field.partition("=")[::2] for field in _decode(encoded).split("\x01") if "=" in field
        )
        kind, _, token = fields.get("auth", "").partition(" ")
        if kind.lower() != "bearer" or token not in self.access_tokens:
            return None
        return fields.get("user") or None


def _decode(encoded: bytes) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""
