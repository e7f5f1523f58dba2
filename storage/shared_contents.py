"""What many mails have in common, kept once; a row of the outbox holds what is its reader's alone.

Text and HTML have places in them, `MARK name MARK`, that each row's `fill` replaces. The content
never changes, so every try of a mail still sends the same bytes.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from storage.inserting import insert_into
from storage.tables import OutboxRow, SharedContentRow

#: Around the name of a place: a letter of the private use area, which no text of ours has.
MARK = "\ue000"
_PLACE = re.compile(f"{MARK}([a-z_]+){MARK}")


def place(name: str) -> str:
    """A place in a shared text, to be filled for each reader."""
    return f"{MARK}{name}{MARK}"


@dataclass(frozen=True, slots=True)
class SharedContent:
    """What many mails have in common, under its id, a digest of it. Make it with `named`."""

    id: str
    content: Mapping[str, Any]


def named(content: Mapping[str, Any]) -> SharedContent:
    """A content with its id. Pictures and all are read for it: once is enough."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return SharedContent(hashlib.sha256(canonical.encode()).hexdigest(), content)


def share(session: Session, shared: SharedContent, now: datetime) -> None:
    """Keep a content once, in the transaction that owes mails with it."""
    insert = insert_into(session, SharedContentRow).values(
        id=shared.id, content=dict(shared.content), created_at=now
    )
    # One that is there is held until we are done: `drop_unused` sees our mails then.
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["id"], set_={"created_at": col(SharedContentRow.created_at)}
        )
    )


def drop_unused(session: Session) -> int:
    """Delete contents that no row of the outbox names any more; return how many."""
    # Those who are about to owe mails with one of them come first; the next look sees these.
    ids = set(session.scalars(select(col(SharedContentRow.id)).with_for_update()))
    if not ids:
        return 0
    name = OutboxRow.payload["shared"].as_string()
    ids.difference_update(session.scalars(select(name).where(name.is_not(None)).distinct()))
    session.execute(
        delete(SharedContentRow)
        .where(col(SharedContentRow.id).in_(ids))
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def complete(session: Session, payloads: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The payloads with what they share; others, and one whose content is gone, stay as they are.

    One of these must not hold up the rest: whoever sends it sees that it `lacks_content`.
    """
    wanted = {str(payload["shared"]) for payload in payloads if "shared" in payload}
    if not wanted:
        return list(payloads)
    rows = session.execute(
        select(col(SharedContentRow.id), col(SharedContentRow.content)).where(
            col(SharedContentRow.id).in_(wanted)
        )
    )
    contents = {row.id: row.content for row in rows}
    return [
        filled(payload, contents[str(payload["shared"])])
        if str(payload.get("shared")) in contents
        else payload
        for payload in payloads
    ]


def lacks_content(payload: Mapping[str, Any]) -> bool:
    """Whether a payload shares a content that was not there when it was completed."""
    return "shared" in payload and "text" not in payload


def filled(payload: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """A payload with the shared content, its places filled with the reader's values."""
    values = {name: str(value) for name, value in (payload.get("fill") or {}).items()}
    escaped = {name: html.escape(value) for name, value in values.items()}
    whole = {**content, **payload}
    if "text" in content:
        whole["text"] = _filled(str(content["text"]), values)
    if "html" in content:
        whole["html"] = _filled(str(content["html"]), escaped)
    return whole


def _filled(text: str, values: Mapping[str, str]) -> str:
    # In one pass: a place that stands in somebody's name is no place.
    return _PLACE.sub(lambda match: values.get(match[1], ""), text)
