"""Attachments of a mail: which of them are kept, and under which ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.signing import Keys, Purpose
from inbound.mail import InboundMail, MailAttachment
from storage.files import MAX_FILE_BYTES, FileFolder, KeptFile

#: Files kept of one mail, and their bytes together.
MAX_FILES = 20
MAX_BYTES = 40 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was not kept. `reason`: `too_large`, `too_many`, `empty`, or the note of its
    attachment (`truncated`, `encrypted`, ...)."""

    name: str
    size: int
    reason: str

    def as_json(self) -> dict[str, object]:
        """For the message that carries the mail, and for the row."""
        return {"name": self.name, "size": self.size, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Enclosures:
    """What became of the attachments of one mail, in order."""

    kept: Sequence[KeptFile] = ()
    skipped: Sequence[SkippedFile] = ()

    @property
    def ids(self) -> list[str]:
        """Ids of the kept files."""
        return [file.id for file in self.kept]


def keep_enclosures(
    mail: InboundMail, dedupe_key: str, *, keys: Keys, folder: FileFolder
) -> Enclosures:
    """Write the attachments of `mail` to the folder. Blocks.

    The ids follow from the mail, so that a mail that is worked on again after a crash has the
    same files; they carry a MAC, so that nobody can guess them.
    """
    kept: list[KeptFile] = []
    skipped: list[SkippedFile] = []
    held = 0
    for index, attachment in enumerate(mail.attachments):
        reason = _refusal(attachment, len(kept), held)
        if reason:
            name = attachment.filename or attachment.content_type
            skipped.append(SkippedFile(name[:255], attachment.size, reason))
            continue
        held += len(attachment.content)
        file_id = f"F-{keys.sign(Purpose.FILE, f'{dedupe_key}:{index}')}"
        kept.append(folder.keep(file_id, attachment.filename, attachment.content))
    return Enclosures(kept, skipped)


def _refusal(attachment: MailAttachment, kept: int, held: int) -> str:
    size = len(attachment.content)
    if size > MAX_FILE_BYTES or attachment.size > MAX_FILE_BYTES:
        return "too_large"
    if kept >= MAX_FILES:
        return "too_many"
    if held + size > MAX_BYTES:
        return "too_large"
    if not size:
        return attachment.note or "empty"
    return ""
