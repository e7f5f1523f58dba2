"""What a mail's words mean, found out where it is read: in the process beside the counter."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from domain.understanding.remembering import RememberingEngine
from inbound.hearing import Hearing
from inbound.mail import InboundMail, MailKind

log = logging.getLogger(__name__)


def engine_of(hearing: Hearing) -> RememberingEngine:
    """The engine that understands so."""
    return RememberingEngine(hearing.models, hearing.timezone, hearing.phone_region)


class Listener:
    """Understands mails as the desk would."""

    def __init__(self, hearing: Hearing) -> None:
        self._engine = engine_of(hearing)

    def warm_up(self) -> None:
        """Have the grammars ready before the first mail comes."""
        self._engine.warm_up()

    def listen(self, mail: InboundMail, now: datetime) -> InboundMail:
        """The mail with what a person means by it. `now` is the counter's: "tomorrow" counts
        from there. What cannot be understood here the desk tries itself."""
        if mail.kind is not MailKind.PERSON or not mail.text:
            return mail
        try:
            understood = self._engine.understand(mail.text, "email", now)
        except Exception:
            log.exception("mail.not_understood")
            return mail
        return replace(mail, understood=understood)
