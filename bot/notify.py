"""What is owed to staff when something happens, by Slack and by mail; nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.rendering import Renderer, known_locale
from bot.request_facts import describe
from bot.settings import Settings
from bot.slack.thread import assigned_line, said_in_thread, thread_line
from bot.staff_words import StaffWords
from domain.messages import Channel, Message
from domain.notifications import Notification, OutboxChannel
from domain.people import Staff
from domain.request_view import RequestStatus, RequestView
from domain.routing import Rule
from domain.signing import Keys, message_id
from storage.leases import Claimed
from storage.outbox import last_sent, newest_outbox_id, outbox_recipient, owe
from storage.tables import MessageRow

#: What was typed into a modal has no message in Slack; its id says so.
MODAL_PREFIX = "modal:"


class Notify:
    """Owes what staff are told, in the transaction of the desk that caused it.

    Every key names its cause, so that the same cause handled again owes nothing new. Where the
    customer did not agree that staff are told, nothing is owed at all.
    """

    def __init__(
        self, settings: Settings, renderer: Renderer, keys: Keys, new_id: Callable[[], str]
    ) -> None:
        self._settings = settings
        self._renderer = renderer
        self._keys = keys
        self._new_id = new_id

    def request_opened(self, session: Session, view: RequestView, now: datetime) -> None:
        """A card in Slack, a mail to who got it, a copy to the administrator."""
        if not view.consent:
            return
        if self._settings.has_slack:
            self._owe_card(session, view, now)
        if view.staff:
            self._mail_request(session, view, view.staff, now)
        if self._settings.admin_email:
            self._copy_to_admin(session, view, now)

    def request_changed(self, session: Session, view: RequestView, now: datetime) -> None:
        """The living card shows it; somebody who has it only now is told like the first one."""
        if not view.consent:
            return
        if self._settings.has_slack:
            self._owe_slack(
                session,
                view,
                now,
                key=f"request:{view.id}:card:v{view.version}",
                kind="request_card_update",
                # Updates up to this version need not be sent once a newer one was.
                message_seq=view.version,
            )
        if view.staff and view.status is RequestStatus.OPEN:  # it has changed hands
            self._tell_thread_of_assignment(session, view, view.staff, now)
            self._mail_request(session, view, view.staff, now, f":v{view.version}")
            if view.rule == Rule.ESCALATED:
                self._tell_channel(session, view, now)
        if view.status is RequestStatus.CANCELLED:
            words = self._words(view.claimed_by or view.staff)
            line = words("status_cancelled", at=view.closed_at or now)
            self._owe_line(session, view, f"{view.id}:cancelled", line, now)

    def customer_wrote(
        self,
        session: Session,
        view: RequestView,
        message: Message,
        now: datetime,
        *,
        proven: bool,
    ) -> None:
        """What the customer wrote next, in the thread and by mail to who has the request.

        Args:
            proven: whether it is sure who wrote this message; the request may have been opened
                by somebody else.
        """
        if not view.consent or not message.text:
            return
        reader = view.claimed_by or view.staff
        words = self._words(reader)
        name = message.author.name or view.contact_name or words("somebody")
        intro = words(
            "thread_customer" if proven else "thread_customer_unproven",
            name=name,
            channel=words.or_code("channel", message.channel.value),
        )
        self._owe_thread(session, view, message, said_in_thread(intro, message.text, words), now)
        if reader:
            self._mail_message(session, view, reader, message, intro, now)

    def staff_wrote(
        self, session: Session, view: RequestView, message: Message, now: datetime
    ) -> None:
        """What a colleague wrote elsewhere stands in the thread, too."""
        if not view.consent or not message.text or _stands_in_thread(session, message):
            return
        words = self._words(view.claimed_by or view.staff)
        intro = words(
            "thread_note" if message.internal else "thread_staff",
            name=message.author.name,
            channel=words.or_code("channel", message.channel.value),
        )
        self._owe_thread(session, view, message, said_in_thread(intro, message.text, words), now)

    def answer_delivered(
        self, session: Session, view: RequestView, seq: int, email: str, now: datetime
    ) -> None:
        """The thread says how an answer reached the customer: by mail, or in the open chat."""
        words = self._words(view.claimed_by or view.staff)
        line = words("thread_delivered", email=email) if email else words("thread_shown")
        self._owe_line(session, view, f"{seq}:delivered", line, now)

    def answer_failed(
        self, session: Session, view: RequestView, seq: int, email: str, error: str, now: datetime
    ) -> None:
        """The thread says that an answer did not reach the customer, and why."""
        words = self._words(view.claimed_by or view.staff)
        line = words("thread_failed", email=email, error=error)
        self._owe_line(session, view, f"{seq}:failed", line, now)

    def delivery_failed_admin(
        self, session: Session, claimed: Claimed, cause: str, error: str, now: datetime
    ) -> bool:
        """Tell the administrator once of a fault that somebody must mend; whether it was new.

        Once means: until something is delivered by that way again. Trouble with Slack is told
        by mail, trouble with the mail server in Slack.
        """
        whole = claimed.channel == "email" or ":" not in cause
        since = last_sent(session, channel=claimed.channel, lane=None if whole else claimed.lane)
        key = f"admin:{claimed.channel}:{cause}:{since}"[:300]
        about = {"channel": claimed.channel, "recipient": claimed.recipient, "error": error[:500]}
        locale = self._settings.default_locale
        mail = self._renderer.mail("admin_trouble", locale, about)
        if claimed.channel == "email" and not cause.startswith("address:"):
            if not self._settings.has_slack:
                return False
            notice = Notification(
                key=key,
                channel=OutboxChannel.SLACK,
                kind="admin_notice",
                recipient=self._settings.slack_channel,
                payload=thread_line(f"{mail.subject}\n{mail.text}"),
            )
        elif self._settings.admin_email:
            notice = Notification(
                key=key,
                channel=OutboxChannel.EMAIL,
                kind="admin_trouble",
                recipient=self._settings.admin_email,
                payload={
                    "subject": mail.subject,
                    "text": mail.text,
                    "html": mail.html,
                    "locale": locale,
                    "auto": "auto-generated",
                },
            )
        else:
            return False
        return owe(session, notice, now=now, new_id=self._new_id)

    def _words(self, reader: Staff | None) -> StaffWords:
        return StaffWords(self._renderer, self._locale(reader))

    def _locale(self, reader: Staff | None) -> str:
        return known_locale((reader.locale if reader else "") or self._settings.default_locale)

    def _owe_card(self, session: Session, view: RequestView, now: datetime) -> None:
        self._owe_slack(session, view, now, key=f"request:{view.id}:card", kind="request_card")

    def _owe_slack(
        self,
        session: Session,
        view: RequestView,
        now: datetime,
        *,
        key: str,
        kind: str,
        payload: Mapping[str, Any] | None = None,
        message_seq: int | None = None,
    ) -> bool:
        notification = Notification(
            key=key,
            channel=OutboxChannel.SLACK,
            kind=kind,
            recipient=self._slack_channel(session, view),
            payload=payload or {},
            request_id=view.id,
            conversation_id=view.conversation_id,
            message_seq=message_seq,
        )
        return owe(session, notification, now=now, new_id=self._new_id)

    def _slack_channel(self, session: Session, view: RequestView) -> str:
        """Where the card went: what follows goes by the same lane, whoever has it by now."""
        of_card = outbox_recipient(session, f"request:{view.id}:card")
        own = view.staff.slack_channel if view.staff else ""
        return of_card or own or self._settings.slack_channel

    def _owe_thread(
        self,
        session: Session,
        view: RequestView,
        message: Message,
        payload: Mapping[str, Any],
        now: datetime,
    ) -> None:
        if self._settings.has_slack:
            self._owe_slack(
                session,
                view,
                now,
                key=f"message:{message.conversation_id}:{message.seq}:thread",
                kind="thread_message",
                payload=payload,
                message_seq=message.seq,
            )

    def _owe_line(
        self, session: Session, view: RequestView, about: str, line: str, now: datetime
    ) -> None:
        if self._settings.has_slack and view.consent:
            key = f"message:{view.conversation_id}:{about}"
            payload = thread_line(line)
            self._owe_slack(session, view, now, key=key, kind="thread_message", payload=payload)

    def _tell_thread_of_assignment(
        self, session: Session, view: RequestView, staff: Staff, now: datetime
    ) -> None:
        """Changing a card rings nobody, a new line in its thread does."""
        if not self._settings.has_slack:
            return
        words = self._words(staff)
        key = f"request:{view.id}:assigned:{staff.staff_id}:v{view.version}"
        payload = assigned_line(staff, words)
        self._owe_slack(session, view, now, key=key, kind="thread_message", payload=payload)

    def _tell_channel(self, session: Session, view: RequestView, now: datetime) -> None:
        """What nobody has taken is told where all of sales look."""
        if not self._settings.has_slack:
            return
        words = StaffWords(self._renderer, self._settings.default_locale)
        facts = describe(view, words, self._settings.base_url)
        notice = Notification(
            key=f"request:{view.id}:escalated:v{view.version}",
            channel=OutboxChannel.SLACK,
            kind="channel_notice",
            recipient=self._settings.slack_channel,
            payload=thread_line(f"{facts.fallback} {facts.why} {facts.room_url}"),
            request_id=view.id,
            conversation_id=view.conversation_id,
        )
        owe(session, notice, now=now, new_id=self._new_id)

    def _mail_request(
        self, session: Session, view: RequestView, staff: Staff, now: datetime, again: str = ""
    ) -> None:
        """The request by mail; `again` sets a later time apart from the first one."""
        if not staff.email:
            return
        payload = self._request_payload(view, self._words(staff), copy=False)
        notification = Notification(
            key=f"request:{view.id}:email:{staff.staff_id}{again}",
            channel=OutboxChannel.EMAIL,
            kind="staff_request",
            recipient=staff.email,
            payload={
                **payload,
                "to_name": staff.name,
                "reply_token": True,
                "staff_id": staff.staff_id,
            },
            request_id=view.id,
            conversation_id=view.conversation_id,
        )
        owe(session, notification, now=now, new_id=self._new_id)

    def _copy_to_admin(self, session: Session, view: RequestView, now: datetime) -> None:
        words = StaffWords(self._renderer, self._settings.default_locale)
        notification = Notification(
            key=f"request:{view.id}:email:admin",
            channel=OutboxChannel.EMAIL,
            kind="admin_request",
            recipient=self._settings.admin_email or "",
            payload=self._request_payload(view, words, copy=True),
            request_id=view.id,
            conversation_id=view.conversation_id,
        )
        owe(session, notification, now=now, new_id=self._new_id)

    def _request_payload(
        self, view: RequestView, words: StaffWords, *, copy: bool
    ) -> dict[str, Any]:
        facts = describe(view, words, self._settings.base_url)
        context = {"facts": facts, "words": words, "copy": copy, "customer": view.customer}
        mail = self._renderer.mail("staff_request", words.locale, context)
        return {
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "locale": words.locale,
            "auto": "auto-generated",
        }

    def _mail_message(
        self,
        session: Session,
        view: RequestView,
        staff: Staff,
        message: Message,
        intro: str,
        now: datetime,
    ) -> None:
        if not staff.email:
            return
        words = self._words(staff)
        facts = describe(view, words, self._settings.base_url)
        context = {"facts": facts, "words": words, "intro": intro, "text": message.text}
        mail = self._renderer.mail("staff_message", words.locale, context)
        first = newest_outbox_id(session, view.id, "staff_request", staff.email)
        parents = [message_id(self._keys, self._settings.catalog_address, first)] if first else []
        notification = Notification(
            key=f"message:{message.conversation_id}:{message.seq}:email:{staff.staff_id}",
            channel=OutboxChannel.EMAIL,
            kind="staff_message",
            recipient=staff.email,
            payload={
                "subject": mail.subject,
                "text": mail.text,
                "html": mail.html,
                "locale": words.locale,
                "to_name": staff.name,
                "in_reply_to": parents[0] if parents else None,
                "references": parents,
                "auto": "auto-generated",
                "reply_token": True,
                "staff_id": staff.staff_id,
            },
            request_id=view.id,
            conversation_id=message.conversation_id,
            message_seq=message.seq,
        )
        owe(session, notification, now=now, new_id=self._new_id)


def _stands_in_thread(session: Session, message: Message) -> bool:
    """Whether it was written in a thread in Slack, where everybody sees it anyway."""
    if message.channel is not Channel.SLACK:
        return False
    row = session.get(MessageRow, (message.conversation_id, message.seq))
    written_as = row.channel_message_id if row else None
    return written_as is not None and not written_as.startswith(MODAL_PREFIX)
