"""The host website's word for who its visitor is: a JWT signed with a shared secret."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

#: The longest time ahead that `exp` may lie (docs/widget.md).
LONGEST = timedelta(hours=24)
MAX_TOKEN = 8_192


def identified_customer(token: object, secrets: Sequence[str], now: datetime) -> str | None:
    """The customer id that the token vouches for; None for anything but a good token.

    The token is HS256 (RFC 7519) with `sub`, and `exp` at most 24 hours ahead; `aud`, where
    present, names us. Its `email` identifies nobody.
    """
    if not isinstance(token, str) or not token or len(token) > MAX_TOKEN:
        return None
    import jwt  # with the cryptography that it takes along 9 MiB: only who signs needs it

    for secret in secrets:
        try:
            claims = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                options={
                    "require": ["sub", "exp"],
                    "verify_exp": False,  # compared below, with our own clock
                    "verify_aud": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.PyJWTError, ValueError):  # the latter for what is no text at all
            continue
        return _customer_of(claims, now)
    return None


def _customer_of(claims: dict[str, object], now: datetime) -> str | None:
    subject, expires, audience = claims.get("sub"), claims.get("exp"), claims.get("aud")
    if not isinstance(subject, str) or not subject:
        return None
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        return None
    if not now.timestamp() < expires <= (now + LONGEST).timestamp() + 60:
        return None
    named = audience if isinstance(audience, list) else [audience]
    if audience is not None and "madoguchi" not in named:
        return None
    return subject
