"""The files that come with a message: whose they are, and how the history shows them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from domain.messages import Channel, IncomingMessage, Part
from storage.files import attach_files
from storage.tables import FileRow


def attach(session: Session, incoming: IncomingMessage, conversation_id: str) -> tuple[Part, ...]:
    """
    Tie the message's files to the conversation.

    A browser may send along only what it has sent up itself: an id that it has heard of
    elsewhere brings nothing.

    Returns:
        The parts that show them, in the order of the message.
    """
    if not incoming.files:
        return ()
    rows = session.scalars(select(FileRow).where(col(FileRow.id).in_(list(incoming.files))))
    found = {row.id: row for row in rows if _may_send(incoming, row)}
    files = [found[file_id] for file_id in dict.fromkeys(incoming.files) if file_id in found]
    attach_files(session, [file.id for file in files], conversation_id)
    return tuple(_part(file) for file in files)


def attach_of_staff(
    session: Session, files: Sequence[str], conversation_id: str
) -> tuple[Part, ...]:
    """Tie files that staff send to the conversation, where its customer may open them."""
    if not files:
        return ()
    rows = session.scalars(select(FileRow).where(col(FileRow.id).in_(list(files))))
    found = {row.id: row for row in rows}
    sent = [found[file_id] for file_id in dict.fromkeys(files) if file_id in found]
    attach_files(session, [file.id for file in sent], conversation_id)
    return tuple(_part(file) for file in sent)


def _may_send(incoming: IncomingMessage, file: FileRow) -> bool:
    if incoming.channel is not Channel.CHAT:
        return True  # named by our own doors, never by the sender
    return file.visitor_id is not None and file.visitor_id == incoming.sender.visitor_id


def _part(file: FileRow) -> Part:
    shown = {"file_id": file.id, "url": f"/chat/files/{file.id}"}
    if file.inline:
        return {"kind": "image", **shown, "alt": file.name}
    return {"kind": "file", **shown, "name": file.name, "size": file.size}
