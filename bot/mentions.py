"""A mail that speaks of a conversation, is not part of it and opens no request: staff there hear of
it, and may join the two by a button in the thread or a line by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from bot.joining import join, newest_request, who_wrote
from bot.request_facts import describe
from bot.slack.thread import mention_in_thread
from bot.staff_words import StaffWords
from domain.errors import NotAllowed, NotFound
from domain.people import Level, Staff
from domain.request_view import RequestView
from storage.conversations import find_conversation
from storage.joining import joined_to, root_of
from storage.outbox import is_known
from storage.request_views import load_request_view
from storage.requests import list_requests
from storage.tables import MessageRow
from storage.told import ABOUT_CONVERSATION

if TYPE_CHECKING:
    from bot.notify import Notify


@dataclass(frozen=True, slots=True)
class Told:
    """What staff are told of a message elsewhere."""

    conversation_id: str
    who: str
    text: str
    is_proven: bool

    def intro(self, words: StaffWords) -> str:
        """The line above the text."""
        return words("mention", name=self.who, id=self.conversation_id, proven=self.is_proven)


def mention_key(request_id: str, conversation_id: str) -> str:
    """What is owed because of a mail that speaks of the request's conversation."""
    return f"request:{request_id}:mentioned:{conversation_id}"


def tell_of_mention(
    session: Session, notify: Notify, conversation_id: str, seq: int, mentions: str, now: datetime
) -> None:
    """Tell who has the newest request of the conversation `mentions` of a message elsewhere.

    Once for each conversation. Where that has a request of its own, its card says so already, or
    staff are not to know of it. As long as a wish is being asked about, its words are kept back.
    """
    view = newest_request(session, root_of(session, mentions))
    if (
        view is None
        or joined_to(session, conversation_id) is not None
        or list_requests(session, conversation_id=conversation_id, limit=1)
    ):
        return
    row = session.get_one(MessageRow, (conversation_id, seq))
    here = find_conversation(session, conversation_id)
    assert here is not None  # its message was read a moment ago
    text = "" if here.state.tasks else row.text
    told = Told(conversation_id, who_wrote(here), text, row.level >= Level.VERIFIED.value)
    key = mention_key(view.id, conversation_id)
    about = {ABOUT_CONVERSATION: conversation_id}
    reader = view.claimed_by or view.staff
    if notify.settings.has_slack:
        words = notify.words(reader)
        shown = told.text or words("mention_kept_back")
        payload = mention_in_thread(told.intro(words), shown, words, conversation_id)
        notify.owe_slack(
            session, view, now, key=key, kind="thread_message", payload={**payload, **about}
        )
    if reader is not None:
        words = notify.words(reader)
        context = {
            "facts": describe(view, words, notify.settings.base_url),
            "intro": told.intro(words),
            "text": told.text or words("mention_kept_back"),
            "how": words("mention_by_mail", id=conversation_id),
        }
        key += f":email:{reader.staff_id}"
        notify.mail_staff(
            session, view, reader, "staff_mention", context, now, key=key, extra=about
        )


def was_told(session: Session, request_id: str, conversation_id: str) -> bool:
    """Whether staff of the request were told that a mail in that conversation speaks of theirs."""
    return is_known(session, mention_key(request_id, conversation_id))


def join_named(
    session: Session, notify: Notify, view: RequestView, named: str, staff: Staff, now: datetime
) -> bool:
    """Join what a line in a mail about the request names; False where they have nothing to do
    with each other: the other one speaks of this one, or this request of the other."""
    here, into = view.conversation_id, named
    if was_told(session, view.id, named):
        here, into = named, view.conversation_id
    elif str(view.details.get("mentions", "")).upper() != named:
        return False
    try:
        join(session, notify, here, into, staff, now)
    except (NotAllowed, NotFound):
        return False
    return True


def told_request(session: Session, request_id: str | None, conversation_id: str) -> RequestView:
    """The request in whose thread a mail was told of, for who presses its button.

    Raises:
        NotFound: it was not told there, or is not for staff.
    """
    if request_id is None or not was_told(session, request_id, conversation_id):
        raise NotFound(f"{conversation_id!r} was not told of in the thread of {request_id}")
    view = load_request_view(session, request_id)
    if not view.consent:
        raise NotFound(f"request {request_id} is not for staff")
    return view
