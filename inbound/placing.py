"""Whose mail it is, and the conversation it goes to."""

from __future__ import annotations

from domain.messages import Sender
from domain.people import Level
from domain.values import value
from inbound.mail import InboundMail
from inbound.proof import Proof, same_address
from inbound.subjects import named_references, other_matter, same_subject
from storage.mail_facts import KnownPerson, MailFacts, MailThread, SentMail

#: Ids of References that are looked at, from the end.
MOST_IDS = 20


@value
class Place:
    """Where a customer's mail goes: a conversation, or a new one that mentions another.

    `why` it only mentions: `other_sender`, `new_subject` or `reference`.
    """

    conversation_id: str | None = None
    mentions: str | None = None
    why: str = ""


def answered_by(mail: InboundMail) -> list[str]:
    """Message-IDs that `mail` answers, nearest first."""
    ids = [mail.in_reply_to] if mail.in_reply_to else []
    return list(dict.fromkeys([*ids, *reversed(mail.references[-MOST_IDS:])]))


def is_addressee(mail: InboundMail, sent: SentMail, thread: MailThread | None) -> bool:
    """Whether the mail that is answered had gone to the one who answers."""
    if sent.staff_id is not None:
        return False
    return same_address(mail.sender, sent.recipient) or (
        thread is not None and bool(thread.email) and same_address(mail.sender, thread.email)
    )


def customer_of(
    mail: InboundMail, sent: SentMail | None, thread: MailThread | None, facts: MailFacts
) -> KnownPerson | None:
    """The customer registered with the sender's address; None too where several share it."""
    people = facts.customers.get(mail.sender, ())
    wanted = {sent.customer_id if sent else None, thread.customer_id if thread else None}
    for person in people:
        if person.id in wanted:
            return person
    return people[0] if len(people) == 1 else None


def sender_of(
    mail: InboundMail,
    customer: KnownPerson | None,
    thread: MailThread | None,
    sent: SentMail | None,
    proof: Proof,
) -> Sender:
    """Who wrote, and how sure that is; `customer` is the one registered with the address."""
    level, customer_id = Level.ANONYMOUS, None
    if customer is not None:
        level = Level.VERIFIED if proof.proven else Level.CLAIMED
        customer_id = customer.id
    elif sent and thread and thread.customer_id and is_addressee(mail, sent, thread):
        # The mail went to this address on the customer's behalf, but it is not registered.
        level, customer_id = Level.CLAIMED, thread.customer_id
    return Sender(
        level=level,
        customer_id=customer_id,
        email=mail.sender,
        name=mail.sender_name[:200],
        proof=proof.reason[:40],
    )


def place_of(
    mail: InboundMail,
    sender: Sender,
    customer: KnownPerson | None,
    sent: SentMail | None,
    thread: MailThread | None,
    facts: MailFacts,
) -> Place:
    """The conversation that the mail joins, or the one that it only mentions."""
    if sent is not None and sent.conversation_id is not None:
        if not (is_addressee(mail, sent, thread) or _is_theirs(thread, sender)):
            return Place(mentions=sent.conversation_id, why="other_sender")
        earlier = thread.subject if thread else ""
        if other_matter(mail.subject, sent.subject) and other_matter(mail.subject, earlier):
            return Place(mentions=sent.conversation_id, why="new_subject")
        return Place(sent.conversation_id)
    if sent is not None:
        return Place()  # the first answer to a catalog
    return (
        _by_earlier_mail(mail, sender, facts)
        or _by_reference(mail, sender, customer, facts)
        or (_by_sender(mail, sender, facts))
    )


def _is_theirs(thread: MailThread | None, sender: Sender) -> bool:
    if thread is None:
        return False
    if sender.customer_id is not None and thread.customer_id == sender.customer_id:
        return True
    return bool(thread.email) and same_address(thread.email, sender.email)


def _by_earlier_mail(mail: InboundMail, sender: Sender, facts: MailFacts) -> Place | None:
    """A second mail behind one's own first one, before we had answered it."""
    for identifier in answered_by(mail):
        conversation_id, wrote = facts.earlier.get(identifier, (None, ""))
        if conversation_id is None:
            continue
        thread = facts.threads.get(conversation_id)
        if not (_is_theirs(thread, sender) and same_address(wrote, sender.email)):
            return Place(mentions=conversation_id, why="other_sender")
        if thread and other_matter(mail.subject, thread.subject):
            return Place(mentions=conversation_id, why="new_subject")
        return Place(conversation_id)
    return None


def _by_reference(
    mail: InboundMail, sender: Sender, customer: KnownPerson | None, facts: MailFacts
) -> Place | None:
    for reference in named_references(mail.subject, mail.text):
        thread = facts.threads.get(reference)
        if thread is None:
            continue
        colleague = (
            customer is not None
            and sender.level is Level.VERIFIED
            and bool(customer.company)
            and customer.company == thread.company
        )
        if colleague or _is_theirs(thread, sender):
            return Place(thread.id)
        return Place(mentions=thread.id, why="reference")
    return None


def _by_sender(mail: InboundMail, sender: Sender, facts: MailFacts) -> Place:
    """The sender's latest conversation by mail under the same subject, else a new one."""
    owner = sender.customer_id or sender.email
    for thread in facts.threads_of.get(owner, ()):
        if same_subject(mail.subject, thread.subject):
            return Place(thread.id)
    return Place()
