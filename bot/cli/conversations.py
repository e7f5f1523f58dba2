"""`madoguchi conversations`: what was said."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.cli.running import show, with_store
from domain.errors import NotFound
from storage.conversations import find_conversation, history

app = typer.Typer(help="Conversations.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `show` a command of its own."""


@app.command("show")
def show_(
    conversation_id: Annotated[str, typer.Argument(metavar="ID")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
) -> None:
    """Show the messages of a conversation in order, notes of staff included.

    Example: madoguchi conversations show M-7K3QM4XW9C
    """
    rows = with_store(lambda session: _messages(session, conversation_id))
    show(rows, ("seq", "author", "channel", "text", "at"), as_json=as_json)


def _messages(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    if find_conversation(session, conversation_id) is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return [
        {
            "seq": message.seq,
            "author": {
                "kind": message.author.kind.value,
                "name": message.author.name,
                "staff_id": message.author.staff_id,
            },
            "channel": message.channel.value,
            "text": message.text,
            "parts": list(message.parts),
            "key": message.key,
            "in_reply_to": message.in_reply_to,
            "internal": message.internal,
            "at": message.at.isoformat(),
        }
        for message in history(session, conversation_id, with_notes=True, limit=1_000_000)
    ]
