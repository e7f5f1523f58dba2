"""What the Slack stand-in is told to do wrong: at which method, how, how often."""

from __future__ import annotations

import math
import time
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


class PostingRate:
    """Slack's rule of about one post a second in a channel, with a short burst allowed."""

    def __init__(self, *, per_second: float = 1.0, burst: int = 3) -> None:
        self._per_second, self._burst = per_second, burst
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, channel: str, now: float) -> float:
        """Seconds to wait before posting there; 0.0 if it may be done now, and is then counted."""
        left, since = self._left.get(channel, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_second)
        if left < 1:
            self._left[channel] = (left, now)
            return (1 - left) / self._per_second
        self._left[channel] = (left - 1, now)
        return 0.0


class SlackFaults:
    """Orders for the next `times` calls of a method (`*` is every method, FOR_EVER until cleared).

    With `channel` only calls that name that channel are meant.
    """

    def __init__(self) -> None:
        self._plan: list[SlackFault] = []
        self._rate: PostingRate | None = None

    def enforce_rate(self, rate: PostingRate | None) -> None:
        """Answer 429 to chat.postMessage beyond `rate` in a channel, until set to None."""
        self._rate = rate

    def ratelimit(
        self, method: str, retry_after: float = 1, *, times: int = 1, channel: str | None = None
    ) -> None:
        """429 with Retry-After in seconds."""
        fault = _too_fast(method, retry_after)
        fault.times, fault.channel = times, channel
        self._add(fault)

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

    def malformed_after(self, method: str, *, times: int = 1, channel: str | None = None) -> None:
        """Do what was asked, then answer 200 with a body that is no JSON."""
        self._add(SlackFault(method, "malformed_after", times, channel))

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
        if self._rate is not None and method == "chat.postMessage" and channel is not None:
            seconds = math.ceil(self._rate.wait(channel, time.monotonic()))
            if seconds:
                return _too_fast(method, seconds)
        return None

    def _add(self, fault: SlackFault) -> None:
        self._plan.append(fault)


def _too_fast(method: str, seconds: float) -> SlackFault:
    answer = {"ok": False, "error": "ratelimited"}
    return SlackFault(method, "ratelimit", 1, status=429, seconds=seconds, answer=answer)
