"""Files that people sent: the content in a folder under its hash, the rest in a row.

Content is written before its row and never changed, so a crash leaves at most content that no
row names. Folders are 0700 and files 0600, whatever the umask.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import update
from sqlmodel import Session, col

from storage.file_types import INLINE_TYPES, clean_name, is_active, type_of
from storage.inserting import insert_into
from storage.tables import FileRow

#: Bytes of one file that is kept.
MAX_FILE_BYTES = 20 * 1024 * 1024


class FileTooLarge(ValueError):
    """The content has more than MAX_FILE_BYTES."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file whose content is safe. `active` ones may run something when they are opened."""

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    active: bool


class FileFolder:
    """The folder `files` under DATA_DIR."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "files"

    def keep(self, file_id: str, name: str, content: bytes) -> KeptFile:
        """Write `content` durably and say what it is; the same content is written once. Blocks.

        Raises:
            FileTooLarge: over MAX_FILE_BYTES.
        """
        if len(content) > MAX_FILE_BYTES:
            raise FileTooLarge(f"{len(content)} bytes, at most {MAX_FILE_BYTES} are kept")
        sha256 = hashlib.sha256(content).hexdigest()
        self._write(self.path(sha256), content)
        name = clean_name(name)
        content_type = type_of(content, name)
        active = is_active(content_type, name)
        inline = content_type in INLINE_TYPES and not active
        return KeptFile(file_id, name, content_type, len(content), sha256, inline, active)

    def path(self, sha256: str) -> Path:
        """Where the content with that hash lies."""
        return self._folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """The content with that hash. Blocks.

        Raises:
            FileNotFoundError: it was never kept, or was erased.
        """
        return self.path(sha256).read_bytes()

    def _write(self, path: Path, content: bytes) -> None:
        if path.exists() and path.stat().st_size == len(content):
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{uuid4().hex}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, where folders can be synced (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_file(
    session: Session,
    file: KeptFile,
    *,
    now: datetime,
    conversation_id: str | None = None,
    visitor_id: str | None = None,
    staff_id: str | None = None,
) -> None:
    """Store the row of a kept file, unless its id is stored already."""
    session.execute(
        insert_into(session, FileRow)
        .values(
            id=file.id,
            conversation_id=conversation_id,
            visitor_id=visitor_id,
            staff_id=staff_id,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            inline=file.inline,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )


def attach_files(session: Session, ids: Sequence[str], conversation_id: str) -> None:
    """Tie files that belong to no conversation yet to one."""
    if ids:
        session.execute(
            update(FileRow)
            .where(col(FileRow.id).in_(list(ids)), col(FileRow.conversation_id).is_(None))
            .values(conversation_id=conversation_id)
        )


def find_file(session: Session, file_id: str) -> FileRow | None:
    """The row of a file; whether the asker may have it is not asked here."""
    return session.get(FileRow, file_id)


def read_file(folder: FileFolder, row: FileRow) -> bytes:
    """The content of a stored file. Blocks."""
    return folder.read(row.sha256)
