"""What the mail server is told to do wrong, for how many times, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FOR_EVER = -1


@dataclass(slots=True)
class SmtpFault:
    """One planned fault at one SMTP command, for the next `times` times it is reached."""

    command: str
    action: str  # "answer", "drop", "lose_answer", "delay"
    times: int
    code: int = 0
    text: str = ""
    seconds: float = 0.0
    recipient: str | None = None


class SmtpFaults:
    """Plan of faults for SMTP. Commands: CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, END.

    `DATA` is the command itself, `END` the final dot after the mail has been transferred.
    """

    def __init__(self) -> None:
        self._plan: list[SmtpFault] = []

    def fail(
        self,
        command: str,
        code: int,
        text: str = "as planned",
        *,
        times: int = 1,
        recipient: str | None = None,
    ) -> None:
        """Answer `code` at `command`; with `recipient` only for RCPT of that address."""
        self._plan.append(
            SmtpFault(command.upper(), "answer", times, code, text, recipient=recipient)
        )

    def drop(self, command: str, *, times: int = 1) -> None:
        """Cut the connection when `command` comes; nothing of it takes effect."""
        self._plan.append(SmtpFault(command.upper(), "drop", times))

    def lose_answer(self, *, times: int = 1) -> None:
        """Keep the mail, then cut the connection before the 250 after the final dot is sent."""
        self._plan.append(SmtpFault("END", "lose_answer", times))

    def delay(self, command: str, seconds: float, *, times: int = 1) -> None:
        """Wait that long before answering `command` as usual."""
        self._plan.append(SmtpFault(command.upper(), "delay", times, seconds=seconds))

    def clear(self) -> None:
        """Forget every planned fault."""
        self._plan.clear()

    def take(self, command: str, recipient: str | None = None) -> SmtpFault | None:
        """The fault due at this command now, counted down; None where all is well."""
        for fault in self._plan:
            if fault.command != command:
                continue
            if fault.recipient is not None and fault.recipient.lower() != (recipient or "").lower():
                continue
            fault.times -= 1
            if fault.times == 0:
                self._plan.remove(fault)
            return fault
        return None


class ImapFaults:
    """Plan of faults for IMAP. All of it holds until changed back or `clear` is called."""

    def __init__(self) -> None:
        self.refuse_connections = False
        self.split_lines = False
        self.mute = False
        self._drop_after: list[int] = []
        self._answers: list[list[str | int]] = []
        self._say_bye: list[Callable[[str], None]] = []

    def drop_after(self, count: int, *, connections: int = 1) -> None:
        """Cut each of the next connections once it has been sent `count` bytes."""
        self._drop_after += [count] * connections

    def answer(self, command: str, reply: str, *, times: int = 1) -> None:
        """Answer the next `times` uses of `command` with `reply`, e.g. `NO [UNAVAILABLE] later`.

        `reply` may be `DROP`: the connection is cut instead. UID commands are named by both
        words: `UID FETCH`.
        """
        self._answers.append([command.upper(), reply, times])

    def bye(self, text: str = "server is going down") -> None:
        """Say BYE on every open connection and close it."""
        for say in list(self._say_bye):
            say(text)

    def clear(self) -> None:
        """Behave well again."""
        self.refuse_connections = self.split_lines = self.mute = False
        self._drop_after.clear()
        self._answers.clear()

    def take_drop(self) -> int | None:
        """After how many bytes the connection that begins now is cut."""
        return self._drop_after.pop(0) if self._drop_after else None

    def take_answer(self, command: str) -> str | None:
        """The planned answer to this command, counted down."""
        for planned in self._answers:
            name, reply, times = planned
            if name == command:
                planned[2] = int(times) - 1
                if planned[2] == 0:
                    self._answers.remove(planned)
                return str(reply)
        return None

    def on_bye(self, say: Callable[[str], None]) -> Callable[[], None]:
        """Let a connection take part in `bye`; the answer takes it out again."""
        self._say_bye.append(say)
        return lambda: self._say_bye.remove(say)
