"""What a mail's words mean, found out where it is read: in the process beside the counter."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from domain.understanding import Engine, Understanding, load_engine
from inbound.hearing import Hearing
from inbound.mail import InboundMail, MailKind
from inbound.remembering import KEPT, KEPT_LENGTH

log = logging.getLogger(__name__)


class Listener:
    """Understands mails as the desk would."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._engine: Engine = load_engine(hearing.models)
        self._kept: dict[str, Understanding] = {}

    def warm_up(self) -> None:
        """Have the grammars ready before the first mail comes."""
        self._engine.warm_up()

    def listen(self, mail: InboundMail, now: datetime) -> InboundMail:
        """The mail with what a person means by it. `now` is the counter's: "tomorrow" counts
        from there. What cannot be understood here the desk tries itself."""
        if mail.kind is not MailKind.PERSON or not mail.text:
            return mail
        try:
            understood = self._understand(mail.text, now)
        except Exception:
            log.exception("mail.not_understood")
            return mail
        return replace(mail, understood=understood)

    def _understand(self, text: str, now: datetime) -> Understanding:
        """What a text means. As in the counter itself the answer for a short one is kept, unless
        it depends on the day: people write "Please remove me from your list" in the same words."""
        found = self._kept.get(text)
        if found is None:
            found = self._engine.understand(
                text,
                channel="email",
                now=now,
                timezone=self._hearing.timezone,
                phone_region=self._hearing.phone_region,
            )
            if len(text) <= KEPT_LENGTH and not found.dates:
                if len(self._kept) >= KEPT:
                    self._kept.clear()
                self._kept[text] = found
        return found
