"""
Everything that can go wrong for a business reason.

* MadoguchiError
  - NotFound                 the thing asked for is not stored, or not the asker's to see
  - NotAllowed               known, but this person may not do that
  - RuleBroken               a business rule forbids the step
    + RequestAlreadyClaimed
    + RequestAlreadyClosed
    + NobodyToAssign
  - BadInput                 what came in is malformed; `shown` says what to do
    + TooLong
  - RateLimited              too much in too short a time
"""

from __future__ import annotations

from typing import ClassVar


class MadoguchiError(Exception):
    """Base of our errors. `code` is stable for clients, logs and tests.

    `str(error)` is for operators and may hold ids; what a person is shown is the template
    `errors/<code>` in the person's language.
    """

    code: ClassVar[str] = "error"


class NotFound(MadoguchiError):
    """The thing asked for is not stored, or the asker may not know that it is."""

    code = "not_found"


class NotAllowed(MadoguchiError):
    """The person is known and may not do this."""

    code = "unauthorized"


class RuleBroken(MadoguchiError):
    """A business rule forbids the step."""

    code = "rule_broken"


class RequestAlreadyClaimed(RuleBroken):
    """Somebody else was faster; `winner` is that person's name."""

    code = "already_claimed"

    def __init__(self, request_id: str, winner: str) -> None:
        super().__init__(f"request {request_id} is already claimed by {winner}")
        self.winner = winner


class RequestAlreadyClosed(RuleBroken):
    """The request is done or cancelled; nothing more happens to it."""

    code = "already_closed"


class NobodyToAssign(RuleBroken):
    """There is no staff at all, so a request has nobody to go to."""

    code = "nobody_to_assign"


class BadInput(MadoguchiError):
    """What came in is malformed."""

    code = "bad_input"


class TooLong(BadInput):
    """The text is over the limit of the interface."""

    code = "too_long"


class RateLimited(MadoguchiError):
    """Too much in too short a time."""

    code = "rate_limited"
