"""`madoguchi read-mail`: what the counter reads out of raw mails, one JSON line each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from inbound.mail import InboundMail, MailKind
from inbound.mime import read_mail as read_raw

_FAILED_DELIVERY = (MailKind.BOUNCE,)


def read_mail(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…|FOLDER|-", help="Raw mails, a folder of them, or - for stdin."
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Accepted for uniformity; always JSON.")
    ] = True,
) -> None:
    """Read raw mails and print one JSON line for each.

    Example: madoguchi read-mail inbox/ | jq .text
    """
    failed = False
    for name, raw in _mails(paths):
        if raw is None:
            typer.echo(f"read-mail: {name}: no such file", err=True)
            failed = True
            continue
        line = json.dumps(as_record(name, read_raw(raw)), ensure_ascii=False)
        # Bytes, whatever the terminal's own encoding is; half a surrogate pair has none.
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
    if failed:
        raise typer.Exit(1)


def _mails(paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
    for given in paths:
        if given == "-":
            yield "-", sys.stdin.buffer.read()
            continue
        path = Path(given)
        files = sorted(path.glob("*.eml")) if path.is_dir() else [path]
        for file in files:
            yield str(file), file.read_bytes() if file.is_file() else None


def as_record(file: str, mail: InboundMail) -> dict[str, Any]:
    """The published fields of a mail."""
    record: dict[str, Any] = {
        "file": file,
        "from": mail.claimed_sender,
        "from_name": mail.sender_name,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "auto": mail.kind not in (MailKind.PERSON, *_FAILED_DELIVERY),
        "bounce": mail.kind in _FAILED_DELIVERY,
        "kind": mail.kind.value,
        "attachments": [
            {
                "filename": one.filename,
                "content_type": one.content_type,
                "size": one.size,
                "inline": one.inline,
                **({"note": one.note} if one.note else {}),
            }
            for one in mail.attachments
        ],
    }
    if mail.bounce is not None:
        record["failed"] = {
            "address": mail.bounce.address,
            "permanent": mail.bounce.permanent,
            "status": mail.bounce.status,
        }
    if mail.error:
        record["error"] = mail.error
    return record


if __name__ == "__main__":
    typer.run(read_mail)
