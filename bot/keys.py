"""The root secrets: set by the company, else made on first start and kept in the database."""

from __future__ import annotations

import secrets
from datetime import datetime

from pydantic import SecretStr
from sqlmodel import Session

from domain.signing import Keys
from storage.store import Store
from storage.tables import SecretRow

_NAME = "secret_key"


async def load_keys(
    store: Store, given: SecretStr | None, old: SecretStr | None, now: datetime
) -> Keys:
    """The keys to sign with. What was given wins; the old one and the kept one still verify."""

    def kept(session: Session) -> str:
        row = session.get(SecretRow, _NAME)
        if row is None:
            row = SecretRow(name=_NAME, value=secrets.token_urlsafe(48), created_at=now)
            session.add(row)
        return row.value

    roots = [secret.get_secret_value() for secret in (given, old) if secret is not None]
    roots.append(await store.write(kept))
    return Keys(tuple(root.encode() for root in roots))
