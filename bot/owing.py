"""How what is owed to staff goes into the outbox: by Slack, in a card's thread, by mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.rendering import Renderer
from bot.settings import Settings
from bot.slack.thread import thread_line
from bot.staff_words import StaffWords
from domain.languages import known_locale
from domain.messages import Message
from domain.notifications import Notification, OutboxChannel
from domain.people import Staff
from domain.request_view import RequestView
from domain.signing import Keys, message_id
from storage.outbox import newest_outbox_id, outbox_recipient, owe

#: A chat answer that has not been read for so long is followed up.
UNREAD_AFTER = timedelta(seconds=60)


class Owing:
    """Writes into the outbox, in the transaction of the cause. Keys name the cause, so that the
    same cause handled again owes nothing new."""

    def __init__(
        self, settings: Settings, renderer: Renderer, keys: Keys, new_id: Callable[[], str]
    ) -> None:
        self.settings = settings
        self.renderer = renderer
        self.keys = keys
        self.new_id = new_id

    def words(self, reader: Staff | None) -> StaffWords:
        """The words in the language of who reads them."""
        return StaffWords(self.renderer, self.locale(reader))

    def locale(self, reader: Staff | None) -> str:
        """The language of a member of staff, the company's for nobody in particular."""
        return known_locale((reader.locale if reader else "") or self.settings.default_locale)

    def owe_slack(
        self,
        session: Session,
        view: RequestView,
        now: datetime,
        *,
        key: str,
        kind: str,
        payload: Mapping[str, Any] | None = None,
        message_seq: int | None = None,
        due_at: datetime | None = None,
        conversation_id: str | None = None,
    ) -> bool:
        """Owe something in the channel where the request's card stands.

        Args:
            conversation_id: of `message_seq`, where that is not the request's own.
        """
        notification = Notification(
            key=key,
            channel=OutboxChannel.SLACK,
            kind=kind,
            recipient=self._slack_channel(session, view),
            payload=payload or {},
            request_id=view.id,
            conversation_id=conversation_id or view.conversation_id,
            message_seq=message_seq,
            due_at=due_at,
        )
        return owe(session, notification, now=now, new_id=self.new_id)

    def _slack_channel(self, session: Session, view: RequestView) -> str:
        """Where the card went: what follows goes by the same lane, whoever has it by now."""
        of_card = outbox_recipient(session, f"request:{view.id}:card")
        own = view.staff.slack_channel if view.staff else ""
        return of_card or own or self.settings.slack_channel

    def owe_thread(
        self,
        session: Session,
        view: RequestView,
        message: Message,
        payload: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """Owe a message of the conversation in the card's thread."""
        key = f"message:{message.conversation_id}:{message.seq}:thread"
        if view.conversation_id != message.conversation_id:
            key += f":{view.id}"  # it may stand below the card of its own conversation as well
        if self.settings.has_slack:
            self.owe_slack(
                session,
                view,
                now,
                key=key,
                kind="thread_message",
                payload=payload,
                message_seq=message.seq,
                conversation_id=message.conversation_id,
            )

    def owe_line(
        self,
        session: Session,
        view: RequestView,
        about: str,
        line: str,
        now: datetime,
        *,
        conversation_id: str | None = None,
    ) -> None:
        """Owe one line of ours in the card's thread; `about` names what it tells of, in the
        request's conversation unless another one is named."""
        if self.settings.has_slack and view.consent:
            key = f"message:{conversation_id or view.conversation_id}:{about}"
            payload = thread_line(line)
            self.owe_slack(session, view, now, key=key, kind="thread_message", payload=payload)

    def owe_channel(
        self, session: Session, view: RequestView, about: str, line: str, now: datetime
    ) -> None:
        """Owe one line in the channel where all of sales look."""
        if not self.settings.has_slack:
            return
        notice = Notification(
            key=f"request:{view.id}:{about}",
            channel=OutboxChannel.SLACK,
            kind="channel_notice",
            recipient=self.settings.slack_channel,
            payload=thread_line(line),
            request_id=view.id,
            conversation_id=view.conversation_id,
        )
        owe(session, notice, now=now, new_id=self.new_id)

    def mail_staff(
        self,
        session: Session,
        view: RequestView,
        staff: Staff,
        name: str,
        context: Mapping[str, Any],
        now: datetime,
        *,
        key: str,
        message_seq: int | None = None,
        due_at: datetime | None = None,
        conversation_id: str | None = None,
        in_thread: bool = True,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Owe a mail of the folder `templates/mail/<name>` to a member of staff, whose answer to
        it reaches the customer.

        Args:
            conversation_id: of `message_seq`, where that is not the request's own.
            in_thread: whether it follows the mail that told of the request.
            extra: more of the payload, such as a calendar entry.
        """
        if not staff.email:
            return
        words = self.words(staff)
        mail = self.renderer.mail(name, words.locale, {"words": words, **context})
        parents = self._parents(session, view, staff) if in_thread else []
        notification = Notification(
            key=key,
            channel=OutboxChannel.EMAIL,
            kind=name,
            recipient=staff.email,
            payload={
                "subject": mail.subject,
                "text": mail.text,
                "html": mail.html,
                "locale": words.locale,
                "auto": "auto-generated",
                "to_name": staff.name,
                "reply_token": True,
                "staff_id": staff.staff_id,
                **({"in_reply_to": parents[0], "references": parents} if parents else {}),
                **(extra or {}),
            },
            request_id=view.id,
            conversation_id=conversation_id or view.conversation_id,
            message_seq=message_seq,
            due_at=due_at,
        )
        owe(session, notification, now=now, new_id=self.new_id)

    def _parents(self, session: Session, view: RequestView, staff: Staff) -> Sequence[str]:
        first = newest_outbox_id(session, view.id, "staff_request", staff.email)
        return [message_id(self.keys, self.settings.catalog_address, first)] if first else []
