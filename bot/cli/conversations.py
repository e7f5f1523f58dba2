"""`madoguchi conversations`: what was said."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.cli.running import local_time, printable, show, with_store
from domain.errors import NotFound
from domain.messages import Message
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
    messages = with_store(lambda session: _messages(session, conversation_id))
    if as_json:
        show(map(as_record, messages), (), as_json=True)
        return
    for message in messages:
        typer.echo(as_text(message))


def _messages(session: Session, conversation_id: str) -> list[Message]:
    if find_conversation(session, conversation_id) is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return history(session, conversation_id, with_notes=True, limit=1_000_000)


def as_record(message: Message) -> dict[str, Any]:
    """A message with the published keys."""
    return {
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
        "at": message.at,
    }


def as_text(message: Message) -> str:
    """A line of when, who and by which way, then what was said, set in.

    Parts (forms, cards, files) are named by their kind; `--json` has them whole.
    """
    author = message.author
    who = " ".join(filter(None, (author.name, f"({author.kind.value})")))
    note = " [note]" if message.internal else ""
    head = f"{local_time(message.at)}  {message.seq}. {who}, {message.channel.value}{note}"
    parts = ", ".join(str(part.get("kind", "part")) for part in message.parts)
    said = [*message.text.splitlines(), *([f"[{parts}]"] if parts else [])]
    return "\n".join([printable(head), *(f"    {printable(line)}" for line in said)])
