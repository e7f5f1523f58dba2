"""`madoguchi conversations`: what was said."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.cli.failing import fail
from bot.cli.running import local_time, printable, show, with_store
from bot.cli.with_counter import with_counter
from domain.errors import NotFound
from domain.messages import Message
from storage.conversations import find_conversation, history

app = typer.Typer(help="Conversations.", no_args_is_help=True)


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


@app.command("join")
def join(
    conversation_id: Annotated[str, typer.Argument(metavar="ID")],
    into: Annotated[str, typer.Argument(metavar="OTHER_ID")],
    staff_id: Annotated[str, typer.Option("--as", metavar="STAFF_ID", help="Who joins them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Refuse what would ask.")] = False,
) -> None:
    """Go on with a conversation in another one, as the button in Slack does; cannot be undone.

    Its messages are noted there for staff, and staff's answers go to the customer there. Who
    wrote stays unproven.

    Example: madoguchi conversations join M-7K3QM4XW9C M-4PXW9CTKQ3 --as S-001
    """
    if not yes:
        if no_input or not sys.stdin.isatty():
            raise fail("conversations join: would ask before it joins them; give --yes")
        question = f"Join {conversation_id} with {into}? This cannot be undone."
        if not typer.confirm(question, err=True):
            raise typer.Exit(1)
    new = with_counter(
        "conversations join", lambda counter: counter.desk.join(conversation_id, into, staff_id)
    )
    done = "is joined with" if new else "was joined before with"
    typer.echo(f"{conversation_id} {done} {into}")


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
