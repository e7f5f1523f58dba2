"""Who is told of what happens at the mail door: sales staff by mail, else the administrator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.delivery.answers import ANSWERS
from bot.mentions import tell_of_mention
from bot.notify import Notify
from bot.rendering import Renderer
from bot.settings import Settings
from bot.slack.thread import thread_line
from domain.languages import known_locale
from domain.notifications import Notification, OutboxChannel
from domain.people import Staff
from storage.mail_facts import SentMail
from storage.outbox import owe
from storage.people import find_customer, find_customers_by_email, find_staff
from storage.request_views import load_request_view
from storage.shared_contents import complete
from storage.store import Store
from storage.tables import ConversationRow, OutboxRow
from storage.told import ABOUT_MAIL, ABOUT_SENT

NOTHING: Mapping[str, str | int] = {}


@dataclass(frozen=True, slots=True)
class DoorNotices:
    """Implements `MailNotices`. Keys name the cause, so that telling again owes nothing new."""

    store: Store
    settings: Settings
    renderer: Renderer
    notify: Notify
    new_id: Callable[[], str]
    clock: Callable[[], datetime]

    async def delivery_failed(self, outbox_id: str, address: str, diagnostic: str) -> None:
        """In the request's thread for an answer of staff; by mail to the sales person else."""
        await self.store.write(
            lambda session: self._delivery_failed(session, outbox_id, address, diagnostic)
        )

    def _delivery_failed(
        self, session: Session, outbox_id: str, address: str, diagnostic: str
    ) -> None:
        row = session.get_one(OutboxRow, outbox_id)
        if row.kind in ANSWERS and row.request_id and row.message_seq:
            view = load_request_view(session, row.request_id)
            self.notify.answer_failed(
                session,
                view,
                row.message_seq,
                address,
                diagnostic,
                self.clock(),
                conversation_id=row.conversation_id,
            )
        context = {
            "address": address,
            "subject": str(complete(session, [row.payload])[0].get("subject", "")),
            "diagnostic": diagnostic or "-",
        }
        staff = None if row.payload.get("staff_id") else self._who_cares(session, row)
        about = {ABOUT_SENT: outbox_id}
        self._tell(session, f"bounced:{outbox_id}", "mail_bounced", context, staff, about)

    def _who_cares(self, session: Session, row: OutboxRow) -> Staff | None:
        """Who has the request, else whose customer it is."""
        if row.request_id:
            view = load_request_view(session, row.request_id)
            return view.claimed_by or view.staff
        customer_id = row.payload.get("customer_id")
        if row.conversation_id:
            conversation = session.get_one(ConversationRow, row.conversation_id)
            if conversation.staff_id:
                return find_staff(session, conversation.staff_id)
            customer_id = conversation.customer_id
        customer = find_customer(session, str(customer_id)) if customer_id else None
        return find_staff(session, customer.staff_id) if customer else None

    async def staff_mail_unproven(self, key: str, answers: SentMail, reason: str) -> None:
        """At the registered address, never at the one in From; once a day for each thread."""

        def tell(session: Session) -> None:
            staff = find_staff(session, answers.staff_id)
            if staff is not None:
                cause = f"unproven:{answers.id}:{self.clock():%Y-%m-%d}"
                context = {"subject": answers.subject, "reason": reason}
                about = {ABOUT_SENT: answers.id}
                self._tell(session, cause, "staff_mail_unproven", context, staff, about)

        await self.store.write(tell)

    async def conversation_mentioned(self, conversation_id: str, seq: int, mentions: str) -> None:
        """Who has the newest request there."""
        await self.store.write(
            lambda session: tell_of_mention(
                session, self.notify, conversation_id, seq, mentions, self.clock()
            )
        )

    async def mail_too_large(
        self, key: str, mail_id: int, *, sender: str, subject: str, size: int
    ) -> None:
        """The sales person of the sender, if it is a customer."""

        def tell(session: Session) -> None:
            customers = find_customers_by_email(session, sender)
            staff = find_staff(session, customers[0].staff_id) if customers else None
            context = {
                "sender": sender or "?",
                "subject": subject,
                "megabytes": round(size / 1_000_000),
                "mail_id": mail_id,
            }
            about = {ABOUT_MAIL: mail_id}
            self._tell(session, f"large:{key}", "mail_too_large", context, staff, about)

        await self.store.write(tell)

    async def mail_quarantined(
        self, key: str, mail_id: int, *, sender: str, subject: str, reason: str
    ) -> None:
        """The administrator, at most once an hour: anybody can send bad mails."""
        context = {
            "sender": sender or "?",
            "subject": subject,
            "reason": reason,
            "mail_id": mail_id,
        }
        cause, about = f"quarantined:{self.clock():%Y-%m-%dT%H}", {ABOUT_MAIL: mail_id}
        await self.store.write(
            lambda session: self._tell(session, cause, "mail_quarantined", context, None, about)
        )

    async def door_paused(self, key: str, reason: str) -> None:
        """The administrator."""
        cause = f"paused:{self.clock():%Y-%m-%dT%H}"
        await self.store.write(
            lambda session: self._tell(session, cause, "mail_door_paused", {"reason": reason}, None)
        )

    def _tell(
        self,
        session: Session,
        cause: str,
        name: str,
        context: dict[str, Any],
        staff: Staff | None,
        about: Mapping[str, str | int] = NOTHING,
    ) -> None:
        """Owe a mail to `staff`, without one to the administrator, without that one in Slack.

        `about` says whose mail it tells of, for the day on which that person is forgotten.
        """
        locale = known_locale((staff.locale if staff else "") or self.settings.default_locale)
        mail = self.renderer.mail(name, locale, context)
        recipient = (staff.email if staff else "") or self.settings.admin_email or ""
        if recipient:
            payload: dict[str, Any] = {
                "subject": mail.subject,
                "text": mail.text,
                "html": mail.html,
                "locale": locale,
                "to_name": staff.name if staff else "",
                "auto": "auto-generated",
            }
        elif self.settings.has_slack:
            payload = thread_line(f"{mail.subject}\n{mail.text}")
        else:
            return
        notice = Notification(
            key=f"mail-door:{cause}"[:300],
            channel=OutboxChannel.EMAIL if recipient else OutboxChannel.SLACK,
            kind=f"admin_{name}" if recipient else "admin_notice",
            recipient=recipient or self.settings.slack_channel,
            payload={**payload, **about},
        )
        owe(session, notice, now=self.clock(), new_id=self.new_id)
