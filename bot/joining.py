"""A conversation that staff go on with in another one: linked, and shown there as notes.

The one who wrote keeps a conversation of their own, with all its messages and numbers, and is not
proven by this. In the other conversation the messages stand as internal notes, so its customer
never reads them; what staff answer goes on there, to the address of that customer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from sqlmodel import Session

from bot.slack.thread import said_in_thread
from domain.conversation import Conversation
from domain.errors import NotAllowed, NotFound
from domain.messages import AuthorKind, Message
from domain.people import Staff
from domain.request_view import RequestView
from storage.access_log import record
from storage.appointments import touch_request
from storage.conversations import (
    add_once,
    lock_conversation,
    save_conversation,
)
from storage.joining import joined_to, not_noted, note_id, note_joining, root_of
from storage.request_views import load_request_view
from storage.requests import list_requests

if TYPE_CHECKING:
    from bot.notify import Notify

#: Messages of the joined conversation that are repeated in the other thread; all are noted.
SHOWN_IN_THREAD = 10


def join(
    session: Session, notify: Notify, conversation_id: str, into: str, staff: Staff, now: datetime
) -> bool:
    """Go on with a conversation in another one; False where that is so already.

    Raises:
        NotFound: one of them does not exist.
        NotAllowed: it is joined to another conversation, or the other one leads back to it.
    """
    target = root_of(session, into)
    both = {name: lock_conversation(session, name) for name in sorted({conversation_id, target})}
    here, there = both[conversation_id], both[target]
    if here is None or there is None:
        raise NotFound(f"no conversation {conversation_id} or {target}")
    already = joined_to(session, conversation_id)
    if already is not None and root_of(session, conversation_id) == target:
        return False
    if already is not None or target == conversation_id:
        raise NotAllowed(f"{conversation_id} cannot be joined to {target}")
    note_joining(session, conversation_id, target, staff.staff_id, now)
    record(
        session,
        "conversation.joined",
        now=now,
        actor_kind="staff",
        actor_id=staff.staff_id,
        object_kind="conversation",
        object_id=conversation_id,
        customer_id=there.customer_id,
        details={"to": target},
    )
    noted = _note(session, here, there, now)
    _tell(session, notify, here, there, noted, staff, now)
    return True


def catch_up(session: Session, notify: Notify, conversation_id: str, now: datetime) -> None:
    """What was written since in a conversation that is joined to another is noted there, too."""
    root = root_of(session, conversation_id)
    here, there = (lock_conversation(session, name) for name in (conversation_id, root))
    if here is None or there is None or root == conversation_id:
        return
    _show(session, notify, there, here, _note(session, here, there, now), now)


def _note(
    session: Session, here: Conversation, there: Conversation, now: datetime
) -> Sequence[Message]:
    """Store what is not noted yet as internal notes behind the newest of the other conversation,
    in order; the newest of them come back."""
    noted: deque[Message] = deque(maxlen=SHOWN_IN_THREAD)
    seq = there.last_seq
    unnoted = not_noted(session, here.id)
    for message in chain.from_iterable(unnoted):
        author = message.author
        if author.kind is AuthorKind.CUSTOMER:
            author = replace(author, name=who_wrote(here))
        note = replace(
            message,
            conversation_id=there.id,
            seq=seq + 1,
            author=author,
            key=None,
            in_reply_to=None,
            internal=True,
        )
        if add_once(session, note, note_id(here.id, message.seq)):
            noted.append(note)
            seq += 1
    if noted:
        save_conversation(session, there.id, now, last_seq=seq)
    return noted


def who_wrote(conversation: Conversation) -> str:
    """Whose conversation it is, for staff: the name and address that were given there."""
    if conversation.name and conversation.email:
        return f"{conversation.name} ({conversation.email})"[:200]
    return (conversation.name or conversation.email)[:200]


def _tell(
    session: Session,
    notify: Notify,
    here: Conversation,
    there: Conversation,
    noted: Sequence[Message],
    staff: Staff,
    now: datetime,
) -> None:
    for row in list_requests(session, conversation_id=here.id):
        if not row.consent:
            continue
        touch_request(session, row.id)
        view = load_request_view(session, row.id)
        line = notify.words(view.claimed_by or view.staff)(
            "thread_joined", by=staff.name, id=there.id
        )
        notify.owe_line(session, view, f"{view.id}:joined", line, now)
        notify.request_changed(session, view, now, same_holder=True)
    if (other := newest_request(session, there.id)) is not None:
        words = notify.words(other.claimed_by or other.staff)
        line = words("thread_joined_here", by=staff.name, id=here.id, who=who_wrote(here))
        notify.owe_line(session, other, f"{here.id}:joined-here", line, now)
    _show(session, notify, there, here, noted, now)


def _show(
    session: Session,
    notify: Notify,
    there: Conversation,
    here: Conversation,
    noted: Sequence[Message],
    now: datetime,
) -> None:
    """Repeat the newest notes in the thread of the other conversation's card."""
    view = newest_request(session, there.id)
    if view is None:
        return
    words = notify.words(view.claimed_by or view.staff)
    for note in noted:
        if note.text:
            intro = words("thread_joined_message", name=note.author.name, id=here.id)
            notify.owe_thread(session, view, note, said_in_thread(intro, note.text, words), now)


def newest_request(session: Session, conversation_id: str) -> RequestView | None:
    """The newest request of a conversation that staff know of, finished or not."""
    for row in list_requests(session, conversation_id=conversation_id):
        if row.consent:
            return load_request_view(session, row.id)
    return None
