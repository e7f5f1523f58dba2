"""What a mail is to us: a customer's message, a staff answer, a robot's mail, or suspect.

Who wrote and where it belongs are two questions. Nobody joins a conversation by quoting its
Message-ID, by being in Cc or by having got a mail forwarded: the sender must be the one to whom
our mail had gone. Everybody else begins a conversation that only mentions the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.messages import MAX_TEXT, Channel, IncomingMessage, StaffMessage
from domain.plain_text import stream_safe
from domain.signing import Keys, notification_of_address, notification_of_message_id
from domain.values import value
from inbound.mail import InboundMail, MailKind
from inbound.placing import (
    MOST_IDS,
    Place,
    answered_by,
    customer_of,
    is_addressee,
    place_of,
    sender_of,
)
from inbound.proof import Proof, judge_sender, same_address
from storage.inbound_mails import ClaimedMail
from storage.mail_facts import MailFacts, SentMail

#: A sender's conversation is gone on with when it rests no longer than this.
GOES_ON = timedelta(days=30)
#: A date that the sender's clock gives is taken when it is no older than this.
_OLDEST_DATE = timedelta(days=30)
_NOTE = re.compile(r"\s*(?:note|メモ)\s*[:：]\s*", re.IGNORECASE)
_CUT_MARK = "\n[…]"
#: Addresses of one mail among which our own with a signed part is looked for.
MOST_RECIPIENTS = 100


@value
class FromCustomer:
    """A message for the desk, from a customer or somebody unknown."""

    message: IncomingMessage


@value
class FromStaff:
    """A member of staff answers. `unproven` says why it is not sure who wrote."""

    message: StaffMessage
    answers: SentMail
    unproven: str | None = None


@value
class FromRobot:
    """Nobody wrote it, or there is nothing in it: kept and never answered.

    `about` is the mail of ours that it speaks of, known by its MAC.
    """

    kind: str
    about: SentMail | None


@value
class Suspect:
    """A mail that is not taken as what it pretends to be; a person has to look at it."""

    reason: str


Verdict = FromCustomer | FromStaff | FromRobot | Suspect


class Intake:
    """Sorts mails. It decides only; storing and telling are done by others."""

    def __init__(self, *, keys: Keys, catalog_address: str, authserv_id: str | None) -> None:
        self._keys = keys
        self._catalog_address = catalog_address
        self._authserv_id = authserv_id

    def sent_ids(self, answered: Sequence[str], recipients: Sequence[str]) -> Iterator[str]:
        """Ids of mails of ours that a mail answers: by Message-ID first, then by address.

        Only ids whose MAC is right are given.
        """
        for identifier in answered[: 2 * MOST_IDS]:
            if found := notification_of_message_id(self._keys, identifier):
                yield found
        for address in recipients[:MOST_RECIPIENTS]:
            if found := notification_of_address(self._keys, self._catalog_address, address):
                yield found

    def is_own_address(self, address: str) -> bool:
        """Whether `address` is the counter's own, plain or with a reply token."""
        local, _, host = address.lower().rpartition("@")
        own_local, _, own_host = self._catalog_address.lower().rpartition("@")
        return host == own_host and local.partition("+")[0] == own_local

    def sort(
        self,
        claimed: ClaimedMail,
        mail: InboundMail,
        facts: MailFacts,
        *,
        now: datetime,
        files: Sequence[str] = (),
        skipped: Sequence[Mapping[str, object]] = (),
    ) -> Verdict:
        """Say what `mail` is.

        Args:
            files: the ids under which its attachments are stored.
            skipped: attachments that were not stored, as `{"name", "size", "reason"}`.
        """
        sent = self._answered_mail(mail, facts)
        if mail.kind is not MailKind.PERSON:
            return FromRobot(mail.kind.value, sent or self._bounced_mail(mail, facts))
        if self.is_own_address(mail.sender):
            return FromRobot(MailKind.OWN.value, sent)
        if not mail.sender:
            return Suspect("From names no single address")
        if sent is not None and sent.staff_id is not None and self._is_staff(mail, sent, facts):
            return self._from_staff(claimed, mail, sent, facts, now, files)
        if sent is not None and sent.is_notice:
            return Suspect("an answer to a notice for administrators or staff")
        return self._from_customer(claimed, mail, sent, facts, now, files, skipped)

    def _answered_mail(self, mail: InboundMail, facts: MailFacts) -> SentMail | None:
        ids = self.sent_ids(answered_by(mail), mail.recipients)
        return next((facts.sent[one] for one in ids if one in facts.sent), None)

    def _bounced_mail(self, mail: InboundMail, facts: MailFacts) -> SentMail | None:
        bounced = mail.bounce.original_message_id if mail.bounce else None
        ids = self.sent_ids([bounced] if bounced else [], ())
        return next((facts.sent[one] for one in ids if one in facts.sent), None)

    def _is_staff(self, mail: InboundMail, sent: SentMail, facts: MailFacts) -> bool:
        owner = facts.staff_by_id.get(sent.staff_id or "")
        return (
            mail.sender in facts.staff
            or same_address(mail.sender, sent.recipient)
            or (owner is not None and same_address(mail.sender, owner.email))
        )

    def _from_staff(
        self,
        claimed: ClaimedMail,
        mail: InboundMail,
        sent: SentMail,
        facts: MailFacts,
        now: datetime,
        files: Sequence[str],
    ) -> Verdict:
        owner = facts.staff_by_id.get(sent.staff_id or "")
        writer = facts.staff.get(mail.sender)
        if owner is not None and same_address(mail.sender, owner.email):
            writer = owner
        if writer is None or sent.conversation_id is None:
            return Suspect("an answer to a mail for staff, from an address that staff had once")
        if not mail.text.strip() and not files:
            return FromRobot("empty", sent)
        proof = self._judge(mail, [writer.email], sent)
        # A colleague to whom it was forwarded may leave a note, the customer hears the owner.
        is_note = _NOTE.match(mail.text)
        message = StaffMessage(
            channel=Channel.EMAIL,
            channel_message_id=claimed.dedupe_key,
            staff_id=writer.id,
            conversation_id=sent.conversation_id,
            text=cut_text(mail.text[is_note.end() :] if is_note else mail.text),
            sent_at=sent_at(mail, claimed.received_at, now),
            internal=is_note is not None or not proof.proven or writer is not owner,
            request_id=sent.request_id,
            files=files,
            proven=proof.proven,
        )
        return FromStaff(message, sent, None if proof.proven else proof.reason)

    def _from_customer(
        self,
        claimed: ClaimedMail,
        mail: InboundMail,
        sent: SentMail | None,
        facts: MailFacts,
        now: datetime,
        files: Sequence[str],
        skipped: Sequence[Mapping[str, object]],
    ) -> Verdict:
        thread = facts.threads.get(sent.conversation_id or "") if sent else None
        customer = customer_of(mail, sent, thread, facts)
        registered = [customer.email] if customer else []
        if (member := facts.staff.get(mail.sender)) and customer is None:
            proof = self._judge(mail, [member.email], sent)
            if not proof.proven:
                return Suspect(
                    f"From is an address of staff, but who wrote is unproven: {proof.reason}"
                )
        else:
            proof = self._judge(mail, registered, sent)
        sender = sender_of(mail, customer, thread, sent, proof)
        place = place_of(mail, sender, customer, sent, thread, facts)
        catalog_number = None
        if sent is not None and is_addressee(mail, sent, thread):
            catalog_number = sent.catalog_number
        message = IncomingMessage(
            channel=Channel.EMAIL,
            channel_message_id=claimed.dedupe_key,
            sender=sender,
            sent_at=sent_at(mail, claimed.received_at, now),
            text=cut_text(mail.text),
            conversation_id=place.conversation_id,
            catalog_number=catalog_number,
            mail=_mail_part(mail, proof, place, sent)
            | ({"skipped_files": list(skipped)} if skipped else {}),
            files=files,
            understood=mail.understood,
        )
        return FromCustomer(message)

    def _judge(self, mail: InboundMail, registered: list[str], sent: SentMail | None) -> Proof:
        return judge_sender(
            mail,
            authserv_id=self._authserv_id,
            registered=registered,
            token_address=sent.recipient if sent else None,
            token_ok=sent is not None,
        )


def _mail_part(
    mail: InboundMail, proof: Proof, place: Place, sent: SentMail | None
) -> dict[str, Any]:
    part: dict[str, Any] = {
        "subject": mail.subject[:998],
        "message_id": mail.message_id,
        "references": list(mail.references[-MOST_IDS:]),
        "from": mail.sender,
        "quoted": mail.quoted,
        "kind": mail.kind.value,
        "proof": proof.reason,
    }
    if mail.reply_to and mail.reply_to != mail.sender:
        part["reply_to"] = mail.reply_to
    if place.mentions:
        part |= {"mentions": place.mentions, "mentions_because": place.why}
    if sent is not None:
        part["answers"] = sent.id
    return part


def cut_text(text: str) -> str:
    """At most as long as a message may be; a cut shows."""
    text = stream_safe(text)
    if len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT - len(_CUT_MARK)] + _CUT_MARK


def sent_at(mail: InboundMail, received_at: datetime, now: datetime) -> datetime:
    """When it was written, by the sender's clock where that can be true."""
    if mail.date is not None and now - _OLDEST_DATE <= mail.date <= now:
        return mail.date
    return min(received_at, now)
