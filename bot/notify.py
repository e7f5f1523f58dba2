"""What is owed to staff when something happens, by Slack and by mail; nothing is sent here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.appointments import Appointments
from bot.joining import catch_up
from bot.owing import UNREAD_AFTER, Owing
from bot.request_facts import describe
from bot.slack.thread import assigned_line, said_in_thread, thread_line
from bot.staff_words import StaffWords
from domain.messages import Channel, Message
from domain.notifications import Notification, OutboxChannel
from domain.people import Staff
from domain.request_view import RequestStatus, RequestView
from domain.routing import Rule
from storage.leases import Claimed
from storage.outbox import last_sent, owe
from storage.people import find_staff
from storage.request_views import load_request_view
from storage.requests import list_requests
from storage.tables import MessageRow

#: What was typed into a modal has no message in Slack; its id says so.
MODAL_PREFIX = "modal:"


class Notify(Owing):
    """Owes what staff are told, in the transaction of the desk that caused it.

    Where the customer did not agree that staff are told, nothing is owed at all.
    """

    def request_opened(self, session: Session, view: RequestView, now: datetime) -> None:
        """A card in Slack, a mail to who got it, a copy to the administrator."""
        if view.joined_to:
            catch_up(session, self, view.conversation_id, now)
        if not view.consent:
            return
        if self.settings.has_slack:
            self._owe_card(session, view, now)
        if view.staff:
            self._mail_request(session, view, view.staff, now)
        if self.settings.admin_email:
            self._copy_to_admin(session, view, now)

    def request_changed(
        self, session: Session, view: RequestView, now: datetime, *, same_holder: bool = False
    ) -> None:
        """The living card shows it; somebody who has it only now is told like the first one.

        Args:
            same_holder: it stays with who had it, whatever else has changed, or the caller tells
                of the appointment.
        """
        if not view.consent:
            return
        if self.settings.has_slack:
            self.owe_slack(
                session,
                view,
                now,
                key=f"request:{view.id}:card:v{view.version}",
                kind="request_card_update",
                # Updates up to this version need not be sent once a newer one was.
                message_seq=view.version,
            )
        has_changed_hands = view.status is RequestStatus.OPEN and not same_holder
        if view.staff and has_changed_hands:
            self._tell_thread_of_assignment(session, view, view.staff, now)
            self._mail_request(session, view, view.staff, now, f":v{view.version}")
            if view.rule == Rule.ESCALATED:
                self._tell_channel(session, view, now)
        if view.status is not RequestStatus.CANCELLED and not same_holder:
            Appointments(self).follow(session, view, now)
        if view.status is RequestStatus.CANCELLED:
            words = self.words(view.claimed_by or view.staff)
            line = words("status_cancelled", at=view.closed_at or now)
            self.owe_line(session, view, f"{view.id}:cancelled", line, now)
            Appointments(self).request_cancelled(session, view, now)

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
        if view.joined_to:
            catch_up(session, self, view.conversation_id, now)
        if not view.consent or not message.text:
            return
        reader = view.claimed_by or view.staff
        words = self.words(reader)
        name = message.author.name or view.contact_name or words("somebody")
        intro = words(
            "thread_customer" if proven else "thread_customer_unproven",
            name=name,
            channel=words.or_code("channel", message.channel.value),
        )
        self.owe_thread(session, view, message, said_in_thread(intro, message.text, words), now)
        if reader:
            self._mail_message(session, view, reader, message, intro, now)

    def staff_wrote(
        self,
        session: Session,
        view: RequestView,
        message: Message,
        now: datetime,
        *,
        elsewhere: bool = False,
    ) -> None:
        """What a colleague wrote elsewhere stands in the thread, too.

        Args:
            elsewhere: it was written below another card, if it was written in Slack.
        """
        if not view.consent or not message.text:
            return
        if not elsewhere and _stands_in_thread(session, message):
            return
        words = self.words(view.claimed_by or view.staff)
        intro = words(
            "thread_note" if message.internal else "thread_staff",
            name=message.author.name,
            channel=words.or_code("channel", message.channel.value),
        )
        self.owe_thread(session, view, message, said_in_thread(intro, message.text, words), now)

    def answer_delivered(
        self,
        session: Session,
        view: RequestView,
        seq: int,
        email: str,
        now: datetime,
        *,
        conversation_id: str | None = None,
    ) -> None:
        """The thread says how an answer reached the customer: by mail, or in the open chat.

        Args:
            conversation_id: of the answer, where the request's own is joined to another one.
        """
        words = self.words(view.claimed_by or view.staff)
        line = words("thread_delivered", email=email) if email else words("thread_shown")
        about = f"{seq}:delivered"
        self.owe_line(session, view, about, line, now, conversation_id=conversation_id)

    def answer_failed(
        self,
        session: Session,
        view: RequestView,
        seq: int,
        email: str,
        error: str,
        now: datetime,
        *,
        conversation_id: str | None = None,
    ) -> None:
        """The thread says that an answer did not reach the customer, and why."""
        words = self.words(view.claimed_by or view.staff)
        line = words("thread_failed", email=email, error=error)
        about = f"{seq}:failed"
        self.owe_line(session, view, about, line, now, conversation_id=conversation_id)

    def answer_unseen(
        self, session: Session, view: RequestView, message: Message, now: datetime
    ) -> None:
        """An answer in the chat to somebody who left no address: unless it is read soon, staff
        are told that it waits until the visitor comes back."""
        due_at, seq = now + UNREAD_AFTER, message.seq
        if self.settings.has_slack and view.consent:
            words = self.words(view.claimed_by or view.staff)
            self.owe_slack(
                session,
                view,
                now,
                key=f"message:{message.conversation_id}:{seq}:unseen",
                kind="unseen_answer",
                payload={
                    **thread_line(words("answer_unseen", phone=view.contact_phone)),
                    "read": thread_line(words("thread_shown")),
                },
                message_seq=seq,
                conversation_id=message.conversation_id,
                due_at=due_at,
            )
        writer = find_staff(session, message.author.staff_id)
        if writer and (message.channel is not Channel.SLACK or not self.settings.has_slack):
            theirs = self.words(writer)
            context = {
                "facts": describe(view, theirs, self.settings.base_url),
                "told": theirs("answer_unseen", phone=view.contact_phone),
                "text": message.text,
            }
            key = f"message:{message.conversation_id}:{seq}:unseen:email:{writer.staff_id}"
            self.mail_staff(
                session, view, writer, "staff_unseen", context, now,
                key=key, message_seq=seq, due_at=due_at,
                conversation_id=message.conversation_id,
            )  # fmt: skip

    def appointment_unread(
        self,
        session: Session,
        view: RequestView,
        staff: Staff,
        message: Message,
        now: datetime,
        *,
        none: bool = False,
    ) -> None:
        """Who wrote an appointment by mail is told that it names no moment, and how to write it;
        or that there is `none` to call off."""
        told = self.words(staff)("appointment_none" if none else "appointment_unread")
        self._not_understood(session, view, staff, message, "appointment", told, now)

    def join_unread(
        self,
        session: Session,
        view: RequestView,
        staff: Staff,
        message: Message,
        named: str,
        now: datetime,
    ) -> None:
        """Who wants to join a conversation by mail is told that this one has no part in it."""
        told = self.words(staff)("join_unread", id=named)
        self._not_understood(session, view, staff, message, "join", told, now)

    def rest_unsent(
        self, session: Session, view: RequestView, staff: Staff, message: Message, now: datetime
    ) -> None:
        """Who wrote more below the line that joins is told that nobody else got it."""
        told = self.words(staff)("join_rest")
        self._not_understood(session, view, staff, message, "join_rest", told, now)

    def _not_understood(
        self,
        session: Session,
        view: RequestView,
        staff: Staff,
        message: Message,
        about: str,
        told: str,
        now: datetime,
    ) -> None:
        words = self.words(staff)
        context = {
            "facts": describe(view, words, self.settings.base_url),
            "about": about,
            "told": told,
            "text": message.text,
        }
        key = f"message:{message.conversation_id}:{message.seq}:{about}:{staff.staff_id}"
        self.mail_staff(session, view, staff, "staff_not_understood", context, now, key=key)

    def answers_held(
        self,
        session: Session,
        conversation_id: str,
        address: str,
        reason: str,
        until: datetime,
        now: datetime,
    ) -> None:
        """The administrator and the thread hear that a robot seems to answer us."""
        for row in list_requests(session, conversation_id=conversation_id, limit=1):
            view = load_request_view(session, row.id)
            words = self.words(view.claimed_by or view.staff)
            line = words("answers_held", address=address, until=until)
            self.owe_line(session, view, f"held:{now:%Y-%m-%dT%H%M}", line, now)
        about = {
            "address": address, "reason": reason, "until": until, "conversation": conversation_id
        }  # fmt: skip
        self._tell_admin(session, "answers_held", conversation_id, about, now)

    def _tell_admin(
        self,
        session: Session,
        name: str,
        conversation_id: str,
        about: dict[str, Any],
        now: datetime,
    ) -> None:
        """By mail, without an administrator's address in the company's channel.

        It goes with the conversation when the customer is forgotten, so its key names no person.
        """
        locale = self.settings.default_locale
        mail = self.renderer.mail(name, locale, about)
        admin = self.settings.admin_email
        if not admin and not self.settings.has_slack:
            return
        payload: dict[str, Any] = {
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "locale": locale,
            "auto": "auto-generated",
        }
        notice = Notification(
            key=f"admin:{name}:{conversation_id}:{now:%Y-%m-%dT%H%M}",
            channel=OutboxChannel.EMAIL if admin else OutboxChannel.SLACK,
            kind=f"admin_{name}" if admin else "admin_notice",
            recipient=admin or self.settings.slack_channel,
            payload=payload if admin else thread_line(f"{mail.subject}\n{mail.text}"),
            conversation_id=conversation_id,
        )
        owe(session, notice, now=now, new_id=self.new_id)

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
        locale = self.settings.default_locale
        mail = self.renderer.mail("admin_trouble", locale, about)
        if claimed.channel == "email" and not cause.startswith("address:"):
            if not self.settings.has_slack:
                return False
            notice = Notification(
                key=key,
                channel=OutboxChannel.SLACK,
                kind="admin_notice",
                recipient=self.settings.slack_channel,
                payload=thread_line(f"{mail.subject}\n{mail.text}"),
            )
        elif self.settings.admin_email:
            notice = Notification(
                key=key,
                channel=OutboxChannel.EMAIL,
                kind="admin_trouble",
                recipient=self.settings.admin_email,
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
        return owe(session, notice, now=now, new_id=self.new_id)

    def _owe_card(self, session: Session, view: RequestView, now: datetime) -> None:
        self.owe_slack(session, view, now, key=f"request:{view.id}:card", kind="request_card")

    def _tell_thread_of_assignment(
        self, session: Session, view: RequestView, staff: Staff, now: datetime
    ) -> None:
        """Changing a card rings nobody, a new line in its thread does."""
        if not self.settings.has_slack:
            return
        words = self.words(staff)
        key = f"request:{view.id}:assigned:{staff.staff_id}:v{view.version}"
        payload = assigned_line(staff, words)
        self.owe_slack(session, view, now, key=key, kind="thread_message", payload=payload)

    def _tell_channel(self, session: Session, view: RequestView, now: datetime) -> None:
        """What nobody has taken is told where all of sales look."""
        words = self.words(None)
        facts = describe(view, words, self.settings.base_url)
        line = f"{facts.fallback} {facts.why} {facts.room_url}"
        self.owe_channel(session, view, f"escalated:v{view.version}", line, now)

    def nobody_takes(
        self, session: Session, view: RequestView, default: Staff | None, now: datetime
    ) -> None:
        """A request has waited too long and there is nobody to pass it on to: say so to the
        channel, and by mail to who takes what is left over."""
        if not view.consent:
            return
        words = self.words(None)
        holder = view.staff.name if view.staff else ""
        facts = describe(view, words, self.settings.base_url)
        told = words("nobody_takes", holder=holder, minutes=self.settings.escalate_minutes)
        line = f"{facts.fallback} {told} {facts.room_url}"
        self.owe_channel(session, view, f"nobody:v{view.version}", line, now)
        if default is not None:
            theirs = self.words(default)
            context = {
                "facts": describe(view, theirs, self.settings.base_url),
                "told": theirs(
                    "nobody_takes", holder=holder, minutes=self.settings.escalate_minutes
                ),
                "text": view.text,
            }
            key = f"request:{view.id}:nobody:v{view.version}:email:{default.staff_id}"
            self.mail_staff(
                session, view, default, "staff_waiting", context, now, key=key, in_thread=False
            )

    def _mail_request(
        self, session: Session, view: RequestView, staff: Staff, now: datetime, again: str = ""
    ) -> None:
        """The request by mail; `again` sets a later time apart from the first one."""
        words = self.words(staff)
        facts = describe(view, words, self.settings.base_url)
        mentions = "" if view.joined_to else view.details.get("mentions", "")
        how = words("mention_by_mail", id=mentions) if mentions else ""
        context = {"facts": facts, "copy": False, "customer": view.customer, "how": how}
        key = f"request:{view.id}:email:{staff.staff_id}{again}"
        self.mail_staff(
            session, view, staff, "staff_request", context, now, key=key, in_thread=False
        )

    def _copy_to_admin(self, session: Session, view: RequestView, now: datetime) -> None:
        words = StaffWords(self.renderer, self.settings.default_locale)
        notification = Notification(
            key=f"request:{view.id}:email:admin",
            channel=OutboxChannel.EMAIL,
            kind="admin_request",
            recipient=self.settings.admin_email or "",
            payload=self._request_payload(view, words, copy=True),
            request_id=view.id,
            conversation_id=view.conversation_id,
        )
        owe(session, notification, now=now, new_id=self.new_id)

    def _request_payload(
        self, view: RequestView, words: StaffWords, *, copy: bool
    ) -> dict[str, Any]:
        facts = describe(view, words, self.settings.base_url)
        context = {
            "facts": facts,
            "words": words,
            "copy": copy,
            "customer": view.customer,
            "how": "",
        }
        mail = self.renderer.mail("staff_request", words.locale, context)
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
        facts = describe(view, self.words(staff), self.settings.base_url)
        self.mail_staff(
            session,
            view,
            staff,
            "staff_message",
            {"facts": facts, "intro": intro, "text": message.text},
            now,
            key=f"message:{message.conversation_id}:{message.seq}:email:{staff.staff_id}",
            message_seq=message.seq,
            conversation_id=message.conversation_id,
        )


def _stands_in_thread(session: Session, message: Message) -> bool:
    """Whether it was written in a thread in Slack, where everybody sees it anyway."""
    if message.channel is not Channel.SLACK:
        return False
    row = session.get(MessageRow, (message.conversation_id, message.seq))
    written_as = row.channel_message_id if row else None
    return written_as is not None and not written_as.startswith(MODAL_PREFIX)
