"""What the Slack stand-in is told to do wrong: at which method, how, how often."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.slack.nouns import Json

FOR_EVER = -1


@dataclass(slots=True)
class SlackFault:
    """One planned fault; `kind` is the name of the order that made it."""

    method: str
    kind: str
    times: int
    channel: str | None = None
    status: int = 200
    seconds: float = 0.0
    answer: Json = field(default_factory=dict)


class SlackFaults:
    """Orders for the next `times` calls of a method (`*` is every method, FOR_EVER until cleared).

    With `channel` only calls that name that channel are meant.
    """

    def __init__(self) -> None:
        self._plan: list[SlackFault] = []

    def ratelimit(
        self, method: str, retry_after: float = 1, *, times: int = 1, channel: str | None = None
    ) -> None:
        """429 with Retry-After in seconds."""
        answer = {"ok": False, "error": "ratelimited"}
        self._add(SlackFault(method, "ratelimit", times, channel, 429, retry_after, answer))

    def status(
        self, method: str, status: int = 500, *, times: int = 1, channel: str | None = None
    ) -> None:
        """An HTTP error; nothing takes effect."""
        self._add(SlackFault(method, "status", times, channel, status))

    def error(
        self,
        method: str,
        error: str,
        *,
        times: int = 1,
        channel: str | None = None,
        **more: object,
    ) -> None:
        """Slack's own refusal with `error`, e.g. is_archived, invalid_auth, missing_scope."""
        answer = {"ok": False, "error": error, **more}
        self._add(SlackFault(method, "error", times, channel, answer=answer))

    def reset(self, method: str, *, times: int = 1, channel: str | None = None) -> None:
        """Cut the connection before anything takes effect."""
        self._add(SlackFault(method, "reset", times, channel))

    def lose_answer(self, method: str, *, times: int = 1, channel: str | None = None) -> None:
        """Do what was asked, then cut the connection instead of answering."""
        self._add(SlackFault(method, "lose_answer", times, channel))

    def hang(
        self, method: str, seconds: float = 60, *, times: int = 1, channel: str | None = None
    ) -> None:
        """Stay silent that long, then cut the connection; nothing takes effect."""
        self._add(SlackFault(method, "hang", times, channel, seconds=seconds))

    def hang_after(
        self, method: str, seconds: float = 60, *, times: int = 1, channel: str | None = None
    ) -> None:
        """Do what was asked, stay silent that long, then cut the connection."""
        self._add(SlackFault(method, "hang_after", times, channel, seconds=seconds))

    def slow(
        self, method: str, seconds: float, *, times: int = 1, channel: str | None = None
    ) -> None:
        """Wait that long, then do and answer as usual."""
        self._add(SlackFault(method, "slow", times, channel, seconds=seconds))

    def malformed(self, method: str, *, times: int = 1, channel: str | None = None) -> None:
        """Answer 200 with a body that is no JSON; nothing takes effect."""
        self._add(SlackFault(method, "malformed", times, channel))

    def status_after(
        self, method: str, status: int = 500, *, times: int = 1, channel: str | None = None
    ) -> None:
        """Do what was asked, then answer with an HTTP error."""
        self._add(SlackFault(method, "status_after", times, channel, status))

    def clear(self) -> None:
        """Forget every order."""
        self._plan.clear()

    def take(self, method: str, channel: str | None) -> SlackFault | None:
        """The fault due for this call, counted down; None where all is well."""
        for fault in self._plan:
            if fault.method not in (method, "*") or fault.channel not in (channel, None):
                continue
            fault.times -= 1
            if fault.times == 0:
                self._plan.remove(fault)
            return fault
        return None

    def _add(self, fault: SlackFault) -> None:
        self._plan.append(fault)
